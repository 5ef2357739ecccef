"""The shares that were won of each owner, customer, sector…, as a column for a regression.

At every origin the share is what was known of the group then. Leaving out only the deal itself
would betray its outcome: of one group the won deals would have a slightly lower share than the lost
ones, and whatever can tell values apart so finely learns that by heart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import logit

from oppkit.analysis.signing.endings import Endings
from oppkit.analysis.signing.panel import NOBODY, Panel, day_number
from oppkit.analysis.signing.rates import PSEUDO, shrunk, strength

Array = npt.NDArray[Any]
DIMENSIONS = (
    "owner", "customer", "establishment", "sector", "family", "subfamily", "origin_type",
)  # fmt: skip


@dataclass(frozen=True)
class Groups:
    """One dimension: the group of each of its values, and the deals closed at each origin.

    `won` and `closed` are groups × origins, `mean` is the share of all at each origin.
    """

    dimension: str
    places: Mapping[Any, int]
    won: Array
    closed: Array
    mean: Array
    strength: float

    @classmethod
    def of(cls, dimension: str, panel: Panel, endings: Endings, prior: float) -> Groups:
        """From the closed deals, each in the group it was in when it was closed."""
        values = getattr(endings.closed, dimension).tolist()
        named = (value for value in dict.fromkeys(values) if value not in (None, NOBODY))
        places = {value: place for place, value in enumerate(named)}
        group, first = _coded(places, values), _first_known(panel, endings)
        shape = (len(places), len(panel.origins))
        won, closed = (
            _cumulated(group[chosen], first[chosen], shape)
            for chosen in ((group >= 0) & endings.won, group >= 0)
        )  # fmt: skip
        every = [
            np.cumsum(np.bincount(first[chosen], minlength=shape[1])[: shape[1]])
            for chosen in (endings.won, slice(None))
        ]
        mean = (every[0] + PSEUDO * prior) / (every[1] + PSEUDO)
        pull = strength(won[:, -1], closed[:, -1], float(mean[-1]))
        return cls(dimension, places, won, closed, mean, pull)

    @property
    def differ(self) -> bool:
        """Whether the groups differ by more than chance."""
        return bool(np.isfinite(self.strength))

    def shares(self, panel: Panel, rows: Array) -> Array:
        """The share of the group of each row, as known at its origin; without a group the mean."""
        group = _coded(self.places, getattr(panel, self.dimension)[rows].tolist())
        origin = panel.origin[rows]
        mean, known = self.mean[origin], group >= 0
        if not len(self.places) or not self.differ:
            return mean
        place = np.maximum(group, 0)
        won, closed = self.won[place, origin], self.closed[place, origin]
        return np.where(known, shrunk(won, closed, mean, self.strength), mean)

    def column(self, panel: Panel, rows: Array) -> Array:
        """By how much the logit of that share is above that of the mean."""
        found: Array = logit(self.shares(panel, rows)) - logit(self.mean[panel.origin[rows]])
        return found


def _coded(places: Mapping[Any, int], values: list[Any]) -> Array:
    """The group of each value; -1: none that was seen."""
    return np.fromiter(map(places.get, values, repeat(-1)), np.int64, len(values))


def _first_known(panel: Panel, endings: Endings) -> Array:
    """The place of the first origin at which each closing was known."""
    days = np.array([day_number(day) for day in panel.origins])
    return np.searchsorted(days, endings.closed.known)


def _cumulated(group: Array, origin: Array, shape: tuple[int, int]) -> Array:
    """How many there are in each group up to each origin."""
    counted = np.zeros(shape, np.float32)
    np.add.at(counted, (group, origin), 1)
    return np.cumsum(counted, axis=1, dtype=np.float32)
