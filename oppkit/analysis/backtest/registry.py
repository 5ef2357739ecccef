"""The methods by their names, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from oppkit.analysis.backtest import naive
from oppkit.analysis.backtest.methods import Method, naively, weighted
from oppkit.analysis.backtest.modelled import modelled
from oppkit.analysis.backtest.status_rates import status_rates

Prior = Mapping[str, float]
# The default probabilities of the statuses → a method for the origins of one panel.
METHODS: Mapping[str, Callable[[Prior], Method]] = {
    "model": lambda prior: modelled(prior=prior),
    "weighted": lambda prior: weighted,
    "status_rates": lambda prior: status_rates,
    "mean_3": lambda prior: naively(naive.mean_3),
    "last_quarter": lambda prior: naively(naive.last_quarter),
    "last_year": lambda prior: naively(naive.last_year),
}
