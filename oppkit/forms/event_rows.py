"""An event in a list: when it is, whether it is late, and with whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo
from typing import Any

from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.table import Cell, TableRow


def event_row(
    screen: Screen, event: dict[str, Any], zone: tzinfo | None, today: date,
    columns: Sequence[str],
) -> TableRow:  # fmt: skip
    """The row of an event of `directory.events`; late ones say so in words as well as in red."""
    shown: dict[str, Cell] = {
        "subject": event["subject"],
        "day": _day(screen, event, zone, today),
        "kind": screen.text(f"event_kind.{event['kind']}"),
        "customer": event["customer"] or "",
        "owner": event["owner"] or "",
        "opportunity": event["opportunity"] or "",
        "done_on": screen.date(event["done_on"]),
    }
    tone = "muted" if event["done_on"] else ""
    return TableRow(str(event["id"]), [shown[name] for name in columns], tone)


def _day(screen: Screen, event: dict[str, Any], zone: tzinfo | None, today: date) -> Cell:
    day, starts = event["day"], event["starts_at"]
    time = f"{starts.astimezone(zone):%H:%M}" if starts and not event["due_on"] else ""
    if event["late"]:
        return {"text": joined([screen.date(day), screen.text("events.late")]), "tone": "late"}
    told = screen.text("events.today") if day == today else screen.date(day)
    return joined([told, time])
