"""The law of an amount: a distribution function that is linear between points.

All laws of this package end up in this form, so that whoever asks needs to know one only. Where the
amount takes one value with a probability of its own, the function jumps: that point is there twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
_A_HAIR = 1e-13  # amounts closer than this part of the largest are one amount: sums of floats
_ROUNDING = 1e-12  # of probabilities
_TAIL = 5e-4  # of the mass, which a drawing of the density leaves out at either end


@dataclass(frozen=True)
class Law:
    """`cumulated` is P(S ≤ x) at `points`, both ascending; `mean` and `sd` are from the moments."""

    points: Array
    cumulated: Array
    mean: float
    sd: float

    @classmethod
    def certain(cls, value: float) -> Law:
        """Nothing but this amount."""
        return cls(np.full(2, float(value)), np.array([0.0, 1.0]), float(value), 0.0)

    def cdf(self, x: ArrayLike) -> Array:
        """P(S ≤ x)."""
        return self._at(np.asarray(x, dtype=np.float64) + self._hair, "right")

    def below(self, x: ArrayLike) -> Array:
        """P(S < x)."""
        return self._at(np.asarray(x, dtype=np.float64) - self._hair, "left")

    def chance(self, target: ArrayLike) -> Array:
        """P(S ≥ target): that the target is reached."""
        return 1.0 - self.below(target)

    def between(self, low: ArrayLike, high: ArrayLike) -> Array:
        """P(low ≤ S ≤ high); 0 where high is below low."""
        inside: Array = np.maximum(self.cdf(high) - self.below(low), 0.0)
        return inside

    def quantile(self, q: ArrayLike) -> Array:
        """The least amount that is not exceeded with a probability of q, 0 to 1."""
        wanted = np.asarray(q, dtype=np.float64)
        if not ((wanted >= 0) & (wanted <= 1)).all():
            raise ValueError("Quantiles are asked for between 0 and 1.")
        # A sum of probabilities may be a little less than what it should be.
        place = np.searchsorted(self.cumulated, wanted - _ROUNDING, "left")
        place = np.clip(place, 1, len(self.points) - 1)
        low, high = self.cumulated[place - 1], self.cumulated[place]
        part = np.divide(wanted - low, high - low, out=np.ones_like(wanted), where=high > low)
        step = self.points[place] - self.points[place - 1]
        found = self.points[place - 1] + np.clip(part, 0.0, 1.0) * step
        # q = 0: where the law begins, and not where a flat piece ends
        answer: Array = np.where(wanted <= self.cumulated[0], self.points[0], found)[()]
        return answer

    def density(self, n: int = 200) -> tuple[Array, Array]:
        """n amounts and the density there, averaged over equal steps: a jump is a narrow peak.

        Of an amount that is certain, that amount and infinity.
        """
        low, high = self.quantile([_TAIL, 1 - _TAIL])
        if not high > low:
            return np.array([low]), np.array([np.inf])
        edges = np.linspace(low, high, n + 1)
        f = self.cdf(edges)
        f[0] = self.below(low)  # what lies on the first edge belongs to the first step
        return (edges[1:] + edges[:-1]) / 2, np.diff(f) / np.diff(edges)

    def crps(self, actual: float) -> float:
        """∫ (F(x) − 1{x ≥ actual})² dx: how far off the law was, in the unit of the amount."""
        there = self._at(np.array(float(actual)), "right")
        x, f = self.points, self.cumulated
        below = _of_squares(np.minimum(x, actual), np.where(x <= actual, f, there))
        above = _of_squares(np.maximum(x, actual), 1.0 - np.where(x >= actual, f, there))
        beside = max(actual - float(x[-1]), float(x[0]) - actual, 0.0)
        return below + above + beside

    def shifted(self, by: float) -> Law:
        """The law of S + by."""
        return Law(self.points + by, self.cumulated, self.mean + by, self.sd)

    def spread(self, shift: float, sd: float) -> Law:
        """The law of S·exp(shift + sd·N(0, 1)), the factor independent of S."""
        from oppkit.analysis.distribution.scaling import spread

        return spread(self, shift, sd)

    @property
    def _hair(self) -> float:
        return _A_HAIR * float(max(abs(self.points[0]), abs(self.points[-1])))

    def _at(self, x: Array, side: str) -> Array:
        """The function at x; at a jump its lower end (left) or its upper one (right)."""
        place = np.searchsorted(self.points, x, side)  # type: ignore[call-overload]
        inner = np.clip(place, 1, len(self.points) - 1)
        low, high = self.points[inner - 1], self.points[inner]
        part = np.divide(x - low, high - low, out=np.zeros_like(x), where=high > low)
        f = self.cumulated[inner - 1]
        found = f + np.clip(part, 0.0, 1.0) * (self.cumulated[inner] - f)
        found = np.where(place >= len(self.points), 1.0, found)
        answer: Array = np.where(place == 0, 0.0, found)[()]
        return answer


def _of_squares(x: Array, f: Array) -> float:
    """∫ f² over pieces on which f is linear."""
    return float(np.diff(x) @ (f[1:] ** 2 + f[1:] * f[:-1] + f[:-1] ** 2)) / 3
