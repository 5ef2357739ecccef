"""Small panels for tests of the signing model: few deals, or many that follow a given law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from oppkit.analysis.signing import Panel
from oppkit.analysis.signing.months import month_end, month_number, month_start
from oppkit.analysis.signing.panel import day_number

ORIGINS = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]


def panel_of_closed(owners: Mapping[int, tuple[str, int]], each: int) -> Panel:
    """Of each owner `each` deals, opened in 2025, that end just before an origin by its place.

    And one more that stays open.
    """
    rows: dict[str, list[int]] = {"origin": [], "deal": [], "owner": [], "opened": []}
    closings: dict[str, list[Any]] = {"deal": [], "outcome": [], "day": [], "owner": []}
    opened = day_number(date(2025, 12, 15))
    for owner, (outcome, place) in owners.items():
        for number in range(each + 1):
            deal = owner * 100 + number
            ends = len(ORIGINS) if number == each else place
            for origin in range(ends):
                for name, value in zip(rows, (origin, deal, owner, opened), strict=True):
                    rows[name].append(value)
            if number < each:
                day = day_number(ORIGINS[place]) - 1
                for name, value in zip(closings, (deal, outcome, day, owner), strict=True):
                    closings[name].append(value)
    order = np.lexsort((rows["deal"], rows["origin"]))
    return Panel.of(
        ORIGINS, {name: np.array(column)[order] for name, column in rows.items()}, closings
    )  # fmt: skip


def months(first: date, count: int) -> list[date]:
    """The ends of so many months."""
    start = month_number(first)
    return [month_end(start + place) for place in range(count)]


def simulated(
    rng: np.random.Generator, origins: Sequence[date], arriving: float,
    hazards: Mapping[str, tuple[float, float]], amount: float = 1_000.0,
) -> Panel:  # fmt: skip
    """New deals in each month, in one of the statuses for life, signed and lost by its hazards.

    A deal that comes in in a month may be signed from the next one on.
    """
    rows: dict[str, list[Any]] = {"origin": [], "deal": [], "status": [], "opened": [],
                                  "amount": []}  # fmt: skip
    closings: dict[str, list[Any]] = {"deal": [], "outcome": [], "day": [], "opened": [],
                                      "amount": []}  # fmt: skip
    open_ones: list[tuple[int, str, int]] = []
    count = 0
    for place, origin in enumerate(origins):
        first = day_number(month_start(month_number(origin)))
        still = []
        for deal, status, opened in open_ones:
            signed, lost = hazards[status]
            draw = rng.random(2)
            if draw[0] < signed or draw[1] < lost:
                outcome = "won" if draw[0] < signed else "lost"
                values = (deal, outcome, first + int(rng.integers(25)), opened, amount)
                for column, value in zip(closings.values(), values, strict=True):
                    column.append(value)
            else:
                still.append((deal, status, opened))
        for _ in range(rng.poisson(arriving)):
            count += 1
            still.append((count, str(rng.choice(list(hazards))), first + 10))
        open_ones = still
        for deal, status, opened in open_ones:
            values = (place, deal, status, opened, amount)
            for column, value in zip(rows.values(), values, strict=True):
                column.append(value)
    return Panel.of(origins, rows, closings)
