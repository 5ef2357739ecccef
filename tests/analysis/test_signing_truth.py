"""On a generated company, whose law is known: is it found again?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from oppkit import demo
from oppkit.analysis.signing import Model, Stages, fit
from oppkit.analysis.signing.hazards import Hazards
from oppkit.analysis.signing.months import month_end, month_number
from oppkit.analysis.signing.panel import day_number
from tests.analysis.companies import DEFAULTS, Made, made

Array = npt.NDArray[Any]
Truths = dict[str, Array]
TODAY = demo.TODAY
STATUSES = ("to_qualify", "qualified", "proposal", "negotiation", "signing")
WITHIN = {"won_30": 30, "won_91": 91, "won_182": 182, "won_365": 365}


@pytest.fixture(scope="module")
def company() -> Made:
    """4,600 closed deals in three years."""
    return made(6_000, 5)


@pytest.fixture(scope="module")
def model(company: Made) -> Model:
    return fit(company.panel, TODAY, months=12, prior=DEFAULTS)


@pytest.fixture(scope="module")
def truth(company: Made, model: Model) -> Truths:
    """The true chances of the deals of the model, in its order."""
    place = {deal: at for at, deal in enumerate(company.chances["opportunity_id"].tolist())}
    order = np.array([place[deal] for deal in model.deals.tolist()])
    return {name: company.chances[name][order].astype(float) for name in (*WITHIN, "won_ever")}


def within(model: Model, days: int) -> Array:
    """The chance to be signed so many days ahead: of the last month its part."""
    last = TODAY + timedelta(days=days)
    begun = max(place for place, month in enumerate(model.months) if month < last)
    start, end = max(model.months[begun], TODAY), month_end(month_number(model.months[begun]))
    part = (last - start) / (end - start)
    return np.asarray(model.chances[:, :begun].sum(axis=1) + part * model.chances[:, begun])


@pytest.mark.parametrize("name", ["won_91", "won_182", "won_365"])
def test_chances_add_up_to_the_true_ones(model: Model, truth: Truths, name: str) -> None:
    """In sum to 30 %: the market alone, with a standard deviation of 0.22, is known badly."""
    found = within(model, WITHIN[name])
    assert found.sum() == pytest.approx(truth[name].sum(), rel=0.3)


def test_chances_rank_deals_as_the_true_ones_do(model: Model, truth: Truths) -> None:
    """Salespeople know half of the date of the signature: so the model knows more than `truth`."""
    for name, days in WITHIN.items():
        ranks = [np.argsort(np.argsort(one)) for one in (within(model, days), truth[name])]
        assert np.corrcoef(*ranks)[0, 1] > 0.8, name


def test_chances_by_tenths_are_the_true_ones_on_average(model: Model, truth: Truths) -> None:
    """Calibration: deals of about the same chance are truly won about so often."""
    found = within(model, 365)
    level = found.sum() / truth["won_365"].sum()
    order = np.argsort(found)
    for tenth in np.array_split(order, 10):
        said, true = found[tenth].mean() / level, truth["won_365"][tenth].mean()
        assert said == pytest.approx(true, abs=0.07)


def test_the_win_rates_of_statuses_are_found_again(model: Model, truth: Truths) -> None:
    """Of a status the mean chance in the end is that of its deals by the hazards, to 0.08."""
    ever = truth["won_ever"]
    for status in STATUSES:
        chosen = model.rows.status == status
        assert model.won[chosen].mean() == pytest.approx(ever[chosen].mean(), abs=0.08)


def test_the_end_of_a_quarter_is_found_again(model: Model) -> None:
    """18 usual days and 12 of three times as many signatures, against a first month of 0.6."""
    hazards = model.found.learnt
    assert isinstance(hazards, Hazards)
    far = 12 * 90  # so far away that the market is at its mean
    pace = hazards.pace(np.arange(far, far + 12)).reshape(4, 3).mean(axis=0)
    assert pace[2] / pace[0] == pytest.approx((18 * 1.0 + 12 * 3.0) / (30 * 0.6), rel=0.3)


def test_large_deals_are_won_less(model: Model) -> None:
    """Hazards of the next status and of winning go with amount^−0.1, and 0.4, 0.4, 0.4, 0.3, 0.2
    are lost from the statuses: in logits −0.1 of what is nearly signed, −0.2 of what is new."""
    found = model.explanation
    amount = found.values["amount"]
    known = ~np.isnan(amount)
    effect = found.effects[known, found.factors.index("amount")]
    slope = np.polyfit(np.log(amount[known]), effect, 1)[0]
    assert -0.25 < slope < -0.05


def test_with_each_stage_chances_are_nearer_to_what_happens(company: Made) -> None:
    """Logarithmic loss of "signed by the end of the third month ahead", a year ago."""
    panel, day = company.panel, company.panel.origins[-13]
    limit = month_end(month_number(day) + 3)
    ended = panel.closings
    signed = ended.deal[(ended.outcome == "won") & (ended.day <= day_number(limit))]
    alone = Stages(factor=False, recalibration=False)
    losses = {}
    for name, stages in {
        "prior": Stages.none(), "rates": replace(alone, time=False, regression=False),
        "regression": replace(alone, time=False), "time": alone,
    }.items():  # fmt: skip
        model = fit(panel, day, months=4, stages=stages, prior=DEFAULTS)
        p = np.clip(model.within(day, limit), 1e-4, 1 - 1e-4)
        won = np.isin(model.deals, signed)
        losses[name] = float(-np.log(np.where(won, p, 1 - p)).mean())
    assert losses["prior"] > losses["rates"] > losses["time"]
    assert losses["regression"] > losses["time"]
