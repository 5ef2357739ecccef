"""A PostgreSQL server of our own, in a folder of its own, for as long as the tests run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
_OPTIONS = (
    "listen_addresses=127.0.0.1", "fsync=off", "synchronous_commit=off", "full_page_writes=off",
    "shared_buffers=32MB", "max_connections=60",
)  # fmt: skip


@dataclass(frozen=True)
class Server:
    """Whoever comes through the socket in `folder` is let in; on the port a password is asked."""

    folder: Path
    port: int
    options: Sequence[str] = _OPTIONS
    names: Iterator[int] = field(default_factory=count)

    def url(self, database: str, user: str = "oppkit") -> str:
        """The address of a database, through the socket."""
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}"

    def has_users(self, *names: str) -> None:
        """See to it that there are users of these names, who may log in and nothing else."""
        known = {name for (name,) in self.run("select rolname from pg_roles")}
        for name in set(names) - known:
            self.run(f"create role {name} login")

    def port_url(self, database: str, user: str) -> str:
        """The address of a database, through the port."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def run(self, sql: str, database: str = "postgres") -> list[Any]:
        """Run SQL as the owner of everything; the rows, if it gives any."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def new(self, template: str = "template1") -> str:
        """A new database; its name."""
        name = f"base_{next(self.names)}"
        self.run(f"create database {name} template {template}")
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.run(f"drop database if exists {database} with (force)")


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
    with (folder / "command.log").open("ab") as output:
        subprocess.run(
            [*as_user, *map(str, command)], check=True, cwd=folder, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output,
        )  # fmt: skip


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(options: Sequence[str] = _OPTIONS) -> Iterator[Server]:
    """A running server, stopped and removed in the end."""
    programs = _programs()
    # Not pytest's folder: the path of a socket must be short, and the server's user must get in.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        if _is_root():
            shutil.chown(folder, "postgres")
        _run(
            folder, programs / "initdb", "--pgdata", folder / "data", "--username=oppkit",
            "--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C",
            "--no-sync",
        )  # fmt: skip
        server = Server(folder, _free_port(), options)
        start(server)
        try:
            yield server
        finally:
            stop(server)
    finally:
        shutil.rmtree(folder)


def start(server: Server) -> None:
    """Start it, or start it again."""
    own = (f"unix_socket_directories={server.folder}", f"port={server.port}")
    options = " ".join(f"-c {option}" for option in (*server.options, *own))
    _control(server, "--wait", "--log", str(server.folder / "log"), "--options", options, "start")


def stop(server: Server) -> None:
    """Stop it at once, as a power cut would."""
    _control(server, "--mode=immediate", "stop")


def _control(server: Server, *command: str) -> None:
    _run(server.folder, _programs() / "pg_ctl", "--pgdata", server.folder / "data", *command)
