"""Effects that add up to the chance of a deal, whatever it was learnt from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.special import expit, logit

from oppkit.analysis.signing import Model, Panel, Stages, fit
from oppkit.analysis.signing.closed import Regression
from oppkit.analysis.signing.explanation import FACTORS, TOGETHER
from oppkit.analysis.signing.hazards import Hazards
from tests.analysis.companies import DEFAULTS, made

DAY = date(2026, 9, 15)
ALONE = Stages(factor=False, recalibration=False)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return made(900, 12).panel


@pytest.fixture(scope="module")
def model(panel: Panel) -> Model:
    return fit(panel, DAY, stages=ALONE, prior=DEFAULTS)


@pytest.mark.parametrize(
    "off", [{}, {"time": False}, {"time": False, "regression": False}, {"shrunk": False}]
)
def test_effects_add_up_to_the_logit_of_the_chance(panel: Panel, off: dict[str, bool]) -> None:
    model = fit(panel, DAY, stages=replace(ALONE, **off), prior=DEFAULTS)
    found = model.explanation
    assert found.average + found.effects.sum(axis=1) == pytest.approx(logit(model.won), abs=1e-9)
    assert found.effects.shape == (len(model.deals), len(found.factors))
    assert set(found.factors) <= set(FACTORS)
    assert set(found.values) == set(found.factors)


def test_the_way_hardly_misses_anything(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the last step, which makes the sum exact, it is exact to a thousandth already."""
    from oppkit.analysis.signing import explanation

    monkeypatch.setattr(explanation, "_matched", lambda effects, whole, last: effects)
    bare = explanation.explained(model.found)
    assert bare.effects == pytest.approx(model.explanation.effects, abs=1e-3)


def test_a_deal_of_a_better_status_owes_it_to_its_status(model: Model) -> None:
    found = model.explanation
    effect = found.effects[:, found.factors.index("status")]
    status = found.values["status"]
    means = [effect[status == name].mean() for name in ("to_qualify", "proposal", "signing")]
    assert means[0] < means[1] < means[2]
    assert means[0] < 0 < means[2]


def test_values_are_what_was_known(panel: Panel, model: Model) -> None:
    found, rows = model.explanation, panel.at(panel.origin == panel.origins.index(DAY))
    assert found.values["status"].tolist() == rows.status.tolist()
    assert np.array_equal(found.values["amount"], rows.amount, equal_nan=True)
    assert (found.values["age"] >= found.values["stay"]).mean() > 0.9


def test_shares_are_those_of_the_groups(model: Model) -> None:
    found = model.explanation
    assert 0.1 < found.share < 0.5
    rising = [found.shares["status"][found.values["status"] == name][0]
              for name in ("to_qualify", "proposal", "signing")]  # fmt: skip
    assert rising[0] < rising[1] < rising[2]


def test_by_one_predictor_effects_are_the_terms_of_the_logit(panel: Panel) -> None:
    stages = replace(ALONE, time=False)
    model = fit(panel, DAY, stages=stages, prior=DEFAULTS)
    learnt = model.found.learnt
    assert isinstance(learnt, Regression)
    parts = learnt.parts(model.found.panel, model.found.endings, model.found.rows)
    terms = parts - parts.mean(axis=0)
    # All but the weight of the prior, which is small after 500 closed deals.
    assert model.prior < 0.02
    found = model.explanation
    for place, factor in enumerate(learnt.factors):
        effect = found.effects[:, found.factors.index(factor)]
        assert effect == pytest.approx(terms[:, place], abs=0.12)


def test_effects_are_those_of_going_from_the_average_in_small_steps(model: Model) -> None:
    """One deal, 400 steps, each factor moved by itself: differences in place of derivatives."""
    found, hazards, outset = model.explanation, model.found.learnt, model.found.outset
    assert isinstance(hazards, Hazards)
    assert outset is not None
    ahead, place = np.arange(0, 37), int(np.argmax(model.won))
    predictors = [
        hazards.predictor(logit_, outset, ahead) for logit_ in (hazards.signed, hazards.lost)
        if logit_ is not None
    ]  # fmt: skip
    mean = [one.mean(axis=0) for one in predictors]
    own = [one[place] - middle for one, middle in zip(predictors, mean, strict=True)]

    def won(t: float) -> float:
        signed, lost = (expit(m + t * o) for m, o in zip(mean, own, strict=True))
        before = np.cumprod(np.concatenate([[1.0], (1 - signed) * (1 - lost)]))[:-1]
        return float(before @ signed)

    prior = logit(model.found.prior_won)
    share = model.prior

    def chance(t: float) -> float:
        of_prior = expit(prior.mean() + t * (prior[place] - prior.mean()))
        return share * of_prior + (1 - share) * won(t)

    whole = logit(chance(1.0)) - logit(chance(0.0))
    assert found.effects[place].sum() == pytest.approx(whole, abs=1e-6)
    assert found.average == pytest.approx(logit(chance(0.0)), abs=1e-9)


def test_what_boosting_adds_is_a_factor_of_its_own(model: Model) -> None:
    boosted = replace(model, found=model.found.by_boosting())
    found = boosted.explanation
    assert found.factors == (*model.explanation.factors, TOGETHER)
    assert found.average + found.effects.sum(axis=1) == pytest.approx(logit(boosted.won), abs=1e-9)
    assert found.effects[:, :-1] == pytest.approx(model.explanation.effects, abs=1e-3)
    assert np.abs(found.effects[:, -1]).max() > 0.1
