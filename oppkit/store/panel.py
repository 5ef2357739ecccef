"""Filling an in-memory copy of what the history tells a model of signatures, in one read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import duckdb

from oppkit.store.engine import Engine
from oppkit.store.snapshot import Request, run
from oppkit.store.statements import live_tables, statement

_EPOCH = date(1970, 1, 1)
_NAMES = (
    "replay.rate", "panel.version", "panel.held", "panel.beginning", "panel.first_version",
    "panel.brought", "panel.row", "panel.ending", "panel.closing",
)  # fmt: skip


def fill_panel(engine: Engine, origins: Sequence[Request]) -> duckdb.DuckDBPyConnection:
    """A connection to a new in-memory database with `panel_row` and `panel_closing`.

    `origins` are days in order, one at least, in one currency and one zone. The caller closes the
    connection.
    """
    with engine.attached(live_tables([*_NAMES, "panel.reach"])) as connection:
        run(connection, ["replay.origin"], origins[0])
        added = statement("replay.add_origin")
        for number, request in enumerate(origins):
            given = {"number": number, "day": request.as_of, "ends_at": request.ends_at}
            connection.execute(added.sql, added.values(given))
        _add_days(connection, origins[0])
        run(connection, _NAMES, origins[0])
    return connection


def _add_days(connection: duckdb.DuckDBPyConnection, request: Request) -> None:
    """A row for each day of the history: a day of another zone is not always of 24 hours."""
    [first, last] = connection.execute(statement("panel.reach").sql).fetchone() or (None, None)
    days = list(_ending(request, first, last)) if first else []
    given = {"numbers": [number for number, _ in days], "ends": [end for _, end in days]}
    found = statement("panel.day")
    connection.execute(found.sql, found.values(given))


def _ending(request: Request, first: datetime, last: datetime) -> list[tuple[int, datetime]]:
    """The number and the end of each day from one moment to another, and of those around them."""
    start, count = first.date() - timedelta(days=1), (last.date() - first.date()).days + 3
    days = [start + timedelta(days=place) for place in range(count)]
    return [((day - _EPOCH).days, replace(request, as_of=day).ends_at) for day in days]
