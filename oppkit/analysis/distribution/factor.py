"""Deals that are won and lost together: one common factor.

Bᵢ = 1{√ρ Z + √(1−ρ) εᵢ ≤ Φ⁻¹(pᵢ)} with Z and all εᵢ standard normal (O. Vasicek's model of loan
losses, 1987; a Gaussian copula with one factor). Given Z = z the deals are independent, with
probabilities Φ((Φ⁻¹(pᵢ) − √ρ z) / √(1−ρ)): a high z is a bad market. New business comes at a rate
that falls with z as well.

Means over Z are taken by the trapezoid rule on ±6.5: of a smooth function times a normal density it
is exact to many digits as soon as its step resolves the function.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, isfinite, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Array = NDArray[Any]
_REACH = 6.5
_WIDEST_STEP = 0.5
_STEP_IN_WIDTHS = 0.22
_STEP_IN_GROWTH = 0.3
_LEAST_STEP = 0.005  # beyond correlations of 0.9995 everything is won together


@dataclass(frozen=True)
class Factor:
    """The correlation ρ of the deals, and the loading of arrivals."""

    correlation: float = 0.0
    loading: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.correlation < 1:
            raise ValueError(
                f"A correlation is at least 0 and below 1, not {self.correlation}: 0 for deals"
                " that are won independently of each other."
            )
        if not (isfinite(self.loading) and self.loading >= 0):
            raise ValueError(f"The loading of arrivals is not negative, not {self.loading}.")

    @property
    def absent(self) -> bool:
        """Whether nothing depends on it."""
        return self.correlation == 0 and self.loading == 0

    @property
    def width(self) -> float:
        """Over how much of z a probability falls from Φ(1) to Φ(0)."""
        return sqrt((1 - self.correlation) / self.correlation) if self.correlation else inf

    @property
    def step(self) -> float:
        """Between nodes from which what smoothly depends on z is known everywhere."""
        growth = _STEP_IN_GROWTH / self.loading if self.loading else inf
        return max(min(_WIDEST_STEP, _STEP_IN_WIDTHS * self.width, growth), _LEAST_STEP)

    def nodes(self, step: float) -> tuple[Array, Array]:
        """z, and the weights, which sum to 1; z = 0 alone where nothing depends on it."""
        if self.absent:
            return np.zeros(1), np.ones(1)
        nodes = np.linspace(-_REACH, _REACH, 2 * ceil(_REACH / step) + 1)
        density = np.exp(-(nodes**2) / 2)
        return nodes, density / density.sum()

    def chances(self, probabilities: Array, nodes: Array) -> Array:
        """The probabilities given each of the nodes: nodes × deals."""
        if self.correlation == 0:
            return np.broadcast_to(probabilities, (len(nodes), len(probabilities)))
        given: Array = ndtr(self._threshold(probabilities, nodes))
        return given

    def rates(self, rate: float, nodes: Array) -> Array:
        """The rate of arrivals given each of the nodes."""
        given: Array = rate * np.exp(-self.loading * nodes - self.loading**2 / 2)
        return given

    def told(self, probabilities: Array, counts: Array, rate: float, nodes: Array) -> Array:
        """Fisher's information on z in the outcomes of deals and arrivals, at each of the nodes."""
        of_arrivals = self.loading**2 * self.rates(rate, nodes)
        if self.correlation == 0:
            return of_arrivals
        threshold = self._threshold(probabilities, nodes)
        varied = ndtr(threshold) * ndtr(-threshold)
        density = np.exp(-(threshold**2)) / (2 * np.pi * self.width**2)
        told = np.divide(density, varied, out=np.zeros_like(varied), where=varied > 1e-200)
        return np.asarray(told @ counts + of_arrivals)

    def _threshold(self, probabilities: Array, nodes: Array) -> Array:
        drift = sqrt(self.correlation) * nodes[:, None]
        return np.asarray((ndtri(probabilities) - drift) / sqrt(1 - self.correlation))
