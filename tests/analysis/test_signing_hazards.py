"""The regressions: against another optimiser, by hand, and on deals of known hazards."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from oppkit.analysis.signing import Panel
from oppkit.analysis.signing import hazards as module
from oppkit.analysis.signing.calendar import Calendar
from oppkit.analysis.signing.endings import SIGNED, Endings
from oppkit.analysis.signing.hazards import Hazards, Logit, signed_in
from oppkit.analysis.signing.months import Schedule
from oppkit.analysis.signing.periods import Periods, periods
from oppkit.analysis.signing.traits import Traits
from tests.analysis.lives_of_deals import months, simulated

HAZARDS = {"proposal": (0.03, 0.08), "negotiation": (0.08, 0.06), "signing": (0.3, 0.05)}
ORIGINS = months(date(2023, 1, 1), 30)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return simulated(np.random.default_rng(4), ORIGINS, 60, HAZARDS)


def learnt(panel: Panel, day: date) -> tuple[Panel, Endings, Periods, Hazards]:
    known = panel.before(day)
    endings = Endings.of(known, Schedule(day))
    found = periods(endings, endings.schedule.places(known.origins), known.origin, 20_000)
    traits = Traits.of(known, endings, np.unique(found.row))
    hazards = Hazards.of(known, endings, found, traits, ahead=24)
    assert hazards is not None
    return known, endings, found, hazards


def test_the_regression_is_the_ridge_that_another_optimiser_finds() -> None:
    rng = np.random.default_rng(5)
    design = rng.normal(size=(300, 6))
    happened = rng.random(300) < expit(design @ [1, -0.5, 0, 0.3, 0, 0] - 1)
    weight = rng.uniform(0.2, 2, 300)

    def loss(b: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        eta = b[0] + design @ b[1:]
        each = np.logaddexp(0, eta) - happened * eta
        return float(module._FREEDOM * weight @ each + (b[1:] ** 2).sum() / 2)

    best = minimize(loss, np.zeros(7), method="BFGS", options={"gtol": 1e-9}).x
    found = Logit.fit(design, happened, weight, [1, 1, 1, 1, 1, 1])
    assert found is not None
    parts = [found.distance, found.turn, found.calendar, found.far, found.near]
    assert found.level[0] == pytest.approx(best[0] + module._LEVEL * best[1], abs=1e-4)
    assert found.turn[0] == pytest.approx(best[3] * module._TURN, abs=1e-4)
    assert [parts[place][0] for place in (0, 2, 3, 4)] == pytest.approx(
        best[[2, 4, 5, 6]], abs=1e-4
    )


def test_nothing_can_be_learnt_where_nothing_else_happened() -> None:
    design, weight = np.ones((4, 6)), np.ones(4)
    for happened in (np.zeros(4, bool), np.ones(4, bool)):
        assert Logit.fit(design, happened, weight, [1] * 6) is None


def test_hazards_are_found_again(panel: Panel) -> None:
    """Of 1,700 deals, to a quarter of themselves in each status (four standard errors)."""
    known, endings, _, hazards = learnt(panel, ORIGINS[-1])
    rows = np.flatnonzero(known.origin == len(ORIGINS) - 1)
    outset = hazards.outset(known, endings, rows)
    signed, lost = hazards.hazards(outset, np.arange(1, 7))
    for status, truth in HAZARDS.items():
        chosen = known.status[rows] == status
        assert signed[chosen].mean() == pytest.approx(truth[0], rel=0.25)
        assert lost[chosen].mean() == pytest.approx(truth[1], rel=0.25)


def test_predictors_of_all_months_are_those_of_single_ones(panel: Panel) -> None:
    known, endings, _, hazards = learnt(panel, ORIGINS[-1])
    rows = np.flatnonzero(known.origin == len(ORIGINS) - 1)[:20]
    outset = hazards.outset(known, endings, rows)
    ahead = np.arange(1, 16)
    whole = hazards.predictor(hazards.signed, outset, ahead)
    deal, column = np.indices(whole.shape)
    each = hazards.predicted(
        hazards.signed, outset, deal.ravel(), outset.month + ahead[column.ravel()],
        ahead[column.ravel()],
    )  # fmt: skip
    assert whole.ravel() == pytest.approx(each)


def test_what_is_learnt_adds_up_to_what_happened(panel: Panel) -> None:
    """The level of a logistic regression is free: fitted chances sum to the signatures."""
    known, endings, found, hazards = learnt(panel, ORIGINS[-1])
    outset = hazards.outset(known, endings, found.row)
    eta = hazards.predicted(
        hazards.signed, outset, np.arange(len(found.row)), endings.month[found.row] + found.ahead,
        found.ahead,
    )  # fmt: skip
    fitted = found.weight @ expit(eta)
    assert fitted == pytest.approx(found.weight @ (found.cause == SIGNED), rel=1e-3)


def test_signed_in_each_month_by_hand() -> None:
    signed, lost = np.array([[0.5, 0.5, 1.0]]), np.array([[0.2, 0.5, 0.0]])
    stayed = 0.5 * 0.8
    assert signed_in(signed, lost)[0] == pytest.approx(
        [0.5, stayed * 0.5, stayed * 0.5 * 0.5 * 1.0]
    )


def test_the_market_has_the_covariance_that_was_meant() -> None:
    table = Calendar.of(100, 139, 3).table.astype(float)
    market = table[:40, 15:]
    months_apart = np.abs(np.arange(40)[:, None] - np.arange(40))
    covariance = 0.09 * 0.8**months_apart + 0.09 * np.eye(40)
    assert market @ market.T == pytest.approx(covariance, abs=1e-5)


def test_the_market_to_come_is_the_regression_on_what_was_seen() -> None:
    """A level known for each month exactly: Σ₁₂ Σ₂₂⁻¹ z, by solving for it."""
    table = Calendar.of(100, 119, 4).table.astype(float)[:, 15:]
    level = np.random.default_rng(6).normal(size=20)
    coefficients = np.linalg.solve(table[:20], level)
    learnt_from = np.arange(20)
    covariance = 0.09 * 0.8 ** np.abs(learnt_from[:, None] - learnt_from) + 0.09 * np.eye(20)
    coming = 0.09 * 0.8 ** np.abs(np.arange(20, 24)[:, None] - learnt_from)
    assert table[20:] @ coefficients == pytest.approx(
        coming @ np.linalg.solve(covariance, level), abs=1e-4
    )


def test_far_away_only_the_season_is_left() -> None:
    calendar = Calendar.of(100, 119, 4)
    far = calendar.columns(np.array([500, 512, 503]))
    assert (far[:, 15:] == 0).all()
    assert (far[0] == far[1]).all()
    assert far[0, :3].tolist() == far[2, :3].tolist()
    assert (calendar.columns(np.array([90])) == calendar.table[0]).all()
