"""A grid of amounts that goes round: amounts one window apart share a place.

An amount between two places is split between them so that its mean stays. Rounding to the nearest
place instead loses whatever is below half a step: beside one deal of a thousand millions, all.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, comb, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len

Array = NDArray[Any]
_A_HAIR = 1e-9  # of a step
_BESIDE = 3.0


@dataclass(frozen=True)
class Grid:
    """`size` places, one `step` apart, the first of them at `first` steps.

    `whole`: all amounts are multiples of the step, so that the places are the only values.
    """

    step: float
    first: int
    size: int
    whole: bool

    @classmethod
    def over(
        cls, window: tuple[float, float], amounts: Array, step: float, most: int, deals: float
    ) -> Grid:
        """On the common unit of the amounts where at most so many fit, with this step otherwise.

        Of so many deals that are split, some end a little beside the window.
        """
        low, high = window
        unit = common_unit(amounts, (high - low) / most)
        step = unit or max(step, (high - low) / (most - 2))
        beside = 0 if unit else ceil(_BESIDE * sqrt(deals)) + 1
        first = int(np.floor(low / step + _A_HAIR)) - beside
        last = int(np.ceil(high / step - _A_HAIR)) + beside
        return cls(step, first, int(next_fast_len(last - first + 1, real=True)), unit > 0)

    @property
    def values(self) -> Array:
        """The amounts at the places, ascending."""
        return (self.first + np.arange(self.size)) * self.step

    def placed(self, amounts: Array) -> tuple[NDArray[np.int64], Array]:
        """The steps below each amount, and the part of it that belongs one step higher."""
        steps = amounts / self.step
        below = np.floor(steps + _A_HAIR)
        part = np.where(self.whole, 0.0, np.maximum(steps - below, 0.0))
        return below.astype(np.int64), part

    def measure(self, amounts: Array, masses: Array, times: int = 1) -> Array:
        """Masses (rows × amounts) on the grid (rows × places); i steps are at place i mod size.

        `times`: of so many deals of the amount together, each of them split.
        """
        below, part = self.placed(amounts)
        over = range(1 if self.whole else times + 1)
        spots = np.concatenate([below * times + up for up in over]) % self.size
        parts = [comb(times, up) * part**up * (1 - part) ** (times - up) for up in over]
        return np.array([
            np.bincount(spots, np.concatenate([row * part for part in parts]), self.size)
            for row in masses
        ])  # fmt: skip

    def moved(self, masses: Array, amount: float) -> Array:
        """All masses (rows × places) moved by an amount."""
        below, part = self.placed(np.array([amount]))
        by, up = int(below[0]), float(part[0])
        moved = np.roll(masses, by, axis=1)
        return moved if up == 0 else (1 - up) * moved + up * np.roll(masses, by + 1, axis=1)

    def with_deal(self, masses: Array, amount: float, p: Array) -> Array:
        """(1 − p) of the masses where they are, p of them moved by an amount; p for each row."""
        below, part = self.placed(np.array([amount]))
        by, up = int(below[0]), float(part[0])
        found = (1 - p[:, None]) * masses
        for steps, weight in ((by, p * (1 - up)), (by + 1, p * up)):
            cut = steps % self.size
            if weight.any():
                found[:, cut:] += weight[:, None] * masses[:, : self.size - cut]
                found[:, :cut] += weight[:, None] * masses[:, self.size - cut :]
        return found

    def unrolled(self, masses: Array) -> Array:
        """From places modulo the size to those of `values`."""
        return np.roll(masses, -self.first, axis=1)


def common_unit(amounts: Array, least: float) -> float:
    """The largest amount of which all are multiples; 0 where it is below `least`.

    By Euclid's algorithm; on whole cents where amounts are, so that 0.10 and 0.15 have a unit too.
    """
    sizes = np.unique(np.abs(amounts))
    if not len(sizes):
        return 0.0
    cents = np.rint(sizes * 100)
    if sizes[-1] < 2**45 and (np.abs(sizes * 100 - cents) < 1e-6 * np.minimum(cents, 1)).all():
        unit = float(np.gcd.reduce(cents.astype(np.int64))) / 100
    else:
        unit = float(sizes[-1]) if np.ptp(sizes) <= 1e-12 * sizes[-1] else 0.0
    return unit if unit >= least else 0.0
