"""The criteria of a search as a person reads them, and what is left when one is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from oppkit.forms.screen import Screen
from oppkit.forms.widgets.chips import Chip
from oppkit.forms.wording import Wording
from oppkit.model import (
    Establishment,
    Family,
    OriginType,
    Outcome,
    Reference,
    Search,
    Sector,
    Sort,
    Status,
    Subfamily,
    Tag,
)

START = Search(outcomes=(Outcome.OPEN,), sort=Sort.EXPECTED_SIGNATURE)
"""What a list shows at first: what is open, the most urgent first."""

CLOSED = (Outcome.WON, Outcome.LOST, Outcome.ABANDONED)

LISTS: dict[str, type[Reference]] = {
    "statuses": Status, "establishments": Establishment, "sectors": Sector, "families": Family,
    "subfamilies": Subfamily, "origin_types": OriginType, "any_tags": Tag, "all_tags": Tag,
}  # fmt: skip
"""The criteria that are values of a reference list."""

RANGES = ("opened", "expected", "closed", "amount")
"""The criteria that have a `_from` and a `_to`."""

_PEOPLE = {"owner_ids": "employee", "customer_ids": "customer"}
_FLAGS = ("overdue", "undated")
_ORDER = (
    "statuses", "owner_ids", "customer_ids", "establishments", "sectors", "families",
    "subfamilies", "origin_types", "any_tags", "all_tags",
)  # fmt: skip


def chips(screen: Screen, wording: Wording, criteria: Search) -> list[Chip]:
    """A chip for each criterion that restricts, but for the text and the outcomes."""
    found = [chip for name in _ORDER for chip in _values(screen, wording, criteria, name)]
    found += [
        Chip(name, words, _label(screen, name))
        for name in RANGES
        if (words := _range(screen, criteria, name))
    ]
    found += [Chip(name, _label(screen, name)) for name in _FLAGS if getattr(criteria, name)]
    if criteria.ids:
        held = screen.count("opportunities", len(criteria.ids))
        found.append(Chip("ids", held, _label(screen, "ids")))
    return found


def without(criteria: Search, key: str) -> Search:
    """The criteria without the one of a chip."""
    name, _, value = key.partition(":")
    if name in RANGES:
        return criteria.replace(**{f"{name}_from": None, f"{name}_to": None})
    if name in _FLAGS:
        return criteria.replace(**{name: False})
    if name == "ids":
        return criteria.replace(ids=())
    kept = [one for one in getattr(criteria, name) if str(one) != value]
    return criteria.replace(**{name: kept})


def cleared(criteria: Search) -> Search:
    """What is left without any chip: the text, the outcomes and the order."""
    kept = {name: getattr(criteria, name) for name in ("text", "outcomes", "sort", "descending")}
    return Search(**kept)


def fitting(screen: Screen, before: Search, after: Search) -> Search:
    """The outcomes follow a criterion that has just been given and that they would exclude.

    Who asks for the status "won" among what is open would find nothing, and not see why.
    """
    outcomes = after.outcomes
    if not outcomes or outcomes != before.outcomes:
        return after
    given = [code for code in after.statuses if code not in before.statuses]
    if any(screen.lists.outcome(code) not in outcomes for code in given):
        return after.replace(outcomes=())
    bounds = ("closed_from", "closed_to")
    if Outcome.OPEN in outcomes and any(
        getattr(after, name) and not getattr(before, name) for name in bounds
    ):
        return after.replace(outcomes=CLOSED)
    if after.overdue and not before.overdue and Outcome.OPEN not in outcomes:
        return after.replace(outcomes=(Outcome.OPEN,))
    return after


def _values(screen: Screen, wording: Wording, criteria: Search, name: str) -> Iterator[Chip]:
    label = _label(screen, name)
    for value in getattr(criteria, name):
        yield Chip(f"{name}:{value}", _named(screen, wording, name, value), label,
                   colour(screen, LISTS.get(name), value))  # fmt: skip


def _named(screen: Screen, wording: Wording, name: str, value: Any) -> str:
    if name in _PEOPLE:
        return wording.name(_PEOPLE[name], value)
    return screen.label(LISTS[name], value)


def colour(screen: Screen, kind: type[Reference] | None, code: str) -> str:
    """The colour of a tag; nothing for what has none."""
    tag = screen.lists.get(Tag, code) if kind is Tag else None
    return tag.colour if tag else ""


def _range(screen: Screen, criteria: Search, name: str) -> str:
    low, high = (getattr(criteria, f"{name}_{end}") for end in ("from", "to"))
    write: Any = screen.number if name == "amount" else screen.date
    if low is not None and high is not None:
        return screen.text("criterion.between", low=write(low), high=write(high))
    if low is not None:
        return screen.text("criterion.from", low=write(low))
    return "" if high is None else screen.text("criterion.to", high=write(high))


def _label(screen: Screen, name: str) -> str:
    return screen.text(f"criterion.{name}")
