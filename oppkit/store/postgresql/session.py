"""A session on PostgreSQL."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from oppkit.store.layout import layout
from oppkit.store.postgresql.arrow import ArrowReader, reading
from oppkit.store.session import Session

if TYPE_CHECKING:
    import psycopg
    import pyarrow as pa


_ASIDE = 'create temporary table incoming on commit drop as select {columns} from "{table}" limit 0'
_FROM_ASIDE = """
insert into "{table}" ({columns}) select {columns} from incoming;
drop table incoming;
"""


class PostgreSQLSession(Session):
    """Runs statements in the transaction that was begun on a connection."""

    dialect = "postgresql"

    def __init__(self, connection: psycopg.Connection[Any], text: str) -> None:
        self._connection = connection
        self._text = text  # what the connection was made with
        self._held = ExitStack()
        self._reader: ArrowReader | None = None

    def close(self) -> None:
        """End what `stream` began."""
        self._held.close()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Any]:
        return self._connection.execute(sql.encode(), values or None)

    def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(sql.encode(), rows)

    def script(self, sql: str) -> None:
        self._connection.execute(sql.encode())

    def load(self, table: str, rows: pa.Table | pa.RecordBatchReader) -> None:
        import pyarrow as pa
        import pyarrow.csv as csv

        # Decimals as text, which CSV writers take as it is.
        schema = pa.schema(
            (field.name, pa.string() if pa.types.is_decimal(field.type) else field.type)
            for field in rows.schema
        )
        columns = ", ".join(f'"{name}"' for name in schema.names)
        # COPY does not go into a table that has policies for us; INSERT does.
        [[guarded]] = self.execute(f"select row_security_active('{table}')").fetchall()
        target = "incoming" if guarded else table
        if guarded:
            self.script(_ASIDE.format(table=table, columns=columns))
        sql = f'copy "{target}" ({columns}) from stdin (format csv)'
        options = csv.WriteOptions(include_header=False)
        with (
            self._connection.cursor().copy(sql.encode()) as copy,
            csv.CSVWriter(_Sink(copy), schema, write_options=options) as writer,
        ):
            for batch in rows.to_reader() if isinstance(rows, pa.Table) else rows:
                writer.write_batch(batch.cast(schema))
        if guarded:
            self.script(_FROM_ASIDE.format(table=table, columns=columns))

    def stream(self, table: str, columns: pa.Schema) -> pa.RecordBatchReader:
        if self._reader is None:
            self._reader = self._held.enter_context(reading(self._connection, self._text))
        return self._reader.stream(table, columns)

    def schema(self, table: str) -> pa.Schema:
        return layout()[table]


class _Sink(io.RawIOBase):
    """A file that hands on what is written to a COPY."""

    def __init__(self, copy: psycopg.Copy) -> None:
        self._copy = copy

    def writable(self) -> bool:
        return True

    def write(self, block: Any) -> int:
        self._copy.write(bytes(block))
        return len(block)
