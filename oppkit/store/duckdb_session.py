"""A session on DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oppkit.store.session import Session

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


_ROWS = 50_000  # at a time


class DuckDBSession(Session):
    """Runs statements on the current database of a connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[object] = ()) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(sql, values)

    def execute_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        self._connection.executemany(sql, rows)

    def script(self, sql: str) -> None:
        self._connection.execute(sql)

    def load(self, table: str, rows: pa.Table | pa.RecordBatchReader) -> None:
        import pyarrow as pa

        if isinstance(rows, pa.Table) and not rows.num_rows:
            # DuckDB 2.0.0 does not find many rows that come after none in one transaction.
            return
        columns = ", ".join(f'"{name}"' for name in rows.schema.names)
        self._connection.register("incoming", rows)
        # Names of our own tables and columns: no value becomes part of the text.
        sql = f'insert into "{table}" ({columns}) select {columns} from incoming'  # noqa: S608
        self._connection.execute(sql)
        self._connection.unregister("incoming")

    def stream(self, table: str, columns: pa.Schema) -> pa.RecordBatchReader:
        names = ", ".join(f'"{name}"' for name in columns.names)
        sql = f'select {names} from "{table}"'  # noqa: S608 - a table of our own
        return self._connection.sql(sql).to_arrow_reader(_ROWS)

    def schema(self, table: str) -> pa.Schema:
        sql = f'select * from "{table}" limit 0'  # noqa: S608 - a table of our own
        found: pa.Table = self._connection.sql(sql).to_arrow_table()
        return found.schema
