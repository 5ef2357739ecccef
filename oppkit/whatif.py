"""Scenarios worked out: the rows of a distribution as they are, and as they would be."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from oppkit.answers import Answer, known_dimensions, records
from oppkit.figures import Figures
from oppkit.locale import formats, text
from oppkit.scenarios import (
    Change,
    Losing,
    NeedsEntered,
    NobodyThere,
    Raising,
    Scenario,
    Slipping,
    Without,
)

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.analysis.outlook import Outlook
    from oppkit.analysis.scenarios import Step


SCENARIO = "scenario"
_PERIODS: dict[str, Callable[[Any, str], str]] = {
    "month": formats.month,
    "quarter": formats.quarter,
    "year": lambda day, language: str(day.year),
}


@dataclass(frozen=True)
class WhatIf(Answer):
    """`rows`: each row of a distribution in each scenario, the base first; `whole`: the horizon.

    Pandas frames: the dimensions `by` (none in `whole`), `scenario` in words, then the figures of
    the distribution: `mean`, `sd`, `p10`, `p50`…, and with a target `chance`.
    """

    as_of: date
    currency: str
    by: tuple[str, ...]
    figures: Figures
    rows: pd.DataFrame
    whole: pd.DataFrame

    def as_json(self) -> str:
        """As a JSON text; amounts are decimal strings."""
        target = None if self.figures.target is None else str(self.figures.target)
        told = {
            "as_of": self.as_of.isoformat(), "currency": self.currency, "by": list(self.by),
            "target": target, "rows": records(self.rows), "whole": records(self.whole),
        }  # fmt: skip
        return json.dumps(told, ensure_ascii=False, indent=1)


@dataclass(frozen=True)
class World:
    """What would be in a scenario: by the dimensions of a distribution, and in all."""

    name: str
    outlook: Outlook
    in_all: Outlook


def worlds(
    scenarios: Sequence[Scenario], outlook: Outlook, in_all: Outlook, language: str
) -> list[World]:
    """Each scenario, in words and worked out. Raises `NoSuchDimension` and `NobodyThere`."""
    found = []
    for scenario in scenarios:
        steps = _steps(scenario, in_all)
        changed = outlook.changed(steps)
        both = changed if in_all is outlook else in_all.changed(steps)
        name = scenario.name or described(scenario, outlook, language)
        found.append(World(name, changed, both))
    return found


def _steps(scenario: Scenario, in_all: Outlook) -> list[Step]:
    """What the analysis makes of it. Raises `NeedsEntered`."""
    from oppkit.analysis import scenarios as analysis

    steps: list[Step] = []
    entered = (Raising, Slipping)
    if not in_all.by_dates and any(isinstance(change, entered) for change in scenario.changes):
        raise NeedsEntered
    for change in scenario.changes:
        match change:
            case Losing(number):
                ids = analysis.largest(in_all.deals, number, steps)
                steps.append(analysis.Removed(_among(ids)))
            case Slipping(months):
                steps.append(analysis.Slipped(months))
            case Without(where):
                steps.append(analysis.Removed(_having(where, in_all)))
            case Raising(where, points, times):
                steps.append(analysis.Raised(_having(where, in_all), points / 100, times))
    return steps


def _among(ids: Any) -> Callable[[Any], Any]:
    return lambda deals: deals.opportunity_id.isin(ids)


def _having(where: Mapping[str, Any], outlook: Outlook) -> Callable[[Any], Any]:
    """The deals that have some values; at least one must."""
    with known_dimensions():
        which = outlook.having(where)
    if where and not outlook.deals.filter(which(outlook.deals)).limit(1).count().execute():
        raise NobodyThere(values=", ".join(f"{name}={value}" for name, value in where.items()))
    return which


# -- in words ------------------------------------------------------------------------------------


def described(scenario: Scenario, outlook: Outlook, language: str) -> str:
    """One sentence for all changes, in their order."""
    words = [_words(change, outlook, language) for change in scenario.changes]
    joined = ", ".join([*words[:1], *(word[:1].lower() + word[1:] for word in words[1:])])
    return joined or text("scenario.base", language)


def _words(change: Change, outlook: Outlook, language: str) -> str:
    match change:
        case Losing(number):
            return _counted("losing", number, language)
        case Slipping(months):
            return _counted("slipping", months, language)
        case Without(where):
            return text("scenario.without", language, which=_which(where, outlook, language))
        case Raising(where, points, times):
            moves = [f"× {formats.number(times, language)}"] if times != 1 else []
            if points or not moves:
                sign = "+" if points >= 0 else "−"
                size = formats.number(abs(points), language)
                moves.append(text("scenario.points", language, points=f"{sign}{size}"))
            which = _which(where, outlook, language) or text("scenario.all", language)
            return text("scenario.raising", language, which=which, moves=", ".join(moves))


def _counted(key: str, number: int, language: str) -> str:
    if number == 1:
        return text(f"scenario.{key}_one", language)
    return text(f"scenario.{key}_many", language, number=number)


def _which(where: Mapping[str, Any], outlook: Outlook, language: str) -> str:
    """The values, those of reference lists by their labels."""
    from oppkit.analysis.labels import words

    found = []
    for name, wanted in where.items():
        several = isinstance(wanted, list | tuple | set | frozenset)
        labels = words(outlook.snapshot, name, language)
        for value in wanted if several else [wanted]:
            if value is None:
                found.append(text(f"without.{name}", language))
            elif name in _PERIODS:
                found.append(_PERIODS[name](value, language))
            else:
                found.append(str(labels.get(value, value)))
    return ", ".join(found)
