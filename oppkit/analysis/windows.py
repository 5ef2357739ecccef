"""Windows: from a first month to a last one, and of what, in a portfolio by month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from oppkit.analysis.grouped import Key, Mask
from oppkit.analysis.parts import horizon_end
from oppkit.analysis.portfolio import Portfolio

LENGTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Window:
    """The months from `first` to before `beyond`; `values` of other dimensions, None for all."""

    first: date
    beyond: date
    values: Key | None = None

    @property
    def last(self) -> date:
        """The first day of the last month."""
        return (self.beyond - timedelta(days=1)).replace(day=1)

    def of(self, portfolio: Portfolio) -> Mask:
        """The groups of a portfolio, by month and these dimensions, that it is made of."""
        return portfolio.chosen(
            self.first <= month < self.beyond and self.values in (None, tuple(values))
            for month, *values in portfolio.groups
        )


def horizon(day: date, months: int) -> Window:
    """So many calendar months, the first of which is that of a day."""
    return Window(day.replace(day=1), horizon_end(day, months))


def begins(day: date, name: str) -> date:
    """The first day of the month, quarter or year of a day."""
    length = LENGTHS[name]
    return date(day.year, (day.month - 1) // length * length + 1, 1)


def beyond(day: date, name: str) -> date:
    """The first day after the month, quarter or year of a day."""
    return horizon_end(begins(day, name), LENGTHS[name])


def periods(first: date, last: date, name: str) -> Iterator[date]:
    """The first days of the months, quarters or years from that of a day on, to before another."""
    day = begins(first, name)
    while day < last:
        yield day
        day = beyond(day, name)


def window(by: Sequence[str], key: Sequence[Any], horizon: Window) -> Window:
    """That of a group of a forecast, of whose dimensions `by` `key` has the values.

    Of a group without a period it is the whole horizon.
    """
    named = dict(zip(by, key, strict=True))
    spans = [(named[name], beyond(named[name], name)) for name in LENGTHS if name in named]
    return Window(
        max([horizon.first, *(first for first, _ in spans)]),
        min([horizon.beyond, *(last for _, last in spans)]),
        tuple(value for name, value in named.items() if name not in LENGTHS),
    )
