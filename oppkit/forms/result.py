"""What a search found, ready for the list: rows, order and totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.table import Cell, Column, TableRow
from oppkit.locale import formats
from oppkit.model import Search, Sort, Status

_FIRST = 60  # rows that come with the totals: what a list shows before anybody scrolls
# A table gives way to three quarters of a width, and scrolls sideways before codes are cut.
_WIDTHS = {
    Sort.CODE: "7.8rem", Sort.NAME: "2fr", Sort.CUSTOMER: "1.2fr", Sort.STATUS: "6.8rem",
    Sort.OWNER: "0.8fr", Sort.EXPECTED_SIGNATURE: "7.4rem", Sort.PROBABILITY: "4.2rem",
    Sort.AMOUNT: "7.6rem", Sort.WEIGHTED_AMOUNT: "7.6rem",
}  # fmt: skip
_NUMBERS = {Sort.PROBABILITY, Sort.AMOUNT, Sort.WEIGHTED_AMOUNT}


def columns(screen: Screen) -> list[Column]:
    """The columns of the list; they are named after the orders of a search."""
    return [
        Column(
            sort.value, screen.text(f"search_column.{sort.value}"),
            "end" if sort in _NUMBERS else "start", width,
        )
        for sort, width in _WIDTHS.items()
    ]  # fmt: skip


class Result:
    """The latest result. Its first rows are kept; others are asked for when they are shown."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.criteria = Search()
        self.count = 0
        self.totals: Sequence[Any] = ()  # of each currency
        self._first: Sequence[Mapping[str, Any]] = ()

    def run(self, criteria: Search) -> None:
        """Search anew."""
        found = self.screen.workbench.search(criteria.replace(offset=0, limit=_FIRST))
        self.criteria, self.count, self.totals = criteria, found.count, found.totals
        self._first = found.rows

    def rows(self, offset: int, limit: int) -> list[TableRow]:
        """Rows of the result, as a list shows them."""
        kept = self._first[offset : offset + limit]
        if len(kept) < min(limit, self.count - offset):
            wanted = self.criteria.replace(offset=offset, limit=limit)
            kept = self.screen.workbench.search_page(wanted)
        return [self._row(row) for row in kept]

    def footer(self, currency: str) -> str:
        """How many there are, and the sums of each currency: `currency` first."""
        totals = sorted(self.totals, key=lambda total: (total.currency != currency, total.currency))
        # Several sums to read at once are told without decimals.
        places = None if len(totals) < 2 else 0
        counted = self.screen.count("opportunities", self.count)
        return joined([counted, *(self._sums(total, places) for total in totals)])

    def _sums(self, total: Any, places: int | None) -> str:
        if total.amount is None:
            return ""
        language = self.screen.language
        amount = formats.amount(total.amount, total.currency, language, places)
        if total.weighted_amount is None:
            return amount
        weighted = formats.amount(total.weighted_amount, total.currency, language, places)
        return self.screen.text("search.sums", amount=amount, weighted=weighted)

    def _row(self, row: Mapping[str, Any]) -> TableRow:
        screen, currency = self.screen, row["currency"]
        cells: list[Cell] = [
            row["code"], row["name"], row["customer"], screen.label(Status, row["status"]),
            row["owner"] or "", self._expected(row), screen.percent(row["probability"]),
            screen.amount(row["amount"], currency),
            screen.amount(row["weighted_amount"], currency),
        ]  # fmt: skip
        return TableRow(str(row["id"]), cells, "" if row["outcome"] == "open" else "muted")

    def _expected(self, row: Mapping[str, Any]) -> Cell:
        day = self.screen.date(row["expected_signature"])
        if not row["overdue"]:
            return day
        return {"text": self.screen.text("search.late", date=day), "tone": "late"}
