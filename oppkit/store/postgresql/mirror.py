"""The tables that analyses read, kept in memory in step with the server.

An analysis reads all of a table again and again, from DuckDB, which is made for it. So the tables
it asks for are fetched once, and from then on only the rows of records that were changed since. All
is done in one consistent read of the server: the tables always show one and the same moment.

What was changed, the history tells: each save and each deletion touches a version. Lists, rates and
the like have none; they are small, and are fetched anew.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from oppkit.store.duckdb_file import started
from oppkit.store.kinds import KEYS
from oppkit.store.layout import layout
from oppkit.store.postgresql.arrow import ArrowReader, reading

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from oppkit.store.postgresql.connections import Connection

_MANY = 20_000  # records; beyond that all is fetched again
# Long texts that no analysis reads.
_UNREAD = frozenset({"search_text", "comment", "close_comment", "terms", "parties"})
_HISTORY = frozenset({"opportunity_version", "record_version"})
_MOMENT = """
select cast(pg_current_snapshot() as text), (select sum(counter) from change), member_view()
"""
_CHANGED = """
select opportunity_id from opportunity_version
where changed_in >= pg_snapshot_xmin(cast($1 as pg_snapshot))
    and not pg_visible_in_snapshot(changed_in, cast($1 as pg_snapshot))
union
select record_id from record_version
where changed_in >= pg_snapshot_xmin(cast($1 as pg_snapshot))
    and not pg_visible_in_snapshot(changed_in, cast($1 as pg_snapshot))
"""


@dataclass
class _Copy:
    """The copy of one process: its tables lie in the database `live` of an engine in memory.

    `seen` says which transactions it shows, `counter` how many changes, and `view` stands for which
    rows the user of the server may see.
    """

    engine: duckdb.DuckDBPyConnection = field(default_factory=started)
    lock: threading.Lock = field(default_factory=threading.Lock)
    tables: set[str] = field(default_factory=set)
    seen: str = ""
    counter: int = -1
    view: str = ""
    spaces: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.engine.execute("attach ':memory:' as live")
        self._sweeper = self.engine.cursor()
        self._sweeping = threading.Lock()
        self._gone: deque[str] = deque()

    def space(self) -> duckdb.DuckDBPyConnection:
        """A connection with a database of its own in memory, which goes when the connection goes.

        Whoever holds the lock may ask for one.
        """
        name = f"space_{next(self.spaces)}"
        connection = self.engine.cursor()
        connection.execute(f"attach ':memory:' as {name}")
        connection.execute(f"use {name}")
        weakref.finalize(connection, self._forget, name).atexit = False
        return connection

    def _forget(self, name: str) -> None:
        """Free a space. This runs whenever Python finds it unused, in whatever thread that is."""
        self._gone.append(name)
        if self._sweeping.acquire(blocking=False):
            try:
                while self._gone:
                    self._sweeper.execute(f"detach database {self._gone.popleft()}")
            finally:
                self._sweeping.release()


class Mirror:
    """Keeps a copy for each process: threads are not inherited by a fork, and engines need them."""

    def __init__(self) -> None:
        self._copies: dict[int, _Copy] = {}

    @contextmanager
    def attached(
        self, connection: Connection, text: str, tables: Collection[str]
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with an empty database of its own, and `live` as a transaction sees it.

        The transaction was begun on `connection`, which was made with `text`.
        """
        if (process := os.getpid()) not in self._copies:
            self._copies[process] = _Copy()
        copy = self._copies[process]
        with copy.lock:
            _refresh(copy, connection, text, tables)
            yield copy.space()


def _refresh(copy: _Copy, connection: Connection, text: str, tables: Collection[str]) -> None:
    """Fetch what is missing and what has changed; all of it, or nothing."""
    [[seen, counter, view]] = connection.execute(_MOMENT).fetchall()
    missing = set(tables) - copy.tables
    moved = (counter, view) != (copy.counter, copy.view)
    if not missing and not moved:
        return
    changed: Sequence[int] | None = ()
    if moved and copy.tables:
        # What went to another team, or came from one, no version tells.
        changed = _changed(connection, copy.seen) if view == copy.view else None
    if changed is None:  # too much to look it up one by one
        missing, copy.tables, changed = missing | copy.tables, set(), ()
    with reading(connection, text) as source:
        copy.engine.execute("begin")
        try:
            for table in sorted(copy.tables) if moved else ():
                _catch_up(copy.engine, source, table, changed)
            for table in sorted(missing):
                _fetch(copy.engine, source, table)
            copy.engine.execute("commit")
        except BaseException:
            copy.engine.execute("rollback")
            raise
    if missing & _HISTORY:
        copy.engine.execute("checkpoint live")  # packs the texts: a third of the memory
    copy.tables |= missing
    copy.seen, copy.counter, copy.view = seen, counter, view


def _changed(connection: Connection, seen: str) -> Sequence[int] | None:
    """The records changed by transactions that were not `seen`; None for very many."""
    found = connection.execute(_CHANGED, [seen]).fetchmany(_MANY + 1)
    return [row[0] for row in found] if len(found) <= _MANY else None


def _columns(table: str) -> pa.Schema:
    import pyarrow as pa

    return pa.schema(column for column in layout()[table] if column.name not in _UNREAD)


def _fetch(engine: duckdb.DuckDBPyConnection, source: ArrowReader, table: str) -> None:
    """The whole of a table."""
    how = f"create or replace table live.{table} as {{rows}}"
    source.copy(table, _columns(table), engine, how)


def _catch_up(
    engine: duckdb.DuckDBPyConnection, source: ArrowReader, table: str, changed: Sequence[int]
) -> None:
    """The rows of records that were changed, or of a table without any records all of them."""
    key = KEYS.get(table)
    if key is None:
        _fetch(engine, source, table)
    elif changed:
        given = {"ids": list(changed)}
        engine.execute(f"delete from live.{table} where {key} = any($ids)", given)  # noqa: S608
        numbers = ",".join(map(str, changed))
        where = f"where {key} = any('{{{numbers}}}')"
        how = f"insert into live.{table} {{rows}}"
        source.copy(table, _columns(table), engine, how, where)
