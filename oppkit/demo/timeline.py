"""Time in the demo company: days counted from the first one, and how busy each of them is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oppkit.demo.columns import Array
from oppkit.demo.truth import Truth

BEYOND = 365  # days after today that are lived through in secret, to score forecasts


@dataclass(frozen=True)
class Timeline:
    """`today` and `horizon` are day numbers; `market` is the common factor by month."""

    start: np.datetime64
    today: int
    horizon: int
    months: Array
    market: Array
    usual: Array  # how busy each day is, 1 on average
    signing: Array  # the same for signatures
    passed: dict[str, Array]  # cause → average days gone by at the beginning of each day

    def advanced(self, cause: str, since: Array, effort: Array) -> Array:
        """When `effort` average days will have gone by since then; infinite beyond the horizon."""
        passed = self.passed[cause]
        days = np.arange(len(passed))
        return np.interp(np.interp(since, days, passed) + effort, passed, days, right=np.inf)

    def workday(self, days: Array) -> Array:
        """The same day, or the Monday after a weekend."""
        weekday = (days + self._first_weekday) % 7
        return days + np.where(weekday == 5, 2, np.where(weekday == 6, 1, 0))

    def month_end(self, days: Array) -> Array:
        """The last day of the month of each day."""
        months = self.dates(days).astype("datetime64[M]")
        return ((months + 1).astype("datetime64[D]") - self.start).astype(np.int64) - 1

    def dates(self, days: Array) -> Array:
        """Day numbers as calendar dates."""
        moved: Array = self.start + days.astype("timedelta64[D]")
        return moved

    @property
    def _first_weekday(self) -> int:
        return int((self.start.astype(np.int64) + 3) % 7)


def timeline(rng: np.random.Generator, truth: Truth) -> Timeline:
    """Draw the market and work out how fast each cause advances on each day."""
    start = np.datetime64(truth.start, "D")
    today = int((np.datetime64(truth.today, "D") - start).astype(int))
    horizon = today + BEYOND
    days = start + np.arange(horizon)
    month_of = days.astype("datetime64[M]")
    months = np.unique(month_of)
    market = _autoregressive(rng, len(months), truth.market_persistence, truth.market_sd)
    z = market[np.searchsorted(months, month_of)]
    usual, signing = _busy(truth, days, today)
    speeds = {
        "next": usual, "won": signing * np.exp(z),
        "lost": usual * np.exp(-z / 2), "abandoned": usual,
    }  # fmt: skip
    passed = {cause: np.r_[0.0, np.cumsum(speed)] for cause, speed in speeds.items()}
    return Timeline(start, today, horizon, months, market, usual, signing, passed)


def _autoregressive(rng: np.random.Generator, count: int, persistence: float, sd: float) -> Array:
    """An AR(1) series in its stationary state: mean 0, standard deviation `sd`."""
    shocks = rng.normal(0, sd, count)
    series = np.empty(count)
    series[0] = shocks[0]
    for month in range(1, count):
        series[month] = (
            persistence * series[month - 1] + np.sqrt(1 - persistence**2) * shocks[month]
        )
    return series


def _busy(truth: Truth, days: Array, today: int) -> tuple[Array, Array]:
    """How busy each day is, in general and for signatures; 1 on average over the history."""
    month = days.astype("datetime64[M]").astype(int) % 12
    quarter_end = ((days.astype("datetime64[M]").astype(int) // 3 + 1) * 3).astype("datetime64[M]")
    left = (quarter_end.astype("datetime64[D]") - days).astype(int)
    usual = np.where((days.astype(int) + 3) % 7 < 5, 1.0, 0.0) * np.where(
        month == 7, truth.august, 1
    )
    signing = usual * np.where(
        left <= truth.quarter_end_days, truth.quarter_end,
        np.where(month % 3 == 0, truth.quarter_start, 1.0),
    )  # fmt: skip
    return usual / usual[:today].mean(), signing / signing[:today].mean()


def arrival_speed(truth: Truth, line: Timeline) -> Array:
    """New business per day of the history: growth, season and weekends; 1 on the first days."""
    days = line.start + np.arange(line.today)
    month = days.astype("datetime64[M]").astype(int) % 12 + 1
    season = np.array([truth.season.get(number, 1.0) for number in range(13)])[month]
    work = np.where((days.astype(int) + 3) % 7 < 5, 7 / 5, 0.0)
    speed: Array = season * work * (1 + truth.growth) ** (np.arange(line.today) / 365.25)
    return speed
