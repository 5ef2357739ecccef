"""What was signed, month by month, as a panel tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oppkit.analysis.backtest.measures import Array, total
from oppkit.analysis.backtest.windows import complete_until
from oppkit.analysis.signing.panel import Panel, day_number

_EPOCH_MONTH = 1970 * 12


def _months(days: Any) -> Any:
    """The numbers of the months in which days lie."""
    months = np.asarray(days, dtype=np.int64).astype("datetime64[D]").astype("datetime64[M]")
    return months.astype(np.int64) + _EPOCH_MONTH


@dataclass(frozen=True)
class Signed:
    """The won closings that hold at the end of a day: deal, day and amount of each.

    Closings without an amount count for a deal and add nothing.
    """

    deal: NDArray[np.int64]
    day: NDArray[np.int64]
    amount: Array

    @classmethod
    def known(cls, panel: Panel, until: date) -> Signed:
        """Those the workspace knew at the end of the day `until`, and that still held."""
        closings, end = panel.closings, day_number(until)
        held = (closings.known <= end) & (closings.day <= end) & (closings.until > end)
        won = held & (closings.outcome == "won")
        amount = np.nan_to_num(closings.amount[won].astype(np.float64))
        return cls(closings.deal[won], closings.day[won].astype(np.int64), amount)

    def within(self, first: date, last: date, deals: NDArray[np.int64] | None = None) -> float:
        """The amount that was signed from one day to another, by some deals only if given."""
        there = (self.day >= day_number(first)) & (self.day <= day_number(last))
        if deals is not None:
            there &= np.isin(self.deal, deals)
        return total(self.amount[there])

    def won_between(self, deals: NDArray[np.int64], after: date, last: date) -> Array:
        """1 for each of the deals that was won after one day and until another, else 0."""
        there = (self.day > day_number(after)) & (self.day <= day_number(last))
        return np.isin(deals, self.deal[there]).astype(np.float64)


@dataclass(frozen=True)
class Monthly:
    """What each month brought that was over at the origin: `amounts[0]` is that of `start`."""

    start: int
    amounts: Array

    @classmethod
    def known(cls, panel: Panel, origin: date) -> Monthly:
        """From the first month that the history tells of as a whole.

        That is the one after the first closing: before it, no closing means nothing.
        """
        closings, last = panel.closings, complete_until(origin)
        days = closings.day[closings.known <= day_number(origin)]
        if not len(days):
            return cls(last + 1, np.zeros(0))
        first = int(_months(days.min())) + 1
        signed = Signed.known(panel, origin)
        place = _months(signed.day) - first
        kept = (place >= 0) & (place <= last - first)
        sums = np.bincount(place[kept], signed.amount[kept], max(0, last - first + 1))
        return cls(first, sums.astype(np.float64))

    @property
    def stop(self) -> int:
        """The number of the month after the last one."""
        return self.start + len(self.amounts)

    def before(self, number: int) -> Monthly:
        """Only the months before this one."""
        return Monthly(self.start, self.amounts[: max(0, number - self.start)])

    def of(self, number: int) -> float | None:
        """What a month brought; None where it is not known."""
        place = number - self.start
        return float(self.amounts[place]) if 0 <= place < len(self.amounts) else None


def open_at(panel: Panel, origin: date) -> Panel:
    """The rows of the deals that were open at the end of an origin."""
    return panel.at(panel.origin == panel.origins.index(origin))


def decided(
    panel: Panel, deals: NDArray[np.int64], after: date, until: date
) -> Mapping[str, Array]:
    """Of each deal whether it was closed after a day and holds closed at another; and won."""
    closings, end = panel.closings, day_number(until)
    held = (closings.known <= end) & (closings.until > end) & (closings.day > day_number(after))
    ended = held & np.isin(closings.outcome.astype(str), ("won", "lost", "abandoned"))
    won = ended & (closings.outcome == "won")
    return {
        "closed": np.isin(deals, closings.deal[ended]).astype(np.float64),
        "won": np.isin(deals, closings.deal[won]).astype(np.float64),
    }
