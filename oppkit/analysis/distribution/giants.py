"""Deals that dwarf all others: each way they may come out, with the law of the rest beside it.

With one deal of many times the spread of the rest the sum lies in two narrow places far apart,
which no series and no grid of a bearable size resolves. So the largest deals are taken out, and
what remains is shifted by what they bring, for each of the ways they may come out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oppkit.analysis.distribution.cells import Cells
from oppkit.analysis.distribution.cumulants import Given
from oppkit.analysis.distribution.factor import Factor

Array = NDArray[Any]
_TIMES = 12.01  # the standard deviation of the rest
_MOST = 10


@dataclass(frozen=True)
class Outcomes:
    """The ways giants may come out: what each of them brings, and which are won in it."""

    amounts: Array
    won: Array  # outcomes × giants
    probabilities: Array

    @classmethod
    def of(cls, giants: Cells) -> Outcomes:
        """Of single deals."""
        number = len(giants)
        won = (np.arange(2**number)[:, None] >> np.arange(number)) & 1 > 0
        return cls(won @ giants.size, won, giants.chance)

    def chances(self, factor: Factor, nodes: Array) -> Array:
        """Their probabilities given each of the nodes: outcomes × nodes."""
        given = factor.chances(self.probabilities, nodes)
        found = np.ones((len(self.amounts), len(nodes)))
        for won, p in zip(self.won.T, given.T, strict=True):
            found *= np.where(won[:, None], p, 1 - p)
        return found


def giants(cells: Cells, given: Given) -> NDArray[np.bool_]:
    """Which cells are single deals of more than 12 sd of all that is smaller; at most 10."""
    largest = np.argsort(-np.abs(cells.size), kind="stable")[:_MOST]
    p, size, count = given.chances[:, largest], cells.size[largest], cells.count[largest]
    # Of what is smaller than the first, the first two… of them, at each of the nodes.
    means = given.means[:, None] - np.cumsum(p * size * count, axis=1)
    varied = given.variances[:, None] - np.cumsum(p * (1 - p) * size**2 * count, axis=1)
    rest = given.weights @ (varied + (means - given.weights @ means) ** 2)
    single = np.cumprod(count == 1) == 1
    # Differences of large numbers leave a little.
    least = 1e-14 * float(given.weights @ given.variances)
    giant = np.flatnonzero(single & (size**2 > _TIMES**2 * np.maximum(rest, least)))
    chosen = np.zeros(len(cells), dtype=np.bool_)
    if len(giant):
        chosen[largest[: giant[-1] + 1]] = True
    return chosen
