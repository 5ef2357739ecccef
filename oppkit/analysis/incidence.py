"""How cases end over time when some are still under way: competing risks from daily counts.

The share that has ended by a cause within t days is the estimator of Aalen and Johansen (Scand. J.
Statist. 5, 1978): each day's ends among those at risk, times the share that had not ended before.
Cases that are under way count among those at risk until the last day they were seen; those that
were not followed from the start count from the day on which they were first seen. With one cause it
is one minus the estimator of Kaplan and Meier.

The variance is that of the delta method, each day's ends being multinomial among those at risk:
Greenwood's for one cause, and that of Marubini and Valsecchi (1995) for several. It takes cases to
be independent; a market that moves them all together makes the truth wider.

Where so few are at risk that one stands for more than a tenth of all, its end is left out (Lai
and Ying, Ann. Statist. 19, 1991): at the end of a curve, where most were not followed so long, and
at its beginning, where most came in later. What would end after that is "undecided".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oppkit.analysis.intervals import Share, quantile, share

Array = NDArray[Any]
_STANDS_FOR = 1 / 10
_IN_A_SMALL_GROUP = 2  # times the equal part of each


@dataclass(frozen=True)
class Incidence:
    """Days on which something ended, how many were at risk, and how many ended by each cause.

    `seen` is how many were seen to end by each cause, those left out of the curve included.
    """

    causes: tuple[str, ...]
    cases: int
    seen: Array
    days: Array
    at_risk: Array
    ends: Array  # days × causes

    @classmethod
    def of(
        cls, causes: Sequence[str], since: Array, days: Array, cause: Array, counts: Array
    ) -> Incidence:
        """From rows of cases: followed since, until, `causes` by place (-1: none), how many."""
        span = int(days.max(initial=0)) + 1
        entered = np.bincount(since, counts, span)
        gone = np.bincount(days, counts, span)
        at_risk = np.cumsum(entered) - np.cumsum(gone) + gone
        ends = np.zeros((span, len(causes)))
        ended = cause >= 0
        np.add.at(ends, (days[ended], cause[ended]), counts[ended])
        kept = _kept(at_risk, ends.sum(axis=1), float(counts.sum()))
        cases, seen = int(counts.sum()), ends.sum(axis=0).astype(np.int64)
        return cls(tuple(causes), cases, seen, kept, at_risk[kept], ends[kept])

    def ended(self, *causes: str) -> int:
        """How many were seen to end by these causes, or at all where none is named."""
        return int(self.seen @ self._chosen(causes or self.causes))

    @cached_property
    def _before(self) -> Array:
        """The share that had not ended before each day."""
        before: Array = np.r_[1.0, np.cumprod(1 - self._hazard)][:-1]
        return before

    @cached_property
    def _hazard(self) -> Array:
        total: Array = self.ends.sum(axis=1) / self.at_risk
        return total

    def _chosen(self, causes: Sequence[str]) -> Array:
        """A weight for each cause: 1 where it is one of those asked for."""
        return np.array([float(cause in causes) for cause in self.causes])

    def curve(self, weights: Array) -> Array:
        """The share that has ended on each of the days, each cause counted by its weight."""
        summed: Array = np.cumsum(self._before * (self.ends @ weights / self.at_risk))
        return summed

    @cached_property
    def final(self) -> dict[str, float]:
        """The share that ends by each cause, as far as it can be followed."""
        shares = (self._before[:, None] * self.ends / self.at_risk[:, None]).sum(axis=0)
        return dict(zip(self.causes, shares.tolist(), strict=True))

    def weighed(self, weights: Array) -> tuple[float, float]:
        """The share that ends, each cause counted by its weight, and its variance."""
        if not len(self.days):
            return 0.0, 0.0
        gradient = self._gradient(weights, len(self.days) - 1)
        return float(self.curve(weights)[-1]), self._variance(gradient)

    def share(self, *causes: str) -> Share:
        """The share that ends by one of these causes, as far as it can be followed."""
        value, variance = self.weighed(self._chosen(causes))
        return share(min(1.0, value), variance, float(self.ends.sum()))

    @property
    def undecided(self) -> float:
        """The share that has not ended as far as it can be followed."""
        return float(np.prod(1 - self._hazard))

    def _gradient(self, weights: Array, place: int) -> Array:
        """By how much the curve at a place moves with the daily risk of each cause."""
        curve = self.curve(weights)
        stay = np.maximum(1 - self._hazard, np.finfo(float).tiny)
        later = np.where(self._hazard < 1, (curve[place] - curve) / stay, 0.0)
        moved = self._before[:, None] * weights - later[:, None]
        moved[place + 1 :] = 0.0
        return moved

    def _variance(self, gradient: Array) -> float:
        risk = self.ends / self.at_risk[:, None]
        mean = (gradient * risk).sum(axis=1)
        spread = (gradient**2 * risk).sum(axis=1) - mean**2
        return float(max(0.0, (spread / self.at_risk).sum()))

    def median(self, *causes: str, of_all: bool = True) -> Middle:
        """When half has ended by these causes: half of all, or of those that end by them.

        The interval holds the days on which "half by now" cannot be refused (Brookmeyer and
        Crowley, Biometrics 38, 1982). None: not reached, or beyond what can be followed.
        """
        weights = self._chosen(causes)
        curve = self.curve(weights)
        if not len(curve) or curve[-1] <= 0:
            return Middle(None, None, None, None, None)
        end, last = (0.0 if of_all else 0.5), len(curve) - 1
        at_end = self._gradient(weights, last)
        gap = curve - (0.5 if of_all else curve[-1] / 2)
        spread = np.sqrt([
            self._variance(self._gradient(weights, place) - end * at_end)
            for place in range(len(curve))
        ])  # fmt: skip
        low_95, low_80 = (self._day(gap + quantile(z) * spread) for z in (0.95, 0.80))
        high_80, high_95 = (self._day(gap - quantile(z) * spread) for z in (0.80, 0.95))
        return Middle(self._day(gap), low_95, low_80, high_80, high_95)

    def _day(self, gap: Array) -> int | None:
        """The first day on which a gap is closed, a hair of rounding aside."""
        reached = np.flatnonzero(gap >= -1e-12)
        return int(self.days[reached[0]]) if len(reached) else None


@dataclass(frozen=True)
class Middle:
    """A median number of days with its intervals of 95 and 80 %."""

    value: int | None
    low_95: int | None
    low_80: int | None
    high_80: int | None
    high_95: int | None

    def columns(self, name: str) -> dict[str, int | None]:
        """The five figures under `name`, `name_low_95`…"""
        bounds = {end: getattr(self, end) for end in ("low_95", "low_80", "high_80", "high_95")}
        return {name: self.value} | {f"{name}_{end}": value for end, value in bounds.items()}


def _kept(at_risk: Array, ended: Array, cases: float) -> Array:
    """The days whose ends count."""
    limit = max(_STANDS_FOR, _IN_A_SMALL_GROUP / max(cases, 1.0))
    kept, there = [], 1.0
    for day in np.flatnonzero(ended):
        if there <= limit * at_risk[day]:
            kept.append(int(day))
            there *= 1 - ended[day] / at_risk[day]
    return np.array(kept, dtype=np.int64)
