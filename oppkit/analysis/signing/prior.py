"""What is thought before anything was closed: the default probabilities of the statuses.

It counts `rates.PSEUDO` closed deals, so its weight is 10 / (10 + closed). What it says of a month
is corrected by how much was signed of what it would have said of the months before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from oppkit.analysis.signing.endings import SIGNED, Endings
from oppkit.analysis.signing.hazards import expected_months
from oppkit.analysis.signing.months import YEAR
from oppkit.analysis.signing.panel import Panel
from oppkit.analysis.signing.rates import PSEUDO

Array = npt.NDArray[Any]
_NOTHING_KNOWN = 0.25  # the share that is won where not even statuses are known
_AHEAD = 3  # months ahead in which it is compared with what was signed
_ENOUGH = 20_000  # rows that are compared


def weight(closed: int) -> float:
    """Of the prior, after so many closed deals."""
    return PSEUDO / (PSEUDO + closed)


@dataclass(frozen=True)
class Prior:
    """The chance to be won by status, and that of a deal without one that is known."""

    chances: Mapping[str, float]
    mean: float

    @classmethod
    def of(cls, panel: Panel, given: Mapping[str, float] | None) -> Prior:
        """The default probabilities if given, else the mean of what was entered in each status."""
        if given is None:
            known = ~np.isnan(panel.probability) & (panel.status != np.array(None))
            names, place = np.unique(panel.status[known].astype(str), return_inverse=True)
            count = np.bincount(place, minlength=len(names))
            sums = np.bincount(place, panel.probability[known], len(names))
            given = dict(zip(names.tolist(), (sums / np.maximum(count, 1)).tolist(), strict=True))
        seen = [given[one] for one in dict.fromkeys(panel.status.tolist()) if one in given]
        return cls(given, sum(seen) / len(seen) if seen else _NOTHING_KNOWN)

    def won(self, status: Array) -> Array:
        """The chance of each deal to be won in the end, by its status."""
        each = map(self.chances.get, status.tolist(), repeat(self.mean))
        return np.fromiter(each, np.float64, len(status))


def as_expected(won: Array, expected: Array, first: int, months: Array) -> Array:
    """Won in the month in which it is expected, what is overdue in the `first`: deals × months.

    Undated ones are in no month.
    """
    found: Array = (np.maximum(expected, first)[:, None] == months) * won[:, None]
    return found


def slipping(won: Array, expected: Array, first: int, months: Array) -> Array:
    """The same with signatures that slip: half of them by a month, half of these by another…

    Undated ones are spread over the first twelve months.
    """
    late = months - np.maximum(expected, first)[:, None]
    share = np.where(late >= 0, 0.5 ** (np.maximum(late, 0) + 1.0), 0.0)
    undated = ((months >= first) & (months < first + YEAR)) / YEAR
    return np.where(np.isnan(expected)[:, None], undated, share) * won[:, None]


def correction(prior: Prior, panel: Panel, endings: Endings) -> float:
    """How much was signed of what the prior says of the last year, drawn towards all of it."""
    schedule = endings.schedule
    places = schedule.places(panel.origins)[-YEAR:]
    rows = np.flatnonzero(np.isin(panel.origin, np.asarray(places, dtype=panel.origin.dtype)))
    apart = 1 + len(rows) // _ENOUGH
    rows = rows[::apart]
    months = endings.month[rows]
    ahead = np.arange(1, 1 + _AHEAD)
    over = months[:, None] + ahead <= schedule.complete
    expected = expected_months(panel, rows) - months
    said = slipping(prior.won(panel.status[rows]), expected, schedule.first, ahead)
    happened = (endings.cause[rows] == SIGNED)[:, None] & (endings.ahead[rows, None] == ahead)
    signed, foreseen = apart * (happened & over).sum(), apart * (said * over).sum()
    return float((signed + PSEUDO) / (foreseen + PSEUDO))
