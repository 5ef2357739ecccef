"""What a customer has: its open opportunities and its events, each opened by a click."""

from __future__ import annotations

import ipywidgets as widgets

from oppkit.forms.event_rows import event_row
from oppkit.forms.fields import section
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.table import Column, Source, Table, TableRow
from oppkit.model import Customer, Event, Opportunity, Outcome, Search, Sort, Status

_MOST = 8  # rows in sight before the table scrolls


class CustomerRelated(widgets.VBox):
    """Two tables; only rows in sight are read."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._customer_id: int | None = None
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
        found = workbench.search(self._wanted(0, 1)).count
        _resize(self.opportunities, found)
        self.opportunities.refresh(found, self.screen.count("opportunities", found))
        events = workbench.directory.events(customer_id=customer.id, limit=1).count
        _resize(self.events, events)
        self.events.refresh(events, self.screen.count("events", events))

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
        screen = self.screen
        return [
            TableRow(str(row["id"]), [
                row["name"], row["code"], screen.label(Status, row["status"]), row["owner"] or "",
                screen.date(row["expected_signature"]),
                screen.amount(row["amount"], row["currency"]),
            ])
            for row in screen.workbench.search(self._wanted(offset, limit)).rows
        ]  # fmt: skip

    def _event_rows(self, offset: int, limit: int) -> list[TableRow]:
        screen = self.screen
        zone, today = screen.workbench.zone, screen.workbench.today
        found = screen.workbench.directory.events(
            customer_id=self._customer_id, offset=offset, limit=limit
        )
        return [
            event_row(screen, row, zone, today, ("subject", "day", "kind", "owner"))
            for row in found.rows
        ]

    def _open(self, record: type[Opportunity] | type[Event], key: str) -> None:
        self.screen.open(self.screen.workbench.get(record, int(key)))


def _resize(table: Table, rows: int) -> None:
    """As high as its rows, up to where it scrolls; one place for the words when there is none."""
    shown = min(max(rows, 2), _MOST)
    table.height = (
        f"calc({shown} * round(var(--jp-ui-font-size1) * 2.35, 1px)"
        " + var(--jp-ui-font-size1) * 2.6 + 1px)"
    )
