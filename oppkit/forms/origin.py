"""What or who brought an opportunity: the type decides what can be found, or it is free text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oppkit.directory import ORIGINS, Suggested
from oppkit.forms.fields import Field, ListField
from oppkit.forms.pick_field import choice_of, suggested
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.pick import Choice, Pick
from oppkit.model import OriginType


class _Part(Field):
    """One of the two fields of a record that stand in one place on the page."""

    def __init__(self, name: str, origin: Origin) -> None:
        self._origin = origin
        super().__init__(name, origin.pick)

    def on_change(self, callback: Callable[[], Any]) -> None:
        self._origin.on_change(callback)


class _Identifier(_Part):
    def show(self, value: int | None) -> None:
        self._origin.record_id = value

    def read(self) -> int | None:
        return self._origin.record_id

    @property
    def typed(self) -> Any:
        return self._origin.record_id


class _Words(_Part):
    def show(self, value: str | None) -> None:
        self._origin.show(value or "")

    def read(self) -> str:
        return str(self._origin.pick.text).strip()

    @property
    def typed(self) -> Any:
        return self._origin.pick.text


class Origin:
    """The type of an origin, and the origin itself: a record that was found, or a text."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._listeners: list[Callable[[], Any]] = []
        self.record_id: int | None = None
        self.type = ListField("origin_type", screen.text("field.origin_type"), screen, OriginType)
        self.pick = Pick(
            self._suggest, screen.words("pick"), label=screen.text("opportunity.origin"),
            placeholder=screen.text("opportunity.origin_hint"), free=True, guard=screen.guard,
        )  # fmt: skip
        self.pick.on_choose(self._chosen)
        self.pick.on_text(lambda _text: self._tell())
        self.type.on_change(screen.guard(self._type_changed))
        # The identifier first: the words are shown with it.
        self.fields: tuple[Field, ...] = (
            self.type, _Identifier("origin_id", self), _Words("origin_text", self),
        )  # fmt: skip
        self._kind = self.kind

    @property
    def kind(self) -> Suggested | None:
        """What can be found for the type that is chosen."""
        chosen = self._screen.lists.get(OriginType, self.type.read())
        return ORIGINS.get(chosen.kind) if chosen else None

    def show(self, words: str) -> None:
        """Show the origin with the identifier that was given before."""
        self._kind = self.kind
        found = choice_of(self._screen, self.kind, self.record_id) if self.kind else None
        if found is not None and self.record_id is not None:
            self.pick.choose(Choice(found.key, words or found.label, found.detail, found.code))
        else:
            self.pick.choose(None)
            self.pick.text = words

    def on_change(self, callback: Callable[[], Any]) -> None:
        """Call when the origin has changed."""
        self._listeners.append(callback)

    def _suggest(self, text: str) -> list[Choice]:
        if self.kind is not None:
            return suggested(self._screen, self.kind, text)
        # Without a key it is a text like one that was typed.
        origin_type = self.type.read()
        known = self._screen.workbench.directory.origins(origin_type, text) if origin_type else []
        return [Choice("", name) for name in known]

    def _chosen(self, choice: Choice | None) -> None:
        self.record_id = int(choice.key) if choice else None
        self._tell()

    def _type_changed(self) -> None:
        """A record of another kind is no origin of this type; its words stay."""
        kind, self._kind = self._kind, self.kind
        if kind != self._kind and self.record_id is not None:
            words = self.pick.text
            self.pick.choose(None)
            self.pick.text = words

    def _tell(self) -> None:
        for callback in self._listeners:
            callback()
