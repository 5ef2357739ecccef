"""Opening the history for a replay: many days of the pipeline in one reading of the versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import duckdb

from oppkit.store.engine import Engine
from oppkit.store.snapshot import Request, run
from oppkit.store.statements import live_tables, statement

_ADD = statement("replay.add_origin")
_TABLES = ("replay.rate", "snapshot.person_name", "snapshot.customer_name")


@contextmanager
def replaying(
    engine: Engine, origins: Sequence[Request], by_line: bool
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The workspace attached as `live`, with the tables that a replay of these days needs.

    `origin`, `origin_rate`, `person_name`, `customer_name`; to go by line `version_with_lines`.
    The file is locked until the block ends: the question is to be one statement.
    """
    names = [*_TABLES, *(["replay.version_with_lines"] if by_line else [])]
    tables = {"opportunity_version", *live_tables(names)}
    with ExitStack() as after, engine.attached(tables) as connection:
        after.callback(connection.close)
        run(connection, ["replay.origin"], origins[0])
        for number, request in enumerate(origins):
            given = {"number": number, "day": request.as_of, "ends_at": request.ends_at}
            connection.execute(_ADD.sql, _ADD.values(given))
        run(connection, names, origins[0])
        yield connection
