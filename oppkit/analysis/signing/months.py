"""Months as numbers since January 1970, and the months ahead of a day.

Month 0 is what is left of the month of the origin, month 1 the next one. A model of a day learns
from the same day of earlier months, so that month 0 is as long for all of them: from month ends for
a month end, whose month 0 is empty.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from oppkit.analysis.signing.panel import day_number

Array = npt.NDArray[Any]
_EPOCH = 1970
YEAR, QUARTER = 12, 3


def months_of(days: npt.ArrayLike) -> Array:
    """The numbers of the months of day numbers."""
    there = np.asarray(days).astype("int64").astype("datetime64[D]")
    return there.astype("datetime64[M]").astype("int64")


def month_number(day: date) -> int:
    """The number of the month of a day."""
    return (day.year - _EPOCH) * YEAR + day.month - 1


def month_start(number: int) -> date:
    """The first day of a month."""
    return date(_EPOCH + number // YEAR, number % YEAR + 1, 1)


def month_end(number: int) -> date:
    """The last day of a month."""
    return month_start(number + 1) - timedelta(days=1)


def same_day(day: date, months: int) -> date:
    """The same day so many months later (or earlier); of a month end, the month end."""
    there = month_start(month_number(day) + months)
    last = monthrange(there.year, there.month)[1]
    return there.replace(day=last if _is_end(day) else min(day.day, last))


def same_days(day: date, months: int) -> list[date]:
    """The same day of the `months` earlier months, and the day itself, in order."""
    return [same_day(day, -back) for back in range(months, -1, -1)]


def _is_end(day: date) -> bool:
    return day == month_end(month_number(day))


@dataclass(frozen=True)
class Schedule:
    """The months ahead of an origin."""

    day: date

    @property
    def number(self) -> int:
        """The day number of the origin."""
        return day_number(self.day)

    @property
    def month(self) -> int:
        """The number of its month."""
        return month_number(self.day)

    @property
    def first(self) -> int:
        """The first month ahead that has days: 1 at a month end, else 0."""
        return int(_is_end(self.day))

    @property
    def complete(self) -> int:
        """The number of the last month that is over."""
        return self.month - 1 + self.first

    def places(self, origins: Sequence[date]) -> list[int]:
        """Which of the origins are the same day of earlier months."""
        return [
            place for place, origin in enumerate(origins)
            if origin < self.day
            and origin == same_day(self.day, month_number(origin) - self.month)
        ]  # fmt: skip
