"""A pool of connections: opened when they are needed, and kept for who comes next.

It is our own, some lines long, because the one of psycopg connects in the background: whoever
waits learns after half a minute that there is no connection, and never why. Here the reason (a
password, a name, the network) is told at once.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from oppkit.store.errors import AccessRefused, ServerTooOld, ServerUnreachable
from oppkit.store.postgresql.address import connection_text, from_keyring

Connection = psycopg.Connection[Any]

OLDEST = 13  # it has transaction identifiers that are never used again
_KEPT = 4
# A client that went to sleep in the middle of a transaction must not keep others waiting for ever.
# Compiling our statements takes longer than running them, and sums over lists do not fit into the
# four megabytes that they would be given.
_SETTINGS = """
set timezone = 'UTC';
set jit = off;
set work_mem = '32MB';
set lock_timeout = '{seconds}s';
set idle_in_transaction_session_timeout = '10min';
set tcp_keepalives_idle = 20;
set tcp_keepalives_interval = 10;
set tcp_keepalives_count = 3;
"""


class Connections:
    """Connections to one database. `patience`: how many seconds a statement waits for others."""

    def __init__(self, url: str, patience: float) -> None:
        self.place = url
        self.text = connection_text(url)
        self._settings = _SETTINGS.format(seconds=max(patience, 0.1))
        self._idle: dict[int, list[Connection]] = {}
        weakref.finalize(self, _close, self._idle)

    @contextmanager
    def begun(self, script: str) -> Iterator[tuple[Connection, Any]]:
        """A connection on which a transaction was begun by `script`, and what that gave last.

        It is kept if the block leaves it outside of any transaction, and closed otherwise.
        """
        connection, cursor = self._begun(script)
        try:
            yield connection, cursor
        finally:
            self._give_back(connection)

    def close(self) -> None:
        """Close those that nobody uses just now."""
        _close(self._idle)

    def _begun(self, script: str) -> tuple[Connection, Any]:
        while True:
            connection = self._take()
            fresh = connection is None
            connection = connection or self.opened()
            try:
                cursor = connection.execute(script.encode())
            except psycopg.OperationalError:
                # One that lay idle may have died since: the server was started again, say.
                if fresh or not connection.closed:
                    connection.close()
                    raise
                continue
            except BaseException:
                connection.close()
                raise
            while cursor.nextset():
                pass
            return connection, cursor

    def _take(self) -> Connection | None:
        # Those that a fork inherited belong to its parent.
        idle = self._idle.setdefault(os.getpid(), [])
        with suppress(IndexError):
            return idle.pop()
        return None

    def _give_back(self, connection: Connection) -> None:
        idle = self._idle.setdefault(os.getpid(), [])
        at_rest = connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        if at_rest and len(idle) < _KEPT:
            idle.append(connection)
        else:
            connection.close()

    def opened(self) -> Connection:
        """A new connection. Raises `ServerUnreachable`, `AccessRefused` and `ServerTooOld`."""
        connection = self._connected()
        if connection.info.server_version < OLDEST * 10_000:
            found = connection.info.server_version // 10_000
            connection.close()
            raise ServerTooOld(place=self.place, found=found, oldest=OLDEST)
        connection.execute(self._settings.encode())
        return connection

    def _connected(self, password: str | None = None) -> Connection:
        text = make_conninfo(self.text, password=password)
        try:
            return psycopg.connect(text, autocommit=True, cursor_factory=psycopg.RawCursor)
        except psycopg.OperationalError as error:
            asked = error.pgconn is not None and error.pgconn.needs_password
            if asked and password is None and (found := from_keyring(error.pgconn)):
                return self._connected(found)
            detail = first_line(error)
            if asked or (error.pgconn is not None and error.pgconn.used_password):
                raise AccessRefused(place=self.place, detail=detail) from None
            raise ServerUnreachable(place=self.place, detail=detail) from None


def _close(idle: dict[int, list[Connection]]) -> None:
    for connection in idle.pop(os.getpid(), []):
        connection.close()


def first_line(error: BaseException) -> str:
    """What went wrong, for a sentence; libpq adds hints in lines of their own."""
    return str(error).split("\n")[0].removeprefix("connection failed: ").rstrip(".")
