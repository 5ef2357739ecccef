"""What became of each deal that was open at an origin, as far as is known on the day of a model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from oppkit.analysis.signing.months import Schedule, months_of
from oppkit.analysis.signing.panel import FOREVER, Closings, Panel, day_number

Array = npt.NDArray[Any]
OPEN, SIGNED, LOST = 0, 1, 2
ENDED = ("won", "lost", "abandoned")
NEVER = 10**6  # a month ahead that never comes
UNSEEN = -1
_DEAL = np.int64(1) << 32  # day numbers are smaller


@dataclass(frozen=True)
class Endings:
    """By row of a panel that knows nothing after the day of `schedule`.

    `month` is the number of the month of the origin; `cause` how the row ended and `ahead` in which
    month ahead, `OPEN` and `NEVER` if it has not. What was closed before the origin and recorded
    later was lost to it: it brings nothing to any month ahead.
    """

    schedule: Schedule
    day: Array
    month: Array
    cause: Array
    ahead: Array
    closed: Closings  # of each deal how it stands closed, no more than once
    won: Array  # which of these
    first_seen: Array  # of these: the month of the first origin at which it was open, FOREVER: none

    @classmethod
    def of(cls, panel: Panel, schedule: Schedule) -> Endings:
        """Of all rows of `panel.before(schedule.day)`."""
        days = np.array([day_number(day) for day in panel.origins], dtype=np.int64)
        day, month = days[panel.origin], months_of(days)[panel.origin]
        spells = _Spells(panel.closings)
        spell = spells.after(panel.deal, day)
        there = spell >= 0
        last = panel.closings.at(spells.last[spell[there]]) if there.any() else None
        cause, ahead = np.zeros(len(day), np.int8), np.full(len(day), NEVER)
        if last is not None:
            late = last.day <= day[there]
            cause[there] = np.where((last.outcome == "won") & ~late, SIGNED, LOST)
            gone = _is_end(day[there])  # the first month that has days: 1 at a month end, else 0
            ahead[there] = np.where(late, gone, months_of(last.day) - month[there])
        held = spells.held
        closed = panel.closings.at(spells.last[held])
        seen = np.full(len(spells.last), FOREVER, np.int64)
        np.minimum.at(seen, spell[there], month[there])
        return cls(
            schedule, day, month, cause, ahead, closed, closed.outcome == "won", seen[held]
        )  # fmt: skip

    @cached_property
    def signed(self) -> tuple[Array, Array]:
        """Of the won deals: the month, and how many months before they were first seen open.

        `UNSEEN` where that was at no origin: opened and signed between two of them.
        """
        month, first = months_of(self.closed.day[self.won]), self.first_seen[self.won]
        return month, np.where(first < FOREVER, month - first, UNSEEN)


class _Spells:
    """Each time that a deal stood closed: corrections of a closing are one spell with it."""

    def __init__(self, closings: Closings) -> None:
        order = np.lexsort((closings.known, closings.deal))
        deal, known = closings.deal[order], closings.known[order]
        begins = np.ones(len(order), bool)
        begins[1:] = (deal[1:] != deal[:-1]) | (known[1:] > closings.until[order][:-1])
        ends = np.append(begins[1:], True)[: len(order)]
        self.last: Array = order[ends]
        self._keys = deal[begins] * _DEAL + known[begins]
        self._deal = deal[begins]
        ended = np.isin(closings.outcome[self.last].astype("U9"), ENDED)
        self.held: Array = np.flatnonzero(ended & (closings.until[self.last] == FOREVER))

    def after(self, deal: Array, day: Array) -> Array:
        """The number of the first spell of each deal that became known after a day; -1: none."""
        place = np.searchsorted(self._keys, deal * _DEAL + day, side="right")
        found = place < len(self._keys)
        found[found] = self._deal[place[found]] == deal[found]
        return np.where(found, place, -1)


def _is_end(days: Array) -> Array:
    """1 for month ends, else 0."""
    return months_of(days + 1) - months_of(days)
