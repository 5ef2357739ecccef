"""The aims of the signing model, measured by replaying generated companies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from oppkit.analysis.backtest.forecasts import EVERY, Forecast, scores
from oppkit.analysis.backtest.registry import METHODS
from oppkit.analysis.backtest.run import run
from tests.analysis.companies import DEFAULTS, made

LAST = date(2026, 8, 31)  # the last month that is over
GAIN, COVERED = 0.45, (0.70, 0.95)  # at least; the share of actuals in 80 % intervals
_YEAR = 12  # origins before the first one that is replayed


@dataclass(frozen=True)
class Scores:
    """Over companies: mean CRPS over what was signed, share of actuals in 80 % intervals."""

    closed: int
    model: float
    weighted: float
    covered: float

    @property
    def gain(self) -> float:
        """By what share the CRPS of the model is below that of the weighted sum."""
        return 1 - self.model / self.weighted


def replayed(
    size: int, seeds: Iterable[int], apart: int, horizons: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
) -> Scores:
    """Companies of so many opportunities, replayed from every so many months of two years."""
    each = [_replayed(size, seed, apart, horizons) for seed in seeds]
    count = len(each)
    return Scores(
        round(sum(one.closed for one in each) / count),
        sum(one.model for one in each) / count, sum(one.weighted for one in each) / count,
        sum(one.covered for one in each) / count,
    )  # fmt: skip


def _replayed(size: int, seed: int, apart: int, horizons: tuple[int, ...]) -> Scores:
    panel = made(size, seed, LAST).panel
    methods = {name: METHODS[name](DEFAULTS) for name in ("model", "weighted")}
    found = run(panel, panel.origins[_YEAR:-1:apart], LAST, methods, horizons, (EVERY,))
    model, weighted = (scores(_of(found.forecasts, name)) for name in methods)
    closed = max(int(about.get("closed", 0)) for about in found.about.values())
    return Scores(closed, model["crps"], weighted["crps"], model["cov80"])


def _of(forecasts: Iterable[Forecast], method: str) -> list[Forecast]:
    return [one for one in forecasts if one.method == method]
