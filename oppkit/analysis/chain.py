"""What comes of those in each status in the end, from the steps that are taken one by one.

Statuses are followed one after the other: the chance to be won from one is that of its next steps,
each times the chance from there. So a sale that takes two years can be told from one year of
history, where following each case to its end would leave the slow ones out, and they are won more
often. It takes what comes after a status to be the same, however it was reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from oppkit.analysis.incidence import Array, Incidence
from oppkit.analysis.intervals import Share, share

# Statuses that only lead to each other would be walked for ever: a hair of each step is lost.
_HAIR = 1e-9


@dataclass(frozen=True)
class Chain:
    """The steps from each status; their causes are the statuses, then the ends."""

    statuses: Sequence[str]
    ends: Sequence[str]
    steps: Mapping[str, Incidence]

    def eventually(self, *ends: str) -> dict[str, Share]:
        """Status → share that comes to one of these ends, with intervals by the delta method."""
        visits = self._visits
        chance = visits @ np.array([self._step(status, *ends) for status in self.statuses])
        weights = np.r_[chance, [float(one in ends) for one in self.ends]]
        spread = np.array([self._variance(status, weights) for status in self.statuses])
        return {
            status: share(
                float(np.clip(chance[place], 0.0, 1.0)),
                float(visits[place] ** 2 @ spread),
                float(self.steps[status].ended()) if status in self.steps else 0.0,
            )
            for place, status in enumerate(self.statuses)
        }

    @cached_property
    def _visits(self) -> Array:
        """How often each status is visited by one who is in another."""
        onward = np.array([[self._step(a, b) for b in self.statuses] for a in self.statuses])
        size = len(self.statuses)
        visits: Array = np.linalg.inv(np.eye(size) - (1 - _HAIR) * onward.reshape(size, size))
        return visits

    def _step(self, status: str, *to: str) -> float:
        final = self.steps[status].final if status in self.steps else {}
        return sum(final.get(one, 0.0) for one in to)

    def _variance(self, status: str, weights: Array) -> float:
        return self.steps[status].weighed(weights)[1] if status in self.steps else 0.0
