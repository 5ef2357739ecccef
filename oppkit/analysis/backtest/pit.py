"""Whether what came true lay where forecasts said: the PIT histogram and its sampling noise."""

from __future__ import annotations

from collections.abc import Sequence
from math import lgamma, log, log1p

import numpy as np

from oppkit.analysis.backtest.forecasts import Forecast, Row, column
from oppkit.analysis.backtest.measures import tail_share, total

BINS = 10


def pit(forecasts: Sequence[Forecast], bins: int = BINS) -> list[Row]:
    """A row per bin of F(actual): `low`, `high`, `share`, `expected`, `band_low`, `band_high`.

    The band is where the share of a bin lies in 90 % of the cases when forecasts are right and
    independent of each other. Forecasts from neighbouring origins share deals, so it is narrow.
    """
    below, upto = column(forecasts, "below"), column(forecasts, "upto")
    edges = np.linspace(0, 1, bins + 1)
    expected, rows = 1 / bins, []
    low, high = band(len(forecasts), expected)
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        held = tail_share(below, upto, start, end)
        share = total(held) / len(held) if len(held) else 0.0
        rows.append({
            "low": round(start, 4), "high": round(end, 4), "share": share, "expected": expected,
            "band_low": low, "band_high": high,
        })  # fmt: skip
    return rows


def band(count: int, expected: float, level: float = 0.90) -> tuple[float, float]:
    """Between which shares of `count` cases a bin lies with this chance: binomial quantiles."""
    if not count:
        return 0.0, 1.0
    hits = np.arange(count + 1)
    logs = np.array([lgamma(count + 1) - lgamma(k + 1) - lgamma(count - k + 1) for k in hits])
    chance = np.exp(logs + hits * log(expected) + (count - hits) * log1p(-expected))
    reached = np.cumsum(chance)
    tail = (1 - level) / 2
    low, high = (int(np.searchsorted(reached, at - 1e-12)) for at in (tail, 1 - tail))
    return low / count, min(high, count) / count
