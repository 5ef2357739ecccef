"""Copies and backups from the terminal: what is said, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from oppkit import demo
from oppkit.cli import app, main
from oppkit.model import Customer
from oppkit.store.opening import open_store
from oppkit.workbench import Workbench


@pytest.fixture
def filled(workbench: Workbench) -> Workbench:
    workbench.save(Customer(name="Énergie"))
    return workbench


def said(*arguments: str | Path) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.both_engines
def test_a_workspace_goes_into_a_backup_and_back(
    filled: Workbench, url: str, new_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "sales.oppkit"
    assert f"oppkit restore {file} --db TARGET" in said("backup", file, "--db", url)
    assert "were restored" in said("restore", file, "--db", new_url)
    assert Workbench(open_store(new_url), "Ana").customer("CUS-2026-0001").name == "Énergie"
    assert "No problem found" in said("check", "--db", new_url)


@pytest.mark.both_engines
def test_a_workspace_is_copied(
    filled: Workbench, url: str, new_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"were copied to {new_url} and compared" in said("copy", url, new_url)
    monkeypatch.setenv("OPPKIT_DB", new_url)
    assert "No problem found" in said("check")


@pytest.mark.both_engines
def test_the_demo_is_made_where_there_is_nothing(new_url: str) -> None:
    assert "30 opportunities" in said("demo", "--size", "30", "--db", new_url)
    assert said("demo", "--size", "30", "--db", new_url, "--if-missing") == ""
    assert CliRunner().invoke(app, ["demo", "--db", new_url]).exit_code == 2
    bench = Workbench(open_store(new_url), "Ana")
    assert bench.today == demo.TODAY
    assert bench.search().count == 30
    assert bench.check() == []


def test_what_is_refused_is_said_in_one_sentence(
    filled: Workbench, path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for arguments, words in (
        (["copy", path, path], "holds something already"),
        (["backup", path, "--db", path], "holds something already"),
        (["restore", path, "--db", tmp_path / "new.duckdb"], "not a backup that oppkit has made"),
        (["restore", tmp_path / "none", "--db", tmp_path / "new.duckdb"], "No such file"),
        (["copy", "postgresql://a:secret@server/x", tmp_path / "y"], "without it"),
        (["check", "--db", "postgresql:///x?host=/nowhere"], "cannot be reached"),
    ):  # fmt: skip
        monkeypatch.setattr("sys.argv", ["oppkit", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        told = capsys.readouterr().err
        assert caught.value.code == 1
        assert words in told
        assert "\n" not in told.strip()
        assert "secret" not in told
