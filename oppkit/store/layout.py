"""The tables of a workspace and the types of their columns, as Arrow has them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from oppkit.store import schema

if TYPE_CHECKING:
    import pyarrow as pa


@cache
def layout(version: int | None = None) -> Mapping[str, pa.Schema]:
    """Table → its columns, of a workspace of schema `version` (default: the latest).

    It is what the migrations make in DuckDB. What a server has besides is its own business.
    """
    from oppkit.store.duckdb_file import started
    from oppkit.store.duckdb_session import DuckDBSession

    with started() as connection:
        session = DuckDBSession(connection)
        schema.advance(session, 0, version)
        names = connection.execute("select table_name from duckdb_tables() order by 1").fetchall()
        return {name: session.schema(name) for (name,) in names}
