"""Before anything is closed, and how the prior gives way."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from oppkit.analysis.signing import Panel, Stages, fit
from oppkit.analysis.signing.endings import Endings
from oppkit.analysis.signing.months import Schedule, month_number
from oppkit.analysis.signing.panel import day_number
from oppkit.analysis.signing.prior import Prior, as_expected, correction, slipping, weight
from tests.analysis.lives_of_deals import months, simulated

DEFAULTS = {"proposal": 0.4, "signing": 0.9, "won": 1.0, "lost": 0.0}
ORIGINS = months(date(2026, 1, 1), 3)
MARCH = ORIGINS[-1]


def young() -> Panel:
    """Three deals and nothing closed: expected in April, overdue, and undated."""
    rows = {
        "origin": [2, 2, 2], "deal": [1, 2, 3], "status": ["proposal", "signing", "proposal"],
        "amount": [100.0, 200.0, 400.0], "probability": [0.1, 0.1, 0.1],
        "opened": [day_number(date(2026, 3, 2))] * 3,
        "expected": [day_number(date(2026, 4, 20)), day_number(date(2026, 2, 1)), np.nan],
    }  # fmt: skip
    return Panel.of(ORIGINS, rows, {"deal": [], "outcome": [], "day": []})


def test_without_a_closed_deal_the_statuses_speak() -> None:
    model = fit(young(), MARCH, months=12, prior=DEFAULTS)
    assert (model.closed, model.prior) == (0, 1.0)
    assert model.won == pytest.approx([0.4, 0.9, 0.4])
    # Half in the month in which it is expected, a quarter in the next…; undated over a year.
    assert model.chances[0, :4] == pytest.approx([0, 0.2, 0.1, 0.05])
    assert model.chances[1, :3] == pytest.approx([0, 0.45, 0.225])
    assert model.chances[2] == pytest.approx([0] + [0.4 / 12] * 12)
    law = model.law(date(2026, 4, 1), date(2026, 4, 30))
    assert law.mean == pytest.approx(100 * 0.2 + 200 * 0.45 + 400 * 0.4 / 12)
    assert model.arrivals == (None,) * 13


def test_without_default_probabilities_what_was_entered_speaks() -> None:
    assert fit(young(), MARCH).won == pytest.approx([0.1, 0.1, 0.1])


def test_with_all_stages_off_nothing_else_speaks() -> None:
    panel = simulated(np.random.default_rng(1), months(date(2024, 1, 1), 20), 30,
                      {"proposal": (0.02, 0.1)})  # fmt: skip
    model = fit(panel, panel.origins[-1], stages=Stages.none(), prior=DEFAULTS)
    assert model.closed > 100
    assert model.prior == 1.0
    assert set(model.won.tolist()) == {0.4}
    assert model.deviation == 0.0


def test_its_weight_is_that_of_ten_closed_deals() -> None:
    assert [weight(closed) for closed in (0, 10, 90)] == [1.0, 0.5, 0.1]
    panel = simulated(np.random.default_rng(1), months(date(2024, 1, 1), 8), 6,
                      {"proposal": (0.05, 0.1)})  # fmt: skip
    model = fit(panel, panel.origins[-1], prior=DEFAULTS)
    assert 0 < model.closed < 40
    assert model.prior == pytest.approx(10 / (10 + model.closed))


def test_its_level_follows_what_was_signed() -> None:
    """It says 0.4 of which half in the first month ahead…: 0.2, 0.1, 0.05; signed are 0.03 each."""
    panel = simulated(np.random.default_rng(2), months(date(2024, 1, 1), 14), 40,
                      {"proposal": (0.03, 0.05)})  # fmt: skip
    first = day_number(date(2024, 1, 1))
    panel = Panel.of(
        panel.origins,
        {"origin": panel.origin, "deal": panel.deal, "status": panel.status,
         "opened": panel.opened, "expected": np.full(len(panel), first)},
        {name: getattr(panel.closings, name) for name in ("deal", "outcome", "day")},
    )  # fmt: skip
    day = panel.origins[-1]
    endings = Endings.of(panel.before(day), Schedule(day))
    found = correction(Prior({"proposal": 0.4}, 0.4), panel.before(day), endings)
    alive = 0.97 * 0.95
    said, truth = 0.2 + 0.1 + 0.05, 0.03 * (1 + alive + alive**2)
    assert found == pytest.approx(truth / said, rel=0.15)


def test_slipping_says_all_that_is_won() -> None:
    won, expected = np.array([0.5, 0.8, 0.3]), np.array([3.0, -4.0, np.nan])
    ahead = np.arange(1, 80)
    assert slipping(won, expected, 1, ahead).sum(axis=1) == pytest.approx(won)
    said = as_expected(won, expected, 1, ahead)
    assert said.sum(axis=1).tolist() == [0.5, 0.8, 0.0]
    assert np.flatnonzero(said[0]).tolist() == [2]
    assert np.flatnonzero(said[1]).tolist() == [0]


def test_the_rest_of_the_month_is_month_zero() -> None:
    rows = {"origin": [0], "deal": [1], "status": ["proposal"], "amount": [100.0],
            "expected": [day_number(date(2026, 4, 1))], "opened": [0]}  # fmt: skip
    panel = Panel.of([date(2026, 4, 15)], rows, {"deal": [], "outcome": [], "day": []})
    model = fit(panel, date(2026, 4, 15), months=2, prior=DEFAULTS)
    assert model.months == (date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1))
    assert model.chances[0] == pytest.approx([0.2, 0.1, 0.05])
    assert month_number(model.day) == month_number(model.months[0])
