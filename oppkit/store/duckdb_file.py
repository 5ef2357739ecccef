"""A workspace in one DuckDB file, opened for each unit of work and closed again.

A process that keeps a DuckDB file open locks every other process out, and two notebooks are two
processes. So nobody keeps it open: each unit of work takes the lock file beside the database,
opens, does its transaction, closes and lets go. DuckDB's own lock is not enough: retrying on it
lost saves that had been acknowledged.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb
from filelock import FileLock, Timeout

from oppkit.store.errors import Busy, NetworkDrive, NotAWorkspace, NoWorkspace
from oppkit.store.network import network_kind
from oppkit.store.session import Session

T = TypeVar("T")

PATIENCE = 60.0  # seconds; an import of 100,000 rows by a colleague takes about half of it
_POLL = 0.005
# A checkpoint rewrites whole columns of every changed table. Left to the write-ahead log until it
# has grown to this size, a save costs a third of what it does with a checkpoint at each close.
_LOG_SIZE = "1MB"


class DuckDBFile:
    """The file at `path`; `patience` is how many seconds to wait for others."""

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.path = path
        self.patience = patience
        if kind := network_kind(path):
            raise NetworkDrive(path=path, kind=kind)

    @property
    def exists(self) -> bool:
        """Whether the file is there."""
        return self.path.exists()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, undone when it raises."""
        with self._opened(read_only=False) as connection:
            connection.execute("begin")
            try:
                yield Session(connection)
            except BaseException:
                connection.execute("rollback")
                raise
            connection.execute("commit")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view of the workspace; nothing can be written through it."""
        if not self.exists:
            raise NoWorkspace(path=self.path)
        with self._opened(read_only=True) as connection:
            yield Session(connection)

    @contextmanager
    def attached(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A new in-memory database with the workspace attached read-only as `live`.

        The connection stays open when the block ends; the workspace is detached then.
        """
        if not self.exists:
            raise NoWorkspace(path=self.path)
        with self.locked():
            connection = duckdb.connect()
            quoted = str(self.path).replace("'", "''")
            self._patiently(lambda: connection.execute(f"attach '{quoted}' as live (read_only)"))
            try:
                yield connection
            finally:
                connection.execute("detach live")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock file. The operating system lets it go when the process dies."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(
            self._lock_path, timeout=self.patience, poll_interval=_POLL, thread_local=False,
            fallback_to_soft=False, preserve_lock_file=True, on_acquired=_sign,
        )  # fmt: skip
        try:
            lock.acquire()
        except Timeout:
            raise self._busy(self._holder()) from None
        try:
            yield
        finally:
            lock.release()

    @property
    def _lock_path(self) -> Path:
        return self.path.with_name(self.path.name + ".lock")

    @contextmanager
    def _opened(self, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        with self.locked():
            connection = self._patiently(lambda: duckdb.connect(self.path, read_only=read_only))
            try:
                connection.execute("set timezone = 'UTC'")
                if not read_only:
                    connection.execute("pragma disable_checkpoint_on_shutdown")
                    connection.execute(f"set checkpoint_threshold = '{_LOG_SIZE}'")
                yield connection
            finally:
                connection.close()

    def _patiently(self, attempt: Callable[[], T]) -> T:
        """Try until a program that does not know the lock file lets go of the database."""
        until = time.monotonic() + self.patience
        refusal: Exception
        while True:
            try:
                return attempt()
            except duckdb.IOException as error:
                if "set lock on file" not in str(error):
                    raise NotAWorkspace(path=self.path, detail=_first_line(error)) from error
                holder, refusal = _named_in(str(error)), error
            except (duckdb.ConnectionException, duckdb.ResourceInUseException) as error:
                holder, refusal = "a connection that this program itself keeps open", error
            if time.monotonic() > until:
                raise self._busy(holder) from refusal
            time.sleep(_POLL)

    def _busy(self, holder: str) -> Busy:
        return Busy(path=self.path, holder=holder, seconds=round(self.patience))

    def _holder(self) -> str:
        try:
            return self._lock_path.read_text(encoding="utf-8").strip() or "another program"
        except OSError:
            return "another program"


def _sign(descriptor: int) -> None:
    """Leave our name in the lock file, so that whoever waits can say for whom."""
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{Path(sys.argv[0]).name or 'python'} (process {os.getpid()})".encode())


def _named_in(message: str) -> str:
    """The program that DuckDB's message names: "…lock is held in /usr/bin/python3 (PID 12)"."""
    found = re.search(r"held in (.+?) \(PID (\d+)\)", message)
    return f"{found[1]} (process {found[2]})" if found else "another program"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
