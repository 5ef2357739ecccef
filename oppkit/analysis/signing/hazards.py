"""When deals are signed or lost: the chance in each month, of those still open when it begins.

Discrete competing risks. In each month ahead a deal that is open is signed with a chance, and one
that is not signed is lost with another. Both are ridge logistic regressions on all deal-months of
the past, for all months ahead in one: what is known of a deal counts by one coefficient in the
month to come and by another far away, and between them by a mixture that decays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from oppkit.analysis.signing.calendar import Calendar
from oppkit.analysis.signing.endings import LOST, SIGNED, Endings
from oppkit.analysis.signing.months import QUARTER, months_of
from oppkit.analysis.signing.panel import Panel
from oppkit.analysis.signing.periods import Periods
from oppkit.analysis.signing.traits import Traits

Array = npt.NDArray[Any]
# How freely coefficients move, chosen on generated companies of 300 to 6,000 closed deals.
_FREEDOM = 0.3
_ROUNDS, _ACCURACY = 50, 1e-4
_BEGINS = np.array([1, 2, 3, 4, 7])  # months ahead with a level of their own, the last one open
_LEVEL = 1.5
_TURN = 0.5
_DECAY = 3.0  # months
# Months by which the expected signature comes after the month in question, in classes.
_DISTANCES = np.array([-6, -3, -2, -1, 0, 1, 2, 3, 6])
_UNDATED = len(_DISTANCES) + 1
# Months since the opening when a month begins, in classes: some firms sign young deals in other
# months of the quarter than old ones.
_AGES = np.array([1, 2, 3, 6])
_CLASSES = QUARTER * (len(_AGES) + 1)


def nearness(ahead: Array) -> Array:
    """1 in the month to come, towards 0 far away."""
    near: Array = np.exp(-np.maximum(ahead - 1, 0) / _DECAY)
    return near


def expected_months(panel: Panel, rows: Array) -> Array:
    """The number of the month of the expected signature; nan without one."""
    expected = panel.expected[rows]
    return np.where(np.isnan(expected), np.nan, months_of(np.nan_to_num(expected)))


def distances(expected: Array, month: Array) -> npt.NDArray[np.int8]:
    """The class of the distance from a month to the expected one."""
    found = np.digitize(np.nan_to_num(expected - month), _DISTANCES)
    return np.where(np.isnan(expected - month), _UNDATED, found).astype(np.int8)


def turns(opened: Array, month: Array) -> npt.NDArray[np.int8]:
    """The class of a deal's age in a month and of the place of the month in the quarter.

    `opened` is the number of the month of its opening.
    """
    age = np.digitize(month - opened, _AGES)
    found: npt.NDArray[np.int8] = (age * QUARTER + month % QUARTER).astype(np.int8)
    return found


@dataclass(frozen=True)
class Logit:
    """One of the regressions: its coefficients, by part of the design."""

    level: Array  # by class of months ahead
    distance: Array  # by class
    turn: Array  # by class
    calendar: Array
    far: Array  # by trait: far ahead
    near: Array  # by trait: in the month to come

    @classmethod
    def fit(cls, design: Array, happened: Array, weight: Array, widths: list[int]) -> Logit | None:
        """None where nothing, or nothing else, happened. `widths`: columns of each part."""
        if happened.all() or not happened.any():
            return None
        model = LogisticRegression(
            C=_FREEDOM, solver="newton-cholesky", tol=_ACCURACY, max_iter=_ROUNDS
        ).fit(design, happened, sample_weight=weight)
        level, distance, turn, *others = np.split(
            model.coef_[0].astype(float), np.cumsum(widths)[:-1]
        )
        return cls(level * _LEVEL + model.intercept_[0], distance, turn * _TURN, *others)


@dataclass(frozen=True)
class Outset:
    """The deals that are open on the day of the model, as the regressions see them."""

    traits: npt.NDArray[np.float32]
    expected: Array  # number of the month, nan
    opened: Array  # number of the month
    month: int


@dataclass(frozen=True)
class Hazards:
    """Both regressions. Without `lost`, nobody is; without `signed` there is no model."""

    traits: Traits
    calendar: Calendar
    signed: Logit
    lost: Logit | None

    @classmethod
    def of(
        cls, panel: Panel, endings: Endings, periods: Periods, traits: Traits, ahead: int
    ) -> Hazards | None:
        """Learnt from the periods, for months up to `ahead`; None where nothing was signed."""
        if not len(periods.row):
            return None
        month = endings.month[periods.row] + periods.ahead
        calendar = Calendar.of(int(month.min()), int(month.max()), ahead + 1)
        # The traits of a row are worked out once, however many of its months there are.
        rows, place = np.unique(periods.row, return_inverse=True)
        parts = _parts(
            traits.matrix(panel, endings, rows)[place], periods.ahead,
            distances(expected_months(panel, rows)[place], month),
            turns(months_of(panel.opened[rows])[place], month), calendar.columns(month),
        )  # fmt: skip
        # Weights and penalties are too far apart for the digits of float32.
        design = np.hstack(parts, dtype=np.float64)
        widths = [part.shape[1] for part in parts]
        signed = Logit.fit(design, periods.cause == SIGNED, periods.weight, widths)
        if signed is None:
            return None
        stayed = periods.cause != SIGNED
        lost = Logit.fit(
            design[stayed], periods.cause[stayed] == LOST, periods.weight[stayed], widths
        )
        return cls(traits, calendar, signed, lost)

    def outset(self, panel: Panel, endings: Endings, rows: Array) -> Outset:
        """The rows of the day of the model."""
        return Outset(
            self.traits.matrix(panel, endings, rows), expected_months(panel, rows),
            months_of(panel.opened[rows]), endings.schedule.month,
        )  # fmt: skip

    def predictor(self, logit: Logit, outset: Outset, ahead: Array) -> Array:
        """The logit of the hazard: deals × months ahead."""
        near = nearness(ahead)
        month = outset.month + ahead
        own = np.outer(outset.traits @ logit.far, 1 - near)
        own += np.outer(outset.traits @ logit.near, near)
        own += logit.distance[distances(outset.expected[:, None], month)]
        own += logit.turn[turns(outset.opened[:, None], month)]
        return own + self.common(logit, outset.month, ahead)

    def predicted(
        self, logit: Logit, outset: Outset, deal: Array, month: Array, ahead: Array
    ) -> Array:
        """The same for single deal-months: a place in the outset, a month, months ahead."""
        near = nearness(ahead)
        own = (outset.traits @ logit.far)[deal] * (1 - near)
        own += (outset.traits @ logit.near)[deal] * near
        own += logit.distance[distances(outset.expected[deal], month)]
        own += logit.turn[turns(outset.opened[deal], month)]
        own += logit.level[np.digitize(ahead, _BEGINS)]
        found: Array = own + self.calendar.columns(month) @ logit.calendar
        return found

    def common(self, logit: Logit, month: int, ahead: Array) -> Array:
        """What is the same for all deals: by month ahead."""
        level = logit.level[np.digitize(ahead, _BEGINS)]
        common: Array = level + self.calendar.columns(month + ahead) @ logit.calendar
        return common

    def hazards(self, outset: Outset, ahead: Array) -> tuple[Array, Array]:
        """The chances to be signed, and, if not, to be lost: deals × months ahead."""
        signed = expit(self.predictor(self.signed, outset, ahead))
        if self.lost is None:
            return signed, np.zeros_like(signed)
        return signed, expit(self.predictor(self.lost, outset, ahead))

    def pace(self, months: Array) -> Array:
        """How often is signed in each month, in proportion, all else being equal."""
        pace: Array = np.exp(self.calendar.columns(months) @ self.signed.calendar)
        return pace


def signed_in(signed: Array, lost: Array) -> Array:
    """The chance to be signed in each month ahead, from the hazards: deals × months."""
    stayed = np.cumprod((1 - signed) * (1 - lost), axis=1)
    found: Array = signed.copy()
    found[:, 1:] *= stayed[:, :-1]
    return found


def _parts(
    traits: Array, ahead: Array, distance: Array, turn: Array, calendar: Array
) -> list[Array]:
    """The design by parts, as `Logit` names them."""
    near = nearness(ahead).astype(np.float32)[:, None]
    levels = np.eye(len(_BEGINS) + 1, dtype=np.float32) * _LEVEL
    classes = np.eye(_UNDATED + 1, dtype=np.float32)
    ages = np.eye(_CLASSES, dtype=np.float32) * _TURN
    return [
        levels[np.digitize(ahead, _BEGINS)], classes[distance], ages[turn], calendar,
        traits * (1 - near), traits * near,
    ]  # fmt: skip
