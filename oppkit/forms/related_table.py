"""A table of what belongs to a record: as high as its rows, each opened by a click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from oppkit.forms.screen import Screen
from oppkit.forms.widgets.table import Column, Table, TableRow
from oppkit.model.record import Record

Row = dict[str, Any]

_FIRST = 60  # rows that are read along with their number
_MOST = 8  # rows in sight before the table scrolls


class Page(Protocol):
    """Some rows, and how many there are in all: of the directory, or of a search."""

    @property
    def rows(self) -> Sequence[Row]: ...

    @property
    def count(self) -> int: ...


class RelatedTable(Table):
    """Only rows in sight are read: `read` gives them, from an offset on and up to a limit.

    `what` names it in the catalogue: its heading and the words for no row (`dashboard.<what>`,
    `dashboard.no_<what>`), and how many there are (`count.<what>`).
    """

    def __init__(
        self, screen: Screen, what: str, record: type[Record], columns: Sequence[Column],
        read: Callable[[int, int], Page], row: Callable[[Row], TableRow],
    ) -> None:  # fmt: skip
        self.screen, self.what = screen, what
        self._read, self._row = read, row
        self._kept: Sequence[Row] = ()
        words = screen.words("listing") | {"empty": screen.text(f"dashboard.no_{what}")}
        super().__init__(
            columns, self._rows_from, words, label=screen.text(f"dashboard.{what}"),
            guard=screen.guard,
        )  # fmt: skip
        self.on_open(lambda key: screen.open(screen.workbench.get(record, int(key))))

    def show(self) -> None:
        """Read anew, and show the first rows."""
        found = self._read(0, _FIRST)
        self._kept = found.rows
        self.height = height_of(found.count)
        self.refresh(found.count, self.screen.count(self.what, found.count))

    def _rows_from(self, offset: int, limit: int) -> list[TableRow]:
        found = self._kept[offset : offset + limit]
        if offset + limit > len(self._kept):
            found = self._read(offset, limit).rows
        return [self._row(row) for row in found]


def height_of(rows: int, tall: bool = False) -> str:
    """That of the rows, up to where it scrolls; room for the words when there is none.

    `tall` rows are those of a table of the class "opp-table-tall".
    """
    shown = min(max(rows, 2), _MOST)
    return (
        f"calc({shown} * round(var(--jp-ui-font-size1) * {3.6 if tall else 2.35}, 1px)"
        " + var(--jp-ui-font-size1) * 2.6 + 1px)"
    )
