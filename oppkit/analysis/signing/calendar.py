"""What the month itself does to signatures: its place in the quarter and in the year, the market.

The market is a level by month that comes back to its mean: between months so far apart its
covariance is σ²·φ^distance, beside what belongs to one month alone. The columns are the Cholesky
factor of that covariance, so that a ridge on their coefficients is this prior, and those of a month
to come are its regression on the months learnt from: what was seen lately fades out. Without them,
the one August of a short history would pass for the law of all Augusts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular

from oppkit.analysis.signing.months import QUARTER, YEAR

Array = npt.NDArray[Any]
_PERSISTENCE = 0.8  # φ of the market, from one month to the next
_MARKET, _ALONE, _SEASON = 0.3, 0.3, 0.3  # how far they may go, beside a quarter's places


@dataclass(frozen=True)
class Calendar:
    """`table` has a row for each month from `first` on, the ones to come included."""

    first: int
    table: npt.NDArray[np.float32]

    @classmethod
    def of(cls, first: int, last: int, ahead: int) -> Calendar:
        """To learn from the months `first` to `last`, for `ahead` months more."""
        learnt, months = np.arange(first, last + 1), np.arange(first, last + 1 + ahead)
        parts = (
            np.eye(QUARTER)[months % QUARTER], np.eye(YEAR)[months % YEAR] * _SEASON,
            _market(learnt, months),
        )  # fmt: skip
        return cls(first, np.hstack(parts).astype(np.float32))

    def columns(self, months: Array) -> npt.NDArray[np.float32]:
        """One row for each month; far away only the season is left, earlier it is the first one."""
        place = np.maximum(months - self.first, 0)
        beyond = len(self.table) - 1
        # The same month of a later year, in which the market is at its mean.
        far = place > beyond
        found = self.table[np.where(far, 0, place)]
        if far.any():
            found[far] = self._seasons(months[far])
        return found

    def _seasons(self, months: Array) -> Array:
        blank = np.zeros((len(months), self.table.shape[1] - QUARTER - YEAR))
        seasons = (np.eye(QUARTER)[months % QUARTER], np.eye(YEAR)[months % YEAR] * _SEASON, blank)
        return np.hstack(seasons)


def uncertainty(ahead: Array) -> Array:
    """Of the market so many months ahead, a variance: what is known of it now fades out."""
    found: Array = _ALONE**2 + _MARKET**2 * (1 - _PERSISTENCE ** (2 * ahead))
    return found


def _market(learnt: Array, months: Array) -> Array:
    """Columns by month learnt from; rows for these and for those to come."""
    factor = np.linalg.cholesky(_fading(learnt, learnt) + _ALONE**2 * np.eye(len(learnt)))
    coming = _fading(months[len(learnt) :], learnt)
    return np.vstack([factor, solve_triangular(factor, coming.T, lower=True).T])


def _fading(one: Array, other: Array) -> Array:
    covariance: Array = _MARKET**2 * _PERSISTENCE ** np.abs(one[:, None] - other[None, :])
    return covariance
