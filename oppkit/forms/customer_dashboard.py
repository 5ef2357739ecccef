"""The dashboard of a customer: its sums, opportunities, quotes, affairs and events."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import ipywidgets as widgets

from oppkit.forms.customer_sums import CustomerSums
from oppkit.forms.event_rows import event_row
from oppkit.forms.fields import ChoiceField, section
from oppkit.forms.related_table import Page, RelatedTable, Row
from oppkit.forms.screen import Screen
from oppkit.forms.sold_rows import affair_row, opportunity_row, quote_row, sold_columns
from oppkit.forms.widgets.table import Column, TableRow
from oppkit.model import (
    Affair,
    Customer,
    Event,
    Opportunity,
    Outcome,
    Quote,
    Search,
    Sort,
)

_EVENT_COLUMNS = ("subject", "day", "kind", "owner")
_CLOSED = tuple(outcome for outcome in Outcome if outcome is not Outcome.OPEN)
# Which outcomes, in what order, the latest first or not.
_SHOWN: Mapping[str, tuple[tuple[Outcome, ...], Sort, bool]] = {
    "open": ((Outcome.OPEN,), Sort.EXPECTED_SIGNATURE, False),
    "closed": (_CLOSED, Sort.CLOSED_ON, True),
    "all": ((), Sort.OPENED_ON, True),
}


class CustomerDashboard(widgets.VBox):
    """All of one customer; sums first, then tables of which a click opens each row."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._customer_id: int | None = None
        say = screen.text
        self.sums = CustomerSums(screen)
        self.shown = ChoiceField(
            "outcomes", say("dashboard.show"),
            [(name, say(f"dashboard.{name}")) for name in _SHOWN], none=None,
        )  # fmt: skip
        self.opportunities = RelatedTable(
            screen, "opportunities", Opportunity, sold_columns(screen, "status", "signature"),
            self._search, partial(opportunity_row, screen),
        )  # fmt: skip
        self.quotes = RelatedTable(
            screen, "quotes", Quote, sold_columns(screen, "state", "valid_until"),
            self._quotes, partial(quote_row, screen),
        )  # fmt: skip
        self.affairs = RelatedTable(
            screen, "affairs", Affair, sold_columns(screen, "status", "production_end"),
            self._affairs, partial(affair_row, screen),
        )  # fmt: skip
        self.events = RelatedTable(
            screen, "events", Event, _event_columns(screen), self._events, self._event
        )
        self.shown.on_change(screen.guard(self.opportunities.show))
        super().__init__([self.sums, *self._sections()])
        self.add_class("opp-related")

    def show(self, customer: Customer) -> None:
        """Show what a saved customer has now."""
        self._customer_id = customer.id
        with self.screen.workbench.at_once():  # sums and rows of one moment
            self.sums.show(customer)
            for table in (self.opportunities, self.quotes, self.affairs, self.events):
                table.show()

    # -- inside ----------------------------------------------------------------------------------

    def _sections(self) -> list[widgets.VBox]:
        tables = (self.opportunities, self.quotes, self.affairs, self.events)
        parts: list[list[Any]] = [[table] for table in tables]
        parts[0].insert(0, self.shown)
        return [
            section(self.screen.text(f"dashboard.{table.what}"), *shown)
            for table, shown in zip(tables, parts, strict=True)
        ]

    def _search(self, offset: int, limit: int) -> Page:
        outcomes, sort, descending = _SHOWN[self.shown.read() or "open"]
        return self.screen.workbench.search(Search(
            customer_ids=(self._customer_id or 0,), outcomes=outcomes, sort=sort,
            descending=descending, offset=offset, limit=limit,
        ))  # fmt: skip

    def _quotes(self, offset: int, limit: int) -> Page:
        return self.screen.workbench.directory.quotes(
            customer_id=self._customer_id, sort="quoted_on", descending=True,
            offset=offset, limit=limit,
        )  # fmt: skip

    def _affairs(self, offset: int, limit: int) -> Page:
        return self.screen.workbench.directory.affairs(
            customer_id=self._customer_id, sort="opened_on", descending=True,
            offset=offset, limit=limit,
        )  # fmt: skip

    def _events(self, offset: int, limit: int) -> Page:
        return self.screen.workbench.directory.events(
            customer_id=self._customer_id, offset=offset, limit=limit
        )

    def _event(self, found: Row) -> TableRow:
        workbench = self.screen.workbench
        return event_row(self.screen, found, workbench.zone, workbench.today, _EVENT_COLUMNS)


def _event_columns(screen: Screen) -> list[Column]:
    say = screen.text
    return [
        Column("subject", say("field.subject"), width="2fr", sortable=False),
        Column("day", say("events.day"), width="11rem", sortable=False),
        Column("kind", say("field.kind"), width="7rem", sortable=False),
        Column("owner", say("field.owner"), width="1.3fr", sortable=False),
    ]
