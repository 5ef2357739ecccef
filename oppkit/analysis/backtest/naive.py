"""Forecasts that look at no deal at all: the last months go on, or a season comes back.

    mean_3         the mean of the last three months, for each month to come
    last_quarter   the same month of the last quarter that is known (the third month before, or the
                   sixth where that one is still to come)
    last_year      the same month of the last year, where the history goes back so far

A point forecast has no CRPS, so each is given the spread of its own errors: what it would have said
at earlier origins of a period just as far ahead, minus what came, is put around what it says now,
so that the mean stays what the method says, and no less than nothing. With fewer than six such
errors, those of nearer periods count too, and with fewer than three in all, how far the known
months are apart. Few errors make it wider, as a prediction from a sample of n must be: distances
grow by the root of (n + 1)/(n − 1), and between two errors all amounts are as likely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from oppkit.analysis.backtest.actuals import Monthly
from oppkit.analysis.backtest.measures import Array

if TYPE_CHECKING:
    from oppkit.analysis.distribution import Law

Rule = Callable[[Monthly, int], float | None]  # what a month by its number will bring
_MONTHS = 3
_ENOUGH, _LEAST = 6, 3


def mean_3(known: Monthly, number: int) -> float | None:
    """The mean of the last three months."""
    return float(known.amounts[-_MONTHS:].mean()) if len(known.amounts) >= _MONTHS else None


def last_quarter(known: Monthly, number: int) -> float | None:
    """The same month of the last quarter that is known."""
    back = -(-(number - known.stop + 1) // _MONTHS) * _MONTHS
    return known.of(number - back)


def last_year(known: Monthly, number: int) -> float | None:
    """The same month of the last year."""
    return known.of(number - 12)


RULES: dict[str, Rule] = {
    "mean_3": mean_3, "last_quarter": last_quarter, "last_year": last_year,
}  # fmt: skip


def said(rule: Rule, known: Monthly, months: range) -> float | None:
    """What a rule says of some months together; None where it cannot tell one of them."""
    values = [rule(known, number) for number in months]
    return None if None in values else float(sum(value for value in values if value is not None))


def errors(rule: Rule, known: Monthly, months: range) -> Array:
    """What came minus what was said, at all earlier origins: of months as far ahead, or nearer."""
    lead = months.start - known.stop
    found = list(_errors(rule, known, lead, len(months)))
    for nearer in reversed(range(lead)):
        if len(found) >= _ENOUGH:
            break
        found += _errors(rule, known, nearer, len(months))
    if len(found) < _LEAST and len(known.amounts):
        found += ((known.amounts - known.amounts.mean()) * np.sqrt(len(months))).tolist()
    return np.array(found)


def _errors(rule: Rule, known: Monthly, lead: int, count: int) -> Iterator[float]:
    for stop in range(known.start, known.stop - lead - count + 1):
        months = range(stop + lead, stop + lead + count)
        value = said(rule, known.before(stop), months)
        if value is not None:
            yield sum(known.of(number) or 0.0 for number in months) - value


def forecast(rule: Rule, known: Monthly, months: range) -> Law | None:
    """The law of what some months bring together by a rule; None where it cannot say anything."""
    from oppkit.analysis.distribution import Law

    value = said(rule, known, months)
    if value is None:
        return None
    spread = errors(rule, known, months)
    count = len(spread)
    if count < _LEAST or value <= 0:
        return Law.certain(value)
    wider = np.sqrt((count + 1) / (count - 1))
    around = np.maximum(value + (spread - spread.mean()) * wider, 0.0)
    return sample(around * (value / around.mean()))


def sample(values: Array) -> Law:
    """A law with the mean of a sample: between two values, a chance of 1/n lies evenly."""
    from oppkit.analysis.distribution import Law

    x, n = np.sort(values), len(values)
    points = np.r_[x[0], x, x[-1]]
    cumulated = np.r_[0.0, (np.arange(n) + 0.5) / n, 1.0]
    low, high = points[:-1], points[1:]
    squares = float(np.diff(cumulated) @ (low**2 + low * high + high**2)) / 3
    mean = float(x.mean())
    return Law(points, cumulated, mean, max(squares - mean**2, 0.0) ** 0.5)
