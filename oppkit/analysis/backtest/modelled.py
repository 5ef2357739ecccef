"""The signing model as a method of the backtest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from oppkit.analysis.backtest.forecasts import EVERY
from oppkit.analysis.backtest.methods import Method, Outlook
from oppkit.analysis.signing import Forecaster, Panel, Stages


def modelled(stages: Stages | None = None, prior: Mapping[str, float] | None = None) -> Method:
    """Fitted once at each origin. `prior` are the default probabilities of the statuses.

    What it said at an origin is kept: at later ones it learns from how right it was. So it is for
    the origins of one panel.
    """
    forecaster = Forecaster(stages, prior)

    def method(panel: Panel, origin: date) -> Outlook:
        model = forecaster.fit(panel, origin)
        return Outlook(
            lambda window, part: model.law(window.first, window.last, part == EVERY),
            model.won,
            lambda window: model.within(origin, window.last),
            {"closed": model.closed, "prior": model.prior, "correlation": model.correlation},
        )

    return method
