"""Read the rows of a workbook fast, several times as fast as openpyxl, which reads the rest.

A sheet is XML: `<row r="2"><c r="A2" s="1" t="s"><v>5</v></c>…</row>`. `t` is the type of a cell
(s: shared text, inlineStr, str, b: yes or no, d: ISO date, e: error, else a number) and `s` its
style, which alone says whether a number is a date or a percentage.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.parsers import expat

from oppkit.exchange.cells import from_excel as text_from_excel

_CHUNK = 1 << 18

Row = tuple[int, tuple[Any, ...]]


class Workbook:
    """A workbook whose sheets are read one row after the other. `sheets` are their names.

    Raises `KeyError`, `ValueError`, `OSError` or what `zipfile` raises, for what is none.
    """

    def __init__(self, path: Path) -> None:
        from openpyxl.reader.excel import ExcelReader
        from openpyxl.styles.stylesheet import apply_stylesheet

        # Not load_workbook: it may read through every sheet to find out how large it is.
        reader = ExcelReader(path, read_only=True, data_only=True, keep_links=False)
        self._archive = reader.archive
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        self._strings = [text_from_excel(text) for text in reader.shared_strings]
        self._values = _Values(reader.wb)
        found = reader.parser.find_sheets()
        self._parts = {sheet.name: rel.target for sheet, rel in found if "chart" not in rel.Type}
        self.sheets: tuple[str, ...] = tuple(self._parts)

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows of a sheet, each with its number.

        Dates are `datetime`, percentages texts such as "40 %": as 0.4 they would pass for 0.4 %.
        """
        reader = _Reader(self._strings, self._values)
        with self._archive.open(self._parts[sheet]) as source:
            while chunk := source.read(_CHUNK):
                reader.parser.Parse(chunk, False)
                yield from reader.done
                reader.done.clear()
        reader.parser.Parse(b"", True)
        yield from reader.done

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()


class _Reader:
    """Follows the elements of a sheet and gathers the rows that are complete in `done`."""

    def __init__(self, strings: list[str], values: _Values) -> None:
        self.done: list[Row] = []
        self._strings = strings
        self._values = values
        self._row: list[Any] = []
        self._number = 0
        self._cell: dict[str, str] = {}  # the attributes of the cell being read
        self._text: list[str] = []
        self._phonetic = False  # how Japanese is pronounced is no part of the text
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._root

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        """Some programs write `<x:worksheet>` and then `<x:row>`."""
        prefix = name.removesuffix("worksheet")
        self._names = tuple(prefix + part for part in ("row", "c", "v", "t", "rPh"))
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        row, cell, value, text, phonetic = self._names
        if name == cell:
            self._cell = attributes
            self._text = []
        elif name in (value, text):
            if not self._phonetic:
                self.parser.CharacterDataHandler = self._text.append
        elif name == row:
            self._number = int(attributes.get("r", self._number + 1))
            self._row = []
        elif name == phonetic:
            self._phonetic = True

    def _end(self, name: str) -> None:
        row, cell, value, text, phonetic = self._names
        if name == cell:
            if self._text:
                self._add()
        elif name in (value, text):
            self.parser.CharacterDataHandler = None
        elif name == row:
            if self._row:
                self.done.append((self._number, tuple(self._row)))
        elif name == phonetic:
            self._phonetic = False

    def _add(self) -> None:
        """Put the cell into its row; those before it that the file leaves out are empty."""
        place = self._cell.get("r")
        if place is not None:
            gap = _column(place.rstrip("0123456789")) - len(self._row)
            if gap:
                self._row += [None] * gap
        self._row.append(self._read("".join(self._text)))

    def _read(self, text: str) -> Any:
        kind = self._cell.get("t", "n")
        if kind == "n":
            return self._values.of(text, self._cell.get("s", "0"))
        if kind == "s":
            return self._strings[int(text)]
        if kind == "b":
            return text.strip() == "1"
        if kind == "d":
            return datetime.fromisoformat(text)
        return text_from_excel(text)


@cache
def _column(letters: str) -> int:
    """The column that these letters name, from 0: "AB" is 27."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found - 1


class _Values:
    """Numbers as what their style makes of them; each style is looked up once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._styles: dict[str, str] = {"0": "number"}
        self._days: dict[str, Any] = {}

    def of(self, text: str, style: str) -> Any:
        """The value of a number in this style."""
        if style not in self._styles:
            self._styles[style] = self._meaning(style)
        meaning = self._styles[style]
        if meaning == "date":
            if text not in self._days:
                self._days[text] = self._day(text)
            return self._days[text]
        value = float(text) if "." in text or "e" in text or "E" in text else int(text)
        return f"{value * 100:.15g} %" if meaning == "percent" else value

    def _meaning(self, style: str) -> str:
        from openpyxl.cell.read_only import ReadOnlyCell
        from openpyxl.styles import is_date_format

        sheet = SimpleNamespace(parent=self._book)
        number_format = ReadOnlyCell(sheet, 1, 1, None, style_id=int(style)).number_format
        if is_date_format(number_format):
            return "date"
        return "percent" if "%" in number_format else "number"

    def _day(self, text: str) -> datetime | date | str | Any:
        """A date that Excel counts in days, as text where it is out of its range."""
        from openpyxl.utils.datetime import from_excel

        try:
            return from_excel(float(text), self._book.epoch)
        except (OverflowError, ValueError):
            return text
