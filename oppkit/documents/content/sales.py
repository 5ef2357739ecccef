"""What surrounds a sale: its lines, quotes, affairs, events, and how it came to where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from oppkit.documents.content.phrasing import Phrasing, plain, raw_of
from oppkit.locale.catalogue import text
from oppkit.model.affair import Affair
from oppkit.model.money import weighted
from oppkit.model.opportunity import Line, Opportunity
from oppkit.model.quote import Quote
from oppkit.model.version import Version

Content = dict[str, Any]

_LINE_FIELDS = (
    "quantity", "unit_price", "amount", "margin", "duration_months", "recurrence",
)  # fmt: skip


def lines(record: Opportunity, phrasing: Phrasing) -> list[Content]:
    """What is sold."""
    return [_line(line, record, phrasing) for line in record.lines]


def _line(line: Line, record: Opportunity, phrasing: Phrasing) -> Content:
    return {
        "title": plain(line.title), "sale_type": phrasing.label("sale_type", line.sale_type),
        "quantity": phrasing.number(line.quantity) if line.unit_price is not None else "",
        "unit_price": phrasing.amount(line.unit_price),
        "duration": phrasing.months(line.duration_months),
        "recurrence": phrasing.choice("recurrence", line.recurrence),
        "amount": phrasing.amount(line.amount), "margin": phrasing.amount(line.margin),
        "weighted_amount": phrasing.amount(
            weighted(line.amount, record.probability, record.currency)
        ),
        "raw": raw_of(line, _LINE_FIELDS),
    }  # fmt: skip


def offers(quotes: Iterable[Quote], phrasing: Phrasing) -> list[Content]:
    """The quotes made from it."""
    return [
        {
            "code": plain(quote.code or ""), "name": plain(quote.name),
            "state": phrasing.choice("quote_state", quote.state),
            "date": phrasing.short_day(quote.quoted_on),
            "total": phrasing.within(quote.currency).amount(quote.totals.excluding_tax),
        }
        for quote in quotes
    ]  # fmt: skip


def affairs(found: Iterable[Affair], phrasing: Phrasing) -> list[Content]:
    """The affairs that deliver it."""
    return [
        {
            "code": plain(affair.code or ""), "name": plain(affair.name),
            "state": phrasing.choice("affair_status", affair.status),
            "date": phrasing.short_day(affair.opened_on),
            "total": phrasing.within(affair.currency).amount(affair.budget),
        }
        for affair in found
    ]  # fmt: skip


def past_events(events: Iterable[Mapping[str, Any]], phrasing: Phrasing) -> list[Content]:
    """What was done and is to be done, as the directory lists it."""
    return [
        {
            "day": phrasing.short_day(event["day"] or event["done_on"]),
            "kind": text(f"event_kind.{event['kind']}", phrasing.language),
            "subject": plain(event["subject"]), "owner": plain(event["owner"] or ""),
            "done_on": phrasing.short_day(event["done_on"]),
        }
        for event in events
    ]  # fmt: skip


def milestones(
    history: Sequence[Version], zone: tzinfo | None, phrasing: Phrasing
) -> list[Content]:
    """The versions in which status, probability, amount or expected signature changed."""
    found: list[Content] = []
    for version in history:
        record: Opportunity = version.record
        shown = {
            "status": phrasing.label("status", record.status),
            "probability": phrasing.percent(record.probability),
            "amount": phrasing.within(record.currency).amount(record.amount),
            "expected_signature": phrasing.short_day(record.expected_signature),
        }
        if not found or shown.items() - found[-1].items():
            day = phrasing.short_day(version.valid_from.astimezone(zone).date())
            found.append({"day": day, "author": plain(version.author), **shown})
    return found
