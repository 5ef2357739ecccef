"""One forecast beside what came true, and how many of them score together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from oppkit.analysis.backtest.measures import (
    Array,
    inside,
    interval_score,
    pinball,
    tail_share,
    total,
)
from oppkit.analysis.backtest.windows import QUARTER, Horizon, Window

if TYPE_CHECKING:
    from oppkit.analysis.distribution import Law

Row = dict[str, Any]
EVERY, PIPELINE = "all", "pipeline"  # all that is signed; the part that was open at the origin
MONTHS = "months"  # the single months of all horizons together
_HAIR = 0.005  # half a cent: sums of floats must not fall beside a jump of F
_LEVELS = {"p5": 0.05, "p10": 0.10, "p50": 0.50, "p90": 0.90, "p95": 0.95}


@dataclass(frozen=True)
class Forecast:
    """What a method said at an origin of a period, and what was signed in it.

    `part` is "all" or "pipeline". `below` and `upto` are P(S < actual) and P(S ≤ actual), to half a
    cent. Amounts are in the base currency.
    """

    origin: date
    horizon: Horizon
    first: date
    last: date
    method: str
    part: str
    mean: float
    p5: float
    p10: float
    p50: float
    p90: float
    p95: float
    below: float
    upto: float
    crps: float
    actual: float

    @classmethod
    def of(
        cls, law: Law, actual: float, origin: date, window: Window, method: str, part: str
    ) -> Forecast:
        """What a law said of the period."""
        quantiles = {name: float(law.quantile(level)) for name, level in _LEVELS.items()}
        return cls(
            origin, window.horizon, window.first, window.last, method, part, law.mean, **quantiles,
            below=float(law.below(actual - _HAIR)), upto=float(law.cdf(actual + _HAIR)),
            crps=float(law.crps(actual)), actual=actual,
        )  # fmt: skip

    @property
    def pair(self) -> tuple[date, Horizon]:
        """What it is a forecast of."""
        return self.origin, self.horizon


def column(forecasts: Iterable[Forecast], name: str) -> Array:
    """One figure of each forecast."""
    return np.array([getattr(one, name) for one in forecasts], dtype=np.float64)


def scores(forecasts: Sequence[Forecast]) -> Row:
    """The scores of forecasts of one method, as FORECASTING's table has them.

    Errors, CRPS, pinball losses, widths and interval scores are sums over the sum of the actuals,
    so that periods count by what they bring; None where nothing was signed at all.
    """
    actual = column(forecasts, "actual")
    signed = total(actual)
    p5, p10, p50, p90, p95 = (column(forecasts, name) for name in _LEVELS)
    gap = column(forecasts, "mean") - actual
    below, upto = column(forecasts, "below"), column(forecasts, "upto")
    sums = {
        "wape": np.abs(gap), "bias": gap, "crps": column(forecasts, "crps"),
        "pinball10": pinball(p10, actual, 0.1), "pinball50": pinball(p50, actual, 0.5),
        "pinball90": pinball(p90, actual, 0.9), "width80": p90 - p10,
        "interval80": interval_score(p10, p90, actual, 0.8),
    }  # fmt: skip
    shares = {
        "cov80": inside(p10, p90, actual), "cov90": inside(p5, p95, actual),
        "pit_low": tail_share(below, upto, 0.0, 0.1), "pit_high": tail_share(below, upto, 0.9, 1.0),
    }  # fmt: skip
    return {
        "forecasts": len(forecasts), "actual": signed,
        **{name: total(values) / signed if signed > 0 else None for name, values in sums.items()},
        **{name: total(held) / len(held) if len(held) else None for name, held in shares.items()},
    }  # fmt: skip


def grouped(forecasts: Iterable[Forecast]) -> dict[tuple[str, str, Horizon], list[Forecast]]:
    """By method, part and horizon, in order of appearance; "months" takes all single months."""
    groups: dict[tuple[str, str, Horizon], list[Forecast]] = {}
    for one in forecasts:
        for horizon in _horizons(one):
            groups.setdefault((one.method, one.part, horizon), []).append(one)
    return groups


def _horizons(one: Forecast) -> Iterator[Horizon]:
    yield one.horizon
    if one.horizon != QUARTER:
        yield MONTHS


def both(one: Sequence[Forecast], other: Sequence[Forecast]) -> tuple[list[Forecast], ...]:
    """Of two methods the forecasts of what both said something about."""
    left, right = ({forecast.pair for forecast in side} for side in (one, other))
    return [f for f in one if f.pair in right], [f for f in other if f.pair in left]


def skill(one: Sequence[Forecast], naive: Sequence[Forecast], measure: str = "crps") -> Any:
    """By what share the first is better than the second on what both forecast; None if nothing."""
    mine, others = (scores(side)[measure] for side in both(one, naive))
    return None if mine is None or not others else 1 - mine / others
