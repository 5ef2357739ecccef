"""A workspace in a database on a PostgreSQL server.

What a DuckDB file promises by its lock, that nothing changes under a transaction while it works,
the server promises by its isolation level SERIALIZABLE: saves of several people run side by side,
and the outcome is as if they had come one after the other. Where that cannot be, PostgreSQL ends
one of them; it is then run again, this time alone.

- Every transaction that writes locks the table `change` before it looks at anything: shared, or
  exclusive to be alone. One that is alone waits for those that run, the next ones wait for it, and
  nothing is left that it could collide with. An import works like that from the start.
- Readers are in REPEATABLE READ, READ ONLY: they see one moment, wait for nobody, and never fail.
- Migrations take turns by an advisory lock, as there are no tables yet that could be locked.

When the connection breaks while a transaction is being committed, the server is asked what became
of it, so that a save is neither lost nor done twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

import psycopg
from psycopg import errors

from oppkit.store.duckdb_session import DuckDBSession
from oppkit.store.errors import (
    Busy,
    CodeElsewhere,
    ConnectionLost,
    NoRole,
    NotAllowed,
    NotAWorkspace,
    NotEmpty,
    OtherTeam,
    SaveInDoubt,
    ServerRefused,
    ServerUnreachable,
)
from oppkit.store.layout import layout
from oppkit.store.postgresql.connections import Connection, Connections, first_line
from oppkit.store.postgresql.mirror import Mirror
from oppkit.store.postgresql.session import PostgreSQLSession
from oppkit.store.schema import version
from oppkit.store.session import Session

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")

_READ = "begin isolation level repeatable read read only"
# The lock comes before the first query: from that on, the transaction sees the workspace as it is
# at that moment. The last query tells by what name the server knows the transaction.
_WRITE = """
begin isolation level serializable;
lock table change in {mode} mode;
select cast(pg_current_xact_id() as text);
"""
_TOGETHER, _ALONE = _WRITE.format(mode="row exclusive"), _WRITE.format(mode="exclusive")
_MIGRATE = """
begin isolation level read committed;
select pg_advisory_xact_lock(hashtext('oppkit'), hashtext(current_schema()));
select cast(pg_current_xact_id() as text);
"""
# A code that somebody else takes at the same moment breaks the rule that it is unique: alone, the
# save finds it taken, and says so.
_COLLISIONS = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
_REFUSALS = (errors.ReadOnlySqlTransaction, errors.DiskFull, errors.InsufficientResources)
_ENDED = ("57P01", "57P02", "57P03", "57P05", "25P03")  # the server ended the connection
_END = """
select pg_terminate_backend(pid) from pg_stat_activity
where backend_xid = xid(cast($1 as xid8)) and pid <> pg_backend_pid()
"""
_HOLDER = """
select a.usename, a.pid from pg_locks as l inner join pg_stat_activity as a on a.pid = l.pid
where l.relation = to_regclass('change') and l.mode = 'ExclusiveLock' and l.granted
"""
_OTHERS = "select 1 where to_regclass('schema_migration') is not null"
_ROWS = "row-level security"  # what the server says of rows that are another team's
_POLL = 0.05  # seconds


class PostgreSQLServer:
    """The database at an address; `patience` is how many seconds to wait for others."""

    def __init__(self, url: str, patience: float) -> None:
        self.place = url
        self.patience = patience
        self.connections = Connections(url, patience)
        self._mirror = Mirror()
        self._unknown: set[str] = set()  # transactions whose fate the server could not be asked

    @property
    def exists(self) -> bool:
        """Whether the database holds a workspace, of whatever schema.

        Raises `NoRole` if it does, and we may not so much as read it.
        """
        with self.read() as session:
            if version(session) > 0:
                return True
            # Tables that we have no rights on are not listed; that they are there can be told.
            if session.execute(_OTHERS).fetchall() and not session.one("schema.foreign"):
                raise NoRole(place=self.place)
            return False

    @contextmanager
    def read(self) -> Iterator[Session]:
        """The workspace as it is at one moment; nothing can be written through it."""
        with self._explained(), self.connections.begun(_READ) as (connection, _):
            session = PostgreSQLSession(connection, self.connections.text)
            try:
                yield session
            finally:
                session.close()
                _roll_back(connection)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that has the workspace to itself."""
        with self._explained(), self._transaction(_ALONE) as session:
            yield session

    def transact(self, work: Callable[[Session], T]) -> T:
        """What `work` gives in a transaction beside others, or, where that collides, alone."""
        with self._explained():
            try:
                with self._transaction(_TOGETHER) as session:
                    return work(session)
            except _COLLISIONS:
                pass
            except psycopg.OperationalError as error:
                if not _lost(error):
                    raise  # what was lost was not saved, and another connection may be had
            with self._transaction(_ALONE) as session:
                return work(session)

    @contextmanager
    def migrating(self) -> Iterator[Session]:
        """One transaction that may create and change tables, while no other does."""
        with self._explained(), self._transaction(_MIGRATE) as session:
            yield session

    def frozen(self) -> AbstractContextManager[Session]:
        """The workspace as it is at one moment; as long as is wanted."""
        return self.read()

    @contextmanager
    def creating(self) -> Iterator[Session]:
        """One transaction in which a workspace is made in an empty database."""
        with self.migrating() as session:
            if version(session) > 0 or session.one("schema.foreign") is not None:
                raise NotEmpty(path=self.place)
            yield session
            session.script(f"analyze {', '.join(layout())}")  # or the first searches are slow

    @contextmanager
    def scanning(self, tables: Collection[str]) -> Iterator[Session]:
        """The mirror of these tables, as if it were the workspace."""
        with self.attached(tables) as connection:
            connection.execute("use live")
            yield DuckDBSession(connection)

    @contextmanager
    def attached(self, tables: Collection[str]) -> Iterator[duckdb.DuckDBPyConnection]:
        """A DuckDB connection with a database of its own in memory, and these tables as `live`."""
        with ExitStack() as until:
            with self._explained(), self.connections.begun(_READ) as (connection, _):
                try:
                    found = self._mirror.attached(connection, self.connections.text, tables)
                    attached = until.enter_context(found)
                finally:
                    _roll_back(connection)
            yield attached

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Session]:
        for left in self._unknown.copy():
            self._fate(left)
        with self.connections.begun(begin) as (connection, cursor):
            [[transaction]] = cursor.fetchall()
            try:
                yield PostgreSQLSession(connection, self.connections.text)
            except BaseException as error:
                _roll_back(connection)
                if _lost(error):
                    self._fate(transaction)  # what it has locked is to be free at once
                raise
            try:
                connection.execute("commit")
            except psycopg.OperationalError as error:
                if not _lost(error):
                    raise
                fate = self._fate(transaction)
                if fate is None:
                    raise SaveInDoubt(place=self.place) from error
                if fate != "committed":
                    raise

    def _fate(self, transaction: str) -> str | None:
        """What became of a transaction whose connection broke; None where that cannot be known.

        A server learns late, or never, that the other end is gone. It is told to end what it still
        holds open; it does not end a commit that has come through. One that cannot be told now is
        told before the next transaction, which might wait for what is locked.
        """
        self._unknown.add(transaction)
        until = time.monotonic() + self.patience
        with suppress(psycopg.Error, ServerUnreachable), self.connections.opened() as connection:
            while time.monotonic() < until:
                connection.execute(_END, [transaction])
                found = connection.execute("select pg_xact_status($1)", [transaction]).fetchall()
                if found[0][0] != "in progress":
                    self._unknown.discard(transaction)
                    status: str | None = found[0][0]
                    return status
                time.sleep(_POLL)
        return None

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What a person can do something about, as a sentence."""
        try:
            yield
        except (errors.LockNotAvailable, errors.SerializationFailure) as error:
            holder = self._holder()
            raise Busy(path=self.place, holder=holder, seconds=round(self.patience)) from error
        except errors.InsufficientPrivilege as error:
            if _ROWS in str(error):
                raise OtherTeam() from error
            raise NotAllowed(place=self.place, detail=first_line(error)) from error
        except errors.UniqueViolation as error:
            if not (error.diag.constraint_name or "").endswith("_code_key"):
                raise
            raise CodeElsewhere() from error
        except errors.UndefinedTable as error:
            raise NotAWorkspace(path=self.place, detail=first_line(error)) from error
        except _REFUSALS as error:
            raise ServerRefused(place=self.place, detail=first_line(error)) from error
        except psycopg.OperationalError as error:
            if not _lost(error):
                raise
            raise ConnectionLost(place=self.place, detail=first_line(error)) from error

    def _holder(self) -> str:
        """Who has the workspace to himself just now."""
        with suppress(psycopg.Error, ServerUnreachable), self.connections.opened() as connection:
            for name, process in connection.execute(_HOLDER).fetchall():
                return f"{name} (process {process} of the server)"
        return "others"


def _roll_back(connection: Connection) -> None:
    with suppress(psycopg.Error):  # one that is broken is closed, and the server undoes it
        connection.execute("rollback")


def _lost(error: BaseException) -> bool:
    """Whether the connection broke; what was not committed is undone then."""
    if not isinstance(error, psycopg.OperationalError):
        return False
    state = error.sqlstate
    return state is None or state[:2] == "08" or state in _ENDED
