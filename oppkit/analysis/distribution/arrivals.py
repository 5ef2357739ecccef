"""New business that is not in the pipeline yet: a random number of deals of random amounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Arrivals:
    """A compound Poisson sum: on average `rate` deals, of `amounts` drawn with `weights`.

    With a common factor z the rate is rate·exp(−loading·z − loading²/2): it keeps its mean, and
    falls where fewer deals are won. `loading` is then the standard deviation of log(rate).
    """

    rate: float
    amounts: Array
    weights: Array = field(default_factory=lambda: np.ones(0))  # none: all alike
    loading: float = 0.0

    def __post_init__(self) -> None:
        amounts = _floats(self.amounts)
        given = _floats(self.weights)
        given = given if len(given) else np.ones(len(amounts))
        if len(amounts) != len(given):
            raise ValueError(f"There are {len(amounts)} amounts and {len(given)} weights.")
        _check(self.rate, amounts, given, self.loading)
        kept = (given > 0) & (amounts != 0)
        share = given / given.sum() if len(given) else given
        # An arrival that is worth nothing is none.
        object.__setattr__(self, "rate", float(self.rate * share[kept].sum()))
        object.__setattr__(self, "amounts", amounts[kept])
        object.__setattr__(self, "weights", share[kept] / max(share[kept].sum(), 1e-300))

    @classmethod
    def none(cls) -> Arrivals:
        """Nothing new."""
        return cls(0.0, np.zeros(0))

    @property
    def mean(self) -> float:
        """What is expected from them."""
        return self.rate * float(self.weights @ self.amounts)


def _floats(values: ArrayLike) -> Array:
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


def _check(rate: float, amounts: Array, weights: Array, loading: float) -> None:
    numbers = np.concatenate([[rate, loading], amounts, weights])
    if not np.isfinite(numbers).all():
        raise ValueError("Arrivals need finite numbers: rate, loading, amounts and weights.")
    if rate < 0 or loading < 0 or (weights < 0).any():
        raise ValueError("The rate, the loading and the weights of arrivals are not negative.")
    if rate > 0 and not weights.sum() > 0:
        raise ValueError("Arrivals need at least one amount to draw from.")
