"""Read Excel workbooks and Parquet files: cells keep the type they have there."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from oppkit.exchange.errors import DamagedFile, EmptyFile, NoSuchSheet
from oppkit.exchange.sheet import Sheet
from oppkit.exchange.worksheet import Row, Workbook


def read_excel(path: Path, sheet: str | None, known: Callable[[list[str]], int]) -> Sheet:
    """The table of a workbook: in `sheet`, else in the sheet whose headings fit the mapping best.

    Raises `DamagedFile`, `EmptyFile` or `NoSuchSheet`.
    """
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = Workbook(path)
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, InvalidFileException):
        raise DamagedFile(path=path.name, kind=".xlsx") from None
    except OSError as error:
        if error.errno is not None:  # the system's; openpyxl's own has none
            raise
        raise DamagedFile(path=path.name, kind=".xlsx") from None
    try:
        found = _filled_rows(book, _chosen(path, book, sheet, known))
        _, cells = next(found, (0, ()))
        content = list(found)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, IndexError):
        raise DamagedFile(path=path.name, kind=".xlsx") from None
    finally:
        book.close()
    headings = [_heading(cell) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise EmptyFile(path=path.name)
    return _by_column(path, headings, content)


def _by_column(path: Path, headings: list[str], content: list[Row]) -> Sheet:
    """Rows of differing length as columns; cells beyond the headings get an empty heading."""
    width = max([len(headings), *(len(cells) for _, cells in content)])
    names = (*headings, *[""] * (width - len(headings)))
    full = [(*cells, *[None] * (width - len(cells))) for _, cells in content]
    columns = tuple(zip(*full, strict=True)) if full else ((),) * width
    return Sheet(path, names, columns, [number for number, _ in content])


def _chosen(path: Path, book: Workbook, name: str | None, known: Callable[[list[str]], int]) -> str:
    """The sheet to read: the one of this name, else the first of those that fit best."""
    if name is not None:
        if name not in book.sheets:
            raise NoSuchSheet(path=path.name, sheet=name, known=", ".join(book.sheets))
        return name

    def fitting(sheet: str) -> int:
        _, cells = next(_filled_rows(book, sheet), (0, ()))
        return known([_heading(cell) for cell in cells])

    if not book.sheets:
        raise EmptyFile(path=path.name)
    return max(book.sheets, key=fitting)


def _heading(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _filled_rows(book: Workbook, sheet: str) -> Iterator[Row]:
    """The rows that hold something, with their numbers."""
    for number, row in book.rows(sheet):
        if any(value is not None and value != "" for value in row):
            yield number, row


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
