"""What a pipeline can be broken down by.

A dimension belongs to the opportunity, except the sale type, which each line has, and the tag, of
which an opportunity has any number. Months, quarters and years are the date of their first day, so
that the same month of two years is two buckets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ibis

PERIODS: Mapping[str, str] = {"month": "M", "quarter": "Q", "year": "Y"}
SALE_TYPE, TAG, PART = "sale_type", "tag", "part"
DIMENSIONS = (
    *PERIODS, "owner", "establishment", "sector", "family", "subfamily", "customer", "origin_type",
    "status", SALE_TYPE, TAG, "currency", PART,
)  # fmt: skip

# What a breakdown measures: a number, then decimals in the base currency.
MEASURES = ("opportunities", "amount", "weighted_amount", "margin", "weighted_margin")


class UnknownDimension(ValueError):
    """A breakdown by something that is no dimension: `name`, where `known` were possible."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name = name
        self.known = known
        super().__init__(f"There is no dimension '{name}'. Choose among: {', '.join(known)}.")


def check(names: Iterable[str], known: Sequence[str] = DIMENSIONS) -> tuple[str, ...]:
    """The names, each once and in their order. Raises `UnknownDimension` for one not `known`."""
    found = tuple(dict.fromkeys((names,) if isinstance(names, str) else names))
    for name in found:
        if name not in known:
            raise UnknownDimension(name, known)
    return found


def counts_more_than_once(by: Iterable[str]) -> bool:
    """Whether amounts of this breakdown overlap: with tags, one counts once in each of its tags.

    Sale types split an opportunity by its lines: then only the numbers of opportunities overlap.
    """
    return TAG in check(by)


def period(day: Any, name: str) -> Any:
    """The first day of the month, quarter or year of a date column."""
    return day.truncate(PERIODS[name])


def matches(values: Any, wanted: Any) -> Any:
    """Condition that a column has the wanted value, or one of a list; None stands for no value."""
    several = isinstance(wanted, list | tuple | set | frozenset)
    choices = list(wanted) if several else [wanted]
    known = [value for value in choices if value is not None]
    condition = values.isin(known) if known else ibis.literal(False)
    return condition | values.isnull() if len(known) < len(choices) else condition
