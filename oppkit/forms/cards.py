"""Opportunities as cards, and columns with the sums of all their cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from oppkit.forms.screen import Screen
from oppkit.forms.widgets.board import BoardColumn, Card
from oppkit.locale import formats
from oppkit.model import Outcome

if TYPE_CHECKING:
    from oppkit.boards import Column, CurrencyTotal

Measure = Literal["amount", "weighted_amount"]

_SMALL = 100  # below, cents count


@dataclass(frozen=True)
class Reading:
    """How cards and sums are read: which amounts, on which day, in which main currency."""

    screen: Screen
    measure: Measure
    today: date
    currency: str

    def card(self, row: Mapping[str, Any]) -> Card:
        """The card of an opportunity."""
        is_open = row["outcome"] == Outcome.OPEN
        day: date | None = row["expected_signature"] if is_open else row["closed_on"]
        late = is_open and day is not None and day < self.today
        share: Decimal | None = row["probability"] if is_open else None
        return Card(
            key=str(row["id"]), name=row["name"], customer=row["customer"],
            amount=self.amount(row[self.measure], row["currency"]), owner=row["owner"] or "",
            day=self.screen.date(day), tone="late" if late else "",
            share=None if share is None else float(share), share_text=self.screen.percent(share),
        )  # fmt: skip

    def column(
        self, column: Column, label: str, tone: str = "", droppable: bool = True
    ) -> BoardColumn:
        """The head of a column."""
        return BoardColumn(
            column.key, label, column.count, self.sums(column.totals), tone, droppable,
            more=column.count - len(column.rows),
        )  # fmt: skip

    def amount(self, value: Decimal | None, currency: str) -> str:
        """An amount in whole units, unless it is small."""
        if value is None:
            return self.screen.text("board.no_amount")
        decimals = None if 0 < abs(value) < _SMALL else 0
        return formats.amount(value, currency, self.screen.language, decimals)

    def sums(self, totals: Iterable[CurrencyTotal]) -> list[str]:
        """One sum per currency, since they do not add up: the workspace's own first."""
        known = [
            (total.currency, value)
            for total in totals
            if (value := getattr(total, self.measure)) is not None
        ]
        known.sort(key=lambda sum_: (sum_[0] != self.currency, -sum_[1], sum_[0]))
        language = self.screen.language
        return [formats.short(value, currency, language) for currency, value in known]
