"""The view of the reference lists, of the currency and its rates, and of our own company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from oppkit.forms.firm_panel import FirmPanel
from oppkit.forms.list_values import ValuesPanel
from oppkit.forms.rates import RatesPanel
from oppkit.forms.screen import Screen
from oppkit.model import LISTS

# What is kept beside the lists: exchange rates, and our own company.
_OTHERS: Mapping[str, type[Any]] = {"rates": RatesPanel, "firm": FirmPanel}

# Those that sales managers change most come first.
_ORDER = (
    "status", "tag", "sale_type", "origin_type", "loss_reason", "role", "establishment", "sector",
    "family", "subfamily", "country", "currency",
)  # fmt: skip


class ListsView(widgets.VBox):
    """The lists at the left, the chosen one beside them."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._panels: dict[str, Any] = {}
        names = [(screen.text(f"list_name.{name}"), name) for name in _ORDER]
        self.choice = widgets.RadioButtons(
            options=[*names, *((screen.text(f"list_name.{name}"), name) for name in _OTHERS)],
            description=screen.text("lists.title"),
        ).add_class("opp-lists-choice")
        self.place = widgets.VBox().add_class("opp-lists-place")
        self.choice.observe(screen.guard(lambda _change: self._show()), "value")
        super().__init__([widgets.HBox([self.choice, self.place]).add_class("opp-lists")])
        self.add_class("opp-view")
        self._show()

    @property
    def panel(self) -> Any:
        """What is shown beside the lists: a `ValuesPanel`, the `RatesPanel` or the `FirmPanel`."""
        return self.place.children[0]

    def show(self, name: str) -> None:
        """Show a list by its name in `LISTS`, "rates" or "firm"."""
        self.choice.value = name

    def refresh(self) -> None:
        """Show what stands now."""
        self.screen.refresh_lists()
        self.panel.refresh()

    def _show(self) -> None:
        name = self.choice.value
        if name in self._panels:
            self._panels[name].refresh()
        elif name in _OTHERS:
            self._panels[name] = _OTHERS[name](self.screen)
        else:
            self._panels[name] = ValuesPanel(self.screen, LISTS[name])
        self.place.children = (self._panels[name],)
