"""The periods of a forecast, each with its target and what is won in it so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from oppkit.charts.values import day, decimal, records
from oppkit.distributions import Distribution
from oppkit.forms.forecast_question import ForecastQuestion
from oppkit.targets import Attainment

QUANTILES = (10, 50, 90)
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Period:
    """What is still to be signed in a period, beside its target and what is won in it so far.

    `law` tells the chance of each amount; None where nothing is expected to be signed.
    """

    begins: date
    opportunities: int
    weighted: Decimal
    low: Decimal
    middle: Decimal
    high: Decimal
    won: Decimal
    target: Decimal | None
    law: Any = None

    @property
    def gap(self) -> Decimal | None:
        """What is still to be won; None without a target."""
        return None if self.target is None else self.target - self.won

    @property
    def chance(self) -> float | None:
        """That of reaching the target with what is won and what is still to be signed."""
        if self.gap is None:
            return None
        return float(self.gap <= 0) if self.law is None else float(self.law.chance(float(self.gap)))


def periods(
    question: ForecastQuestion, found: Distribution, attained: Sequence[Attainment]
) -> list[Period]:
    """All periods asked for, also those in which nothing is expected."""
    kind, scope = question.kind, question.whose.scope
    rows = {day(row[kind.value]): place for place, row in enumerate(records(found.rows))}
    mine = {one.aim[1]: one for one in attained if one.aim[2:] == scope}
    return [
        _period(begins, found, rows.get(begins), mine.get(begins))
        for begins in question.periods(found.as_of)
    ]


def _period(begins: date, found: Distribution, place: int | None, one: Attainment | None) -> Period:
    aimed = (one.won, one.target) if one else (_ZERO, None)
    if place is None:
        return Period(begins, 0, _ZERO, _ZERO, _ZERO, _ZERO, *aimed)
    row: Mapping[str, Any] = records(found.rows)[place]
    amounts = [decimal(row[name]) or _ZERO for name in ("weighted_amount", "p10", "p50", "p90")]
    weighted, low, middle, high = amounts
    return Period(
        begins, int(row["opportunities"]), weighted, low, middle, high, *aimed, found.laws[place]
    )  # fmt: skip
