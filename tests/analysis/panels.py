"""Small panels by hand, and simulated companies with a known truth, for tests of backtests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from oppkit.analysis.backtest.windows import month_end, month_number
from oppkit.analysis.signing.panel import FOREVER, Panel, day_number


@dataclass(frozen=True)
class Deal:
    """A life: opened, expected, and closed by an outcome where it was; `known` later if told."""

    opened: date
    amount: float = 1000.0
    probability: float = 0.5
    expected: date | None = None
    closed: date | None = None
    outcome: str = "won"
    status: str = "proposal"
    known: date | None = None


def panel_of(deals: Sequence[Deal], origins: Sequence[date]) -> Panel:
    """The panel of these lives; a deal has its place, from 1 on, as its identifier."""
    rows: dict[str, list[Any]] = {name: [] for name in (
        "origin", "deal", "opened", "amount", "probability", "expected", "status"
    )}  # fmt: skip
    for place, origin in enumerate(origins):
        for number, deal in enumerate(deals, start=1):
            closed = deal.known or deal.closed
            if deal.opened <= origin and (closed is None or closed > origin):
                expected = np.nan if deal.expected is None else day_number(deal.expected)
                values = (place, number, day_number(deal.opened), deal.amount, deal.probability,
                          expected, deal.status)  # fmt: skip
                for column, value in zip(rows.values(), values, strict=True):
                    column.append(value)
    return Panel.of(origins, rows, closings_of(deals))


def closings_of(deals: Sequence[Deal]) -> dict[str, list[Any]]:
    """Their closings as columns."""
    closed = [(number, deal, deal.closed) for number, deal in enumerate(deals, start=1)]
    ended = [(number, deal, day) for number, deal, day in closed if day is not None]
    return {
        "deal": [number for number, _, _ in ended],
        "outcome": [deal.outcome for _, deal, _ in ended],
        "day": [day_number(day) for _, _, day in ended],
        "known": [day_number(deal.known or day) for _, deal, day in ended],
        "until": [FOREVER for _ in ended],
        "amount": [deal.amount for _, deal, _ in ended],
        "opened": [day_number(deal.opened) for _, deal, _ in ended],
    }


def ends(first: date, count: int) -> list[date]:
    """The ends of `count` months from that of a day on."""
    return [month_end(month_number(first) + place) for place in range(count)]


def company(months: int = 40, monthly: float = 30.0, seed: int = 1) -> list[Deal]:
    """Deals that arrive by chance and are decided within a year; a third is won.

    What is entered is too optimistic, both of the chance and of the date.
    """
    rng = np.random.default_rng(seed)
    first = date(2020, 1, 1)
    found = []
    for month in range(months):
        for _ in range(rng.poisson(monthly)):
            opened = first + timedelta(days=int(30.4 * month + rng.integers(0, 30)))
            closed = opened + timedelta(days=1 + int(rng.exponential(110)))
            won = rng.random() < 1 / 3
            found.append(Deal(
                opened, float(np.round(rng.lognormal(10, 0.8), 2)), 0.6,
                opened + timedelta(days=60), closed, "won" if won else "lost",
            ))  # fmt: skip
    return found
