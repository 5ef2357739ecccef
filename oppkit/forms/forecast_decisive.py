"""Which opportunities make the uncertainty of a period, and what each of them decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from oppkit.charts.values import decimal, records
from oppkit.distributions import Distribution
from oppkit.forms.forecast_figures import Period
from oppkit.forms.forecast_question import ForecastQuestion
from oppkit.forms.forecast_words import ForecastWords
from oppkit.forms.related_table import height_of
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.table import Column, Table, TableRow
from oppkit.forms.wording import Wording
from oppkit.model import NotFound

COUNT = 8  # as many as are seen without scrolling
_ALWAYS = ("name", "customer", "owner", "amount", "chance", "share")
_CHANCES = ("chance_won", "chance_lost")  # of the target


class DecisiveTable(Table):
    """Those that make most of it first; each is opened by its name."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self._words = screen, ForecastWords(screen)
        self.shown: list[TableRow] = []
        say = screen.text
        self._columns = [
            Column("name", say("field.name"), width="2fr", sortable=False),
            Column("customer", say("field.customer_id"), width="1.4fr", sortable=False),
            Column("owner", say("field.owner"), width="1.1fr", sortable=False),
            Column("amount", say("field.amount"), "end", "6.8rem", sortable=False),
            Column("chance", say("field.probability"), "end", "6.2rem", sortable=False),
            Column("share", say("forecast_view.share"), "end", "6.2rem", sortable=False),
            *(Column(name, say(f"forecast_view.{name}"), "end", "5.6rem", sortable=False)
              for name in _CHANCES),
        ]  # fmt: skip
        super().__init__(
            self._columns, lambda offset, limit: self.shown[offset : offset + limit],
            screen.words("listing") | {"empty": say("forecast_view.nothing_open")},
            label=say("forecast_view.decisive"), guard=screen.guard,
        )  # fmt: skip
        self.on_open(self.opened)

    def show(self, found: Distribution, question: ForecastQuestion, period: Period) -> None:
        """Show what decides a period of a forecast."""
        rows: list[dict[str, Any]] = []
        wanted = period.gap is not None and period.gap > 0  # else it is reached already
        if period.law is not None:
            of = {question.kind.value: period.begins}
            rows = records(found.contributions(period.gap if wanted else None, COUNT, **of))
        wording, names = Wording(self.screen), [*_ALWAYS, *(_CHANCES if wanted else ())]
        with self.screen.workbench.at_once():
            self.shown = [self._row(row, found.currency, wording, names) for row in rows]
        with self.hold_sync():
            self.columns = [asdict(column) for column in self._columns if column.name in names]
            self.height = height_of(len(rows))
            self.refresh(len(rows), self._told(rows, wanted))

    def opened(self, key: str) -> None:
        """Show the form of the opportunity of a row."""
        self.screen.open(self.screen.workbench.opportunity(key))

    # -- inside ----------------------------------------------------------------------------------

    def _told(self, rows: list[dict[str, Any]], wanted: bool) -> str:
        """How much of the uncertainty the rows make."""
        count = self.screen.count("opportunities", len(rows))
        if not rows:
            return count
        share = self._words.chance(min(sum(float(row["share"]) for row in rows), 1.0))
        told = self.screen.text("forecast_view.decisive_sum", count=count, share=share)
        return joined([told, self.screen.text("forecast_view.decisive_chances") if wanted else ""])

    def _row(
        self, row: Mapping[str, Any], currency: str, wording: Wording, names: Sequence[str]
    ) -> TableRow:
        customer, owner = self._people(row["code"], wording)
        amount = self._words.exact(decimal(row["amount"]), currency)
        known = {"name": row["name"], "customer": customer, "owner": owner, "amount": amount}
        cells = [known[name] if name in known else self._words.chance(row[name]) for name in names]
        return TableRow(row["code"], cells)

    def _people(self, code: str, wording: Wording) -> tuple[str, str]:
        """Customer and owner, who are not in the distribution."""
        try:
            sale = self.screen.workbench.opportunity(code)
        except NotFound:  # deleted by a colleague since
            return "", ""
        owner = sale.owner_id
        return (
            wording.name("customer", sale.customer_id),
            "" if owner is None else wording.name("employee", owner),
        )
