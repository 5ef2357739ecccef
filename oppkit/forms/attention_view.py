"""What wants looking at: open opportunities by the reason, each opened by a click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from oppkit.attention import REASONS, Attention
from oppkit.forms.fields import section
from oppkit.forms.pick_field import PickField
from oppkit.forms.related_table import height_of
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.plain import Plain
from oppkit.forms.widgets.table import Column, Table, TableRow
from oppkit.model import Opportunity


class AttentionView(widgets.VBox):
    """A table for each reason that there is; an owner who is chosen sees their own only."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.found: Attention | None = None
        self.owner = PickField("owner_ids", screen.text("field.owner"), screen, "employee")
        self.owner.widget.on_choose(lambda _choice: self.refresh())
        self.told = Plain(tone="muted", live=True)
        self.tables = {reason: self._table(reason) for reason in REASONS}
        self._sections = {
            reason: section(screen.text(f"attention.{reason}"), table)
            for reason, table in self.tables.items()
        }
        heading = Plain(text=screen.text("page.attention"), level=2)
        bar = widgets.HBox([heading, self.owner.widget, self.told])
        self._bar = bar.add_class("opp-listing-bar")
        super().__init__([self._bar])
        self.add_class("opp-view")
        self.add_class("opp-related")

    def refresh(self) -> None:
        """Read the list anew."""
        owner = self.owner.widget.choice
        owners = [int(owner.key)] if owner else []
        found = self.screen.workbench.attention(owners, self.screen.language)
        self.found = found
        for reason, table in self.tables.items():
            rows = found.of(reason)
            table.height = height_of(len(rows))
            table.refresh(len(rows), self.screen.count("opportunities", len(rows)))
        shown = [part for reason, part in self._sections.items() if found.of(reason)]
        self.children = [self._bar, *shown]
        count = self.screen.count("opportunities", found.opportunities)
        key = "some" if found.rows else "nothing"
        self.told.text = self.screen.text(f"attention_list.{key}", count=count)

    def opened(self, key: str) -> None:
        """Show the form of an opportunity by its identifier."""
        self.screen.open(self.screen.workbench.get(Opportunity, int(key)))

    def _table(self, reason: str) -> Table:
        say = self.screen.text

        def rows(offset: int, limit: int) -> Sequence[TableRow]:
            found = self.found.of(reason) if self.found else []
            return [self._row(row) for row in found[offset : offset + limit]]

        columns = [
            Column("name", say("field.name"), width="2.3fr", sortable=False),
            Column("code", say("field.code"), width="8.4rem", sortable=False),
            Column("customer", say("field.customer_id"), width="1.2fr", sortable=False),
            Column("owner", say("field.owner"), width="1fr", sortable=False),
            Column("told", say("attention_list.why"), width="3.3fr", sortable=False),
            Column("amount", say("field.amount"), "end", "8.4rem", sortable=False),
        ]
        table = Table(
            columns, rows, self.screen.words("listing"), label=say(f"attention.{reason}"),
            guard=self.screen.guard,
        )  # fmt: skip
        table.on_open(self.opened)
        return table

    def _row(self, row: Mapping[str, Any]) -> TableRow:
        amount = self.screen.amount(row["amount"], row["currency"])
        cells = [row["name"], row["code"], row["customer"], row["owner"] or "", row["told"], amount]
        return TableRow(str(row["id"]), cells)
