"""One transaction on one connection: named statements in, plain rows out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from oppkit.store.statements import statement

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Row = dict[str, Any]


class Session:
    """Runs named statements inside the transaction of whoever made it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def all(
        self, name: str, given: Mapping[str, Any] | None = None, /, ending: str = "",
        without: frozenset[str] = frozenset(), **values: Any,
    ) -> list[Row]:  # fmt: skip
        """The rows that the statement `name` returns, as dictionaries.

        Parameters are looked up by name in `values`, then in `given` (a whole row, say). `ending`
        is added to the statement: an order and a page from a fixed list, never a value. Fragments
        named in `without` are left out of it.
        """
        found = statement(name, without)
        parameters = found.values({**(given or {}), **values})
        cursor = self._connection.execute(found.sql + ending, parameters)
        columns = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def one(
        self, name: str, given: Mapping[str, Any] | None = None, /, **values: Any
    ) -> Row | None:
        """The only row, or None."""
        rows = self.all(name, given, **values)
        return rows[0] if rows else None

    def run(self, name: str, given: Mapping[str, Any] | None = None, /, **values: Any) -> None:
        """Run a statement for what it does."""
        found = statement(name)
        self._connection.execute(found.sql, found.values({**(given or {}), **values}))

    def run_many(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run a statement once for each row."""
        found = statement(name)
        values = [found.values(row) for row in rows]
        if values:
            self._connection.executemany(found.sql, values)

    def script(self, sql: str) -> None:
        """Run several statements without parameters: a migration."""
        self._connection.execute(sql)

    def load(self, table: str, rows: pa.Table) -> None:
        """Append an Arrow table whose columns are among those of `table`; the others stay empty."""
        columns = ", ".join(f'"{name}"' for name in rows.column_names)
        self._connection.register("incoming", rows)
        try:
            # Names of our own tables and columns: no value becomes part of the text.
            sql = f'insert into "{table}" ({columns}) select {columns} from incoming'  # noqa: S608
            self._connection.execute(sql)
        finally:
            self._connection.unregister("incoming")

    def append(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Append rows given as mappings by column; missing columns stay empty."""
        if not rows:
            return
        import pyarrow as pa

        schema = self.schema(table)
        columns = {field.name: _column(rows, field) for field in schema}
        self.load(table, pa.table(columns, schema=schema))

    def schema(self, table: str) -> pa.Schema:
        """The columns of a table, as Arrow has them."""
        sql = f'select * from "{table}" limit 0'  # noqa: S608 - a table of our own
        found: pa.Table = self._connection.sql(sql).to_arrow_table()
        return found.schema


def _column(rows: Sequence[Mapping[str, Any]], field: pa.Field) -> pa.Array:
    import pyarrow as pa

    values = [row.get(field.name) for row in rows]
    if pa.types.is_string(field.type):
        # Enumerations are texts; Arrow wants the plain type.
        values = [None if value is None else str(value) for value in values]
    return pa.array(values, type=field.type)
