"""Moment cells: what must be known of many deals to know the distribution of their sum.

A deal is an amount a that is won with probability p, as one Bernoulli trial. Deals of nearly the
same amount and probability are counted together: a cell keeps their number and Σa, Σa², Σa³, Σap
and Σa²p(1−p). Its probability is Σap / Σa, so that means stay exact. Cells can be added, merged
and subtracted, which is how a slice or a scenario is answered without reading the deals again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
LOOSE = -1  # the key of a deal that is to stay a cell of its own
_BINS_TO_A_DOUBLING = 4  # amounts in a cell differ by a fifth at most
BINS = 2**10  # of amounts from 1e-38 to 1e38
_FINE_BELOW = 0.0995  # probabilities, with levels of a thousandth
SUMS = ("count", "first", "second", "third", "expected", "spread")
_COLUMNS = {"n": "count", "a1": "first", "a2": "second", "a3": "third", "ap": "expected"}
_A_HAIR = 1e-9  # by how much sums that should be equal may differ
_SKEWED = 1e-8  # of the squared mean: the least variance that shows a third moment


@dataclass(frozen=True)
class Cells:
    """Arrays of one length: n, Σa, Σa², Σa³, Σap, Σa²p(1−p), and a key of level, bin and sign."""

    count: Array
    first: Array
    second: Array
    third: Array
    expected: Array
    spread: Array
    key: NDArray[np.int64]

    def __post_init__(self) -> None:
        _check(self)

    @classmethod
    def none(cls) -> Cells:
        """No deal at all."""
        return cls.of_deals([], [])

    @classmethod
    def of_deals(cls, amounts: ArrayLike, probabilities: ArrayLike) -> Cells:
        """Every deal a cell of its own, which is exact. Amounts of 0 are left out."""
        a, p = _floats(amounts), _floats(probabilities)
        if a.shape != p.shape:
            raise ValueError(f"There are {len(a)} amounts and {len(p)} probabilities.")
        if ((p < 0) | (p > 1)).any():
            raise ValueError(f"Probabilities lie between 0 and 1, not from {p.min()} to {p.max()}.")
        a, p = a[a != 0], p[a != 0]
        key = np.full(len(a), LOOSE, dtype=np.int64)
        return cls(np.ones(len(a)), a, a**2, a**3, a * p, a**2 * p * (1 - p), key)

    @classmethod
    def of_columns(cls, columns: Mapping[str, Any]) -> Cells:
        """From the columns n, a1, a2, a3, ap of a table of cells.

        `a2pq` (Σa²p(1−p)) makes the variance exact where probabilities differ within a cell; level,
        bin and sign say which cells belong together. They are worked out where they are missing.
        """
        sums = {name: _floats(columns[column]) for column, name in _COLUMNS.items()}
        there = sums["second"] != 0
        sums = {name: values[there] for name, values in sums.items()}
        p = sums["expected"] / sums["first"]
        given = "a2pq" in columns
        spread = _floats(columns["a2pq"])[there] if given else sums["second"] * p * (1 - p)
        if not {"level", "bin", "sign"} <= set(columns):
            return cls(**sums, spread=spread, key=keys_of(sums["first"] / sums["count"], p))
        level, place, sign = (_floats(columns[name])[there] for name in ("level", "bin", "sign"))
        return cls(**sums, spread=spread, key=_packed(level, place, sign))

    def __len__(self) -> int:
        return len(self.count)

    def __add__(self, other: Cells) -> Cells:
        """Both, side by side; `merged` then counts those of one key together."""
        pairs = (self._columns(), other._columns())
        return Cells(*(np.concatenate(pair) for pair in zip(*pairs, strict=True)))

    def __sub__(self, other: Cells) -> Cells:
        """What is left without deals, or the cells of a slice, that are contained in these."""
        from oppkit.analysis.distribution.subtraction import without

        return without(self, other)

    def __getitem__(self, chosen: Any) -> Cells:
        """Those of a mask, a slice or an array of places."""
        return Cells(*(column[chosen] for column in self._columns()))

    @property
    def mean(self) -> float:
        """Σap: the weighted forecast."""
        return float(self.expected.sum())

    @property
    def variance(self) -> float:
        """Of the sum, all deals independent."""
        return float(self.spread.sum())

    @property
    def deals(self) -> int:
        """How many deals there are in all."""
        return round(float(self.count.sum()))

    @property
    def size(self) -> Array:
        """The mean amount of each cell."""
        size: Array = self.first / self.count
        return size

    @property
    def chance(self) -> Array:
        """The probability of each cell."""
        return np.clip(self.expected / self.first, 0.0, 1.0)

    @property
    def uncertain(self) -> Array:
        """Σp(1−p) of each cell: how many coins it amounts to, four of them to 1."""
        coins: Array = self.count * self.chance * (1 - self.chance)
        return coins

    def central(self) -> tuple[Array, Array]:
        """The variance and the third central moment of the amounts in each cell."""
        mean = self.size
        variance = np.maximum(self.second / self.count - mean**2, 0.0)
        # Of amounts that are equal, rounding leaves a little.
        variance[(self.count == 1) | (variance < _A_HAIR * mean**2 / 100)] = 0.0
        third = self.third / self.count - 3 * mean * variance - mean**3
        # Of amounts that are nearly equal, nothing but rounding.
        return variance, np.where(variance > _SKEWED * mean**2, third, 0.0)

    def parted(self) -> tuple[Array, Array, NDArray[np.int64]]:
        """Amounts that stand for those in the cells: the amount, how many times, and the cell.

        Of j deals at one amount and n − j at another, mean and variance are those of the cell, and
        the third moment is as near as whole numbers allow. Cells of one or two deals, and of equal
        amounts, are met exactly.
        """
        n, mean = self.count, self.size
        variance, third = self.central()
        wide = variance > 0
        skewness = np.divide(third, variance**1.5, out=np.zeros_like(third), where=wide)
        # Halves go down, also if rounding made them a little more.
        lower = np.floor(n / 2 * (1 + skewness / np.sqrt(4 + skewness**2)) + 0.49)
        lower = np.where(wide, np.clip(lower, 1, np.maximum(n - 1, 1)), n)
        upper = n - lower
        reach = np.sqrt(variance)
        low = mean - reach * np.sqrt(np.divide(upper, lower))
        high = mean + reach * np.sqrt(lower / np.maximum(upper, 1))
        place = np.arange(len(n))
        order = np.argsort(np.concatenate([place, place[wide]]), kind="stable")
        return (
            np.concatenate([low, high[wide]])[order],
            np.concatenate([lower, upper[wide]])[order],
            np.concatenate([place, place[wide]])[order],
        )

    def with_chances(self, chances: ArrayLike) -> Cells:
        """The same amounts with other probabilities, one for each cell."""
        p = np.broadcast_to(_floats(chances), self.first.shape)
        key = np.where(self.key == LOOSE, LOOSE, keys_of(self.size, p))
        spread = self.second * p * (1 - p)
        return Cells(
            self.count, self.first, self.second, self.third, self.first * p, spread, key
        )  # fmt: skip

    def merged(self) -> Cells:
        """Cells of one key counted as one; loose deals stay as they are. Sorted by key."""
        loose = self.key == LOOSE
        keys, place = np.unique(self.key[~loose], return_inverse=True)
        sums: dict[str, Array] = {
            name: np.bincount(place, getattr(self, name)[~loose], len(keys)).astype(np.float64)
            for name in SUMS
        }
        return Cells(**sums, key=keys) + self[loose]

    def binned(self) -> Cells:
        """Loose deals counted into cells too, as the database would have counted them."""
        loose = self.key == LOOSE
        keys = np.where(loose, keys_of(self.size, self.chance), self.key)
        return replace(self, key=keys).merged()

    def settled(self) -> tuple[float, Cells]:
        """What is won for sure, and the cells that may or may not be won."""
        p = self.chance
        sure, never = p >= 1 - 1e-13, p <= 1e-300
        return float(self.first[sure].sum()), self[~(sure | never)]

    def _columns(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in (*SUMS, "key"))


def _floats(values: ArrayLike) -> Array:
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


def _check(cells: Cells) -> None:
    """That these are sums of something."""
    columns: Sequence[Array] = [getattr(cells, name) for name in SUMS]
    if len({len(column) for column in (*columns, cells.key)}) > 1:
        raise ValueError("The columns of cells must have one length.")
    broken = ~np.isfinite(np.array(columns)).all(axis=0)
    if broken.any():
        raise ValueError(
            f"Amounts and probabilities must be finite numbers; {broken.sum()} of {len(broken)}"
            " are not. Leave out the deals without an amount or a probability."
        )
    if (cells.count <= 0).any():
        raise ValueError("A cell holds at least one deal.")
    # Expected amounts are rounded line by line, and may lie a little beside what is possible.
    least, most = np.minimum(cells.first, 0.0), np.maximum(cells.first, 0.0)
    beside = np.maximum(least - cells.expected, cells.expected - most)
    if (beside > cells.count + _A_HAIR * np.abs(cells.first)).any():
        raise ValueError("What is expected of deals lies between nothing and their amount.")


def keys_of(size: Array, p: Array) -> NDArray[np.int64]:
    """The key of a deal: the level of its probability, the bin of its amount, and the sign.

    As `oppkit.analysis.moments` has them: levels are percents, and thousandths below 10 %.
    """
    place = np.floor(_BINS_TO_A_DOUBLING * np.log2(np.abs(size)))
    level = np.where(p < _FINE_BELOW, np.floor(1000 * p + 0.5), 10 * np.floor(100 * p + 0.5))
    return _packed(level, place, np.sign(size))


def _packed(level: Array, place: Array, sign: Array) -> NDArray[np.int64]:
    place = np.clip(place, -BINS // 2, BINS // 2 - 1).astype(np.int64)
    return (level.astype(np.int64) * BINS + place + BINS // 2) * 2 + (sign < 0)
