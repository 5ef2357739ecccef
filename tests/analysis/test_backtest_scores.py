"""The table of scores, the PIT histogram and the reliability of chances, by hand and by law."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest

from oppkit.analysis.backtest.forecasts import MONTHS, Forecast, both, grouped, scores, skill
from oppkit.analysis.backtest.pit import band, pit
from oppkit.analysis.backtest.reliability import Chances, gathered, quality, reliability
from oppkit.analysis.backtest.windows import QUARTER, Horizon
from oppkit.analysis.intervals import wilson


def forecast(
    actual: float, mean: float = 100.0, at: float = 0.5, horizon: Horizon = 1, month: int = 1,
    method: str = "model", **figures: float,
) -> Forecast:  # fmt: skip
    """One with an interval of ±20 (80 %) and ±30 (90 %), and a CRPS of half the error."""
    told = {
        "p5": mean - 30, "p10": mean - 20, "p50": mean, "p90": mean + 20, "p95": mean + 30,
        "below": at, "upto": at, "crps": abs(mean - actual) / 2,
    } | figures  # fmt: skip
    day = date(2025, month, 1)
    return Forecast(day, horizon, day, day, method, "all", mean, actual=actual, **told)


class TestScores:
    """What several forecasts come to."""

    def test_by_hand(self) -> None:
        row = scores([forecast(100), forecast(125, at=0.95), forecast(75, at=0.05),
                      forecast(140, at=1.0)])  # fmt: skip
        assert row["forecasts"] == 4
        assert row["actual"] == 440
        assert row["wape"] == pytest.approx((0 + 25 + 25 + 40) / 440)
        assert row["bias"] == pytest.approx((0 - 25 + 25 - 40) / 440)
        assert row["crps"] == pytest.approx(45 / 440)
        assert (row["cov80"], row["cov90"]) == (0.25, 0.75)
        assert row["width80"] == pytest.approx(160 / 440)
        assert row["interval80"] == pytest.approx((160 + 10 * (5 + 5 + 20)) / 440)
        assert (row["pit_low"], row["pit_high"]) == (0.25, 0.5)
        assert row["pinball50"] == pytest.approx(45 / 440)
        assert row["pinball10"] == pytest.approx((0.1 * (20 + 45 + 60) + 0.9 * 5) / 440)

    def test_where_nothing_was_signed_errors_have_no_unit(self) -> None:
        row = scores([forecast(0, mean=0)])
        assert row["wape"] is None
        assert row["cov80"] == 1.0
        assert scores([])["cov80"] is None

    def test_months_are_taken_together_without_the_quarter(self) -> None:
        made = [forecast(1), forecast(2, horizon=2), forecast(3, horizon=QUARTER)]
        groups = grouped(made)
        assert {key[2]: len(group) for key, group in groups.items()} == {
            1: 1, MONTHS: 2, 2: 1, QUARTER: 1,
        }  # fmt: skip


class TestSkill:
    """One method beside another."""

    def test_only_what_both_forecast_counts(self) -> None:
        mine = [forecast(110, month=month) for month in (1, 2, 3)]
        naive = [forecast(110, mean=90, month=month, method="mean_3") for month in (2, 3, 4)]
        assert [len(side) for side in both(mine, naive)] == [2, 2]
        assert skill(mine, naive) == pytest.approx(0.5)  # an error of 10 against one of 20
        assert skill(naive, mine, "wape") == pytest.approx(-1.0)

    def test_nothing_in_common_tells_nothing(self) -> None:
        assert skill([forecast(1, month=1)], [forecast(1, month=2)]) is None


class TestPit:
    """The histogram of F(actual)."""

    def test_right_forecasts_are_level_within_the_band(self) -> None:
        draws = np.random.default_rng(7).random(400)
        rows = pit([forecast(1, at=float(at)) for at in draws])
        assert sum(row["share"] for row in rows) == pytest.approx(1)
        outside = [row for row in rows if not row["band_low"] <= row["share"] <= row["band_high"]]
        assert len(outside) <= 3  # each of ten is outside with a chance of at most 0.1

    def test_intervals_that_are_too_narrow_pile_up_at_the_ends(self) -> None:
        rows = pit([forecast(1, at=at) for at in (0.01, 0.02, 0.5, 0.97, 1.0, 1.0)])
        assert [round(row["share"] * 6) for row in rows] == [2, 0, 0, 0, 0, 1, 0, 0, 0, 3]

    @pytest.mark.parametrize("count", [1, 10, 24, 144, 3_000])
    def test_the_band_holds_nine_tenths_of_the_binomial(self, count: int) -> None:
        low, high = band(count, 0.1)
        draws = np.random.default_rng(8).binomial(count, 0.1, 20_000) / count
        held = ((draws >= low - 1e-12) & (draws <= high + 1e-12)).mean()
        assert held >= 0.90 - 0.01
        assert (draws < low - 1e-12).mean() <= 0.05 + 0.01
        assert (draws > high + 1e-12).mean() <= 0.05 + 0.01

    def test_nothing_yet(self) -> None:
        assert {row["share"] for row in pit([])} == {0.0}
        assert band(0, 0.1) == (0.0, 1.0)


def chances(
    told: Sequence[float], happened: Sequence[int], deals: Sequence[int] | None = None, **of: Any
) -> Chances:
    named = {"method": "model", "question": "signed", "horizon": 3} | of
    arrays = np.array(told, float), np.array(happened, float)
    return Chances(**named, chance=arrays[0], happened=arrays[1],
                   deal=np.array(range(len(told)) if deals is None else deals))  # fmt: skip


class TestReliability:
    """Of those said to have 30 %, were 30 % won?"""

    def test_bins_by_hand(self) -> None:
        made = chances([0.0, 0.01, 0.35, 0.31, 0.31, 1.0], [0, 0, 1, 0, 0, 1])
        rows = reliability(made)
        assert [(row["low"], row["high"], row["cases"]) for row in rows] == [
            (0.0, 0.02, 2), (0.3, 0.4, 3), (0.9, 1.0, 1),
        ]  # fmt: skip
        assert rows[1]["chance"] == pytest.approx(0.97 / 3)
        assert rows[1]["share"] == pytest.approx(1 / 3)
        assert all(row["few"] for row in rows)
        error = quality(made)["calibration_error"]
        assert error == pytest.approx((2 * 0.005 + 3 * abs(0.97 / 3 - 1 / 3) + 0) / 6)

    def test_a_deal_that_was_open_at_many_origins_counts_once_for_the_interval(self) -> None:
        often = chances([0.35] * 40, [1] * 20 + [0] * 20, [*range(4)] * 10)
        [row] = reliability(often)
        assert (row["cases"], row["deals"], row["few"]) == (40, 4, True)
        assert (row["share_low_95"], row["share_high_95"]) == pytest.approx(wilson(0.5, 4, 0.95))

    def test_right_chances_lie_in_their_intervals(self) -> None:
        rng = np.random.default_rng(9)
        told = rng.random(5_000)
        rows = reliability(chances(told.tolist(), (rng.random(5_000) < told).astype(int).tolist()))
        held = [row["share_low_95"] <= row["chance"] <= row["share_high_95"] for row in rows]
        assert sum(held) >= len(held) - 1


class TestQuality:
    """How well deals were told apart."""

    def test_right_chances_beat_the_base_rate_and_shuffled_ones_do_not(self) -> None:
        rng = np.random.default_rng(10)
        told = rng.beta(1, 3, 2_000)
        happened = (rng.random(2_000) < told).astype(int).tolist()
        right = quality(chances(told.tolist(), happened))
        assert right["log_loss"] < right["log_loss_base"]
        assert right["calibration_error"] < 0.03
        assert right["auc"] > 0.65
        wrong = quality(chances(rng.permutation(told).tolist(), happened))
        assert wrong["log_loss"] > wrong["log_loss_base"]
        assert wrong["auc"] == pytest.approx(0.5, abs=0.05)

    def test_the_base_is_the_entropy_of_the_share(self) -> None:
        row = quality(chances([0.5] * 4, [1, 0, 0, 0]))
        assert row["log_loss_base"] == pytest.approx(-(0.25 * np.log(0.25) + 0.75 * np.log(0.75)))

    def test_nothing_is_no_failure(self) -> None:
        row = quality(chances([], []))
        assert (row["cases"], row["auc"], row["log_loss"], row["share"]) == (0, None, None, None)

    def test_deals_without_a_chance_are_left_out_and_origins_put_together(self) -> None:
        parts = [chances([0.2, float("nan")], [1, 0]).known(), chances([0.4], [0]).known(),
                 chances([0.9], [1], question="won", horizon=None)]  # fmt: skip
        first, second = gathered(parts)
        assert first.chance.tolist() == [0.2, 0.4]
        assert (second.question, len(second.chance)) == ("won", 1)
