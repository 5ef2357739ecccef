"""Scores against closed forms, scikit-learn and cases worked out by hand."""

from __future__ import annotations

from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, mean_pinball_loss, roc_auc_score
from sklearn.metrics import log_loss as reference_log_loss

from oppkit.analysis.backtest import measures
from oppkit.analysis.backtest.measures import Array


def floats(*values: float) -> Array:
    return np.array(values, dtype=np.float64)


class TestPinball:
    """The loss of a quantile."""

    def test_by_hand(self) -> None:
        loss = measures.pinball(floats(10, 10, 10), floats(7, 10, 20), 0.9)
        assert loss == pytest.approx([0.3, 0.0, 9.0])

    def test_as_scikit_learn_has_it(self) -> None:
        rng = np.random.default_rng(1)
        said, came = rng.normal(size=(2, 500))
        for level in (0.1, 0.5, 0.9):
            mine = float(measures.pinball(said, came, level).mean())
            assert mine == pytest.approx(mean_pinball_loss(came, said, alpha=level))

    @pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
    def test_the_true_quantile_loses_least(self, level: float) -> None:
        came = np.random.default_rng(2).exponential(size=4_000)
        steps = np.linspace(-0.3, 0.3, 13)
        best = float(np.quantile(came, level))
        losses = [measures.pinball(best + step, came, level).mean() for step in steps]
        assert np.argmin(losses) == 6


class TestIntervals:
    """Intervals and what they hold."""

    def test_the_interval_score_by_hand(self) -> None:
        low, high = floats(10, 10, 10), floats(20, 20, 20)
        score = measures.interval_score(low, high, floats(15, 5, 23), 0.8)
        assert score == pytest.approx([10, 10 + 10 * 5, 10 + 10 * 3])  # 2/α = 10

    def test_it_is_what_two_pinball_losses_come_to(self) -> None:
        """Gneiting and Raftery (2007): (2/α)(loss of the lower + loss of the upper bound)."""
        rng = np.random.default_rng(3)
        low, came = rng.normal(size=(2, 200))
        high = low + rng.exponential(size=200)
        losses = measures.pinball(low, came, 0.1) + measures.pinball(high, came, 0.9)
        assert measures.interval_score(low, high, came, 0.8) == pytest.approx(losses / 0.1)

    def test_bounds_are_inside(self) -> None:
        held = measures.inside(floats(1, 1, 1, 1), floats(2, 2, 2, 2), floats(1, 2, 2.1, 0.99))
        assert held.tolist() == [1, 1, 0, 0]


class TestTails:
    """Where F(actual) lies."""

    def test_a_smooth_forecast_is_in_one_bin(self) -> None:
        at = floats(0.0, 0.05, 0.1, 0.55, 1.0)
        edges = np.linspace(0, 1, 11)
        shares = [measures.tail_share(at, at, low, high)
                  for low, high in pairwise(edges)]  # fmt: skip
        assert np.sum(shares, axis=0) == pytest.approx(np.ones(5))
        assert shares[0].tolist() == [1, 1, 0, 0, 0]
        assert shares[9].tolist() == [0, 0, 0, 0, 1]

    def test_a_jump_counts_along_its_height(self) -> None:
        """A month that brings nothing with a chance of 0.4, and does."""
        shares = [float(measures.tail_share(floats(0.0), floats(0.4), low / 10, low / 10 + 0.1)[0])
                  for low in range(10)]  # fmt: skip
        assert shares == pytest.approx([0.25] * 4 + [0.0] * 6)

    @given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20))
    def test_each_forecast_counts_once(self, ends: list[tuple[float, float]]) -> None:
        below = np.array([min(pair) for pair in ends])
        upto = np.array([max(pair) for pair in ends])
        edges = np.linspace(0, 1, 11).tolist()
        shares = [measures.tail_share(below, upto, low, high)
                  for low, high in pairwise(edges)]  # fmt: skip
        assert np.sum(shares, axis=0) == pytest.approx(np.ones(len(ends)), abs=1e-9)

    def test_right_forecasts_with_jumps_are_uniform(self) -> None:
        """Poisson counts scored by their own law: each tenth holds a tenth, within 4 sd."""
        rng, draws = np.random.default_rng(4), 40_000
        chance = np.array([np.exp(-2.0)] + [0.0] * 40)
        for count in range(1, 41):
            chance[count] = chance[count - 1] * 2.0 / count
        upto = np.cumsum(chance)
        came = rng.poisson(2.0, draws)
        shares = measures.tail_share(upto[came] - chance[came], upto[came], 0.3, 0.4)
        assert shares.mean() == pytest.approx(0.1, abs=4 * 0.3 / np.sqrt(draws))


class TestChances:
    """Chances of single deals."""

    def draws(self) -> tuple[Array, Array]:
        rng = np.random.default_rng(5)
        chance = np.round(rng.beta(1, 4, 3_000), 2)  # with ties
        return chance, (rng.random(3_000) < chance).astype(np.float64)

    def test_as_scikit_learn_has_them(self) -> None:
        chance, happened = self.draws()
        assert measures.auc(chance, happened) == pytest.approx(roc_auc_score(happened, chance))
        kept = np.clip(chance, 1e-3, 1 - 1e-3)
        expected = reference_log_loss(happened, kept)
        assert measures.log_loss(chance, happened) == pytest.approx(expected)
        assert measures.brier(chance, happened) == pytest.approx(brier_score_loss(happened, chance))

    def test_a_certainty_that_fails_costs_much_but_not_everything(self) -> None:
        assert measures.log_loss(floats(0.0), floats(1.0)) == pytest.approx(-np.log(1e-3))
        assert measures.log_loss(floats(1.0), floats(1.0)) < 0.0011

    def test_without_both_ends_there_is_no_auc(self) -> None:
        assert np.isnan(measures.auc(floats(0.2, 0.4), floats(1, 1)))
        assert np.isnan(measures.auc(floats(), floats()))
        assert np.isnan(measures.log_loss(floats(), floats()))
        assert measures.auc(floats(0.3, 0.3), floats(1, 0)) == 0.5


def test_normal_tails() -> None:
    """F(actual) of a right normal forecast is uniform: a tenth lies below 0.1."""
    came = np.random.default_rng(6).normal(size=20_000)
    at = np.array([NormalDist().cdf(value) for value in came])
    low = measures.tail_share(at, at, 0.0, 0.1).mean()
    assert low == pytest.approx(0.1, abs=4 * 0.3 / np.sqrt(20_000))
