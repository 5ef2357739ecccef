"""Opportunities in columns, by status and by month of expected signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from oppkit.model.bulk import shifted
from oppkit.model.catalogue import Outcome, Status
from oppkit.model.search import Search
from oppkit.store import board, references
from oppkit.store.board import Column, Place
from oppkit.store.search import CurrencyTotal

if TYPE_CHECKING:
    from oppkit.desk import Desk

__all__ = ["CARDS", "Boards", "Column", "CurrencyTotal", "Pipeline"]

CARDS = 50
"""Cards of a column that are read unless more are asked for."""


@dataclass(frozen=True)
class Pipeline:
    """Columns from left to right, as they were on `today`; `currency` is the workspace's own."""

    columns: list[Column]
    today: date
    currency: str


class Boards:
    """What the board and the signature calendar show, reached as `workbench.boards`.

    Each takes criteria to meet (their order and page do not count), and how many cards to show of
    a column by its key. Cards stand by expected signature, those without one last. Only the cards
    shown are read; sums are over all.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def by_status(
        self, wanted: Search | None = None, shown: Mapping[str, int] | None = None,
        closed_days: int = 30,
    ) -> Pipeline:  # fmt: skip
        """A column for each status, keyed by its code: by rank, the open ones first.

        Of those won, lost or abandoned, the ones of the last `closed_days` days. A status that is
        not active any more has a column only while there are cards in it.
        """
        with self._desk.read() as session:
            lists, today = references.catalogue(session), self._desk.today
            order = list(Outcome)
            statuses = sorted(lists.all(Status), key=lambda status: order.index(status.outcome))
            since = today - timedelta(days=closed_days)
            places = [
                Place(
                    status.code, _shown(shown, status.code),
                    None if status.outcome is Outcome.OPEN else since,
                )
                for status in statuses
            ]  # fmt: skip
            found = board.columns(session, "status", wanted or Search(), places, today)
        active = {status.code for status in statuses if status.active}
        kept = [column for column in found if column.key in active or column.count]
        return Pipeline(kept, today, self._desk.currency)

    def by_month(
        self, wanted: Search | None = None, shown: Mapping[str, int] | None = None,
        start: date | None = None, months: int = 12,
    ) -> Pipeline:  # fmt: skip
        """The open opportunities by month, from that of `start` (default: this one) on.

        Keys: "overdue", "before" (not overdue, but earlier than `start`; only where there are
        such days), the months as "2026-03", "later" and "undated": every open opportunity stands
        in one of them. This month begins today, since what is earlier is overdue.
        """
        open_ones = (wanted or Search()).replace(outcomes=(Outcome.OPEN,))
        with self._desk.read() as session:
            today = self._desk.today
            first = max(start or today, today).replace(day=1)
            begins = max(first, today)
            starts = [begins, *(shifted(first, number) for number in range(1, months + 1))]
            places = [Place("overdue", _shown(shown, "overdue"), date.min, today)]
            if begins > today:
                places.append(Place("before", _shown(shown, "before"), today, begins))
            for day, after in pairwise(starts):
                key = f"{day:%Y-%m}"
                places.append(Place(key, _shown(shown, key), day, after))
            places.append(Place("later", _shown(shown, "later"), starts[-1]))
            places.append(Place("undated", _shown(shown, "undated")))
            found = board.columns(session, "period", open_ones, places, today)
        return Pipeline(found, today, self._desk.currency)


def _shown(shown: Mapping[str, int] | None, key: str) -> int:
    return (shown or {}).get(key, CARDS)
