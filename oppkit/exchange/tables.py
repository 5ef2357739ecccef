"""Rows of values to a CSV, Excel or Parquet file, exactly."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from oppkit.exchange.cells import for_excel, harmless
from oppkit.exchange.errors import TooLongForExcel, TooManyRowsForExcel

# Name of a column → "text", "date", "yes", "whole", "any" (as the values are), or the number of
# decimals that its numbers may have.
Columns = Mapping[str, str | int]
Rows = Iterable[Mapping[str, Any]]

_EXCEL_ROWS = 1_048_576
_EXCEL_TEXT = 32_767
_EXCEL_DIGITS = 15  # more than these Excel does not keep
_FIRST_EXCEL_DAY = date(1900, 3, 1)  # before it, Excel counts a day that never was
_CHUNK = 20_000  # rows of a Parquet file held at a time


def missing(value: Any) -> bool:
    """None, and what pandas puts in its place: it differs from itself, or refuses to say."""
    try:
        return value is None or bool(value != value)
    except TypeError:
        return True


def plain_number(value: Decimal) -> str:
    """Without exponent and needless zeros, so that every program reads the same."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_csv(path: Path, columns: Columns, rows: Rows) -> int:
    """UTF-8 without a mark; see `stream_csv`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        return stream_csv(file, columns, rows)


def stream_csv(file: TextIO, columns: Columns, rows: Rows) -> int:
    """Commas, decimal points, ISO dates; texts made harmless. The number of rows."""
    count = 0
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in columns])
    for row in rows:
        writer.writerow([_csv_cell(row[name]) for name in columns])
        count += 1
    return count


def _csv_cell(value: Any) -> str:
    if isinstance(value, str):
        return harmless(value)
    if missing(value):
        return ""
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return harmless(str(value)) if not isinstance(value, int | float) else str(value)


def write_excel(path: Path, columns: Columns, rows: Rows) -> int:
    """One sheet whose headings stay in sight. Texts are text cells, whatever they look like."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("oppkit")
    sheet.freeze_panes = "A2"

    def cell(value: Any, row: int, column: str) -> Any:
        content = _excel_value(value, row, column)
        if not isinstance(content, str) or content[:1] not in _TEXT_MARKS:
            return content
        made = WriteOnlyCell(sheet, value=content)
        made.data_type, made.quotePrefix = "s", True
        return made

    number = 1
    try:
        sheet.append([cell(name, 1, name) for name in columns])
        for number, row in enumerate(rows, 2):
            if number > _EXCEL_ROWS:
                raise TooManyRowsForExcel(path=path.name)
            sheet.append([cell(row[name], number, name) for name in columns])
    finally:
        sheet.close()  # or its writer complains when it is collected half-way
    book.save(path)
    return number - 1


_TEXT_MARKS = frozenset("=+-@#'")  # formulas, and error values such as #N/A


def _excel_value(value: Any, row: int, column: str) -> Any:
    if isinstance(value, str):
        text = for_excel(value)
        if len(text) > _EXCEL_TEXT:
            raise TooLongForExcel(row=row, column=column)
        return text
    if missing(value):
        return None
    if isinstance(value, Decimal):
        text = plain_number(value)
        digits = len(text.replace(".", "").lstrip("-0"))
        return text if digits > _EXCEL_DIGITS else float(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return value if value >= _FIRST_EXCEL_DAY else value.isoformat()
    return value if isinstance(value, int | float) else for_excel(str(value))


def write_parquet(path: Path, columns: Columns, rows: Rows) -> int:
    """Numbers as exact decimals; columns of kind "any" take the type of their values."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = None
    if "any" not in columns.values():
        schema = pa.schema([(name, _arrow_type(kind)) for name, kind in columns.items()])
    waiting = iter(rows)
    table = _arrow_table(list(islice(waiting, _CHUNK if schema else None)), columns, schema)
    count: int = 0
    with pq.ParquetWriter(path, table.schema) as writer:
        while True:
            writer.write_table(table)
            count += int(table.num_rows)
            chunk = list(islice(waiting, _CHUNK))
            if not chunk:
                return count
            table = _arrow_table(chunk, columns, table.schema)


def _arrow_table(rows: list[Mapping[str, Any]], columns: Columns, schema: Any) -> Any:
    import pyarrow as pa

    values = {name: [None if missing(row[name]) else row[name] for row in rows] for name in columns}
    if schema is not None:
        return pa.table(values, schema=schema)
    return pa.table({name: _arrow_column(cells) for name, cells in values.items()})


def _arrow_column(cells: list[Any]) -> Any:
    """A column of the type of its values; values of unknown types as text."""
    import pyarrow as pa

    try:
        return pa.array(cells)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return pa.array([None if cell is None else str(cell) for cell in cells])


def _arrow_type(kind: str | int) -> Any:
    import pyarrow as pa

    if isinstance(kind, int):
        return pa.decimal128(38, kind)
    return {"text": pa.string(), "date": pa.date32(), "yes": pa.bool_(), "whole": pa.int64()}[kind]
