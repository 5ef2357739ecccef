"""Filling an in-memory copy of what analyses need, in one consistent read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import duckdb

from oppkit.store.engine import Engine
from oppkit.store.statements import live_tables, statement

_ALWAYS = ("currency_rate", "label", "priced_in_days")
_LIVE = (
    "person_name", "customer_name", "unconvertible", "line", "opportunity",
    "line_without_probability", "tag", "affair_record", "affair_tag", "affair",
)  # fmt: skip
_PAST = (
    "past_person_name", "past_customer_name", "past_version", "past_unconvertible", "past_line",
    "past_opportunity", "line_without_probability", "past_tag", "past_affair_version",
    "past_affair_record", "past_affair_tag", "affair",
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """The day, whether the history must be read for it, and the currency of the amounts.

    `zone` is where the day ends at midnight; None stands for the machine's own.
    """

    as_of: date
    from_history: bool
    base: str
    decimals: int
    zone: tzinfo | None = UTC

    @property
    def ends_at(self) -> datetime:
        """The first moment after the day."""
        midnight = datetime.combine(self.as_of + timedelta(days=1), time(), self.zone)
        return midnight.astimezone(UTC)  # without a zone it is taken as the machine's own


def fill(engine: Engine, request: Request) -> duckdb.DuckDBPyConnection:
    """A connection to a new in-memory database with the tables of a snapshot.

    The caller closes it. The workspace is locked only while it is copied.
    """
    with engine.attached(live_tables(statements(request))) as connection:
        copy(connection, request)
    return connection


def copy(connection: duckdb.DuckDBPyConnection, request: Request) -> None:
    """Make the tables of a snapshot in the current schema; the workspace is attached as `live`."""
    run(connection, statements(request), request)


def statements(request: Request) -> list[str]:
    """The names of those that make the tables of a snapshot, in order."""
    names = (*_ALWAYS, *(_PAST if request.from_history else _LIVE))
    return [f"snapshot.{name}" for name in names]


def run(connection: duckdb.DuckDBPyConnection, names: Iterable[str], request: Request) -> None:
    """Run named statements with what a request says."""
    given = {
        "as_of": request.as_of,
        "ends_at": request.ends_at,
        "base": request.base,
        "decimals": request.decimals,
    }
    for name in names:
        found = statement(name)
        connection.execute(found.sql, found.values(given))
