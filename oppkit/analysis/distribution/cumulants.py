"""Cumulants: of one Bernoulli trial, of cells of deals, and of a sum given the common factor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oppkit.analysis.distribution.arrivals import Arrivals
from oppkit.analysis.distribution.cells import Cells
from oppkit.analysis.distribution.factor import Factor

Array = NDArray[Any]


def bernoulli(p: Array) -> Iterator[Array]:
    """The cumulants of order 1 to 6 of a trial that succeeds with probability p."""
    q, d = p * (1 - p), 1 - 2 * p
    yield p
    yield q
    yield q * d
    yield q * (1 - 6 * q)
    yield q * d * (1 - 12 * q)
    yield q * (1 - 30 * q + 120 * q**2)


def powers(cells: Cells) -> list[Array]:
    """Σ aʳ of each cell for r = 1 to 6; the last three from the first three.

    The fourth central moment is taken as that of a normal, 3 times the squared variance, and the
    two after it as 0: a cell is narrow, and deals that matter are cells of their own.
    """
    m, n = cells.size, cells.count
    v, s = cells.central()
    fourth = m**4 + 6 * m**2 * v + 4 * m * s + 3 * v**2
    fifth = m**5 + 10 * m**3 * v + 10 * m**2 * s + 15 * m * v**2
    sixth = m**6 + 15 * m**4 * v + 20 * m**3 * s + 45 * m**2 * v**2
    return [cells.first, cells.second, cells.third, n * fourth, n * fifth, n * sixth]


@dataclass(frozen=True)
class Cumulants:
    """The mean and the variance of a sum, and how far it may lie to either side.

    `third` is Σ|κ₃|: of amounts of both signs the third cumulants may cancel, and the tails do not.
    """

    mean: float
    variance: float
    third: float

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return float(np.sqrt(self.variance))

    @property
    def window(self) -> tuple[float, float]:
        """Where all but a negligible part of the sum lies: 9 sd to either side, more if skewed."""
        skewness = self.third / self.variance**1.5 if self.variance > 0 else 0.0
        reach = 9 * self.sd * (1 + skewness / 4)
        return self.mean - reach, self.mean + reach


@dataclass(frozen=True)
class Given:
    """What is known of a sum at nodes of the factor. `chances` are nodes × cells.

    `coins` are Σp(1−p) with the arrivals: below some sixteen the law is a staircase.
    """

    nodes: Array
    weights: Array
    chances: Array
    rates: Array
    means: Array
    variances: Array
    thirds: Array
    coins: Array

    @classmethod
    def of(
        cls, cells: Cells, arrivals: Arrivals, factor: Factor, nodes: Array, weights: Array
    ) -> Given:
        """At these nodes."""
        chances, rates = factor.chances(cells.chance, nodes), factor.rates(arrivals.rate, nodes)
        return cls._summed(cells, arrivals, nodes, weights, chances, rates)

    def only(self, chosen: Array, cells: Cells, arrivals: Arrivals) -> Given:
        """Of the chosen ones among the cells, which are `cells`."""
        chances = self.chances[:, chosen]
        return self._summed(cells, arrivals, self.nodes, self.weights, chances, self.rates)

    @classmethod
    def _summed(
        cls, cells: Cells, arrivals: Arrivals, nodes: Array, weights: Array, p: Array, rates: Array
    ) -> Given:
        q = p * (1 - p)
        size, share = arrivals.amounts, arrivals.weights
        return cls(
            nodes, weights, p, rates,
            means=p @ cells.first + rates * (share @ size),
            variances=q @ cells.second + rates * (share @ size**2),
            thirds=np.abs(q * (1 - 2 * p)) @ np.abs(cells.third)
            + rates * (share @ np.abs(size) ** 3),
            coins=q @ cells.count + rates,
        )  # fmt: skip

    def at(self, node: int) -> Cumulants:
        """Given one node."""
        return Cumulants(
            float(self.means[node]), float(self.variances[node]), float(self.thirds[node])
        )

    def mixed(self, weights: Array) -> Cumulants:
        """Of the mixture with these weights of the nodes."""
        w = weights / weights.sum()
        mean = float(w @ self.means)
        off = self.means - mean
        variance = float(w @ (self.variances + off**2))
        third = abs(float(w @ (3 * off * self.variances + off**3))) + float(w @ self.thirds)
        return Cumulants(mean, variance, third)


def known(cells: Cells) -> float:
    """What cells know of the variance beside their mean probabilities: those within may differ."""
    p = cells.chance
    return cells.variance - float((cells.second * p * (1 - p)).sum())
