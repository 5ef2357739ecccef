"""What is compared: a method looks at what was known at an origin and says laws of amounts.

A method is called once for each origin, so that what it fits serves all periods ahead of it.

    model          the signing model (`oppkit.analysis.signing`)
    weighted       the weighted forecast as entered: each deal in the month in which it is expected,
                   with its entered probability, one independent of the other
    status_rates   the same with the share that was won from its status so far, shrunk
    mean_3, last_quarter, last_year    see `naive`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from oppkit.analysis.backtest import naive
from oppkit.analysis.backtest.actuals import Monthly, open_at
from oppkit.analysis.backtest.forecasts import EVERY
from oppkit.analysis.backtest.measures import Array
from oppkit.analysis.backtest.windows import Window
from oppkit.analysis.signing.panel import Panel, day_number

if TYPE_CHECKING:
    from oppkit.analysis.distribution import Law


@dataclass(frozen=True)
class Outlook:
    """What a method says at one origin.

    `law` gives the law of what is signed in a period, of all or of the open pipeline alone; None
    where the method says nothing of it. `won` is the chance of each open deal to be won in the end,
    `signed` that to be signed by the end of a period; in the order of the rows of the panel, nan
    where it gives none. `about` is what it used, such as the number of closed deals.
    """

    law: Callable[[Window, str], Law | None]
    won: Array | None = None
    signed: Callable[[Window], Array] | None = None
    about: Mapping[str, float] = field(default_factory=dict)


Method = Callable[[Panel, date], Outlook]
NAIVE = tuple(naive.RULES)


def naively(rule: naive.Rule) -> Method:
    """A rule of `naive` as a method: it knows no deal, and so nothing of the pipeline alone."""

    def method(panel: Panel, origin: date) -> Outlook:
        known = Monthly.known(panel, origin)
        return Outlook(
            lambda window, part: (
                naive.forecast(rule, known, window.months) if part == EVERY else None
            )
        )

    return method


def weighted(panel: Panel, origin: date) -> Outlook:
    """Amounts × entered probabilities, in the months in which the signatures are expected."""
    rows = open_at(panel, origin)
    return expected(rows, rows.probability)


def expected(rows: Panel, chance: Array, about: Mapping[str, float] | None = None) -> Outlook:
    """Each deal with its chance in the month in which it is expected, independent of the others."""

    @cache
    def due(first: int, last: int) -> Law:
        there = (rows.expected >= first) & (rows.expected <= last)
        return _independent(rows.amount[there], chance[there])

    def law(window: Window, part: str) -> Law:
        return due(day_number(window.first), day_number(window.last))  # no new business: both parts

    def signed(window: Window) -> Array:
        by_then = rows.expected <= day_number(window.last)
        return np.where(np.isnan(rows.expected), np.nan, np.where(by_then, chance, 0.0))

    return Outlook(law, chance, signed, about or {})


def _independent(amounts: Array, chances: Array) -> Law:
    from oppkit.analysis.distribution import Cells, law

    there = ~(np.isnan(amounts) | np.isnan(chances))
    deals = (amounts[there].astype(np.float64), chances[there])
    return law(Cells.of_deals(*deals), deals=deals)
