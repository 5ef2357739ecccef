"""What was forecast on earlier days, beside what came: the level and the factor learn from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from oppkit.analysis.signing.endings import Endings
from oppkit.analysis.signing.factor import together
from oppkit.analysis.signing.months import YEAR

Array = npt.NDArray[Any]
AHEAD = 3  # months ahead that are compared
_DOUBT = 60.0  # signatures that speak for the forecasts as they are


@dataclass(frozen=True)
class Said:
    """At an origin, by its month: the number of signatures expected 1, 2… months ahead.

    `variance` is that of independent deals.
    """

    month: int
    expected: Array
    variance: Array


@dataclass(frozen=True)
class Record:
    """Forecasts of the last year and what was signed: arrays of one length, by month and horizon.

    `months` is how many different months they are about.
    """

    expected: Array
    variance: Array
    signed: Array
    months: int

    @classmethod
    def of(cls, said: Iterable[Said], endings: Endings) -> Record:
        """Of the months that are over."""
        last = endings.schedule.complete
        counts = np.bincount(np.maximum(endings.signed[0], 0), minlength=last + 1)
        rows = [
            (one.month + ahead, expected, variance, counts[one.month + ahead])
            for one in said
            for ahead, (expected, variance) in enumerate(
                zip(one.expected, one.variance, strict=True), start=1
            )
            if last - YEAR < one.month + ahead <= last
        ]
        table = np.array(rows, dtype=float).reshape(-1, 4)
        months = len(np.unique(table[:, 0]))
        return cls(table[:, 1], table[:, 2], table[:, 3], months)

    @property
    def deviation(self) -> float:
        """τ of the common factor."""
        return together(self.signed, self.expected, self.variance, self.months)

    @property
    def shift(self) -> float:
        """log(signed / expected), drawn towards 0."""
        signed, expected = float(self.signed.sum()), float(self.expected.sum())
        return float(np.log((signed + _DOUBT) / (expected + _DOUBT)))
