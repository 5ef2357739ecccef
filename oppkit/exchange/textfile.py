"""Read delimited text: find its encoding and its delimiter, and keep its bad rows apart."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from oppkit.exchange.cells import plain
from oppkit.exchange.errors import (
    EmptyFile,
    NotATable,
    NotThisEncoding,
    OldWorkbook,
    WrongEnding,
)
from oppkit.exchange.reasons import Reason
from oppkit.exchange.sheet import BrokenRow, Dialect, Sheet

REJECT_HEADINGS = ("rejected_row", "reasons")  # what a rejects file puts before the columns

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_KINDS = (
    (b"PK\x03\x04", ".xlsx"),
    (b"PAR1", ".parquet"),
    (b"%PDF", ".pdf"),
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF8", ".gif"),
    (b"\x1f\x8b", ".gz"),
)
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",;\t|"
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
_HEAD = 200_000  # characters that are looked at to find the delimiter


@dataclass(frozen=True)
class _Row:
    number: int
    cells: list[str]
    reason: Reason | None = None


def read(
    path: Path, encoding: str | None, delimiter: str | None, neutralised: bool,
    known: Callable[[list[str]], int],
) -> Sheet:  # fmt: skip
    """The table in a text file. `known` counts the headings that the mapping can use.

    Raises `EmptyFile`, `NotATable`, `WrongEnding`, `OldWorkbook` or `NotThisEncoding`.
    """
    text, encoding = _decoded(path, path.read_bytes(), encoding)
    start, stated = _stated_delimiter(text)
    delimiter = delimiter or stated or _delimiter(text[start:], known)
    rows = _rows(text[start:], delimiter, 1 if start == 0 else 2)
    heading = next((row for row in rows if any(cell.strip() for cell in row.cells)), None)
    if heading is None:
        raise EmptyFile(path=path.name)
    headings = [cell.strip() for cell in heading.cells]
    return _sheet(path, headings, rows, Dialect(encoding, delimiter), neutralised)


def _sheet(
    path: Path, headings: list[str], rows: Iterator[_Row], dialect: Dialect, neutralised: bool
) -> Sheet:
    """Good rows by column, bad ones apart; empty rows are no rows."""
    returned = tuple(headings[:2]) == REJECT_HEADINGS
    numbers: list[int] = []
    good: list[list[str]] = []
    broken: list[BrokenRow] = []
    for row in rows:
        reason = row.reason or _miscounted(row.cells, len(headings))
        if reason is not None:
            broken.append(BrokenRow(row.number, tuple(row.cells), reason))
        elif any(map(str.strip, row.cells)):
            numbers.append(row.number)
            good.append(row.cells)
    columns = tuple(zip(*good, strict=True)) if good else tuple(() for _ in headings)
    if neutralised or returned:
        columns = tuple(tuple(map(plain, column)) for column in columns)
    first = 2 if returned else 0
    return Sheet(
        path, tuple(headings[first:]), columns[first:], numbers,
        tuple(BrokenRow(b.number, b.cells[first:], b.reason) for b in broken), dialect,
    )  # fmt: skip


def _miscounted(cells: list[str], expected: int) -> Reason | None:
    """A row with missing or extra cells; empty extra cells at its end do no harm."""
    while len(cells) > expected and not cells[-1]:
        cells.pop()
    if len(cells) == expected or not any(cells):
        return None
    return Reason("cell_count", values={"found": len(cells), "expected": expected})


def _decoded(path: Path, content: bytes, encoding: str | None) -> tuple[str, str]:
    """The text and its encoding: as stated, by its mark, UTF-8, UTF-16, else Windows-1252."""
    if not content:
        raise EmptyFile(path=path.name)
    if encoding is not None:
        try:
            return content.decode(encoding), encoding
        except (UnicodeDecodeError, LookupError):
            raise NotThisEncoding(path=path.name, encoding=encoding) from None
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    kind = next((text for start, text in _OTHER_KINDS if content.startswith(start)), None)
    if content.startswith(_OLD_WORKBOOK):
        raise OldWorkbook(path=path.name)
    if kind is not None:
        raise WrongEnding(path=path.name, found=kind)
    for name in (marked,) if marked else (_unmarked_utf16(content), "utf-8", "cp1252"):
        try:
            text = content.decode(name) if name else "\0"
        except UnicodeDecodeError:
            continue
        if name == "utf-8" or marked or not _BINARY.search(text):
            return text, name or ""
    raise NotATable(path=path.name)


def _unmarked_utf16(content: bytes) -> str | None:
    """UTF-16 without its mark has a zero in nearly every other byte."""
    sample = content[:4096]
    for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if zeros.count(0) > 0.6 * len(sample) / 2:
            return name
    return None


def _stated_delimiter(text: str) -> tuple[int, str | None]:
    """Excel's first line `sep=;`: where the table starts, and the delimiter."""
    first, _, _ = text[:20].partition("\n")
    if first.lower().startswith("sep=") and len(first.rstrip("\r")) == 5:
        return len(first) + 1, first[4]
    return 0, None


def _delimiter(text: str, known: Callable[[list[str]], int]) -> str:
    """The delimiter that gives most headings the mapping knows, then most columns on most rows."""

    def merit(candidate: str) -> tuple[int, int, int]:
        rows = [
            row.cells for row, _ in zip(_rows(text[:_HEAD], candidate, 1), range(50), strict=False)
        ]
        rows = [row for row in rows if row] or [[]]
        steady = sum(len(row) == len(rows[0]) for row in rows)
        return known(rows[0]), steady if len(rows[0]) > 1 else 0, len(rows[0])

    return max(_DELIMITERS, key=merit)


def _rows(text: str, delimiter: str, first: int) -> Iterator[_Row]:
    """Every row with its number as a spreadsheet counts, the heading being 1.

    A quotation mark that is never closed would swallow all rows after it: such a row is given up
    after its first line, and reading goes on with the next.
    """
    lines = list(io.StringIO(text, newline=""))
    start, number = 0, first
    while start < len(lines):
        rest = map(lines.__getitem__, range(start, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
        done = 0
        try:
            for cells in reader:
                yield _Row(number, cells)
                done, number = reader.line_num, number + 1
            return
        except csv.Error:
            yield _Row(number, [lines[start + done].rstrip("\r\n")], Reason("open_quote"))
            start, number = start + done + 1, number + 1
