"""The law of the deals among which none is a giant: by the lattice, by inversion, or in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.special import ndtr

from oppkit.analysis.distribution.arrivals import Arrivals
from oppkit.analysis.distribution.cells import Cells
from oppkit.analysis.distribution.characteristic import Characteristic
from oppkit.analysis.distribution.conditional import Mixture
from oppkit.analysis.distribution.cumulants import Cumulants, Given, known
from oppkit.analysis.distribution.factor import Factor
from oppkit.analysis.distribution.giants import Outcomes
from oppkit.analysis.distribution.grid import common_unit
from oppkit.analysis.distribution.inversion import inverted
from oppkit.analysis.distribution.lattice import FINE, FINE_GIVEN, Fineness, Trials, sums
from oppkit.analysis.distribution.mixing import Piece, mixed

Array = NDArray[Any]
Share = Callable[[Array], Array]  # of nodes: how much of each
_FEW, _FEW_WITH_A_FACTOR = 512, 48  # deals
_ALIKE, _ALIKE_WITH_A_FACTOR, _AMOUNTS = 2**16, 2**11, 64  # deals of a few amounts
_COINS = 16.01  # Σp(1−p), with the arrivals: below, |φ| hardly falls and the law jumps
_COINS_GIVEN, _FADING = 9.0, 0.25  # the same given the factor; how fast one law fades, in logs
# Between nodes of the lattice: in sd of what the outcomes tell of z, which is what it must resolve.
_STEP, _LEAST_STEP, _WIDEST_STEP = 1.2, 0.05, 0.5
_MOST_OF = 0.5001  # not a half, at which rounding would decide
_NEGLIGIBLE = 1e-9  # weights of nodes
_FADED = 3e-5  # shares
_TINY = 1e-300


@dataclass(frozen=True)
class Others:
    """Deals and arrivals, and what is known of their sum given the factor."""

    cells: Cells
    coming: Arrivals
    factor: Factor
    given: Given

    def independent(self) -> Piece:
        """Their law where nothing depends on the factor."""
        moments = self.given.at(0)
        if moments.sd == 0:
            return Piece(np.full(2, moments.mean), np.array([0.0, 1.0]))
        if self._stepwise(_FEW, _ALIKE) or self.given.coins[0] < _COINS:
            [found] = self._lattice(self.given, np.ones((1, 1)), np.array([True]), moments, FINE)
        else:
            at = Characteristic(self.cells, self.coming).given(
                self.given.chances[0], float(self.given.rates[0])
            )
            ratio = sqrt(max(moments.variance + known(self.cells), 0.0)) / moments.sd
            found = inverted(at, self._window(moments)).drawn(moments.mean, ratio)
        return found.within(*self._support)

    def mixtures(self, outcomes: Outcomes) -> list[Piece]:
        """Their law with each outcome of the giants, in parts that sum to 1."""
        if not self.given.variances.any():
            nodes, weights = self.factor.nodes(self.factor.step)
            masses = outcomes.chances(self.factor, nodes) @ weights
            return [Piece(np.zeros(2), np.array([0.0, float(mass)])) for mass in masses]
        stepwise = self._stepwise(_FEW_WITH_A_FACTOR, _ALIKE_WITH_A_FACTOR)
        share = np.ones_like if stepwise else self._stairs()
        found = [*self._few(outcomes, share), *self._many(outcomes, lambda z: 1 - share(z))]
        return [mixed(parts) for parts in zip(*found, strict=True)]

    def _stairs(self) -> Share:
        """1 where the law is a staircase, 0 where it is smooth, and smooth itself in between."""
        coins = np.log(np.maximum(self.given.coins, _TINY) / _COINS_GIVEN)
        coins = CubicSpline(self.given.nodes, coins)
        return lambda nodes: ndtr(-coins(nodes) / _FADING)

    def _few(self, outcomes: Outcomes, share: Share) -> Iterator[list[Piece]]:
        """The parts of the nodes at which the law is a staircase: where deals are lost, or won."""
        nodes, weights = self._steps(share)
        if not len(nodes):
            return
        given = Given.of(self.cells, self.coming, self.factor, nodes, weights)
        won = given.chances @ self.cells.count > _MOST_OF * self.cells.deals
        masses = outcomes.chances(self.factor, nodes) * weights
        for side in (won, ~won):
            if side.any():
                moments = given.mixed(np.where(side, weights, 0.0))
                yield self._lattice(given, masses, side, moments, FINE_GIVEN)

    def _steps(self, share: Share) -> tuple[Array, Array]:
        """Nodes of which little more can be told from what is signed, and their weights."""
        shares, weights = share(self.given.nodes), self.given.weights
        matters = self.given.nodes[(weights * shares > _NEGLIGIBLE) & (shares > _FADED)]
        if not len(matters):
            return np.zeros(0), np.zeros(0)
        cells = self.cells
        told = self.factor.told(cells.chance, cells.count, self.coming.rate, matters)
        least = min(_LEAST_STEP, self.factor.step / 2)
        step = float(np.clip(_STEP / np.sqrt(1 + told.max()), least, _WIDEST_STEP))
        nodes, weights = self.factor.nodes(step)
        shares = share(nodes)
        kept = (weights * shares > _NEGLIGIBLE * step) & (shares > _FADED)
        return nodes[kept], (weights * shares)[kept]

    def _many(self, outcomes: Outcomes, share: Share) -> Iterator[list[Piece]]:
        """The part of the nodes at which it is smooth."""
        if (self.given.weights * share(self.given.nodes) > _NEGLIGIBLE).any():
            mixture = Mixture.of(
                self.cells, self.coming, self.factor, self.given, self._support, share
            )
            parts = mixture.pieces(outcomes.chances(self.factor, mixture.nodes))
            yield [part.within(*self._support) for part in parts]

    def _lattice(
        self, given: Given, weights: Array, nodes: Array, moments: Cumulants, fine: Fineness
    ) -> list[Piece]:
        """Of some of the nodes; `weights` are outcomes × nodes."""
        trials = Trials.of(self.cells, self.coming, given.chances[nodes], given.rates[nodes])
        weights = weights[:, nodes]
        found = sums(trials, weights.sum(axis=0), moments, self._window(moments), fine)
        return [part.within(*self._support) for part in found.pieces(weights)]

    def _stepwise(self, few: int, alike: int) -> bool:
        """Whether the deals are few, or of a few amounts with a unit in common."""
        if self.cells.deals <= few:
            return True
        if len(self.cells) > _AMOUNTS or self.cells.deals > alike:
            return False
        low, high = self._window(self.given.mixed(self.given.weights))
        equal = not self.cells.central()[0].any()
        return equal and common_unit(self.cells.size, (high - low) / FINE_GIVEN.places) > 0

    @property
    def _support(self) -> tuple[float, float]:
        """Between which amounts the sum must lie."""
        first, more = self.cells.first, self.coming.rate > 0
        low = -np.inf if more and (self.coming.amounts < 0).any() else first[first < 0].sum()
        high = np.inf if more and (self.coming.amounts > 0).any() else first[first > 0].sum()
        return float(low), float(high)

    def _window(self, moments: Cumulants) -> tuple[float, float]:
        (low, high), (least, most) = moments.window, self._support
        return max(low, least), min(high, most)
