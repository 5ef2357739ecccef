"""An affair as its template sees it."""

from __future__ import annotations

from typing import Any

from oppkit.documents.content.phrasing import Phrasing
from oppkit.documents.content.record import common
from oppkit.documents.content.sales import lines, offers, past_events
from oppkit.documents.content.surroundings import Surroundings
from oppkit.model.affair import Affair

_DATES = ("opened_on", "production_start", "production_end")


def affair_content(affair: Affair, around: Surroundings, language: str) -> dict[str, Any]:
    """What is delivered, for how much, when and by whom; with what was sold."""
    phrasing = Phrasing(language, affair.currency, around.catalogue)
    sale = around.opportunity
    sheet = common(affair, around, phrasing, around.today)
    sheet |= {
        "kind": "affair",
        "status": phrasing.choice("affair_status", affair.status),
        "budget": phrasing.amount(affair.budget),
        **{name: phrasing.day(getattr(affair, name)) for name in _DATES},
        "lines": lines(sale, phrasing) if sale else [],
        "quotes": offers(around.quotes, phrasing),
        "events": past_events(around.events, phrasing),
    }
    sheet["raw"] |= {
        "status": affair.status.value, "budget": str(affair.budget),
        **{name: _iso(getattr(affair, name)) for name in _DATES},
    }  # fmt: skip
    return sheet


def _iso(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())
