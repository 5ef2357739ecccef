"""Likely duplicates of what somebody is typing, below the name of a customer or opportunity."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets

from oppkit.forms.dialog import button
from oppkit.forms.merge import merge_dialog
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.callbacks import Callbacks
from oppkit.forms.widgets.plain import Plain
from oppkit.model import Customer, Opportunity, Status

log = logging.getLogger("oppkit")

_LETTERS = 3  # of a name from which it is worth looking
_MOST = 5


class DuplicatesHint(widgets.VBox):
    """Links to records of nearly the same name; it takes no room while there are none.

    Looking fails in silence, but for the log: it must never get in the way of typing.
    """

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._open, self._merged = Callbacks(screen.guard), Callbacks(screen.guard)
        self._before: Callable[[Callable[[], Any]], Any] = lambda merge: merge()
        self._shown: tuple[Any, ...] = ()
        self._title = Plain(level=-1, tone="warn", live=True)
        super().__init__([self._title])
        self.add_class("opp-duplicates")
        self.layout.display = "none"

    @property
    def found(self) -> list[int]:
        """The identifiers of the records that are shown."""
        return [item.id for item in self._shown[2]] if self._shown else []

    def look_for_customer(
        self, name: str, code: str | None = None, city: str | None = None,
        exclude: int | None = None,
    ) -> None:  # fmt: skip
        """Show customers like the one being typed; `exclude` is its identifier once saved."""
        of = self.screen.workbench.duplicates.of_customer
        self._look(Customer, name, exclude, lambda: of(name, code, city, exclude, _MOST))

    def look_for_opportunity(
        self, name: str, customer_id: int | None, exclude: int | None = None
    ) -> None:
        """Show opportunities of the customer like the one being typed."""
        of = self.screen.workbench.duplicates.of_opportunity
        if customer_id is None:
            self.clear()
        else:
            customer = customer_id
            self._look(Opportunity, name, exclude, lambda: of(name, customer, exclude, _MOST))

    def clear(self) -> None:
        """Show nothing."""
        self._show(())

    def on_open(self, callback: Callable[[int], Any]) -> None:
        """Call with the identifier of a record that is to be opened."""
        self._open.add(callback)

    def on_merged(
        self, callback: Callable[[Any], Any],
        before: Callable[[Callable[[], Any]], Any] = lambda merge: merge(),
    ) -> None:  # fmt: skip
        """Offer merging for saved records, and call with the record that stayed.

        `before` is called with what asks how to merge: a form first sees to what is not saved.
        """
        self._merged.add(callback)
        self._before = before

    def open_record(self, record_id: int) -> None:
        """Open a record, as its link does."""
        self._open.call(record_id)

    def merge(self, other_id: int) -> None:
        """Ask how to merge the record being edited with another one, as its button does."""
        kind, mine, _ = self._shown
        get = self.screen.workbench.get
        self._before(
            lambda: merge_dialog(
                self.screen, get(kind, mine), get(kind, other_id), self._merged.call
            )
        )

    def _look(
        self, kind: type[Any], name: str, mine: int | None, look: Callable[[], Sequence[Any]]
    ) -> None:
        if len(name.strip()) < _LETTERS:
            self.clear()
            return
        try:
            found = tuple(look())
        except Exception as error:  # a hint must not get in the way of typing
            log.warning("Looking for duplicates failed.", exc_info=error)
            found = ()
        self._show((kind, mine, found) if found else ())

    def _show(self, shown: tuple[Any, ...]) -> None:
        # Most keystrokes find what the one before found.
        if shown == self._shown:
            return
        self._shown = shown
        self._title.text = self.screen.text("duplicates.title") if shown else ""
        self.children = (self._title, *map(self._row, shown[2] if shown else ()))
        self.layout.display = None if shown else "none"

    def _row(self, item: Any) -> widgets.HBox:
        kind, mine, _ = self._shown
        detail = self.screen.label(Status, item.detail) if kind is Opportunity else item.detail
        link = button(
            joined([item.code, item.name, detail or ""]), partial(self.open_record, item.id),
            self.screen.guard,
        ).add_class("opp-link")  # fmt: skip
        merge = button(
            self.screen.text("duplicates.merge"), partial(self.merge, item.id), self.screen.guard,
            tooltip=self.screen.text("duplicates.merge_with", name=item.name),
        ).add_class("opp-outlined")  # fmt: skip
        offered = [merge] if mine is not None and self._merged else []
        return widgets.HBox([link, *offered]).add_class("opp-duplicate")
