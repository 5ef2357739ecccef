"""Gradient boosting in place of the regressions, where it has been better on past months.

It sees what the regressions see, and what they make of it, so it has to find what they miss: things
that matter together. Above 5,000 closed deals it is fitted beside them; it speaks only if the
chances that it gave at earlier origins were better than theirs, beyond doubt, for what came since.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy
from sklearn.ensemble import HistGradientBoostingClassifier

from oppkit.analysis.signing.chances import Chances
from oppkit.analysis.signing.endings import LOST, SIGNED, Endings
from oppkit.analysis.signing.hazards import Hazards, Logit, Outset, signed_in
from oppkit.analysis.signing.months import QUARTER, YEAR
from oppkit.analysis.signing.panel import Panel
from oppkit.analysis.signing.periods import AHEAD, Periods

Array = npt.NDArray[Any]
ENOUGH = 5_000  # closed deals
COMPARED = 3  # months ahead
_TREES, _LEAVES, _RATE, _LEAF = 80, 12, 0.06, 60
_DOUBT = 2.0  # standard errors by which it must be better
_LEAST = 1e-6
_UNDATED = 999  # months: boosting cannot do with a column that is unknown of all


@dataclass(frozen=True)
class Boosted:
    """Beside the regressions, of which it takes the traits; far ahead they speak alone."""

    hazards: Hazards
    signed: HistGradientBoostingClassifier
    lost: HistGradientBoostingClassifier | None

    @classmethod
    def of(cls, hazards: Hazards, panel: Panel, endings: Endings, periods: Periods) -> Boosted:
        """Learnt from the periods that `hazards` are learnt from."""
        rows, place = np.unique(periods.row, return_inverse=True)
        outset = hazards.outset(panel, endings, rows)
        months = endings.month[rows]
        signed, lost = (
            None if logit is None
            else _columns(hazards, logit, outset, months, place, periods.ahead)
            for logit in (hazards.signed, hazards.lost)
        )  # fmt: skip
        stayed = periods.cause != SIGNED
        return cls(
            hazards,
            _boosting().fit(signed, periods.cause == SIGNED, sample_weight=periods.weight),
            None if lost is None else _boosting().fit(
                lost[stayed], periods.cause[stayed] == LOST, sample_weight=periods.weight[stayed]
            ),
        )  # fmt: skip

    def signed_in(self, outset: Outset, ahead: Array) -> Array:
        """The chance to be signed in each month ahead: deals × months."""
        signed, lost = self.hazards.hazards(outset, ahead)
        near = np.flatnonzero(ahead <= AHEAD)
        deals = np.arange(len(outset.expected))
        months = np.full(len(deals), outset.month)
        for column in near:
            month = np.full(len(deals), ahead[column])
            for model, logit, into in (
                (self.signed, self.hazards.signed, signed), (self.lost, self.hazards.lost, lost),
            ):  # fmt: skip
                if model is not None and logit is not None:
                    seen = _columns(self.hazards, logit, outset, months, deals, month)
                    into[:, column] = model.predict_proba(seen)[:, 1]
        return signed_in(signed, lost)


def _boosting() -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=_TREES, max_leaf_nodes=_LEAVES, learning_rate=_RATE, min_samples_leaf=_LEAF,
        early_stopping=False, random_state=0,
    )  # fmt: skip


def _columns(
    hazards: Hazards, logit: Logit, outset: Outset, months: Array, deal: Array, ahead: Array
) -> Array:
    """What it sees of each deal-month: `months` are those of the origins of the deals."""
    month = months[deal] + ahead
    return np.column_stack([
        hazards.predicted(logit, outset, deal, month, ahead), outset.traits[deal], ahead,
        np.nan_to_num(outset.expected[deal] - month, nan=_UNDATED), month - outset.opened[deal],
        month % QUARTER, month % YEAR,
    ])  # fmt: skip


@dataclass(frozen=True)
class Duel:
    """What both said at an origin of the deals open then: deals × months ahead."""

    day: date
    regressions: Array
    boosting: Array

    @classmethod
    def of(cls, regressions: Chances, boosting: Chances) -> Duel:
        """In the months that are compared."""
        months = slice(1, COMPARED + 1)
        return cls(
            regressions.schedule.day, regressions.by_month[:, months], boosting.by_month[:, months]
        )  # fmt: skip


def better(duels: Iterable[Duel], panel: Panel, endings: Endings) -> bool:
    """Whether boosting had the smaller logarithmic loss, deal by deal, beyond doubt."""
    gains = [_gains(duel, panel, endings) for duel in duels]
    gained = np.concatenate(gains) if gains else np.zeros(0)
    if len(gained) < 2:
        return False
    return float(gained.sum()) > _DOUBT * float(gained.std() * np.sqrt(len(gained)))


def _gains(duel: Duel, panel: Panel, endings: Endings) -> Array:
    """By how much its loss was smaller, of each deal, over the months that are over."""
    rows = np.flatnonzero(panel.origin == panel.origins.index(duel.day))
    ahead = np.arange(1, duel.boosting.shape[1] + 1)
    over = endings.month[rows][:1] + ahead <= endings.schedule.complete
    signed = (endings.cause[rows] == SIGNED)[:, None] & (endings.ahead[rows][:, None] == ahead)
    loss = [_loss(said, signed) for said in (duel.regressions, duel.boosting)]
    gained: Array = ((loss[0] - loss[1]) * over).sum(axis=1)
    return gained


def _loss(chance: Array, happened: Array) -> Array:
    p = np.clip(chance, _LEAST, 1 - _LEAST)
    loss: Array = -xlogy(happened, p) - xlogy(~happened, 1 - p)
    return loss
