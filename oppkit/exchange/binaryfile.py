"""Read Excel workbooks and Parquet files: cells keep the type they have there."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from oppkit.exchange.cells import from_excel
from oppkit.exchange.errors import DamagedFile, EmptyFile, NoSuchSheet
from oppkit.exchange.sheet import Sheet

Row = tuple[int, tuple[Any, ...]]


def read_excel(path: Path, sheet: str | None, known: Callable[[list[str]], int]) -> Sheet:
    """The table of a workbook: in `sheet`, else in the sheet whose headings fit the mapping best.

    Raises `DamagedFile`, `EmptyFile` or `NoSuchSheet`.
    """
    try:
        headings, content = _table(path, sheet, known)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, SyntaxError):
        raise DamagedFile(path=path.name, kind=".xlsx") from None
    except OSError as error:
        if error.errno is not None:  # the system's; openpyxl's own has none
            raise
        raise DamagedFile(path=path.name, kind=".xlsx") from None
    if not headings:
        raise EmptyFile(path=path.name)
    return _by_column(path, headings, content)


def _table(
    path: Path, sheet: str | None, known: Callable[[list[str]], int]
) -> tuple[list[str], list[Row]]:
    """The headings and the rows below them. openpyxl reads as it goes, so any step may fail."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        rows = _filled_rows(_chosen(path, book, sheet, known))
        _, cells = next(rows, (0, ()))
        headings = [_heading(cell) for cell in cells]
        while headings and not headings[-1]:
            headings.pop()
        return headings, list(rows)
    finally:
        book.close()


def _by_column(path: Path, headings: list[str], rows: list[Row]) -> Sheet:
    """Rows of differing length as columns; cells beyond the headings get an empty heading."""
    width = max([len(headings), *(len(cells) for _, cells in rows)])
    names = (*headings, *[""] * (width - len(headings)))
    full = [(*cells, *[None] * (width - len(cells))) for _, cells in rows]
    columns = tuple(zip(*full, strict=True)) if full else ((),) * width
    return Sheet(path, names, columns, [number for number, _ in rows])


def _chosen(path: Path, book: Any, name: str | None, known: Callable[[list[str]], int]) -> Any:
    if name is not None:
        if name not in book.sheetnames:
            sheets = ", ".join(book.sheetnames)
            raise NoSuchSheet(path=path.name, sheet=name, known=sheets)
        return book[name]

    def fitting(sheet: Any) -> int:
        _, cells = next(_filled_rows(sheet), (0, ()))
        return known([_heading(cell) for cell in cells])

    if not book.worksheets:
        raise EmptyFile(path=path.name)
    return max(book.worksheets, key=fitting)  # the first of those that fit equally


def _heading(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _filled_rows(sheet: Any) -> Iterator[Row]:
    """The rows that hold something, with their numbers. The stored size of a sheet may be wrong."""
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(), 1):
        row = tuple(_value(cell) for cell in cells)
        if any(value is not None and value != "" for value in row):
            yield number, row


def _value(cell: Any) -> Any:
    """A cell's value; 40 % is stored as 0.4 and must not be taken for 0.4 %."""
    value = cell.value
    kind = type(value)
    if kind is str:
        return from_excel(value)
    if (kind is float or kind is int) and "%" in cell.number_format:
        return f"{value * 100:.15g} %"
    return value


def read_parquet(path: Path) -> Sheet:
    """The table of a Parquet file, with Python's own values (`Decimal`, `date`, `None`)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError, ValueError):
        raise DamagedFile(path=path.name, kind=".parquet") from None
    columns = tuple(
        [None if v is None else str(v) for v in column.to_pylist()]
        if pa.types.is_nested(column.type)
        else column.to_pylist()
        for column in table.columns
    )
    return Sheet(path, tuple(table.column_names), columns, range(1, table.num_rows + 1))
