"""An opportunity, a quote or an affair in a short table: where it stands, when, and how much."""

from __future__ import annotations

from typing import Any

from oppkit.forms.affairs import status_cell
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.table import Cell, Column, TableRow
from oppkit.model import Outcome, QuoteState, Status

Row = dict[str, Any]


def sold_columns(screen: Screen, state: str, day: str) -> list[Column]:
    """The columns of the three tables, which stand below each other and so are of one width."""
    say = screen.text
    return [
        Column("name", say("field.name"), width="2fr", sortable=False),
        Column("code", say("field.code"), width="9rem", sortable=False),
        Column(state, say(f"field.{state}"), width="1.2fr", sortable=False),
        Column("owner", say("field.owner"), width="1.3fr", sortable=False),
        Column(day, say(f"dashboard.{day}"), width="11rem", sortable=False),
        Column("amount", say("dashboard.amount"), "end", "9rem", sortable=False),
    ]


def opportunity_row(screen: Screen, found: Row) -> TableRow:
    """A row of a search; of a closed one the day on which it was closed."""
    closed = found["outcome"] != Outcome.OPEN
    day: Cell = screen.date(found["closed_on"] if closed else found["expected_signature"])
    if found["overdue"]:
        day = {"text": screen.text("search.late", date=day), "tone": "late"}
    return TableRow(str(found["id"]), [
        found["name"], found["code"], screen.label(Status, found["status"]),
        found["owner"] or "", day, screen.amount(found["amount"], found["currency"]),
    ], "muted" if closed else "")  # fmt: skip


def quote_row(screen: Screen, found: Row) -> TableRow:
    """A row of `directory.quotes`."""
    state = QuoteState(found["state"])
    words = screen.text(f"quote_state.{state.value}")
    told: Cell = {"text": words, "tone": "good"} if state is QuoteState.SIGNED else words
    return TableRow(str(found["id"]), [
        found["name"], found["code"], told, found["owner"] or "", _validity(screen, found),
        screen.amount(found["excluding_tax"], found["currency"]),
    ], "muted" if state is QuoteState.ARCHIVED else "")  # fmt: skip


def affair_row(screen: Screen, found: Row) -> TableRow:
    """A row of `directory.affairs`."""
    return TableRow(str(found["id"]), [
        found["name"], found["code"], status_cell(screen, found["status"]), found["owner"] or "",
        screen.date(found["production_end"]), screen.amount(found["budget"], found["currency"]),
    ])  # fmt: skip


def _validity(screen: Screen, found: Row) -> Cell:
    """Until when it holds; what has run out says so in words as well as in red."""
    until = screen.date(found["valid_until"])
    if not found["expired"]:
        return until
    return {"text": joined([until, screen.text("dashboard.expired")]), "tone": "late"}
