"""A list of any length, of which only the rows in sight are sent to the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypedDict

import anywidget
import traitlets

from oppkit.forms.widgets.assets import all_words, script, styles
from oppkit.forms.widgets.callbacks import Callbacks, Guard, unguarded

WORDS = frozenset({"empty", "error", "loading", "retry", "select_all", "select_row"})
"""The texts a table needs; `select_row` has a {name}."""

_FIRST = 60  # rows that come with a new result: one journey to the page instead of two
_MOST = 500  # rows in one answer, whatever a page asks for


class Chip(TypedDict):
    """A small coloured label; `colour` is a CSS colour, or empty."""

    text: str
    colour: str


class RichCell(TypedDict, total=False):
    """A cell that is more than its text."""

    text: str
    tone: Literal["", "late", "muted", "good"]
    chips: Sequence[Chip]


Cell = str | RichCell


@dataclass(frozen=True)
class Column:
    """A column: `width` is a track of a CSS grid ("2fr", "7rem"); numbers stand at the `end`."""

    name: str
    label: str
    align: Literal["start", "end"] = "start"
    width: str = "1fr"
    sortable: bool = True


@dataclass(frozen=True)
class TableRow:
    """A row: `key` is unique in the result; `tone` "late", "muted" or "good" colours all of it."""

    key: str
    cells: Sequence[Cell]
    tone: str = ""


Source = Callable[[int, int], Sequence[TableRow]]
"""Gives rows of the present result: (offset, limit)."""


class Table(anywidget.AnyWidget):
    """A grid with sortable columns, a keyboard, and a selection if wanted.

    The owner answers `sort` (observe it) and every new search with `refresh`; the page then asks
    for the rows it shows, and the `source` gives them. `selected` holds keys of the present result;
    an owner who refreshes with another result chooses what remains selected.
    """

    _esm = script("elements.js", "steady.js", "table_scroll.js", "table_rows.js", "table.js")
    _css = styles("colours.css", "table.css")

    columns = traitlets.List(traitlets.Dict()).tag(sync=True)
    total = traitlets.Int(0).tag(sync=True)
    sort = traitlets.Dict({"name": "", "descending": False}).tag(sync=True)
    selectable = traitlets.Bool(False).tag(sync=True)
    # Not sent back to the page it came from: it may be long.
    selected = traitlets.List(traitlets.Unicode()).tag(sync=True, echo_update=False)
    all_selected = traitlets.Bool(False).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    footer = traitlets.Unicode("").tag(sync=True)
    height = traitlets.Unicode("").tag(sync=True)
    generation = traitlets.Int(0).tag(sync=True)
    first = traitlets.List(traitlets.Dict()).tag(sync=True)
    kept_place = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        columns: Sequence[Column],
        source: Source,
        words: Mapping[str, str],
        selectable: bool = False,
        label: str = "",
        height: str = "28rem",
        guard: Guard | None = None,
    ) -> None:
        self._source = source
        self._guard = guard or unguarded
        self._open = Callbacks(self._guard)
        self._select_all = Callbacks(self._guard)
        super().__init__(
            columns=[asdict(column) for column in columns],
            words=all_words(words, WORDS),
            selectable=selectable,
            label=label,
            height=height,
        )
        self.observe(self._count_selected, ["selected", "total"])
        self.on_msg(self._received)

    def refresh(self, total: int, footer: str, keep_place: bool = False) -> None:
        """Show a new result of `total` rows, from the top unless `keep_place`.

        What the source raises for the first rows is raised here, unless the guard catches it.
        """
        with self.hold_sync():
            self.total, self.footer, self.kept_place = total, footer, keep_place
            self.generation += 1
            self.first = []
            if total and not keep_place:
                self.first = _sent(self._rows(0, min(total, _FIRST)) or ())

    def on_open(self, callback: Callable[[str], Any]) -> None:
        """Call with the key of a row that was double-clicked, or opened by its name or Enter."""
        self._open.add(callback)

    def on_select_all(self, callback: Callable[[], Any]) -> None:
        """Call when everything is to be selected: the callback sets `selected` to all keys.

        Without one, the source is asked for every row, which takes longer.
        """
        self._select_all.add(callback)

    def _count_selected(self, _change: Any) -> None:
        self.all_selected = 0 < self.total <= len(self.selected)

    def _received(self, _widget: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        if content.get("type") == "open":
            self._open.call(str(content["key"]))
        elif content.get("generation") != self.generation:
            return  # asked of a result that is gone; the page asks again
        elif content["type"] == "rows":
            self._answer(content)
        elif content["type"] == "select_all":
            self._select_everything()
        elif content["type"] == "select_range":
            self._add(*self._bounds(content))

    def _bounds(self, content: Mapping[str, Any]) -> tuple[int, int]:
        start = min(max(int(content["from"]), 0), self.total)
        return start, min(max(int(content["to"]), start), self.total)

    def _answer(self, content: Mapping[str, Any]) -> None:
        start, stop = self._bounds(content)
        stop = min(stop, start + _MOST)
        answer = {"view": content.get("view"), "generation": self.generation}
        try:
            rows = self._rows(start, stop)
        except BaseException:  # an interrupt too must not leave the page waiting
            self.send(answer | {"type": "failed"})
            raise
        if rows is None:
            self.send(answer | {"type": "failed"})
        else:
            found = {"type": "rows", "from": start, "to": stop, "rows": _sent(rows)}
            self.send(answer | found)

    def _rows(self, start: int, stop: int) -> Sequence[TableRow] | None:
        """Rows from the source, or None when the guard has caught what it raised."""
        rows: Sequence[TableRow] | None = self._guard(self._source)(start, stop - start)
        return rows

    def _select_everything(self) -> None:
        if self._select_all:
            self._select_all.call()
        else:
            self._add(0, self.total)

    def _add(self, start: int, stop: int) -> None:
        rows = self._rows(start, stop) or ()
        self.selected = list(dict.fromkeys([*self.selected, *(row.key for row in rows)]))


def _sent(rows: Sequence[TableRow]) -> list[dict[str, Any]]:
    return [{"key": row.key, "cells": list(row.cells), "tone": row.tone} for row in rows]
