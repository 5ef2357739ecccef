"""What is said where Spark, Java, the master or the workers are missing."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from oppkit import engines, locale
from oppkit.engines import (
    SPARK,
    FilesUnreadable,
    JavaMissing,
    MasterUnreachable,
    NoSuchEngine,
    NoWorkers,
    SparkFailed,
    SparkMissing,
    connected,
)
from oppkit.model import UserError

KINDS = (
    FilesUnreadable, JavaMissing, MasterUnreachable, NoSuchEngine, NoWorkers, SparkFailed,
    SparkMissing,
)  # fmt: skip


def test_the_library_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(SparkMissing, match=r"oppkit\[spark\]"), connected(SPARK):
        raise AssertionError("nothing was missing")


def test_java_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(JavaMissing, match="Java 17"):
        engines._require_java()


def test_java_is_not_where_it_should_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(JavaMissing, match="JAVA_HOME"):
        engines._require_java()


@pytest.mark.parametrize("address", ["spark://127.0.0.1:{port}", "spark://127.0.0.1", "spark://:x"])
def test_nobody_answers_at_the_address(address: str) -> None:
    with socket.socket() as bound:  # and not listening
        bound.bind(("127.0.0.1", 0))
        master = address.format(port=bound.getsockname()[1])
        with pytest.raises(MasterUnreachable, match=master):
            engines._require_master(master)


def test_one_of_several_masters_is_enough() -> None:
    with socket.create_server(("127.0.0.1", 0)) as alive:
        port = alive.getsockname()[1]
        engines._require_master(f"spark://127.0.0.1:1,127.0.0.1:{port}")


def test_no_worker_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster of which the driver is the only member."""
    monkeypatch.setattr(engines, "_PATIENCE", 0.0)
    members = SimpleNamespace(size=lambda: 1)
    context = SimpleNamespace(getExecutorMemoryStatus=lambda: members)
    session: Any = SimpleNamespace(
        sparkContext=SimpleNamespace(_jsc=SimpleNamespace(sc=lambda: context))
    )
    with pytest.raises(NoWorkers, match="no worker within 0 seconds"):
        engines._await_worker(session, "spark://host:7077")


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_has_its_french(kind: type[UserError]) -> None:
    error = kind(name="n", known="k", master="m", detail="d", seconds="60")
    assert locale.say(error, "fr") != str(error)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Job aborted.\n\tat Somewhere", "Job aborted"),
        ("An error occurred while calling o1.x.\n: java.lang.Odd: why\n\tat", "java.lang.Odd: why"),
        ("", "ValueError"),
    ],
)
def test_of_an_error_its_own_words_are_told(said: str, told: str) -> None:
    assert engines._first_line(ValueError(said)) == told
