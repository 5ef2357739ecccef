"""The amounts of deals that are known by their dates only: as those signed of the same family.

What an import brought has no amount that was known at the time. Each such deal has a random one:
the first three moments of the signed amounts of its family, drawn towards those of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from oppkit.analysis.distribution import Cells
from oppkit.analysis.signing.panel import Closings, Panel

Array = npt.NDArray[Any]
_POWERS = np.arange(1, 4)[:, None]
_LEAST = 0.5  # families differ at most so much that all count for half a deal
_FEW = 512  # deals that stay by themselves
_TOGETHER = 8  # deals at least that are counted together, so that their amounts have a variance


@dataclass(frozen=True)
class Sizes:
    """E[a], E[a²], E[a³] of the signed amounts, by family and of all."""

    families: Mapping[Any, Array]
    all: Array

    @classmethod
    def of(cls, won: Closings) -> Sizes | None:
        """From the won deals; None where none had an amount."""
        priced = won.amount > 0
        amount, family = won.amount[priced], won.family[priced]
        if not len(amount):
            return None
        names = {name: place for place, name in enumerate(dict.fromkeys(family.tolist()))}
        place = np.array([names[name] for name in family.tolist()])
        whole = (amount**_POWERS).mean(axis=1)
        count = np.bincount(place)
        sums = np.array([np.bincount(place, power) for power in amount**_POWERS])
        pull = _pull(np.log(amount), place, count)
        moments = (sums + pull * whole[:, None]) / (count + pull) if pull < np.inf else None
        families = {} if moments is None else {n: moments[:, at] for n, at in names.items()}
        return cls(families, whole)

    def moments(self, family: Array) -> Array:
        """The three moments of each deal: 3 × deals."""
        found = [self.families.get(name, self.all) for name in family.tolist()]
        return np.array(found).T.reshape(3, len(found))


def _pull(log: Array, family: Array, count: Array) -> float:
    """How many deals of all a family counts for: the variance within families over that between.

    By the method of moments, of logarithms (as `rates.strength`).
    """
    total, groups = len(log), len(count)
    means = np.bincount(family, log) / count
    within = float(((log - means[family]) ** 2).sum()) / max(total - groups, 1)
    squares = float((count * (means - log.mean()) ** 2).sum())
    free = total - float((count**2).sum()) / total
    between = (squares - (groups - 1) * within) / free if free > 0 else 0.0
    return max(within / between, _LEAST) if between > 0 else np.inf


def expected_amounts(panel: Panel, sizes: Sizes | None) -> Array:
    """The amount of each deal: its own, or that of its family; 0 where nobody gave one."""
    amount = np.nan_to_num(panel.amount)
    unknown = ~panel.recorded & np.isnan(panel.amount)
    if sizes is not None and unknown.any():
        amount[unknown] = sizes.moments(panel.family[unknown])[0]
    return amount


def cells(panel: Panel, chance: Array, sizes: Sizes | None) -> Cells:
    """The deals of a law, those of unknown amounts counted together by family and chance."""
    known = ~np.isnan(panel.amount)
    own = _own(panel.amount[known], chance[known])
    unknown = ~panel.recorded & ~known
    if sizes is None or not unknown.any():
        return own
    first, second, third = sizes.moments(panel.family[unknown])
    p = chance[unknown]
    bunch = _bunches(first, p)
    count = np.bincount(bunch)
    a1, a2, a3, ap = (np.bincount(bunch, sums) for sums in (first, second, third, first * p))
    # p·E[a²] − p²·E[a]²: that the amount is random adds to the variance.
    a2pq = np.bincount(bunch, p * second - (p * first) ** 2)
    columns = {"n": count, "a1": a1, "a2": a2, "a3": a3, "ap": ap, "a2pq": a2pq}
    return own + Cells.of_columns(columns)


def _own(amount: Array, chance: Array) -> Cells:
    """Each deal by itself where there are few, else with others nearly like it."""
    if len(amount) <= _FEW:
        return Cells.of_deals(amount, chance)
    a2pq = amount**2 * chance * (1 - chance)
    columns = {"n": np.ones(len(amount)), "a1": amount, "a2": amount**2, "a3": amount**3}
    return Cells.of_columns(columns | {"ap": amount * chance, "a2pq": a2pq}).merged()


def _bunches(size: Array, chance: Array) -> Array:
    """Deals of one size and nearly one chance, `_TOGETHER` of them at least where there are."""
    order = np.lexsort((chance, size))
    starts = np.flatnonzero(np.r_[True, np.diff(size[order]) != 0])
    run = np.cumsum(np.r_[True, np.diff(size[order]) != 0]) - 1
    within = np.arange(len(order)) - starts[run]
    length = np.diff(np.r_[starts, len(order)])[run]
    # The rest of a run joins its last bunch.
    part = np.minimum(within // _TOGETHER, np.maximum(length // _TOGETHER - 1, 0))
    bunch = np.empty(len(order), np.int64)
    bunch[order] = np.unique(run * (len(order) + 1) + part, return_inverse=True)[1]
    return bunch
