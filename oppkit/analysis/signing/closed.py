"""The chance to be won in the end, learnt from closed deals alone: stages 2 and 3.

Without the stage of time nothing tells of deals that stay open, so this is what can be said: the
share by status, or a ridge logistic regression on the logits of the shares and what else is known.
It says nothing of when.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from oppkit.analysis.signing.endings import Endings
from oppkit.analysis.signing.panel import Panel
from oppkit.analysis.signing.rates import Rates
from oppkit.analysis.signing.traits import STATUS, Traits

Array = npt.NDArray[Any]
_FREEDOM = 0.3
_ROUNDS = 50


@dataclass(frozen=True)
class StatusRates:
    """The share won of the closed deals that were once seen in each status."""

    statuses: tuple[str, ...]
    rates: Rates

    @classmethod
    def of(cls, panel: Panel, endings: Endings, prior: float) -> StatusRates:
        """A deal counts once in every status that it was in at an origin."""
        rows, closed = _of_closed(panel, endings)
        names = tuple(sorted({s for s in panel.status[rows].tolist() if s is not None}))
        group = _places(names, panel.status[rows])
        pairs = np.unique(closed[group >= 0] * len(names) + group[group >= 0])
        closed, group = pairs // max(len(names), 1), pairs % max(len(names), 1)
        counted = Rates.of(group, endings.won[closed], len(names), prior)
        # Deals are few times as many as they are statuses: the mean is that of deals.
        every = Rates.of(np.zeros(len(endings.won), int), endings.won, 1, prior)
        return cls(names, Rates(counted.won, counted.closed, every.mean, counted.strength))

    def shares(self, status: Array, own: Array | None = None, won: Array | None = None) -> Array:
        """The share of each status; `own` and `won` say which deal is not to be counted."""
        group = _places(self.statuses, status)
        without = np.zeros(len(group)) if own is None else own
        return self.rates.share(group, without if won is None else without * won, without)


@dataclass(frozen=True)
class Regression:
    """logit(chance) = level + traits · effects."""

    traits: Traits
    statuses: StatusRates
    level: float
    effects: Array

    @classmethod
    def of(
        cls, panel: Panel, endings: Endings, traits: Traits, statuses: StatusRates
    ) -> Regression | None:
        """From all origins of the closed deals, each deal with a weight of 1; None without two
        outcomes."""
        rows, closed = _of_closed(panel, endings)
        won = endings.won[closed]
        if not len(rows) or won.all() or not won.any():
            return None
        weight = 1 / np.bincount(closed)[closed]
        bare = Traits(traits.middle, traits.scale, (), traits.groups)
        share = statuses.shares(panel.status[rows], np.ones(len(rows)), won)
        design = np.column_stack([_above(share, statuses), bare.matrix(panel, endings, rows)])
        model = LogisticRegression(C=_FREEDOM, solver="newton-cholesky", max_iter=_ROUNDS)
        model.fit(design, won, sample_weight=weight)
        return cls(bare, statuses, float(model.intercept_[0]), model.coef_[0])

    @property
    def factors(self) -> tuple[str, ...]:
        """What each effect is about."""
        return (STATUS, *self.traits.factors)

    def parts(self, panel: Panel, endings: Endings, rows: Array) -> Array:
        """The effects of each row: rows × factors."""
        share = _above(self.statuses.shares(panel.status[rows]), self.statuses)
        found: Array = self.effects * np.column_stack(
            [share, self.traits.matrix(panel, endings, rows)]
        )
        return found

    def won(self, panel: Panel, endings: Endings, rows: Array) -> Array:
        """The chance of each row."""
        found: Array = expit(self.level + self.parts(panel, endings, rows).sum(axis=1))
        return found


def _above(share: Array, statuses: StatusRates) -> Array:
    found: Array = logit(share) - logit(statuses.rates.mean)
    return found


def _of_closed(panel: Panel, endings: Endings) -> tuple[Array, Array]:
    """The rows of deals that are closed now, and the place of each among the closed."""
    closed = endings.closed
    if not len(closed):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    place = np.minimum(np.searchsorted(closed.deal, panel.deal), len(closed) - 1)
    rows = np.flatnonzero(closed.deal[place] == panel.deal)
    return rows, place[rows]


def _places(names: tuple[str, ...], status: Array) -> Array:
    known = {name: place for place, name in enumerate(names)}
    return np.fromiter(map(known.get, status.tolist(), repeat(-1)), np.int64, len(status))
