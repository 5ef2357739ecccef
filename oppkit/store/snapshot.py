"""Filling an in-memory copy of what analyses need, in one consistent read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import duckdb

from oppkit.store.duckdb_file import DuckDBFile
from oppkit.store.statements import statement

_NAMES = ("currency_rate", "person_name", "customer_name", "label")
_LIVE = ("line", "opportunity", "tag")
_PAST = ("past_version", "past_line", "past_opportunity", "past_tag")


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


def fill(store: DuckDBFile, request: Request) -> duckdb.DuckDBPyConnection:
    """A connection to a new in-memory database with the tables of a snapshot.

    The caller closes it. The workspace is locked only while it is copied.
    """
    given = {
        "as_of": request.as_of,
        "ends_at": request.ends_at,
        "base": request.base,
        "decimals": request.decimals,
    }
    with store.attached() as connection:
        for name in (*_NAMES, *(_PAST if request.from_history else _LIVE)):
            found = statement(f"snapshot.{name}")
            connection.execute(found.sql, found.values(given))
    return connection
