"""The law of many deals with a common factor: a mixture of the laws given each z.

Given z the deals are independent, and their law is inverted by itself. With many deals each law is
narrow beside the way it moves with z, and nodes further apart than its width give a comb; then it
is inverted at some nodes, and moved and stretched to those in between.

To mix the characteristic functions and invert once is shorter and does not do: of deals that are
rarely won, in a good market now and then many of them, |φ| is still 0.1 at 60/sd (p = 0.02,
ρ = 0.3), and neither the series nor the nodes in z come to an end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.special import ndtr

from oppkit.analysis.distribution.arrivals import Arrivals
from oppkit.analysis.distribution.cells import Cells
from oppkit.analysis.distribution.characteristic import Characteristic
from oppkit.analysis.distribution.cumulants import Given
from oppkit.analysis.distribution.factor import Factor
from oppkit.analysis.distribution.inversion import inverted
from oppkit.analysis.distribution.mixing import Piece, heaped

Array = NDArray[Any]
_NARROW = 1e-3  # of the whole sd: a law of which no more than mean and spread can matter
_WEIGHTLESS = 1e-7  # nodes, at which any law will do
_FINEST, _WIDEST = 0.01, 0.25  # steps between nodes
_SEGMENTS = 2**15  # of all laws together
_FEWEST, _MOST = 24, 512  # quantiles of each law
_TAIL = 5.5  # standard deviations of the outermost quantiles, were it normal
_APART = 1.4  # sd of a law to the next: a comb of them is smooth to 1e-4 of its density
_DIRECT = 0.08  # step from which each law is inverted for itself
_OVERLAP = 0.6  # sd of each law beside the distance to the next, so that no comb is seen
_POINTS, _NEGLIGIBLE, _TERMS = 1024, 1e-4, 832  # of the inversion


@dataclass(frozen=True)
class Mixture:
    """The laws at fine nodes: their quantiles at levels (nodes × levels), and their weights."""

    nodes: Array
    weights: Array
    levels: Array
    quantiles: Array

    @classmethod
    def of(
        cls, cells: Cells, arrivals: Arrivals, factor: Factor, given: Given,
        support: tuple[float, float], share: Callable[[Array], Array],
    ) -> Mixture:  # fmt: skip
        """`share` says how much of each node is asked for."""
        step = _fine_step(given)
        nodes, weights = factor.nodes(step)
        if step >= _DIRECT:
            given = Given.of(cells, arrivals, factor, nodes, weights)
        number = int(np.clip(_SEGMENTS // len(nodes), _FEWEST, _MOST))
        levels = ndtr(np.linspace(-_TAIL, _TAIL, number))
        needed = given.weights * share(given.nodes) > _WEIGHTLESS
        shapes = _shapes(cells, arrivals, given, support, needed, levels)
        quantiles = _moved(shapes, nodes, given)
        return cls(nodes, weights * share(nodes), levels, np.clip(quantiles, *support))

    def pieces(self, chances: Array) -> list[Piece]:
        """The law for each outcome of the giants, whose chances are outcomes × nodes."""
        begins, ends = self.quantiles[:, :-1], self.quantiles[:, 1:]
        rises = np.diff(self.levels) / (self.levels[-1] - self.levels[0])
        return [
            heaped(begins.ravel(), ends.ravel(), np.outer(row * self.weights, rises).ravel())
            for row in chances
        ]


def _fine_step(given: Given) -> float:
    """As wide as the laws overlap."""
    moved = np.abs(np.gradient(given.means, given.nodes))
    matters = (given.weights > 1e-5) & (moved > 0)
    apart = _APART * np.sqrt(given.variances[matters]) / moved[matters]
    return float(np.clip(apart.min(initial=_WIDEST), _FINEST, _WIDEST))


def _shapes(
    cells: Cells, arrivals: Arrivals, given: Given, support: tuple[float, float], needed: Array,
    levels: Array,
) -> Array:  # fmt: skip
    """Quantiles in sd from the mean, nodes × levels: normal where no more of a law can matter."""
    sds, whole = np.sqrt(given.variances), given.mixed(given.weights).sd
    found = np.tile(np.linspace(-_TAIL, _TAIL, len(levels)), (len(sds), 1))
    characteristic = Characteristic(cells, arrivals)
    for node in np.flatnonzero(needed & (sds > _NARROW * whole)):
        low, high = given.at(int(node)).window
        at = characteristic.given(given.chances[node], float(given.rates[node]))
        window = max(low, support[0]), min(high, support[1])
        law = inverted(at, window, _POINTS, _NEGLIGIBLE, _TERMS)
        quantiles = np.interp(levels, law.cumulated, law.points)
        found[node] = (quantiles - given.means[node]) / sds[node]
    return found


def _moved(shapes: Array, nodes: Array, given: Given) -> Array:
    """The quantiles at fine nodes: shapes change slowly, what they are moved by does not."""
    means = CubicSpline(given.nodes, given.means)(nodes)
    sds = CubicSpline(given.nodes, np.sqrt(given.variances))(nodes)
    # Laws that are narrower than the distance to the next are taken a little wider.
    sds = np.maximum(sds, _OVERLAP * np.abs(np.gradient(means)))
    after = np.clip(np.searchsorted(given.nodes, nodes), 1, len(given.nodes) - 1)
    before = given.nodes[after - 1]
    part = ((nodes - before) / (given.nodes[after] - before))[:, None]
    shape = (1 - part) * shapes[after - 1] + part * shapes[after]
    return np.asarray(means[:, None] + sds[:, None] * shape)
