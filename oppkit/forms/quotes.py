"""The list of quotes, the latest first, and what they come to."""

from __future__ import annotations

from typing import Any

from oppkit.forms.fields import ChoiceField
from oppkit.forms.screen import Screen
from oppkit.forms.sold_listing import SoldListing
from oppkit.forms.widgets.table import Cell, Column, TableRow
from oppkit.model import Quote, QuoteState, Sum
from oppkit.model.search import Found


class QuotesView(SoldListing):
    """Quotes by name, code and customer. New ones are made in the form of an opportunity."""

    name = "quotes"
    first_sort = "quoted_on"

    def __init__(self, screen: Screen) -> None:
        say = screen.text
        super().__init__(screen, _columns(screen), ChoiceField(
            "states", say("quotes.show"),
            [(state.value, say(f"quotes.only_{state.value}")) for state in QuoteState],
            say("quotes.any_state"),
        ))  # fmt: skip

    def found(self, **page: Any) -> Found:
        return self.screen.workbench.directory.quotes(**self.criteria(), **page)

    def sums(self) -> list[Sum]:
        return self.screen.workbench.directory.quote_sums(**self.criteria())

    def row(self, found: dict[str, Any]) -> TableRow:
        screen, currency = self.screen, found["currency"]
        until = screen.date(found["valid_until"])
        return TableRow(
            str(found["id"]),
            [
                found["code"], found["name"], found["customer"] or "", found["opportunity"] or "",
                _state(screen, found), screen.date(found["quoted_on"]),
                {"text": until, "tone": "late" if found["expired"] else ""},
                screen.amount(found["excluding_tax"], currency),
                screen.amount(found["including_tax"], currency),
            ],
            "muted" if found["state"] == QuoteState.ARCHIVED else "",
        )  # fmt: skip

    def opened(self, key: str) -> None:
        self.screen.open(self.screen.workbench.get(Quote, int(key)))


def _state(screen: Screen, found: dict[str, Any]) -> Cell:
    """Where it stands; what has run out says so in words as well as in red."""
    if found["expired"]:
        return {"text": screen.text("quotes.expired"), "tone": "late"}
    state = QuoteState(found["state"])
    words = screen.text(f"quote_state.{state.value}")
    return {"text": words, "tone": "good"} if state is QuoteState.SIGNED else words


def _columns(screen: Screen) -> list[Column]:
    say = screen.text
    return [
        Column("code", say("field.code"), width="8.2rem"),
        Column("name", say("field.name"), width="2fr"),
        Column("customer", say("field.customer_id"), width="1.3fr"),
        Column("opportunity", say("field.opportunity_id"), width="8rem", sortable=False),
        Column("state", say("field.state"), width="5.6rem"),
        Column("quoted_on", say("quotes.date"), width="6.2rem"),
        Column("valid_until", say("quotes.until"), width="6.6rem"),
        Column("amount", say("quotes.excluding_tax"), "end", "7.6rem"),
        Column("including_tax", say("quotes.including_tax"), "end", "7.6rem", sortable=False),
    ]
