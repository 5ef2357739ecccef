"""Which method did best: the table, its skill, and the one finding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from oppkit.analysis.backtest.forecasts import Forecast
from oppkit.analysis.backtest.verdict import recent, table, verdict
from oppkit.analysis.backtest.windows import month_start
from tests.analysis.test_backtest_scores import forecast

MONTHS = range(1, 9)


def series(
    method: str, gap: float, months: Sequence[int] = MONTHS, crps: float | None = None
) -> list[Forecast]:
    """Forecasts of 100 that are off by `gap` each month."""
    more = {} if crps is None else {"crps": crps}
    return [forecast(100 + gap, month=month, method=method, **more) for month in months]


class TestVerdict:
    """The model against forecasts that look at no deal."""

    @pytest.mark.parametrize(
        ("gap", "crps", "kind"),
        [(10, 5, "better"), (30, 15, "worse"), (30, 5, "interval_only"), (10, 15, "point_only")],
    )
    def test_point_and_interval(self, gap: float, crps: float, kind: str) -> None:
        made = series("model", gap, crps=crps) + series("mean_3", 20, crps=10)
        found = verdict(made)
        assert found is not None
        assert (found.method, found.naive, found.kind) == ("model", "mean_3", kind)
        assert found.error == pytest.approx(gap / (100 + gap))

    def test_the_naive_one_that_comes_closest_is_named(self) -> None:
        made = series("model", 30) + series("mean_3", 20) + series("last_quarter", 10)
        found = verdict(made)
        assert found is not None
        assert found.naive == "last_quarter"

    def test_each_on_what_both_forecast(self) -> None:
        """The model was bad early, when last year was not known yet."""
        made = series("model", 90, range(1, 4)) + series("model", 5, range(4, 9))
        made += series("last_year", 10, range(4, 9))
        found = verdict(made)
        assert found is not None
        assert found.kind == "better"
        assert found.error == pytest.approx(5 / 105)

    def test_a_naive_one_that_forecast_little_is_not_held_against_it(self) -> None:
        made = series("model", 30) + series("mean_3", 40) + series("last_year", 1, [8])
        found = verdict(made)
        assert found is not None
        assert found.naive == "mean_3"

    def test_without_the_model_the_best_that_looks_at_deals(self) -> None:
        made = series("weighted", 30) + series("status_rates", 20) + series("mean_3", 25)
        found = verdict(made)
        assert found is not None
        assert (found.method, found.kind) == ("status_rates", "better")

    def test_nothing_to_compare(self) -> None:
        assert verdict([]) is None
        assert verdict(series("mean_3", 10)) is None
        assert verdict(series("model", 10)) is None
        nothing = [forecast(0, mean=5, method=name) for name in ("model", "mean_3")]
        assert verdict(nothing) is None  # nothing was signed at all

    def test_an_error_of_nothing_is_no_failure(self) -> None:
        found = verdict(series("model", 0) + series("mean_3", 0))
        assert found is not None
        assert (found.kind, found.ratio) == ("better", 1)


class TestTable:
    """A row for each method and horizon."""

    def test_the_best_comes_first_and_skill_is_against_the_hardest_naive(self) -> None:
        made = series("model", 10) + series("mean_3", 20) + series("last_quarter", 40)
        rows = table(made)
        assert [(row["horizon"], row["method"]) for row in rows] == [
            (horizon, method) for horizon in ("months", 1)
            for method in ("model", "mean_3", "last_quarter")
        ]  # fmt: skip
        skills = [row["skill"] for row in rows[:3]]
        # CRPS over what was signed: 5/110, 10/120, 20/140.
        assert skills == pytest.approx([
            1 - (5 / 110) / (10 / 120), 1 - (10 / 120) / (20 / 140), 1 - (20 / 140) / (10 / 120),
        ])  # fmt: skip

    def test_of_one_month_ahead_the_last_twelve(self) -> None:
        first = [month_start(2024 * 12 + place) for place in range(20)]
        made = [
            Forecast(**{**vars(forecast(100)), "first": day, "actual": 100 if place != 15 else 500})
            for place, day in enumerate(first)
        ]  # fmt: skip
        assert recent(made, "model") == (11, 12)
        assert recent(made, "mean_3") == (0, 0)
        assert first[0] == date(2024, 1, 1)
