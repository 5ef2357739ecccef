"""Filling an in-memory copy of what the history tells of each opportunity, in one read."""

from __future__ import annotations

import duckdb

from oppkit.store.engine import Engine
from oppkit.store.snapshot import Request
from oppkit.store.statements import live_tables, statement

_NAMES = (
    "snapshot.currency_rate", "snapshot.person_name", "snapshot.customer_name", "snapshot.label",
    "journey.version", "journey.beginning", "journey.latest", "journey.run", "journey.closing",
    "journey.stay", "journey.journey",
)  # fmt: skip


def fill_journeys(engine: Engine, request: Request) -> duckdb.DuckDBPyConnection:
    """A connection to a new in-memory database with the tables of `analysis.journeys.Journeys`.

    All comes from the history, be the day past or present. The caller closes the connection.
    """
    with engine.attached(live_tables(_NAMES)) as connection:
        trace(connection, request)
    return connection


def trace(connection: duckdb.DuckDBPyConnection, request: Request) -> None:
    """Make the tables in the current schema; the workspace is attached as `live`."""
    given = {
        "as_of": request.as_of,
        "ends_at": request.ends_at,
        "base": request.base,
        "decimals": request.decimals,
    }
    for name in _NAMES:
        found = statement(name)
        connection.execute(found.sql, found.values(given))
