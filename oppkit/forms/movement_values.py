"""What a movement can be restricted to or broken down by: values, their names, how one is found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from oppkit.charts.values import missing, name_of
from oppkit.forms.pick_field import suggested
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.pick import Choice
from oppkit.model import LISTS
from oppkit.model.texts import folded

OWN = (
    "owner", "customer", "establishment", "sector", "family", "subfamily", "origin_type", "status",
    "sale_type", "tag", "currency",
)  # fmt: skip
PERIODS = ("month", "quarter", "year")
_ALWAYS_THERE = ("customer", "status", "currency")
_BY_CODE = ("currency",)  # people know these by their code
_NONE, _VALUE = "none", "="  # the key of no value, and what begins that of a value


def value_name(screen: Screen, dimension: str, value: Any) -> str:
    """A value of a dimension as people read it; "No owner" where there is none."""
    if not missing(value) and _is_listed(dimension):
        return screen.lists.label(dimension, value, screen.language)
    return name_of(value, dimension, screen.language)


def in_order(screen: Screen, dimension: str, values: Iterable[Any]) -> list[Any]:
    """Values in the order of their list, of time, or of their names; none comes last."""
    known = [value for value in values if not missing(value)]
    if _is_listed(dimension):
        ranks = {one.code: place for place, one in enumerate(screen.lists.all(LISTS[dimension]))}
        known.sort(key=lambda code: (ranks.get(code, len(ranks)), code))
    elif dimension in PERIODS:
        known.sort()
    else:
        known.sort(key=folded)
    return [*known, *(None for value in values if missing(value))]


def proposed(screen: Screen, dimension: str, typed: str) -> list[Choice]:
    """What to choose from for a text: customers as everywhere, of others all that have it."""
    if dimension == "customer":
        found = suggested(screen, "customer", typed)
        return [Choice(f"{_VALUE}{one.label}", one.label, one.detail, one.code) for one in found]
    choices = [choice_of(screen, dimension, value) for value in _values(screen, dimension)]
    return [choice for choice in choices if folded(typed) in folded(choice.label)]


def choice_of(screen: Screen, dimension: str, value: Any) -> Choice:
    """A value to be chosen, or none."""
    key = _NONE if missing(value) else f"{_VALUE}{value}"
    return Choice(key, value_name(screen, dimension, value))


def chosen(choice: Choice) -> str | None:
    """The value that a choice stands for, None for no value."""
    return None if choice.key == _NONE else choice.key.removeprefix(_VALUE)


def _values(screen: Screen, dimension: str) -> list[str | None]:
    """All values that there may be."""
    found: list[str | None]
    if dimension == "owner":
        # Those who have left too: what became of theirs is asked for as well.
        found = [row["name"] for row in screen.workbench.directory.employees(limit=None).rows]
    else:
        found = [one.code for one in screen.lists.all(LISTS[dimension])]
    return found if dimension in _ALWAYS_THERE else [*found, None]


def _is_listed(dimension: str) -> bool:
    return dimension in LISTS and dimension not in _BY_CODE
