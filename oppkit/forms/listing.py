"""What all lists of records have in common: a search, filters, a table, a new record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from oppkit.forms.dialog import button
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.search_box import SearchBox
from oppkit.forms.widgets.table import Cell, Chip, Column, Table, TableRow
from oppkit.model.search import Found

_FIRST = 60


class Listing(widgets.VBox):
    """A list that follows each keystroke; only rows in sight are read.

    Subclasses say which rows are `found` and how a `row` is shown, and what happens to `opened`.
    Without a `new_kind`, records come from elsewhere: there is no button for a new one.
    """

    name = ""
    new_kind = ""
    first_sort = "name"
    first_descending = False

    def __init__(
        self, screen: Screen, columns: Sequence[Column], filters: Sequence[widgets.Widget],
        selectable: bool = False,
    ) -> None:  # fmt: skip
        self.screen = screen
        self._first: Sequence[dict[str, Any]] = ()
        say = screen.text
        self.search = SearchBox(
            screen.guard, label=say("listing.search"), placeholder=say(f"{self.name}.hint"),
            clear=say("listing.clear"),
        )  # fmt: skip
        self.search.on_search(lambda _text: self.look())
        self.table = Table(
            columns, self.rows, screen.words("listing"), selectable, say(f"{self.name}.list"),
            guard=screen.guard,
        )  # fmt: skip
        self.table.sort = {"name": self.first_sort, "descending": self.first_descending}
        self.table.observe(screen.guard(lambda _change: self.look()), "sort")
        self.table.on_open(self.opened)
        self.bar = widgets.HBox([self.search, *filters]).add_class("opp-listing-bar")
        if self.new_kind:
            self.new = button(say(f"{self.name}.new"), self.create, screen.guard, "primary")
            self.bar.children += (self.new,)
        self.actions = widgets.HBox().add_class("opp-listing-actions")
        super().__init__([self.bar, self.actions, self.table])
        self.add_class("opp-view")
        self.add_class("opp-listing")

    # -- what subclasses say ---------------------------------------------------------------------

    def found(self, **page: Any) -> Found:
        """A page of rows for what is searched for: sort, descending, offset, limit."""
        raise NotImplementedError

    def row(self, found: dict[str, Any]) -> TableRow:
        """How a row is shown."""
        raise NotImplementedError

    def opened(self, key: str) -> None:
        """Show the form of the row with this key."""
        raise NotImplementedError

    def create(self) -> None:
        """Show the form of a new record."""
        self.screen.new(self.new_kind)

    # -- searching -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read again what is shown, and stay where the person is."""
        self._read(keep_place=self.table.generation > 0)

    def look(self) -> None:
        """Search for what the box and the filters say, from the top."""
        self.table.selected = []
        self._read(keep_place=False)

    def _read(self, keep_place: bool) -> None:
        found = self._found(0, _FIRST)
        self._first = found.rows
        self.table.refresh(found.count, self.footer(found.count), keep_place)

    def footer(self, count: int) -> str:
        """How many were found, and what they come to."""
        return self.screen.count(self.name, count)

    def _found(self, offset: int, limit: int) -> Found:
        sort = self.table.sort
        return self.found(
            sort=sort["name"], descending=sort["descending"], offset=offset, limit=limit
        )

    def rows(self, offset: int, limit: int) -> list[TableRow]:
        """Rows of the present result, as the table asks for them."""
        # The first rows came along with their number: they are not read twice.
        if offset + limit <= len(self._first):
            return [self.row(found) for found in self._first[offset : offset + limit]]
        return [self.row(found) for found in self._found(offset, limit).rows]


def named(screen: Screen, name: str, active: bool) -> Cell:
    """A name; of what is not active any more the word says so, for those who see no grey."""
    if active:
        return name
    chip = Chip(text=screen.text("listing.inactive"), colour="")
    return {"text": name, "chips": [chip]}
