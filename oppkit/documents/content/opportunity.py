"""An opportunity as its template sees it."""

from __future__ import annotations

from typing import Any

from oppkit.documents.content.phrasing import Phrasing, plain, raw_of
from oppkit.documents.content.record import common
from oppkit.documents.content.sales import affairs, lines, milestones, offers, past_events
from oppkit.documents.content.surroundings import Surroundings
from oppkit.model.opportunity import Opportunity

_DATES = (
    "status_on", "opened_on", "expected_signature", "production_start", "production_end",
    "closed_on",
)  # fmt: skip
_AMOUNTS = ("amount", "weighted_amount", "margin", "weighted_margin")


def opportunity_content(record: Opportunity, around: Surroundings, language: str) -> dict[str, Any]:
    """Where the sale stands, what it may bring and when, who works on it, what was done."""
    phrasing = Phrasing(language, record.currency, around.catalogue)
    outcome = around.catalogue.outcome(record.status)
    sheet = common(record, around, phrasing, around.today)
    sheet |= {
        "kind": "opportunity",
        "status": phrasing.label("status", record.status),
        "outcome": phrasing.choice("outcome", outcome),
        "probability": phrasing.percent(record.probability),
        "origin_type": phrasing.label("origin_type", record.origin_type),
        "origin": plain(record.origin_text),
        "loss_reason": phrasing.label("loss_reason", record.loss_reason),
        "close_comment": plain(record.close_comment),
        **{name: phrasing.day(getattr(record, name)) for name in _DATES},
        **{name: phrasing.amount(getattr(record, name)) for name in _AMOUNTS},
        "lines": lines(record, phrasing),
        "quotes": offers(around.quotes, phrasing),
        "affairs": affairs(around.affairs, phrasing),
        "events": past_events(around.events, phrasing),
        "history": milestones(around.history, around.zone, phrasing),
    }
    sheet["raw"] |= raw_of(record, ("status", "probability", *_DATES)) | {
        "outcome": outcome.value, **{name: _text(getattr(record, name)) for name in _AMOUNTS},
    }  # fmt: skip
    return sheet


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
