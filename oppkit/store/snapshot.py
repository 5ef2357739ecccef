"""Filling an in-memory copy of what analyses need, in one consistent read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import duckdb

from oppkit.store.duckdb_file import DuckDBFile
from oppkit.store.statements import statement

_NAMES = ("currency_rate", "person_name", "customer_name", "label")
_LIVE = ("line", "opportunity", "tag")
_PAST = ("past_version", "past_line", "past_opportunity", "past_tag")


@dataclass(frozen=True)
class Request:
    """The day, whether the history must be read for it, and the currency of the amounts."""

    as_of: date
    from_history: bool
    base: str
    decimals: int


def fill(store: DuckDBFile, request: Request) -> duckdb.DuckDBPyConnection:
    """A connection to a new in-memory database with the tables of a snapshot.

    The caller closes it. The workspace is locked only while it is copied.
    """
    given = {
        "as_of": request.as_of,
        "ends_at": end_of_day(request.as_of),
        "base": request.base,
        "decimals": request.decimals,
    }
    with store.attached() as connection:
        for name in (*_NAMES, *(_PAST if request.from_history else _LIVE)):
            found = statement(f"snapshot.{name}")
            connection.execute(found.sql, found.values(given))
    return connection


def end_of_day(day: date) -> datetime:
    """The first moment after `day`, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)
