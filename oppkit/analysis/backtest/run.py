"""Replay: at each origin every method forecasts from what was known, and is scored on what came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from oppkit.analysis.backtest.actuals import Signed, decided, open_at
from oppkit.analysis.backtest.forecasts import EVERY, PIPELINE, Forecast
from oppkit.analysis.backtest.methods import Method, Outlook
from oppkit.analysis.backtest.reliability import SIGNED, WON, Chances, gathered
from oppkit.analysis.backtest.windows import QUARTER, Horizon, Window, windows
from oppkit.analysis.signing.panel import Panel

HORIZONS: tuple[Horizon, ...] = (1, 2, 3, 4, 5, 6, QUARTER)
_YEAR = 365
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Replayed:
    """All forecasts and chances of deals; `about`: what a method used at an origin."""

    forecasts: tuple[Forecast, ...]
    chances: tuple[Chances, ...]
    about: Mapping[tuple[str, date], Mapping[str, float]]


def run(
    panel: Panel, origins: Sequence[date], until: date, methods: Mapping[str, Method],
    horizons: Sequence[Horizon] = HORIZONS, parts: Sequence[str] = (EVERY, PIPELINE),
    progress: Progress | None = None,
) -> Replayed:  # fmt: skip
    """Replay the origins, which are days of the panel; score on what is known at the end of a day.

    Methods see nothing but `panel.before(origin)`. `parts` are "all" and "pipeline" (see
    `Forecast`). `progress` is called with (done, total).
    """
    forecasts: list[Forecast] = []
    chances: list[Chances] = []
    about: dict[tuple[str, date], Mapping[str, float]] = {}
    signed = Signed.known(panel, until)
    for place, origin in enumerate(origins):
        known = panel.before(origin)
        truth = _Truth(panel, signed, open_at(known, origin).deal, origin, until)
        ahead = list(windows(origin, horizons, until))
        for number, (name, method) in enumerate(methods.items()):
            outlook = method(known, origin)
            forecasts += truth.forecasts(name, outlook, ahead, parts)
            chances += truth.chances(name, outlook, ahead)
            about[name, origin] = outlook.about
            if progress:
                progress(place * len(methods) + number + 1, len(origins) * len(methods))
    return Replayed(tuple(forecasts), tuple(gathered(chances)), about)


@dataclass(frozen=True)
class _Truth:
    """What became of an origin."""

    panel: Panel
    signed: Signed
    deals: NDArray[np.int64]
    origin: date
    until: date

    def forecasts(
        self, name: str, outlook: Outlook, ahead: Sequence[Window], parts: Sequence[str]
    ) -> Iterator[Forecast]:
        """Each period as a whole, and what the open pipeline brings to it."""
        for window in ahead:
            for part in parts:
                law = outlook.law(window, part)
                if law is not None:
                    deals = self.deals if part == PIPELINE else None
                    actual = self.signed.within(window.first, window.last, deals)
                    yield Forecast.of(law, actual, self.origin, window, name, part)

    def chances(self, name: str, outlook: Outlook, ahead: Sequence[Window]) -> Iterator[Chances]:
        """Each open deal: signed within each horizon, and won in the end.

        The latter at origins of a year ago or more, and of what is decided since: losing is quicker
        than winning, so that of what was open a while ago the losses are decided first.
        """
        if outlook.won is not None and (self.until - self.origin).days >= _YEAR:
            ends = decided(self.panel, self.deals, self.origin, self.until)
            closed = ends["closed"] > 0
            yield Chances(
                name, WON, None, outlook.won[closed], ends["won"][closed], self.deals[closed]
            ).known()
        for window in ahead if outlook.signed else ():
            if window.horizon != QUARTER and outlook.signed:
                happened = self.signed.won_between(self.deals, self.origin, window.last)
                chance = outlook.signed(window)
                yield Chances(name, SIGNED, window.horizon, chance, happened, self.deals).known()
