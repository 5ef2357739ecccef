"""What restricts a board: words, an owner, an establishment; and which amounts it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import ipywidgets as widgets

from oppkit.forms.cards import Measure
from oppkit.forms.fields import ChoiceField, ListField
from oppkit.forms.pick_field import PickField
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.search_box import SearchBox
from oppkit.model import Establishment, Search

MEASURES: tuple[Measure, ...] = ("amount", "weighted_amount")


class BoardFilters(widgets.HBox):
    """A row of filters. An owner that is not chosen from the list does not restrict."""

    def __init__(self, screen: Screen, on_change: Callable[[], Any]) -> None:
        say = screen.text
        self.box = SearchBox(
            screen.guard, label=say("board.text"), placeholder=say("board.text_placeholder"),
            clear=say("board.clear"),
        )  # fmt: skip
        self.owner = PickField("owner_ids", say("field.owner"), screen, "employee")
        self.establishment = ListField(
            "establishments", say("field.establishment"), screen, Establishment,
            say("board.every_establishment"),
        )  # fmt: skip
        choices = [(measure, say(f"board.{measure}")) for measure in MEASURES]
        self.measures = ChoiceField("measure", say("board.measure"), choices, none=None)
        fields = [self.owner, self.establishment, self.measures]
        super().__init__([self.box, *(field.widget for field in fields)])
        self.add_class("opp-board-bar")
        self.box.on_search(lambda _text: on_change())
        self.owner.widget.on_choose(lambda _choice: on_change())
        for field in (self.establishment, self.measures):
            field.on_change(screen.guard(on_change))

    def criteria(self) -> Search:
        """What to search for."""
        owner, establishment = self.owner.widget.choice, self.establishment.read()
        return Search(
            text=self.box.text,
            owner_ids=(int(owner.key),) if owner else (),
            establishments=(establishment,) if establishment else (),
        )

    @property
    def measure(self) -> Measure:
        """Which amounts are shown."""
        return cast("Measure", self.measures.read())
