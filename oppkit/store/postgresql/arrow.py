"""Whole tables from a server over Arrow, as they stand in a transaction that reads.

The driver of ADBC takes rows in PostgreSQL's binary form and makes columns of them, in C++. It has
a connection of its own, which is shown the same moment. Decimals come to it as text, slowly; so
they travel as whole numbers of their last decimal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from psycopg.conninfo import make_conninfo

from oppkit.store.duckdb_file import started

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from oppkit.store.postgresql.connections import Connection


_ROWS = 50_000  # at a time


class ArrowReader:
    """Reads tables at one moment."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def stream(self, table: str, columns: pa.Schema) -> pa.RecordBatchReader:
        """These columns of a table, a part at a time; one such stream after the other."""
        self._cursor.execute(f'select {_sent(columns)} from "{table}"')  # noqa: S608
        self._converter = started()
        self._converter.register("incoming", self._cursor.fetch_record_batch())
        sql = f"select {_kept(columns)} from incoming"  # noqa: S608
        return self._converter.sql(sql).to_arrow_reader(_ROWS)

    def copy(
        self, table: str, columns: pa.Schema, into: duckdb.DuckDBPyConnection, how: str,
        where: str = "",
    ) -> None:  # fmt: skip
        """Do with these columns of a table what `how` says: `insert into live.line {rows}`, say.

        `where` says which rows; both are SQL of our own.
        """
        # Names of our own tables and columns: no value becomes part of the text.
        self._cursor.execute(f'select {_sent(columns)} from "{table}" {where}')  # noqa: S608
        into.register("incoming", self._cursor.fetch_record_batch())
        into.execute(how.format(rows=f"select {_kept(columns)} from incoming"))  # noqa: S608
        into.unregister("incoming")


@contextmanager
def reading(connection: Connection, text: str) -> Iterator[ArrowReader]:
    """Read what a transaction sees that was begun on `connection`, until it ends.

    `text` is what the connection was made with.
    """
    import adbc_driver_postgresql.dbapi as adbc

    [[moment]] = connection.execute("select pg_export_snapshot()").fetchall()
    password = connection.pgconn.password.decode()
    target = make_conninfo(text, **({"password": password} if password else {}))
    with adbc.connect(target, autocommit=False) as other, other.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read read only")
        cursor.execute(f"set transaction snapshot '{moment}'")
        yield ArrowReader(cursor)


def _sent(columns: pa.Schema) -> str:
    import pyarrow.types as types

    return ", ".join(
        f'cast("{field.name}" * 1e{field.type.scale} as bigint) as "{field.name}"'
        if types.is_decimal(field.type)
        else f'"{field.name}"'
        for field in columns
    )


def _kept(columns: pa.Schema) -> str:
    import pyarrow.types as types

    def column(field: pa.Field) -> str:
        if not types.is_decimal(field.type):
            return f'"{field.name}"'
        size = f"{field.type.precision}, {field.type.scale}"
        unit = f"0.{1:0{field.type.scale}d}"  # an exact decimal: 0.001
        return f'cast("{field.name}" * {unit} as decimal({size})) as "{field.name}"'

    return ", ".join(column(field) for field in columns)
