"""A portfolio of deals in memory: the cells of each group, and the deals that are known singly.

It is read once, by two statements whatever the number of deals, and answers for any union of its
groups. Deals are known singly where they are few, or so rarely won that it comes to the same, and
where one dwarfs the rest of its group: there a cell would blur what can be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import ibis
import numpy as np
from numpy.typing import NDArray

from oppkit.analysis import moments
from oppkit.analysis.distribution import Arrivals, Cells, Law, law
from oppkit.analysis.distribution.cells import BINS
from oppkit.analysis.grouped import Grouped, Key, Mask, coded

_FEW_DEALS, _FEW_COINS, _MOST_SINGLES = 512, 16.0, 20_000
_GIANT, _MOST_GIANTS = 12.0, 10  # standard deviations of what is smaller; deals of a group
_HELD_APART = 20  # of the largest deals, so that giants of all groups are among them


@dataclass(frozen=True)
class Portfolio:
    """`groups` by their values of `by`; the cells of all deals, and `singles` of some of them.

    `least` says from which |amount| on the deals of a group are among the singles: 0 where all are,
    infinity where none is.
    """

    by: tuple[str, ...]
    groups: tuple[Key, ...]
    cells: Grouped
    singles: Grouped
    least: NDArray[np.float64]

    def chosen(self, wanted: Iterable[bool]) -> Mask:
        """A mask of groups, from an answer for each."""
        return np.fromiter(wanted, np.bool_, len(self.groups))

    def law(self, groups: Mask, correlation: float = 0.0, arrivals: Arrivals | None = None) -> Law:
        """The law of what is signed of the deals of some groups, and of what arrives."""
        cells, singles = self.cells.of(groups), self.singles.of(groups)
        found = cells.cells
        if not self.least[groups].any() and _few(found.deals, found.uncertain.sum()):
            return law(singles.loose(), correlation, arrivals)
        return law(_with_the_largest_apart(cells, singles), correlation, arrivals)

    def without(self, deals: Grouped) -> Portfolio:
        """Without single deals that are in it."""
        gone = np.isin(self.singles.ids, deals.ids) & np.isin(self.singles.place, deals.place)
        return replace(self, cells=self.cells.less(deals), singles=self.singles[~gone])

    def sums(self, groups: Mask) -> bytes:
        """Something that is the same for portfolios of the same deals in some groups."""
        there = groups & (self._sums[0] > 0)
        return self._sums[:, there].tobytes()

    @cached_property
    def _sums(self) -> NDArray[np.float64]:
        cells, count = self.cells.cells, len(self.groups)
        columns = (cells.count, cells.first, cells.second, cells.expected, cells.spread)
        sums = [np.bincount(self.cells.place, column, count) for column in columns]
        return np.array(sums, dtype=np.float64).reshape(len(columns), count)

    def limits(self) -> list[dict[str, Any]]:
        """From which |amount| on deals are known singly, for the groups that have some."""
        return [
            dict(zip(self.by, self.groups[place], strict=True)) | {moments.LEAST: least}
            for place, least in enumerate(self.least.tolist())
            if least < np.inf
        ]


def read(deals: ibis.Table, by: Sequence[str]) -> Portfolio:
    """The portfolio of `oppkit.analysis.deals` by some of their columns."""
    groups, cells = _read(moments.cells(deals, by), by)
    cells = cells.merged()  # and in order, so that what does not change has the same sums
    least = _least(cells, len(groups))
    bare = Portfolio(tuple(by), groups, cells, cells[:0], least)
    return _with_singles(bare, deals, bare.limits())


def slice_of(portfolio: Portfolio, deals: ibis.Table, mark: str) -> Portfolio:
    """Some of the deals of a portfolio, grouped by another of their columns too, which is last.

    The same deals are known singly.
    """
    by = (*portfolio.by, mark)
    groups, cells = _read(moments.cells(deals, by), by)
    known = dict(zip(portfolio.groups, portfolio.least, strict=True))
    least = np.array([known[key[:-1]] for key in groups])
    bare = Portfolio(by, groups, cells, cells[:0], least)
    return _with_singles(bare, deals, portfolio.limits())


def _read(expression: ibis.Table, by: Sequence[str]) -> tuple[tuple[Key, ...], Grouped]:
    table = expression.to_pyarrow()
    groups, place = coded(table, by)
    return groups, Grouped.of_table(table, place)


def _with_singles(
    bare: Portfolio, deals: ibis.Table, limits: Sequence[dict[str, Any]]
) -> Portfolio:
    if not limits:
        return bare
    joined = [name for name in limits[0] if name != moments.LEAST]
    groups, singles = _read(moments.singles(deals, joined, limits), bare.by)
    number = {key: place for place, key in enumerate(bare.groups)}
    to = np.array([number[key] for key in groups] or [0])
    return replace(bare, singles=singles.moved(to))


def _few(deals: NDArray[Any] | float, coins: NDArray[Any] | float) -> Any:
    return (deals <= _FEW_DEALS) | ((coins < _FEW_COINS) & (deals <= _MOST_SINGLES))


def _least(cells: Grouped, groups: int) -> NDArray[np.float64]:
    """From which |amount| on the deals of each group are worth knowing singly."""
    found, place = cells.cells, cells.place
    deals = np.bincount(place, found.count, groups).astype(np.float64)
    coins = np.bincount(place, found.uncertain, groups)
    least = np.where(_few(deals, coins), 0.0, np.inf)
    blurred = _giants(cells, deals) & (found.count > 1)
    np.minimum.at(least, place[blurred], _edge(found)[blurred])
    return least


def _giants(cells: Grouped, deals: NDArray[np.float64]) -> Mask:
    """Cells of the largest deals of a group, far beyond the spread of all that is smaller."""
    size = np.abs(cells.cells.size)
    order = np.lexsort((size, cells.place))
    place, spread, count = cells.place[order], cells.cells.spread[order], cells.cells.count[order]
    begins = np.searchsorted(place, place)
    smaller, fewer = np.cumsum(spread) - spread, np.cumsum(count) - count
    smaller, fewer = smaller - smaller[begins], fewer - fewer[begins]
    giant = np.zeros(len(order), dtype=np.bool_)
    giant[order] = (size[order] > _GIANT * np.sqrt(np.maximum(smaller, 0.0))) & (
        deals[place] - fewer <= _MOST_GIANTS
    )
    return giant


def _edge(cells: Cells) -> NDArray[np.float64]:
    """The least |amount| that a cell may hold."""
    place = cells.key // 2 % BINS - BINS // 2
    edge: NDArray[np.float64] = 2.0 ** (place / 4) * (1 - 1e-9)
    return edge


def _with_the_largest_apart(cells: Grouped, singles: Grouped) -> Cells:
    """The cells, and beside them, as far as they are known, the largest deals that were in them."""
    alone = cells.cells.count == 1
    sizes = np.sort(np.abs(np.concatenate([cells.cells.size[alone], singles.cells.size])))
    if not len(sizes):
        return cells.cells
    least = sizes[-min(_HELD_APART, len(sizes))]
    apart = singles[np.abs(singles.cells.size) >= least]
    rest = cells.less(apart)
    alone = (rest.cells.count == 1) & (np.abs(rest.cells.size) >= least)
    return rest[~alone].cells + rest[alone].loose() + apart.loose()
