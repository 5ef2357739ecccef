"""What a customer has: its open opportunities and its events, each opened by a click."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from oppkit.forms.event_rows import event_row
from oppkit.forms.fields import section
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.table import Column, Source, Table, TableRow
from oppkit.model import Customer, Event, Opportunity, Outcome, Search, Sort, Status

Row = dict[str, Any]

_FIRST = 60  # rows that are read along with their number
_MOST = 8  # rows in sight before the table scrolls


class CustomerRelated(widgets.VBox):
    """Two tables; only rows in sight are read."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._customer_id: int | None = None
        self._first_opportunities: list[Row] = []
        self._first_events: list[Row] = []
        self.opportunities = self._table("open", "no_opportunity", self._opportunity_rows, [
            Column("name", screen.text("field.name"), width="2fr", sortable=False),
            Column("code", screen.text("field.code"), width="8rem", sortable=False),
            Column("status", screen.text("field.status"), width="1.2fr", sortable=False),
            Column("owner", screen.text("field.owner"), width="1.3fr", sortable=False),
            Column("expected_signature", screen.text("customers.expected"),
                   width="8.5rem", sortable=False),
            Column("amount", screen.text("field.amount"), "end", "9rem", sortable=False),
        ])  # fmt: skip
        self.events = self._table("events", "no_event", self._event_rows, [
            Column("subject", screen.text("field.subject"), width="2fr", sortable=False),
            Column("day", screen.text("events.day"), width="11rem", sortable=False),
            Column("kind", screen.text("field.kind"), width="7rem", sortable=False),
            Column("owner", screen.text("field.owner"), width="1.3fr", sortable=False),
        ])  # fmt: skip
        self.opportunities.on_open(lambda key: self._open(Opportunity, key))
        self.events.on_open(lambda key: self._open(Event, key))
        super().__init__([
            section(screen.text("customers.open"), self.opportunities),
            section(screen.text("customers.events"), self.events),
        ])  # fmt: skip
        self.add_class("opp-related")

    def show(self, customer: Customer) -> None:
        """Show what a saved customer has now."""
        self._customer_id = customer.id
        workbench = self.screen.workbench
        opportunities = workbench.search(self._wanted(0, _FIRST))
        self._first_opportunities = opportunities.rows
        events = workbench.directory.events(customer_id=customer.id, limit=_FIRST)
        self._first_events = events.rows
        for table, what, count in (
            (self.opportunities, "opportunities", opportunities.count),
            (self.events, "events", events.count),
        ):
            _resize(table, count)
            table.refresh(count, self.screen.count(what, count))

    def _table(self, label: str, empty: str, source: Source, columns: list[Column]) -> Table:
        screen = self.screen
        words = screen.words("listing") | {"empty": screen.text(f"customers.{empty}")}
        return Table(
            columns, source, words, label=screen.text(f"customers.{label}"), guard=screen.guard
        )

    def _wanted(self, offset: int, limit: int) -> Search:
        return Search(
            customer_ids=(self._customer_id,) if self._customer_id else (),
            outcomes=(Outcome.OPEN,), sort=Sort.EXPECTED_SIGNATURE, offset=offset, limit=limit,
        )  # fmt: skip

    def _opportunity_rows(self, offset: int, limit: int) -> list[TableRow]:
        found = self._first_opportunities[offset : offset + limit]
        if offset + limit > len(self._first_opportunities):
            found = self.screen.workbench.search_page(self._wanted(offset, limit))
        return [self._opportunity(row) for row in found]

    def _opportunity(self, row: Row) -> TableRow:
        screen = self.screen
        return TableRow(str(row["id"]), [
            row["name"], row["code"], screen.label(Status, row["status"]), row["owner"] or "",
            screen.date(row["expected_signature"]), screen.amount(row["amount"], row["currency"]),
        ])  # fmt: skip

    def _event_rows(self, offset: int, limit: int) -> list[TableRow]:
        workbench = self.screen.workbench
        found = self._first_events[offset : offset + limit]
        if offset + limit > len(self._first_events):
            found = workbench.directory.events(
                customer_id=self._customer_id, offset=offset, limit=limit
            ).rows
        zone, today = workbench.zone, workbench.today
        columns = ("subject", "day", "kind", "owner")
        return [event_row(self.screen, row, zone, today, columns) for row in found]

    def _open(self, record: type[Opportunity] | type[Event], key: str) -> None:
        self.screen.open(self.screen.workbench.get(record, int(key)))


def _resize(table: Table, rows: int) -> None:
    """As high as its rows, up to where it scrolls; one place for the words when there is none."""
    shown = min(max(rows, 2), _MOST)
    table.height = (
        f"calc({shown} * round(var(--jp-ui-font-size1) * 2.35, 1px)"
        " + var(--jp-ui-font-size1) * 2.6 + 1px)"
    )
