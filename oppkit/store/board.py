"""Opportunities in columns: the first cards of each, and sums over all of its cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from oppkit.model.search import Search
from oppkit.store.search import CurrencyTotal, parameters, weighed
from oppkit.store.session import Row, Session

By = Literal["status", "period"]


@dataclass(frozen=True)
class Place:
    """A column to fill: `shown` cards at most.

    By status `key` is the status, and `begins` the first closing date. By period the expected
    signature is from `begins` until before `ends`, if any; without `begins` there is none.
    """

    key: str
    shown: int
    begins: date | None = None
    ends: date | None = None


@dataclass(frozen=True)
class Column:
    """`rows`: the first cards; `totals`: one entry per currency over all cards."""

    key: str
    rows: list[Row]
    totals: list[CurrencyTotal]

    @property
    def count(self) -> int:
        """Number of all cards."""
        return sum(total.opportunities for total in self.totals)


def columns(
    session: Session, by: By, wanted: Search, places: Sequence[Place], today: date
) -> list[Column]:
    """The columns in the order of `places`, with what meets all criteria of `wanted`.

    Cards stand by expected signature, those without one last; order and page of `wanted` do not
    count.
    """
    given = parameters(wanted, today) | {
        "places": [place.key for place in places],
        "since": [place.begins for place in places],
        "until": [place.ends for place in places],
        "shown": [place.shown for place in places],
    }
    other = "by_period" if by == "status" else "by_status"
    without = frozenset(name for name, value in given.items() if value is None)
    without |= {other, "weighing"}
    rows = weighed(session, session.all("search.cards", given, without=without))
    totals = session.all("search.columns", given, without=without)
    return [Column(place.key, _of(place, rows), _sums(place, totals)) for place in places]


def _of(place: Place, rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["place"] == place.key]


def _sums(place: Place, totals: list[Row]) -> list[CurrencyTotal]:
    names = ("currency", "opportunities", "amount", "weighted_amount")
    return [CurrencyTotal(*(row[name] for name in names)) for row in _of(place, totals)]
