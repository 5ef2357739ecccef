"""Fields that hold any number of values: those of a list, and customers found as one types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import ipywidgets as widgets

from oppkit.forms.fields import Field
from oppkit.forms.pick_field import choice_of, suggested
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.chips import Chip, Chips
from oppkit.forms.widgets.pick import Choice, Pick
from oppkit.forms.widgets.tag_picker import TagOption, TagPicker


class ManyField(Field):
    """Any number of values out of a list that is all on the page."""

    widget: TagPicker

    def __init__(
        self, name: str, label: str, screen: Screen, options: Sequence[TagOption],
        of: Callable[[str], Any] = str,
    ) -> None:  # fmt: skip
        self.options, self._of = list(options), of
        super().__init__(name, TagPicker(
            self.options, screen.words("tag_picker"), label=label, guard=screen.guard,
        ))  # fmt: skip

    def show(self, value: Sequence[Any]) -> None:
        wanted = [str(one) for one in value]
        self.offer(self.options, wanted)
        self.widget.show(tuple(wanted))

    def offer(self, options: Iterable[TagOption], kept: Sequence[str]) -> None:
        """Offer these options, and those that are `kept` though the list has lost them."""
        self.options = list(options)
        known = {option.code for option in self.options}
        lost = [TagOption(code, code, "") for code in kept if code not in known]
        self.widget.set_options([*self.options, *lost])

    def read(self) -> tuple[Any, ...]:
        return tuple(self._of(code) for code in self.widget.value)

    @property
    def typed(self) -> Any:
        return self.widget.value

    def on_change(self, callback: Callable[[], Any]) -> None:
        self.widget.on_change(lambda _codes: callback())


class CustomersField(Field):
    """Any number of customers, each found as one types; those chosen are chips below."""

    def __init__(self, name: str, label: str, screen: Screen) -> None:
        self.screen = screen
        self._chosen: list[Choice] = []
        self._changed: list[Callable[[], Any]] = []
        self.pick = Pick(
            lambda text: suggested(screen, "customer", text), screen.words("pick"), label=label,
            placeholder=screen.text("pick.find_customer"), guard=screen.guard,
        )  # fmt: skip
        words = screen.words("chips") | {"label": label}
        self.chips = Chips(words, guard=screen.guard)
        super().__init__(name, widgets.VBox([self.pick, self.chips]))
        self.widget.add_class("opp-customers-field")
        self.pick.on_choose(self._choose)
        self.chips.on_remove(self._remove)

    def show(self, value: Sequence[int]) -> None:
        self._chosen = [
            choice for one in value if (choice := choice_of(self.screen, "customer", one))
        ]
        self._draw()

    def read(self) -> tuple[int, ...]:
        return tuple(int(choice.key) for choice in self._chosen)

    @property
    def typed(self) -> Any:
        return self.read()

    def on_change(self, callback: Callable[[], Any]) -> None:
        self._changed.append(callback)

    def _choose(self, choice: Choice | None) -> None:
        if choice is None:
            return
        self.pick.choose(None)
        if choice.key not in {one.key for one in self._chosen}:
            self._chosen.append(choice)
            self._touched()

    def _remove(self, key: str) -> None:
        self._chosen = [choice for choice in self._chosen if choice.key != key]
        self._touched()

    def _touched(self) -> None:
        self._draw()
        for callback in self._changed:
            callback()

    def _draw(self) -> None:
        self.chips.show([Chip(choice.key, choice.label) for choice in self._chosen])
