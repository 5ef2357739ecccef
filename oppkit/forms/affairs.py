"""The list of affairs, the latest first, and what they come to."""

from __future__ import annotations

from typing import Any

from oppkit.forms.fields import ChoiceField
from oppkit.forms.screen import Screen
from oppkit.forms.sold_listing import SoldListing
from oppkit.forms.widgets.table import Cell, Column, TableRow
from oppkit.model import Affair, AffairStatus, Sum
from oppkit.model.search import Found

_TONES = {AffairStatus.FINISHED: "good", AffairStatus.LOST: "muted"}


class AffairsView(SoldListing):
    """Affairs by name, code and customer. New ones are made in the form of an opportunity."""

    name = "affairs"
    first_sort = "opened_on"

    def __init__(self, screen: Screen) -> None:
        say = screen.text
        super().__init__(screen, _columns(screen), ChoiceField(
            "statuses", say("affairs.show"),
            [(status.value, say(f"affair_status.{status.value}")) for status in AffairStatus],
            say("affairs.any_status"),
        ))  # fmt: skip

    def found(self, **page: Any) -> Found:
        return self.screen.workbench.directory.affairs(**self.criteria(), **page)

    def sums(self) -> list[Sum]:
        return self.screen.workbench.directory.affair_sums(**self.criteria())

    def row(self, found: dict[str, Any]) -> TableRow:
        screen = self.screen
        return TableRow(
            str(found["id"]),
            [
                found["code"], found["name"], found["customer"] or "", found["opportunity"] or "",
                status_cell(screen, found["status"]), screen.date(found["production_start"]),
                screen.date(found["production_end"]), found["owner"] or "",
                screen.amount(found["budget"], found["currency"]),
            ],
            "muted" if found["status"] == AffairStatus.LOST else "",
        )  # fmt: skip

    def opened(self, key: str) -> None:
        self.screen.open(self.screen.workbench.get(Affair, int(key)))


def status_cell(screen: Screen, status: str) -> Cell:
    """Where an affair stands, in its colour."""
    words = screen.text(f"affair_status.{AffairStatus(status).value}")
    tone: Any = _TONES.get(AffairStatus(status), "")
    return {"text": words, "tone": tone} if tone else words


def _columns(screen: Screen) -> list[Column]:
    say = screen.text
    return [
        Column("code", say("field.code"), width="6.6rem"),
        Column("name", say("field.name"), width="2fr"),
        Column("customer", say("field.customer_id"), width="1.5fr"),
        Column("opportunity", say("field.opportunity_id"), width="7.8rem", sortable=False),
        Column("status", say("field.status"), width="6.9rem"),
        Column("production_start", say("affairs.starts"), width="6.2rem"),
        Column("production_end", say("affairs.ends"), width="6.2rem"),
        Column("owner", say("field.owner"), width="1fr", sortable=False),
        Column("budget", say("field.budget"), "end", "8.6rem"),
    ]
