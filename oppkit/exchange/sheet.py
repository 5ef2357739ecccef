"""A table as it was read, by column: texts or the values a spreadsheet held, with row numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from oppkit.exchange.reasons import Reason
from oppkit.model.texts import folded

_NOT_A_LETTER = re.compile(r"[\W_]+")


def compact(text: str) -> str:
    """The text without case, accents, spaces and punctuation: "GTX Pro" and "GTXPro" are equal.

    A text without any letter or digit stays as it is.
    """
    return _NOT_A_LETTER.sub("", folded(text)) or text.strip()


@dataclass(frozen=True)
class Dialect:
    """How a text file is written, so that its rejects can be written the same way."""

    encoding: str = "utf-8-sig"
    delimiter: str = ","


@dataclass(frozen=True)
class BrokenRow:
    """A row that could not be split into cells."""

    number: int
    cells: tuple[Any, ...]
    reason: Reason


@dataclass(frozen=True)
class Sheet:
    """`columns[c][i]` is the cell of column c in the row that the file counts as `numbers[i]`.

    The heading is row 1 of a text file or a spreadsheet; the first row of a Parquet file is 1.
    """

    path: Path
    headings: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]
    numbers: Sequence[int]
    broken: tuple[BrokenRow, ...] = ()
    dialect: Dialect = Dialect()

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def _exact(self) -> dict[str, int]:
        return _first_places(self.headings)

    @cached_property
    def _compact(self) -> dict[str, int]:
        return _first_places(compact(heading) for heading in self.headings)

    def place(self, names: Iterable[str]) -> int | None:
        """Which column the first known name stands for: as written, else compared compactly."""
        for name in names:
            found = self._exact.get(name, self._compact.get(compact(name)))
            if found is not None:
                return found
        return None

    def cells(self, place: int) -> tuple[Any, ...]:
        """A row as it stood in the file."""
        return tuple(column[place] for column in self.columns)

    def __iter__(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        return zip(self.numbers, zip(*self.columns, strict=True), strict=True)


def _first_places(names: Iterable[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(name, place)
    return places
