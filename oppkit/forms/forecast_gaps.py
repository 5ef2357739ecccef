"""Where what people entered and what happened before disagree, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from oppkit.charts.values import decimal, missing, records
from oppkit.forms.forecast_words import ForecastWords
from oppkit.forms.related_table import height_of
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.plain import Plain
from oppkit.forms.widgets.table import Column, Table, TableRow
from oppkit.model import Opportunity
from oppkit.signings import Signing

_CHANCES = ("entered", "chance")
_AMOUNTS = ("amount", "gap_amount")


class ForecastGaps(widgets.VBox):
    """What stands out in sentences; below, those first whose amount the gap moves most."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self._words = screen, ForecastWords(screen)
        self.found: Signing | None = None
        self.findings = Plain(tone="muted", live=True)
        say = screen.text
        self.table = Table(
            [
                Column("name", say("field.name"), width="1.5fr", sortable=False),
                Column("owner", say("field.owner"), width="1fr", sortable=False),
                Column("why", say("signing_head.why"), width="4.8fr", sortable=False),
                Column("amount", say("field.amount"), "end", "6.8rem", sortable=False),
                *(Column(name, say(f"signing_head.{name}"), "end", "6.6rem", sortable=False)
                  for name in (*_CHANCES, "gap_amount")),
            ],
            self._rows, screen.words("listing") | {"empty": say("signing.none")},
            label=say("forecast_view.gaps"), guard=screen.guard,
        )  # fmt: skip
        self.table.add_class("opp-table-tall")
        self.table.on_open(self.opened)
        heading = Plain(text=say("forecast_view.gaps"), level=3)
        super().__init__([heading, self.findings, self.table])
        self.add_class("opp-section")

    def show(self, found: Signing) -> None:
        """Show both chances of these opportunities."""
        self.found = found
        self.findings.text = " ".join(found.findings)
        count = len(found.rows)
        self.table.height = height_of(count, tall=True)
        self.table.refresh(count, self.screen.count("opportunities", count))

    def opened(self, key: str) -> None:
        """Show the form of an opportunity by its identifier."""
        self.screen.open(self.screen.workbench.get(Opportunity, int(key)))

    # -- inside ----------------------------------------------------------------------------------

    def _rows(self, offset: int, limit: int) -> list[TableRow]:
        if self.found is None:
            return []
        rows = records(self.found.rows.iloc[offset : offset + limit])
        return [self._row(row, self.found.currency) for row in rows]

    def _row(self, row: Mapping[str, Any], currency: str) -> TableRow:
        amounts = {name: self._words.exact(decimal(row[name]), currency) for name in _AMOUNTS}
        chances = {
            name: "" if missing(row[name]) else self._words.chance(row[name]) for name in _CHANCES
        }
        owner = "" if missing(row["owner"]) else row["owner"]
        return TableRow(str(row["id"]), [
            row["name"], owner, row["why"], amounts["amount"], chances["entered"],
            chances["chance"], amounts["gap_amount"],
        ])  # fmt: skip
