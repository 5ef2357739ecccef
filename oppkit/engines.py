"""What works out the answers of an extract: DuckDB in this process, or a Spark cluster."""

from __future__ import annotations

import os
import re
import shutil
import socket
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oppkit.model.errors import UserError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

DUCKDB, SPARK = "duckdb", "spark"
ENGINES = (DUCKDB, SPARK)
_SETTINGS = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
_MASTERS = re.compile(r"spark://(.+)")
_HURRY, _PATIENCE = 5.0, 180.0  # seconds: for a master to answer, for the first worker to start
_DETAIL = 300  # characters of what Spark says


class NoSuchEngine(UserError):
    """Something that cannot work out an answer."""

    code = "no_such_engine"
    template = "There is no engine {name}. Choose among: {known}."


class SparkMissing(UserError):
    """Spark is wanted, and its library is not installed."""

    code = "spark_missing"
    template = "The library of Spark is missing. Install it with: pip install 'oppkit[spark]'"


class JavaMissing(UserError):
    """Spark is there, and nothing to run it."""

    code = "java_missing"
    template = (
        "Spark needs Java 17 or newer, which was not found. Install it, or say in JAVA_HOME where "
        "it is."
    )


class MasterUnreachable(UserError):
    """Nobody answers under the address of a cluster."""

    code = "master_unreachable"
    template = (
        "No Spark master answers at {master} ({detail}). Check the address, which stands at the "
        "top of the master's page, and the network."
    )


class NoWorkers(UserError):
    """The cluster takes the work, and nobody does it."""

    code = "no_workers"
    template = (
        "The Spark master {master} gave us no worker within {seconds} seconds. Look at its page: "
        "perhaps none is running, or others have all their cores or memory."
    )


class SparkFailed(UserError):
    """Spark gave up in the middle of the work."""

    code = "spark_failed"
    template = (
        "Spark could not do it: {detail}. If it does not find files, put the extract where all "
        "workers see it under the same path."
    )


class FilesUnreadable(UserError):
    """DuckDB cannot read what it is given."""

    code = "files_unreadable"
    template = (
        "The extract could not be read ({detail}). Make it again with: "
        "oppkit export FOLDER --format parquet"
    )


@contextmanager
def connected(engine: str = DUCKDB, master: str | None = None) -> Iterator[Any]:
    """An Ibis connection to an engine, which ends with the block.

    `master` is the address of a Spark cluster ("spark://host:7077", "yarn", "local[*]"); without
    one it is what Spark's own configuration says, else this machine. Where this process has a Spark
    session already, it is that one, and goes on. Raises `NoSuchEngine`,
    `SparkMissing`, `JavaMissing`, `MasterUnreachable`, `NoWorkers`, and what goes wrong in the
    block as `SparkFailed` or `FilesUnreadable`.
    """
    if engine not in ENGINES:
        raise NoSuchEngine(name=engine, known=", ".join(ENGINES))
    with _spark(master) if engine == SPARK else _duckdb() as connection:
        yield connection


@contextmanager
def _duckdb() -> Iterator[Any]:
    import duckdb
    import ibis

    connection = ibis.duckdb.connect()
    try:
        yield connection
    except duckdb.Error as error:
        raise FilesUnreadable(detail=_first_line(error)) from error
    finally:
        connection.disconnect()


@contextmanager
def _spark(master: str | None) -> Iterator[Any]:
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
    except ImportError as error:
        raise SparkMissing from error
    import ibis

    with warnings.catch_warnings():
        # Of pandas 3, which it does not know yet, and of what comes as an error all the same.
        warnings.filterwarnings("ignore", module="pyspark")
        try:
            with _session(master) as session:
                yield ibis.pyspark.connect(session)
        except (Py4JError, PySparkException) as error:
            raise SparkFailed(detail=_first_line(error)) from error


@contextmanager
def _session(master: str | None) -> Iterator[SparkSession]:
    """A session in which the work can begin."""
    from pyspark.sql import SparkSession

    if session := SparkSession.getActiveSession():
        yield session
        return
    _require_java()
    _require_master(master)
    builder = SparkSession.builder.appName("oppkit")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    session = (builder.master(master) if master else builder).getOrCreate()
    try:
        session.sparkContext.setLogLevel("OFF")  # what goes wrong is told in a sentence
        if master and _MASTERS.fullmatch(master):
            _await_worker(session, master)
        yield session
    finally:
        session.stop()


def _await_worker(session: SparkSession, master: str) -> None:
    """Spark itself would wait for ever."""
    context: Any = session.sparkContext
    end = time.monotonic() + _PATIENCE
    while context._jsc.sc().getExecutorMemoryStatus().size() < 2:  # noqa: SLF001 - the first is us
        if time.monotonic() > end:
            raise NoWorkers(master=master, seconds=f"{_PATIENCE:g}")
        time.sleep(0.1)


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java", path=str(Path(home, "bin")) if home else None):
        raise JavaMissing


def _require_master(master: str | None) -> None:
    """Knock at a standalone master, of which there may be several: Spark takes a minute to say."""
    found = _MASTERS.fullmatch(master or "")
    if not found:
        return
    detail = ""
    for place in found[1].split(","):
        host, _, port = place.rpartition(":")
        try:
            with socket.create_connection((host, int(port)), timeout=_HURRY):
                return
        except (OSError, ValueError) as error:
            detail = str(error)
    raise MasterUnreachable(master=master, detail=detail)


def _first_line(error: BaseException) -> str:
    """What an error says; of one from Java what comes after the call that it came from."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    line = next((line[2:] for line in lines if line.startswith(": ")), lines[0])
    return line[:_DETAIL].rstrip(".")
