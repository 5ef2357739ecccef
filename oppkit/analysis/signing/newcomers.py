"""New business: what will come in after the day of the model and be signed within its months.

Deals that come in are counted by month (from one origin to the next), and of those of each month it
is counted how many were signed so many months later, in proportion to the pace of that month. What
is to come is as many as in the last twelve months, carried on by their growth over those before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from oppkit.analysis.distribution import Arrivals
from oppkit.analysis.signing.endings import UNSEEN, Endings
from oppkit.analysis.signing.months import QUARTER, YEAR, months_of
from oppkit.analysis.signing.panel import FOREVER, Panel

Array = npt.NDArray[Any]
Pace = Callable[[Array], Array]
_BACK = 36  # months of coming in that are learnt from
_STEADY = 20.0  # deals that speak for as many as ever, and in all months alike
_ALIKE = 8.0  # signatures that speak for the places in the quarter being alike
_NOTHING = 1e-9
_LEAST, _MOST = 2 / 3, 1.5  # growth in a year
_SOON = 6  # months: who is signed within is of the kind of the newcomers
_OTHERS = 10.0  # newcomers that all signed deals count for, as to amounts
_AMOUNTS = 200  # that stand for all


@dataclass(frozen=True)
class Newcomers:
    """Expected signatures by month ahead, from month `first`; the amounts of the priced ones.

    `seen` is the number of signatures that this rests on.
    """

    first: int
    rates: Array
    priced: float
    amounts: Array
    weights: Array
    seen: int

    @classmethod
    def of(cls, panel: Panel, endings: Endings, months: int, pace: Pace) -> Newcomers:
        """For months ahead from `endings.schedule.first` up to `months`."""
        first = endings.schedule.first
        ahead = np.arange(first, months + 1)
        cohorts = _Cohorts.of(panel, endings)
        rates = np.zeros(len(ahead))
        seen = 0
        if cohorts is not None:
            lags, shares, seen = cohorts.shares(endings, months, pace)
            coming = cohorts.coming(months + 1)
            for place, month in enumerate(ahead):
                # Come in in month i, signed i months less later.
                lag = month - np.arange(1, len(coming) + 1)
                there = (lag >= lags[0]) & (lag <= lags[-1])
                of_month = shares[:, (endings.schedule.month + month) % QUARTER]
                rates[place] = coming[there] @ of_month[lag[there] - lags[0]]
            rates *= pace(endings.schedule.month + ahead)
        priced, amounts, weights = _amounts(endings)
        return cls(first, rates, priced, amounts, weights, seen)

    @classmethod
    def none(cls, first: int, months: int) -> Newcomers:
        """Nobody comes."""
        nothing = np.zeros(0)
        return cls(first, np.zeros(months + 1 - first), 0.0, nothing, nothing, 0)

    def rate(self, first: int, last: int) -> float:
        """Signatures expected from one month ahead to another."""
        return float(self.rates[max(first - self.first, 0) : max(last + 1 - self.first, 0)].sum())

    def arrivals(self, first: int, last: int, deviation: float) -> Arrivals | None:
        """Their amounts as a law; `deviation` is how the factor moves them. None if none.

        That the rate is known from few signatures only adds to what moves it.
        """
        rate = self.rate(first, last) * self.priced
        if rate <= 0 or not len(self.amounts):
            return None
        loading = float(np.sqrt(deviation**2 + 1 / (self.seen + 1))) if deviation > 0 else 0.0
        return Arrivals(rate, self.amounts, self.weights, loading)


@dataclass(frozen=True)
class _Cohorts:
    """How many deals came in in each month from `first` on, that of the model included."""

    first: int
    came: Array

    @classmethod
    def of(cls, panel: Panel, endings: Endings) -> _Cohorts | None:
        """None before there are two origins to tell who is new."""
        places = [*endings.schedule.places(panel.origins), len(panel.origins) - 1]
        chosen = np.isin(panel.origin, np.asarray(places, dtype=panel.origin.dtype))
        months = endings.month[chosen]
        if not len(months):
            return None
        start, month = int(months.min()), endings.schedule.month
        if month <= start:
            return None
        # A row is new where the deal was not open at the origin before.
        key = (panel.deal[chosen] << np.int64(16)) + months - start
        key.sort()
        new = np.r_[True, np.diff(key) != 1][: len(key)]
        came = np.bincount(key[new] & 0xFFFF, minlength=month - start + 1)[: month - start + 1]
        came = came.astype(float)
        closed = endings.closed
        unseen = _interval(endings, closed.day)[endings.first_seen == FOREVER]
        inside = (unseen > start) & (unseen <= month)
        came += np.bincount(unseen[inside] - start, minlength=len(came))
        # Those open at the first origin came in before it.
        return cls(start + 1, came[1:])

    def shares(self, endings: Endings, months: int, pace: Pace) -> tuple[Array, Array, int]:
        """By lag in months from coming in to signature: the share per unit of pace; and how many.

        Lags × places in the quarter, each drawn towards all places. The lag −1 is the end of a
        month that an origin lies in.
        """
        first = max(self.first, endings.schedule.month - _BACK + 1)
        came = self.came[first - self.first :]
        month, lag = endings.signed
        interval = _interval(endings, endings.closed.day[endings.won])
        cohort = np.where(lag == UNSEEN, interval, month - lag)
        lags = np.arange(-1, months + 1)
        inside = (cohort >= first) & (month <= endings.schedule.complete)
        lag, place = (month - cohort)[inside], month[inside] % QUARTER
        known = (lag >= -1) & (lag <= months)
        signed = np.zeros((len(lags), QUARTER))
        np.add.at(signed, (lag[known] + 1, place[known]), 1.0)
        cohorts = np.arange(first, first + len(came))
        then = cohorts[:, None] + lags
        speed = pace(np.minimum(then, endings.schedule.complete).ravel()).reshape(then.shape)
        each = came[:, None] * speed * (then <= endings.schedule.complete)
        risk = np.stack([(each * (then % QUARTER == q)).sum(axis=0) for q in range(QUARTER)], 1)
        share = signed.sum(axis=1) / np.maximum(risk.sum(axis=1), _NOTHING)
        usual = share[:, None] * risk
        return lags, share[:, None] * (signed + _ALIKE) / (usual + _ALIKE), int(signed.sum())

    def coming(self, months: int) -> Array:
        """How many come in in each of the next months."""
        last = self.came[-YEAR:]
        mean = last.mean()
        place = np.arange(self.first, self.first + len(self.came))[-YEAR:] % QUARTER
        came = np.bincount(place, last, QUARTER)
        turn = (came + _STEADY) / (mean * np.bincount(place, minlength=QUARTER) + _STEADY)
        before = self.came[-2 * YEAR : -YEAR]
        growth = 1.0
        if len(before) == YEAR:
            growth = (last.sum() + _STEADY) / (before.sum() + _STEADY)
        growth = min(max(growth, _LEAST), _MOST)
        distance = np.arange(1, months + 1) + (len(last) - 1) / 2
        ahead = self.first + len(self.came) + np.arange(months)
        coming: Array = mean * turn[ahead % QUARTER] * growth ** (distance / YEAR)
        return coming


def _interval(endings: Endings, days: Array) -> Array:
    """The month of the first origin at or after each day."""
    month = months_of(days)
    if endings.schedule.first:
        return month
    day_of_month = days - month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return month + (day_of_month >= endings.schedule.day.day)


def _amounts(endings: Endings) -> tuple[float, Array, Array]:
    """The share of signed deals with an amount; amounts and how often each is drawn."""
    amount = endings.closed.amount[endings.won]
    known = amount > 0
    if not known.any():
        return 0.0, np.zeros(0), np.zeros(0)
    soon = endings.signed[1] <= _SOON
    weight = soon[known] + _OTHERS / known.sum()
    return float(known.mean()), *_fewer(amount[known], weight.astype(float))


def _fewer(amounts: Array, weights: Array) -> tuple[Array, Array]:
    """Amounts that stand for many: neighbours are counted together, but for the largest ones."""
    order = np.argsort(amounts)
    amounts, weights = amounts[order], weights[order]
    if len(amounts) <= _AMOUNTS:
        return amounts, weights
    kept = _AMOUNTS // 2
    bunch = np.minimum(np.cumsum(weights) / weights.sum() * kept, kept - 1).astype(np.int64)
    bunch[-kept:] = kept + np.arange(kept)
    bunch = np.unique(bunch, return_inverse=True)[1]
    total = np.bincount(bunch, weights)
    return np.bincount(bunch, amounts * weights) / total, total
