"""What if: scenarios in words that a sales manager would use, beside what is expected now.

    from oppkit.scenarios import losing, raising, slipping, without

    outlook = workbench.distribution(by=["quarter"], target=500_000)
    outlook.what_if(
        losing(3),
        slipping(months=1),
        raising(points=10, owner="Ana Lopez"),
        without(customer="Vidal") + slipping(months=1),
    ).rows

People and customers go by their names, values of reference lists by their codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from oppkit.model.errors import UserError


class NobodyThere(UserError):
    """A scenario about opportunities that are not in the forecast."""

    code = "nobody_there"
    template = "No opportunity of the forecast has {values}. Check the spelling."


class NeedsEntered(UserError):
    """A scenario about what people entered, of a forecast that does not stand on it."""

    code = "needs_entered"
    template = (
        "Moving dates or raising probabilities is asked of the method 'entered': they are what"
        " people entered."
    )


class NoScenario(UserError):
    """A scenario that cannot be."""

    code = "no_scenario"
    template = "{value} is no scenario: give a number of at least 1, or what is left out."


@dataclass(frozen=True)
class Losing:
    """The `number` largest opportunities are lost."""

    number: int


@dataclass(frozen=True)
class Slipping:
    """Everything is signed `months` later."""

    months: int


@dataclass(frozen=True)
class Without:
    """What has these values is lost."""

    where: Mapping[str, Any]


@dataclass(frozen=True)
class Raising:
    """Probabilities of what has these values are multiplied, then go up by percentage points."""

    where: Mapping[str, Any]
    points: float
    times: float


Change = Losing | Slipping | Without | Raising


@dataclass(frozen=True)
class Scenario:
    """Changes that come together: `losing(2) + slipping()`. `name` replaces its description."""

    changes: tuple[Change, ...]
    name: str | None = None

    def __add__(self, other: Scenario) -> Scenario:
        return Scenario(self.changes + other.changes)

    def named(self, name: str) -> Scenario:
        """The same under a name of its own."""
        return replace(self, name=name)


def losing(number: int = 1) -> Scenario:
    """The largest opportunities are lost; after others, the largest of those that remain."""
    return Scenario((Losing(_at_least_one(number)),))


def slipping(months: int = 1) -> Scenario:
    """Everything is signed some months later; what then lies beyond the horizon is gone."""
    return Scenario((Slipping(_at_least_one(months)),))


def without(**where: Any) -> Scenario:
    """What has a value, or one of a list, in all these dimensions is lost: `customer="Vidal"`."""
    if not where:
        raise NoScenario(value="without()")
    return Scenario((Without(where),))


def raising(points: float = 0, times: float = 1, **where: Any) -> Scenario:
    """Each probability is multiplied, then rises by percentage points, as far as 0 and 100 %.

    Of the opportunities that have a value, or one of a list, in all these dimensions; without any,
    of all. Negative points, and times below 1, lower it.
    """
    return Scenario((Raising(where, points, times),))


def _at_least_one(value: int) -> int:
    if value < 1:
        raise NoScenario(value=value)
    return value
