"""The tabs of a form: the fields, and what there is only for a saved record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ipywidgets as widgets

from oppkit.forms.screen import Screen


@dataclass(frozen=True)
class Side:
    """A tab beside the fields: `read` has it show the record, when it is in sight."""

    title: str
    widget: widgets.Widget
    read: Callable[[], None]


class RecordTabs(widgets.Tab):
    """The fields come first; the other tabs are read when they are shown, not before."""

    def __init__(
        self, screen: Screen, title: str, fields: widgets.Widget, sides: Sequence[Side]
    ) -> None:
        self._titles = (title, *(side.title for side in sides))
        self._sides, self._all = sides, (fields, *(side.widget for side in sides))
        self._saved, self._count = False, 1
        super().__init__([fields], titles=[title], selected_index=0)
        self.add_class("opp-tabs")
        self.observe(screen.guard(lambda _change: self._read()), "selected_index")

    def follow(self, saved: bool) -> None:
        """Show a record anew, saved or not."""
        self._saved = saved
        if not saved:
            self.selected_index = 0
        count = len(self._all) if saved else 1
        if count != self._count:
            self._count = count
            self.children = self._all[:count]
            self.titles = self._titles[:count]
        self._read()

    def show_fields(self) -> None:
        """Bring the fields into sight: something in them is wrong."""
        self.selected_index = 0

    def show_side(self, title: str) -> None:
        """Bring a tab beside the fields into sight, once the record is saved."""
        if self._saved:
            self.selected_index = self._titles.index(title)

    def _read(self) -> None:
        if self._saved and self.selected_index:
            self._sides[self.selected_index - 1].read()
