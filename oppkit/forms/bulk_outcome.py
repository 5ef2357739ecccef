"""The result of a bulk edit, which stays in sight with its undo until the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from oppkit.bulk_edit import Applied, Item
from oppkit.forms.dialog import button
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.plain import Facts, Plain

_MOST = 50  # refusals told one by one


class BulkOutcome(widgets.VBox):
    """How many were changed, which were refused and why; nothing at all before the first edit."""

    def __init__(self, screen: Screen, undo: Callable[[], Any]) -> None:
        self.screen = screen
        say = screen.text
        self.said = Plain(live=True)
        self.undo_button = button(say("bulk.undo"), undo, screen.guard)
        self.undo_button.add_class("opp-outlined")
        self.close_button = button(say("form.close"), self.clear, screen.guard)
        self.refused = Facts(headings=[say("bulk.code"), say("bulk.name"), say("bulk.reason")])
        super().__init__()
        self.add_class("opp-bulk-outcome")

    def applied(self, result: Applied) -> None:
        """Tell of a change, which can be undone."""
        self._tell("changed", result, undo=bool(result.done))

    def undone(self, result: Applied) -> None:
        """Tell of what was taken back, and of what was not."""
        self._tell("put_back", result, undo=False)

    def clear(self) -> None:
        """Put the result out of sight; it cannot be undone from here any more."""
        self.children = ()

    def _tell(self, what: str, result: Applied, undo: bool) -> None:
        done, refused = len(result.done), len(result.refused)
        parts = [self.screen.count(what, done)]
        if refused:
            parts.append(self.screen.count(f"not_{what}", refused))
        self.said.text = joined(parts)
        self.said.tone = "warn" if refused else "good"
        self._list(result.refused)
        acts = [self.undo_button, self.close_button] if undo else [self.close_button]
        bar = widgets.HBox([self.said, *acts]).add_class("opp-bulk-bar")
        shown: list[widgets.Widget] = [bar, self.refused] if refused else [bar]
        self.children = tuple(shown)

    def _list(self, refused: Sequence[tuple[Item, Exception]]) -> None:
        self.refused.rows = [
            [item.code, item.name, self.screen.reason(error)] for item, error in refused[:_MOST]
        ]
        rest = len(refused) - _MOST
        self.refused.caption = self.screen.count("more_refused", rest) if rest > 0 else ""
