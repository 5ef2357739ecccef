"""The fields of a value of a reference list, and how they are told in its table."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import ipywidgets as widgets

from oppkit.forms.fields import (
    CheckField,
    ChoiceField,
    Field,
    ListField,
    PercentField,
    TextField,
    WholeField,
)
from oppkit.forms.screen import Screen
from oppkit.forms.wording import NOTHING
from oppkit.model import (
    Country,
    Currency,
    Family,
    OriginKind,
    OriginType,
    Outcome,
    Pricing,
    Reference,
    SaleType,
    Status,
    Subfamily,
    Tag,
)
from oppkit.model.money import decimals
from oppkit.model.texts import code_for

_ENUMS: dict[str, tuple[str, type[StrEnum]]] = {
    "outcome": ("outcome", Outcome), "kind": ("origin_kind", OriginKind),
    "pricing": ("pricing", Pricing),
}  # fmt: skip
_OWN: dict[type[Reference], tuple[str, ...]] = {
    Status: ("outcome", "probability"), OriginType: ("kind",), SaleType: ("pricing",),
    Subfamily: ("family",), Tag: ("colour",), Currency: ("decimals",),
}  # fmt: skip
_ISO = (Country, Currency)  # their codes are given to the world, not by us


class CodeField(TextField):
    """The code of a new value; one that is left empty is made from a label."""

    def __init__(self, screen: Screen, kind: type[Reference], label: Callable[[], str]) -> None:
        self._screen, self._kind, self._label = screen, kind, label
        hint = "list_iso" if kind in _ISO else "code_hint"
        super().__init__("code", screen.text("field.code"), "", screen.text(f"lists.{hint}"))

    def read(self) -> str:
        text = str(self.widget.value).strip()
        if self._kind in _ISO:
            return text.upper()
        return text or code_for(self._label(), {v.code for v in self._screen.lists.all(self._kind)})


class ColourField(Field):
    """A colour, chosen with what the browser has for it."""

    def __init__(self, name: str, label: str) -> None:
        super().__init__(name, widgets.ColorPicker(description=label, concise=True))

    def show(self, value: str | None) -> None:
        self.widget.value = value or "#6b7280"

    def read(self) -> str:
        return str(self.widget.value)

    @property
    def typed(self) -> str:
        return str(self.widget.value)

    def on_change(self, callback: Callable[[], Any]) -> None:
        self.widget.observe(lambda _change: callback(), "value")


def own(kind: type[Reference]) -> tuple[str, ...]:
    """The fields that only this list has."""
    return _OWN.get(kind, ())


def fields(screen: Screen, kind: type[Reference]) -> list[Field]:
    """All fields of a value, the label in the reader's language first."""
    names = ["label_fr", "label_en"] if screen.language == "fr" else ["label_en", "label_fr"]
    labels = [TextField(name, screen.text(f"field.{name}")) for name in names]
    code = CodeField(screen, kind, lambda: str(labels[0].read() or ""))
    made: list[Field] = [*labels, code, *(_own_field(screen, name) for name in own(kind))]
    if kind is Currency:
        code.on_change(screen.guard(lambda: made[-1].show(decimals(code.read()))))
    return [*made, CheckField("active", screen.text("lists.offered"))]


def told(screen: Screen, name: str, value: Any) -> str:
    """The value of a field, in words."""
    if value is None or value == "":
        return NOTHING
    if name in _ENUMS:
        return screen.text(f"{_ENUMS[name][0]}.{value}")
    if name == "family":
        return screen.label(Family, value)
    if name == "probability":
        return screen.percent(value)
    if name == "active":
        return screen.text("history.yes" if value else "history.no")
    return str(value)


def _own_field(screen: Screen, name: str) -> Field:
    label = screen.text(f"field.{name}")
    if name in _ENUMS:
        section, kind = _ENUMS[name]
        choices = [(one.value, screen.text(f"{section}.{one.value}")) for one in kind]
        return ChoiceField(name, label, choices, none=None)
    if name == "family":
        return ListField(name, label, screen, Family, none=None)
    if name == "colour":
        return ColourField(name, label)
    return PercentField(name, label, screen) if name == "probability" else WholeField(
        name, label, screen
    )  # fmt: skip
