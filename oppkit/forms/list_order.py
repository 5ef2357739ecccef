"""The order of a list, in which forms offer its values: moved by buttons, saved as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from oppkit.forms.dialog import Answer, Dialog, button
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.plain import Plain
from oppkit.model import Reference

_ROWS = 14


class OrderDialog(Dialog):
    """All values of a list, closed ones too; `chosen` is the one that the buttons move."""

    def __init__(
        self, screen: Screen, kind: type[Reference], on_done: Callable[[], Any] = lambda: None
    ) -> None:
        self.screen, self.kind = screen, kind
        self._on_done = on_done
        say = screen.text
        values = screen.lists.all(kind)
        self._labels = {value.code: value.label(screen.language) for value in values}
        height = 1.7 * min(_ROWS, len(values)) + 2.8  # rem: the rows, and the words above them
        self.select = widgets.Select(
            description=say("lists.order"), layout={"height": f"min({height:.1f}rem, 60vh)"}
        ).add_class("opp-list-order")
        self._put(list(self._labels), None)
        moves = {"first": self.first, "up": self.up, "down": self.down, "last": self.last}
        buttons = [
            button(say(f"lists.{name}"), move, screen.guard).add_class("opp-outlined")
            for name, move in moves.items()
        ]
        column = widgets.VBox(buttons).add_class("opp-list-moves")
        super().__init__(
            say("lists.order_title"),
            [
                Plain(text=say("lists.order_help"), tone="muted"),
                widgets.HBox([self.select, column]).add_class("opp-list-ordering"),
            ],
            [
                Answer(say("form.save"), self.save, "primary"),
                Answer(say("form.cancel"), lambda: None),
            ],
            screen.guard,
        )  # fmt: skip

    @property
    def codes(self) -> list[str]:
        """The codes in the order that stands in the dialog."""
        return [code for _label, code in self.select.options]

    def choose(self, code: str) -> None:
        """Choose the value to move."""
        self.select.value = code

    def first(self) -> None:
        """Move the chosen value to the top."""
        self._move(lambda _place: 0)

    def up(self) -> None:
        """Move the chosen value up by one."""
        self._move(lambda place: max(0, place - 1))

    def down(self) -> None:
        """Move the chosen value down by one."""
        self._move(lambda place: place + 1)

    def last(self) -> None:
        """Move the chosen value to the end."""
        self._move(lambda _place: len(self.codes))

    def save(self) -> None:
        """Write the order."""
        self.screen.workbench.lists.arrange(self.kind, self.codes)
        self.screen.refresh_lists()
        self.screen.say("lists.arranged")
        self._on_done()
        self.screen.changed()

    def _move(self, to: Callable[[int], int]) -> None:
        chosen, codes = self.select.value, self.codes
        if chosen is not None:
            place = codes.index(chosen)
            codes.insert(to(place), codes.pop(place))
            self._put(codes, chosen)

    def _put(self, codes: list[str], chosen: str | None) -> None:
        with self.select.hold_sync():  # in one step, so that the page keeps the choice
            self.select.options = [(self._labels[code], code) for code in codes]
            self.select.value = chosen if chosen is not None else next(iter(codes), None)
