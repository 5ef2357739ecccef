"""Fields in which a record is found as one types: a customer, an employee, an event…"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from oppkit.directory import Suggested
from oppkit.forms.fields import Field
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.pick import Choice, Pick
from oppkit.locale.typed import NotUnderstood
from oppkit.model import Suggestion


class PickField(Field):
    """The identifier of one record of a kind."""

    widget: Pick

    def __init__(
        self, name: str, label: str, screen: Screen, kind: Suggested,
        create: Callable[[str], Choice | None] | None = None, required: bool = False,
    ) -> None:  # fmt: skip
        self.screen, self.kind = screen, kind
        self.customer_id: int | None = None  # restricts what belongs to a customer
        super().__init__(name, Pick(
            self._suggest, screen.words("pick"), label=label, create=create,
            placeholder=screen.text(f"pick.find_{kind}"), guard=screen.guard, required=required,
        ))  # fmt: skip

    def show(self, value: int | None) -> None:
        self.widget.choose(choice_of(self.screen, self.kind, value))

    def read(self) -> int | None:
        if self.widget.choice is not None:
            return int(self.widget.choice.key)
        if self.widget.text.strip():
            raise NotUnderstood("choose_from_list", self.screen.language)
        return None

    @property
    def typed(self) -> Any:
        choice = self.widget.choice
        return choice.key if choice else self.widget.text

    def on_change(self, callback: Callable[[], Any]) -> None:
        self.widget.on_choose(lambda _choice: callback())
        self.widget.on_text(lambda _text: callback())

    def _suggest(self, text: str) -> list[Choice]:
        return suggested(self.screen, self.kind, text, self.customer_id)


def suggested(
    screen: Screen, kind: Suggested, text: str, customer_id: int | None = None
) -> list[Choice]:
    """What the workbench proposes for a text."""
    directory = screen.workbench.directory
    return [_choice(screen, item) for item in directory.suggest(kind, text, 10, customer_id)]


def choice_of(screen: Screen, kind: Suggested, record_id: int | None) -> Choice | None:
    """The record under an identifier; its number where it is gone."""
    if record_id is None:
        return None
    found = screen.workbench.directory.named(kind, record_id)
    return _choice(screen, found) if found else Choice(str(record_id), f"#{record_id}")


def _choice(screen: Screen, item: Suggestion) -> Choice:
    return Choice(str(item.id), item.name, _detail(screen, item), item.code)


def _detail(screen: Screen, item: Suggestion) -> str:
    """Days are told in the reader's format; the code has a place of its own."""
    try:
        return screen.date(date.fromisoformat(item.detail))
    except ValueError:
        parts = item.detail.split(", ")
        return ", ".join(part for part in parts if part != item.code)
