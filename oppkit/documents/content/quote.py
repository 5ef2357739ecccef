"""A quote as its template sees it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from oppkit.documents.content import people
from oppkit.documents.content.phrasing import Phrasing, plain, raw_of
from oppkit.documents.content.record import common
from oppkit.documents.content.surroundings import Surroundings
from oppkit.model.quote import Quote, QuoteLine, QuoteState
from oppkit.model.totals import Totals, VatPart

_LINE_FIELDS = (
    "quantity", "unit_price", "discount", "vat_rate", "duration_months", "recurrence",
)  # fmt: skip


def quote_content(quote: Quote, around: Surroundings, language: str) -> dict[str, Any]:
    """All that is offered, to whom, and what it comes to."""
    phrasing = Phrasing(language, quote.currency, around.catalogue)
    totals = quote.totals
    sheet = common(quote, around, phrasing, quote.quoted_on)
    sheet |= {
        "kind": "quote",
        "draft": quote.state is QuoteState.DRAFT,
        "stamp": _stamp(quote, phrasing),
        "state": phrasing.choice("quote_state", quote.state),
        "archive_reason": plain(quote.archive_reason),
        "valid_until": phrasing.day(quote.valid_until),
        "validated_on": phrasing.day(quote.validated_on),
        "signed_on": phrasing.day(quote.signed_on),
        "replaces": plain(around.parent.code or "") if around.parent else "",
        "owner": people.owner(around),
        "lines": _lines(quote, totals, phrasing),
        "discounted": any(line.discount for line in quote.lines),
        "vat_parts": [_vat_part(part, phrasing) for part in totals.vat_parts],
        "totals": _totals(totals, phrasing),
        "terms": plain(quote.terms),
    }
    sheet["raw"] |= raw_of(quote, ("state", "valid_until", "validated_on", "signed_on"))
    return sheet


def _stamp(quote: Quote, phrasing: Phrasing) -> str:
    """What lies across a sheet that is no offer, or not any more."""
    is_offer = quote.state in (QuoteState.VALIDATED, QuoteState.SIGNED)
    return "" if is_offer else phrasing.choice("quote_state", quote.state)


def _lines(quote: Quote, totals: Totals, phrasing: Phrasing) -> list[dict[str, Any]]:
    return [_line(line, net, phrasing) for line, net in zip(quote.lines, totals.lines, strict=True)]


def _line(line: QuoteLine, net: Decimal, phrasing: Phrasing) -> dict[str, Any]:
    return {
        "title": plain(line.title), "sale_type": phrasing.label("sale_type", line.sale_type),
        "quantity": phrasing.number(line.quantity), "unit_price": phrasing.amount(line.unit_price),
        "discount": phrasing.percent(line.discount) if line.discount else "",
        "vat_rate": phrasing.percent(line.vat_rate),
        "duration": phrasing.months(line.duration_months),
        "recurrence": phrasing.choice("recurrence", line.recurrence),
        "net": phrasing.amount(net),
        "raw": raw_of(line, _LINE_FIELDS) | {"net": str(net)},
    }  # fmt: skip


def _vat_part(part: VatPart, phrasing: Phrasing) -> dict[str, Any]:
    return {
        "rate": phrasing.percent(part.rate), "base": phrasing.amount(part.base),
        "vat": phrasing.amount(part.vat),
        "raw": {"rate": str(part.rate), "base": str(part.base), "vat": str(part.vat)},
    }  # fmt: skip


def _totals(totals: Totals, phrasing: Phrasing) -> dict[str, Any]:
    amounts = {
        "excluding_tax": totals.excluding_tax, "vat": totals.vat,
        "including_tax": totals.including_tax,
    }  # fmt: skip
    return {name: phrasing.amount(value) for name, value in amounts.items()} | {
        "raw": {name: str(value) for name, value in amounts.items()}
    }
