"""One transaction on one connection: named statements in, plain rows out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from oppkit.store.statements import statement

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]


class Session(ABC):
    """Runs named statements inside the transaction of whoever made it."""

    dialect = ""  # the folder of the statements that an engine words in its own way

    def all(
        self, name: str, given: Mapping[str, Any] | None = None, /, ending: str = "",
        without: frozenset[str] = frozenset(), **values: Any,
    ) -> list[Row]:  # fmt: skip
        """The rows that the statement `name` returns, as dictionaries.

        Parameters are looked up by name in `values`, then in `given` (a whole row, say). `ending`
        is added to the statement: an order and a page from a fixed list, never a value. Fragments
        named in `without` are left out of it.
        """
        found = statement(name, without, self.dialect)
        cursor = self.execute(found.sql + ending, found.values({**(given or {}), **values}))
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
        found = statement(name, frozenset(), self.dialect)
        self.execute(found.sql, found.values({**(given or {}), **values}))

    def run_many(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run a statement once for each row."""
        found = statement(name, frozenset(), self.dialect)
        values = [found.values(row) for row in rows]
        if values:
            self.execute_many(found.sql, values)

    def append(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Append rows given as mappings by column; missing columns stay empty."""
        if not rows:
            return
        import pyarrow as pa

        schema = self.schema(table)
        columns = {field.name: _column(rows, field) for field in schema}
        self.load(table, pa.table(columns, schema=schema))

    @abstractmethod
    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Run SQL of our own; gives a cursor, as Python's database interface has it."""

    @abstractmethod
    def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run SQL of our own once for each row of values."""

    @abstractmethod
    def script(self, sql: str) -> None:
        """Run several statements without parameters: a migration."""

    @abstractmethod
    def load(self, table: str, rows: pa.Table | pa.RecordBatchReader) -> None:
        """Append Arrow rows whose columns are among those of `table`; the others stay empty."""

    @abstractmethod
    def stream(self, table: str, columns: pa.Schema) -> pa.RecordBatchReader:
        """All rows of a table with these columns, a part at a time; to be read to the end."""

    @abstractmethod
    def schema(self, table: str) -> pa.Schema:
        """The columns of a table, as Arrow has them."""


def _column(rows: Sequence[Mapping[str, Any]], field: pa.Field) -> pa.Array:
    import pyarrow as pa

    values = [row.get(field.name) for row in rows]
    if pa.types.is_string(field.type):
        # Enumerations are texts; Arrow wants the plain type.
        values = [None if value is None else str(value) for value in values]
    return pa.array(values, type=field.type)
