"""Filling an in-memory copy of two snapshots, and of what compares them, in one consistent read."""

from __future__ import annotations

import duckdb

from oppkit.store.engine import Engine
from oppkit.store.snapshot import Request, copy, run, statements
from oppkit.store.statements import live_tables


def fill_span(engine: Engine, opening: Request, closing: Request) -> duckdb.DuckDBPyConnection:
    """A connection to a new in-memory database with the schemas `opening`, `closing`, `steady`.

    The first two are snapshots; `steady` holds the closing lines in other currencies at the rates
    of the opening (`line`) and what was there before it (`earlier`). The caller closes it.
    """
    past = "past_steady_line" if closing.from_history else "steady_line"
    steady = ["snapshot.currency_rate", f"span.{past}", "span.earlier"]
    names = [*statements(opening), *statements(closing), *steady]
    with engine.attached(live_tables(names)) as connection:
        for schema, request in (("opening", opening), ("closing", closing)):
            _enter(connection, schema)
            copy(connection, request)
        _enter(connection, "steady")
        run(connection, steady, opening)
    return connection


def _enter(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    connection.execute(f"create schema {schema}")
    connection.execute(f"use {schema}")
