"""Small groups of deals, exactly: shift and add on a grid of amounts.

With a deal of amount a and probability p, the masses f of all sums become (1−p) f(x) + p f(x−a).
Amounts that are multiples of a unit have a grid of their own, on which nothing is approximated. On
others deals are split between two places; sums of a noticeable probability (that nothing is won at
all, or one deal only) are kept beside the grid as they are, for the distribution jumps there.

Many deals that are rarely won, deals of one amount, and arrivals are multiplied as transforms:
log(1 − p + p z) = log(1−p) − Σ (−p/(1−p))ʳ zʳ/r, so that all rare ones take a few transforms.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oppkit.analysis.distribution.arrivals import Arrivals
from oppkit.analysis.distribution.cells import Cells
from oppkit.analysis.distribution.cumulants import Cumulants
from oppkit.analysis.distribution.grid import Grid
from oppkit.analysis.distribution.mixing import Piece, evenly, jumps, mixed

Array = NDArray[Any]
Complex = NDArray[Any]
Window = tuple[float, float]
_RARE = 0.2501  # odds up to which the series is short: those of 20 %, and a hair
_RARE_ONES = 64  # up to so many deals are added one by one all the same
_MANY = 8  # deals of one amount from which they are multiplied as a power
_ENUMERATED = 12  # deals, of which all sums are kept
_LIKELY = 0.5001  # not a half, at which rounding would decide
_TINY = 1e-300
_EQUAL, _ALIKE = 1e-12, 1e-9  # sums, of the largest; probabilities
_SURE = 1e-15  # by which a probability stays below 1


@dataclass(frozen=True)
class Fineness:
    """How much may be lost: of the variance by splitting, and of each term of the series.

    `step`, in sd, is the widest. Beside the grid stand at most `atoms` sums, of a probability that
    is noticeable.
    """

    places: int
    step: float
    widened: float
    series: float
    atoms: int
    noticeable: float


# No probabilities that people enter make exactly these: rounding must not decide.
FINE = Fineness(2**14, 1e-3, 2e-5, 1e-11, 1024, 1.0123e-5)
FINE_GIVEN = Fineness(2**13, 4e-3, 2e-4, 1e-8, 1024, 2.0123e-5)


@dataclass(frozen=True)
class Trials:
    """Amounts, how often each, their chances given each node (nodes × amounts), and arrivals."""

    amounts: Array
    counts: Array
    chances: Array
    arrivals: Arrivals
    rates: Array

    @classmethod
    def of(cls, cells: Cells, arrivals: Arrivals, chances: Array, rates: Array) -> Trials:
        """Of the amounts that stand for those in the cells."""
        amounts, counts, place = cells.parted()
        # At the far nodes of a factor nothing rounds to a certainty.
        return cls(amounts, counts, np.clip(chances, _TINY, 1 - _SURE)[:, place], arrivals, rates)

    def turned(self, usual: Array) -> tuple[float, Trials]:
        """Where winning is the rule, the amount is taken as won, and losing it as the trial."""
        likely = usual > _LIKELY
        start = float((self.amounts * self.counts)[likely].sum())
        amounts = np.where(likely, -self.amounts, self.amounts)
        chances = np.where(likely, 1 - self.chances, self.chances)
        return start, Trials(amounts, self.counts, chances, self.arrivals, self.rates)

    def __getitem__(self, chosen: NDArray[np.bool_]) -> Trials:
        return Trials(
            self.amounts[chosen], self.counts[chosen], self.chances[:, chosen],
            self.arrivals, self.rates,
        )  # fmt: skip


@dataclass(frozen=True)
class Sums:
    """Of what has been added so far: sums kept as they are, and the masses on the grid."""

    grid: Grid
    atoms: Array
    weights: Array  # nodes × atoms
    masses: Array  # nodes × places

    def with_deal(self, amount: float, p: Array) -> Sums:
        """One more deal, won with probability p given each node."""
        masses = self.grid.with_deal(self.masses, amount, p)
        if not len(self.atoms):
            return Sums(self.grid, self.atoms, self.weights, masses)
        atoms = np.concatenate([self.atoms, self.atoms + amount])
        won = p[:, None] * self.weights
        weights = np.concatenate([self.weights - won, won], axis=1)
        return Sums(self.grid, *_joined(atoms, weights), masses)

    def noticed(self, usual: Array, fineness: Fineness) -> Sums:
        """With the sums that are too many, or not noticeable, put on the grid."""
        masses, least = usual @ self.weights, fineness.noticeable
        if len(masses) > fineness.atoms:
            # Those that are as probable as the last one stay or go together.
            last = float(np.partition(masses, -fineness.atoms)[-fineness.atoms])
            least = max(least, last * (1 + _ALIKE))
        kept = masses > least
        if kept.all():
            return self
        placed = self.grid.measure(self.atoms[~kept], self.weights[:, ~kept])
        return Sums(self.grid, self.atoms[kept], self.weights[:, kept], self.masses + placed)

    def pieces(self, weights: Array) -> list[Piece]:
        """The law for each way of weighing the nodes (outcomes × nodes)."""
        grid = self.grid
        masses = grid.unrolled(weights @ self.masses)
        atoms = weights @ self.weights
        if grid.whole:
            return [jumps(grid.values, row) for row in masses]
        # What was split between places lies about them, half a step to either side.
        edges = np.append(grid.values - grid.step / 2, grid.values[-1] + grid.step / 2)
        order = np.argsort(self.atoms)
        return [
            mixed([evenly(edges, row), jumps(self.atoms[order], kept[order])])
            for row, kept in zip(masses, atoms, strict=True)
        ]


def sums(trials: Trials, usual: Array, moments: Cumulants, window: Window, fine: Fineness) -> Sums:
    """All that can come out, given each node; `usual` are the weights of the nodes.

    The window must hold nearly all of it: what lies beside comes in again on the other side.
    """
    start, trials = trials.turned(usual @ trials.chances / usual.sum())
    amounts = np.concatenate([trials.amounts, trials.arrivals.amounts, [start]])
    step, deals = _step(trials, usual, moments, fine), float(trials.counts.sum())
    grid = Grid.over(window, amounts[amounts != 0], step, fine.places, deals)
    odds = trials.chances / (1 - trials.chances)
    rare = (odds <= _RARE).all(axis=0) & (trials.counts.sum() > _RARE_ONES)
    many = ~rare & (trials.counts >= _MANY)
    found = _by_transform(grid, trials, rare, many, start, fine.series)
    singly = trials[~rare & ~many]
    enumerated = singly.counts.sum() <= _ENUMERATED
    # The surest come first: they leave few sums of a noticeable probability.
    uncertain = np.round(usual @ (singly.chances * (1 - singly.chances)), 9)
    for place in np.lexsort((singly.amounts, uncertain)):
        for _ in range(round(float(singly.counts[place]))):
            found = found.with_deal(float(singly.amounts[place]), singly.chances[:, place])
            found = found if enumerated else found.noticed(usual, fine)
    return found


def _step(trials: Trials, usual: Array, moments: Cumulants, fine: Fineness) -> float:
    """How far apart places may be: a split deal adds p·f(1−f) squared steps to the variance.

    Where few deals are won, single sums show.
    """
    won = float(usual @ (trials.chances @ trials.counts + trials.rates) / usual.sum())
    return min(fine.step * max(1.0, won / 2), sqrt(fine.widened / (won / 6 + 1 / 12))) * moments.sd


def _by_transform(
    grid: Grid, trials: Trials, rare: NDArray[np.bool_], many: NDArray[np.bool_], start: float,
    least: float,
) -> Sums:  # fmt: skip
    """The rare deals, those of which there are many, and the arrivals, from `start` on."""
    nodes = len(trials.chances)
    atoms, nothing = np.zeros(0), np.ones((nodes, 1))
    masses = np.zeros((nodes, grid.size))
    if rare.any() or many.any() or trials.arrivals.rate > 0:
        log = _rare_and_arriving(grid, trials[rare], least) + _many(grid, trials[many])
        masses = np.fft.irfft(np.exp(log), grid.size, axis=1)
        nothing = np.exp(_none(trials[rare]) + _none(trials[many]) - trials.rates)[:, None]
        masses[:, 0] -= nothing[:, 0]
    if grid.whole:
        # The places are the sums: nothing need be kept beside them.
        masses[:, :1] += nothing
        nothing = nothing[:, :0]
    else:
        atoms = np.array([start])
    return Sums(grid, atoms, nothing, grid.moved(np.maximum(masses, 0.0), start))


def _rare_and_arriving(grid: Grid, trials: Trials, least: float) -> Complex:
    """The logarithm of their transform, nodes × frequencies, from all masses at once."""
    coming = grid.measure(trials.arrivals.amounts, trials.arrivals.weights[None, :])
    masses = np.outer(trials.rates, coming[0])
    odds, r = trials.chances / (1 - trials.chances), 1
    term = odds * trials.counts
    amounts = trials.amounts
    while len(amounts):
        masses += grid.measure(amounts, term / r, r)
        going = np.abs(term).max(axis=0, initial=0.0) / r > least
        odds, amounts = odds[:, going], amounts[going]
        term, r = -term[:, going] * odds, r + 1
    return np.asarray(np.fft.rfft(masses, axis=1) - masses.sum(axis=1)[:, None])


def _many(grid: Grid, trials: Trials) -> Complex:
    log = np.zeros((len(trials.chances), grid.size // 2 + 1), dtype=np.complex128)
    for amount, n, p in zip(trials.amounts, trials.counts, trials.chances.T, strict=True):
        turned = np.fft.rfft(grid.measure(np.array([amount]), np.ones((1, 1)))[0])
        base = 1 - p[:, None] + p[:, None] * turned
        log += n * np.log(np.where(base == 0, _TINY, base))
    return log


def _none(trials: Trials) -> Array:
    """The logarithm of the probability that none of them is won."""
    return np.asarray((trials.counts * np.log1p(-trials.chances)).sum(axis=1))


def _joined(atoms: Array, weights: Array) -> tuple[Array, Array]:
    """Equal sums as one, ascending; where all differ, as they are."""
    order = np.argsort(atoms, kind="stable")
    ascending = atoms[order]
    apart = np.diff(ascending) > _EQUAL * max(abs(ascending[0]), abs(ascending[-1]))
    if apart.all():
        return atoms, weights
    first = np.flatnonzero(np.append(True, apart))
    return ascending[first], np.add.reduceat(weights[:, order], first, axis=1)
