"""A workspace in one DuckDB file, opened for each unit of work and closed again.

A process that keeps a DuckDB file open locks every other process out, and two notebooks are two
processes. So nobody keeps it open: each unit of work takes the lock file beside the database,
opens, does its transaction, closes and lets go. DuckDB's own lock is not enough: retrying on it
lost saves that had been acknowledged.

Opening means attaching the file to an engine, a DuckDB without a file that stays in memory:
starting an engine takes ten times as long as attaching a file to one that runs. Closing writes the
log into the file (a checkpoint), so that the file alone is the whole workspace and can be copied;
a log left to grow would cost every later opening more than that.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import duckdb
from filelock import FileLock, Timeout

from oppkit.store.duckdb_session import DuckDBSession
from oppkit.store.engine import PATIENCE
from oppkit.store.errors import (
    Busy,
    NetworkDrive,
    NotAWorkspace,
    NotEmpty,
    NoWorkspace,
    StorageFailed,
)
from oppkit.store.network import network_kind
from oppkit.store.session import Session

T = TypeVar("T")

_BROKEN = (
    duckdb.FatalException, duckdb.InternalException, duckdb.IOException,
    duckdb.SerializationException,
)  # fmt: skip

_POLL = 0.005


class DuckDBFile:
    """The file at `path`; `patience` is how many seconds to wait for others."""

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.path = path
        self.patience = patience
        self._engines: dict[int, duckdb.DuckDBPyConnection] = {}
        if kind := network_kind(path):
            raise NetworkDrive(path=path, kind=kind)

    @property
    def place(self) -> str:
        """The path, as messages show it."""
        return str(self.path)

    @property
    def exists(self) -> bool:
        """Whether the file is there."""
        return self.path.exists()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, alone: committed when the block ends, undone when it raises."""
        with self._opened(read_only=False) as connection:
            connection.execute("begin")
            try:
                yield DuckDBSession(connection)
            except BaseException:
                with suppress(duckdb.Error):  # a broken file cannot even be rolled back
                    connection.execute("rollback")
                raise
            connection.execute("commit")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view of the workspace; nothing can be written through it."""
        self._require_file()
        with self._opened(read_only=True) as connection:
            yield DuckDBSession(connection)

    def transact(self, work: Callable[[Session], T]) -> T:
        """What `work` gives in one transaction; it is always alone."""
        with self.write() as session:
            return work(session)

    def migrating(self) -> AbstractContextManager[Session]:
        """One transaction that may create and change tables."""
        return self.write()

    def scanning(self, tables: Collection[str]) -> AbstractContextManager[Session]:
        """The workspace: all of it can be gone through."""
        return self.read()

    @contextmanager
    def frozen(self) -> Iterator[Session]:
        """The workspace as it is now, read from a copy: making one takes a moment only."""
        self._require_file()
        with TemporaryDirectory(prefix="oppkit-", ignore_cleanup_errors=True) as folder:
            copied = DuckDBFile(Path(folder) / self.path.name, self.patience)
            self.copy_to(copied.path)
            with copied.read() as session:
                yield session

    def copy_to(self, path: Path) -> None:
        """Copy the file, which alone is the whole workspace, while nobody writes to it."""
        with self.locked(), self._explained():
            shutil.copyfile(self.path, path)

    @contextmanager
    def creating(self) -> Iterator[Session]:
        """A new file, which appears under its name only when it is complete."""
        with self.locked():
            if self.exists:
                raise NotEmpty(path=self.path)
            building = DuckDBFile(self.path.with_name(self.path.name + ".new"), self.patience)
            building.remove()
            try:
                with building.write() as session:
                    yield session
                building.path.replace(self.path)
            finally:
                building.remove()

    def remove(self) -> None:
        """Remove the file and what lies beside it: its log, its lock file."""
        for left in self.path.parent.glob(f"{glob.escape(self.path.name)}*"):
            left.unlink()

    @contextmanager
    def attached(self, tables: Collection[str]) -> Iterator[duckdb.DuckDBPyConnection]:
        """A new in-memory database with the workspace, all its tables, attached as `live`.

        The connection stays open when the block ends; the workspace is detached then.
        """
        self._require_file()
        with self._opened(read_only=True, engine=started()) as connection:
            connection.execute("use memory")
            yield connection

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock file. The operating system lets it go when the process dies."""
        lock = FileLock(
            self._lock_path, timeout=self.patience, poll_interval=_POLL, thread_local=False,
            fallback_to_soft=False, preserve_lock_file=True, on_acquired=_sign,
        )  # fmt: skip
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise self._busy(self._holder()) from None
        except OSError as error:
            raise StorageFailed(path=self.path, detail=_first_line(error)) from error
        try:
            yield
        finally:
            lock.release()

    @property
    def _lock_path(self) -> Path:
        return self.path.with_name(self.path.name + ".lock")

    @contextmanager
    def _opened(
        self, read_only: bool, engine: duckdb.DuckDBPyConnection | None = None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """The workspace attached to an engine as `live`, the database that statements are about."""
        quoted = str(self.path).replace("'", "''")
        # Without its type, DuckDB would look at a foreign file and download a reader for it.
        attach = f"attach '{quoted}' as live (type duckdb{', read_only' if read_only else ''})"
        with self.locked():
            used = engine or self._engine()
            try:
                self._patiently(lambda: used.execute(attach))
                used.execute("use live")
                with self._explained():
                    yield used
            finally:
                self._detach(used)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """A full disk or a damaged block, as a sentence."""
        try:
            yield
        except _BROKEN as error:
            raise StorageFailed(path=self.path, detail=_first_line(error)) from error

    def _detach(self, engine: duckdb.DuckDBPyConnection) -> None:
        """Close the file, whatever has happened to it before."""
        try:
            engine.execute("use memory")
            engine.execute("detach database if exists live")
        except duckdb.Error:
            # A transaction that could not even be undone, or an engine that has given up.
            engine.close()
            self._engines.pop(os.getpid(), None)

    def _engine(self) -> duckdb.DuckDBPyConnection:
        """The engine of this process; one that was inherited by a fork has lost its threads."""
        process = os.getpid()
        if process not in self._engines:
            self._engines[process] = started()
        return self._engines[process]

    def _require_file(self) -> None:
        if not self.exists:
            raise NoWorkspace(path=self.path)

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


def started() -> duckdb.DuckDBPyConnection:
    """A new engine. Its own progress bar would break into ours, and into notebooks."""
    engine = duckdb.connect()
    engine.execute("set timezone = 'UTC'")
    engine.execute("set enable_progress_bar = false")
    return engine


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
