"""The days from which forecasts are replayed, and the periods that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

QUARTER = "quarter"
Horizon = int | str  # the number of the month after the origin, or QUARTER
_QUARTER_MONTHS = 3


def month_number(day: date) -> int:
    """Months since the year 0, so that months can be counted."""
    return day.year * 12 + day.month - 1


def month_start(number: int) -> date:
    """The first day of a month by its number."""
    return date(number // 12, number % 12 + 1, 1)


def month_end(number: int) -> date:
    """The last day of a month by its number."""
    return month_start(number + 1) - timedelta(days=1)


def complete_until(day: date) -> int:
    """The number of the last month that is over at the end of a day."""
    number = month_number(day)
    return number if day == month_end(number) else number - 1


@dataclass(frozen=True)
class Window:
    """Whole months after an origin, by their numbers: `start` to `stop`, both included."""

    horizon: Horizon
    start: int
    stop: int

    @property
    def first(self) -> date:
        """The first day."""
        return month_start(self.start)

    @property
    def last(self) -> date:
        """The last day."""
        return month_end(self.stop)

    @property
    def months(self) -> range:
        """The numbers of its months."""
        return range(self.start, self.stop + 1)


def windows(origin: date, horizons: Iterable[Horizon], until: date) -> Iterator[Window]:
    """What is forecast at an origin: the months after the last one that was over, the quarter.

    A month that the origin lies in is begun and not forecast. The quarter is that of the three
    months 1 to 3, which begins with any month. Only what is over at the end of the day `until`,
    for the rest cannot be compared with anything yet.
    """
    begun = origin != month_end(month_number(origin))
    base = complete_until(origin) + int(begun)
    for horizon in horizons:
        first, count = (1, _QUARTER_MONTHS) if isinstance(horizon, str) else (horizon, 1)
        window = Window(horizon, base + first, base + first + count - 1)
        if window.stop <= complete_until(until):
            yield window


def month_ends(until: date, count: int) -> list[date]:
    """The last `count` month ends, in order, whose next month is over at the end of a day."""
    last = complete_until(until) - 1
    return [month_end(number) for number in range(last - count + 1, last + 1)]
