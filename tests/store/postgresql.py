"""A PostgreSQL server of our own, in a folder of its own, reached through a socket only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))


class Connection:
    """The calls that a session makes, as DuckDB's own connection has them."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[Any] | None = None) -> Any:
        return self._connection.execute(sql.encode(), parameters or None)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(sql.encode(), rows)


def _programs() -> Path:
    """Where the server's programs are; skips the test where there are none."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    if not _PROGRAMS:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    return _PROGRAMS[-1]


def _run(folder: Path, *command: str | Path) -> None:
    """Run as somebody else where we are root, as whom the server refuses to start."""
    as_user = ["runuser", "-u", "postgres", "--"] if _is_root() else []
    log = folder / "command.log"
    with log.open("ab") as output:
        subprocess.run(
            [*as_user, *map(str, command)], check=True, cwd=folder, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output,
        )  # fmt: skip


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


@contextmanager
def server() -> Iterator[str]:
    """A running server, as the text that `psycopg.connect` takes."""
    programs = _programs()
    # Not pytest's folder: the path of a socket must be short, and the server's user must get in.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        if _is_root():
            shutil.chown(folder, "postgres")
        data = folder / "data"
        _run(
            folder, programs / "initdb", "--pgdata", data, "--username=oppkit", "--auth=trust",
            "--encoding=UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        _run(folder, programs / "pg_ctl", "--pgdata", data, "--wait", "--log", folder / "log",
             "--options", options, "start")  # fmt: skip
        try:
            yield f"host={folder} user=oppkit dbname=postgres"
        finally:
            _run(folder, programs / "pg_ctl", "--pgdata", data, "--mode=immediate", "stop")
    finally:
        shutil.rmtree(folder)
