"""What happens to a quote in its life, as pure functions: nothing is saved, no clock is read.

draft → validated → signed; a draft or a validated quote may be archived with a reason; revising
any quote but a draft makes a new draft that names it.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from oppkit.model.errors import (
    NotSaved,
    QuoteFrozen,
    QuoteKept,
    QuoteStateGiven,
    QuoteWithoutLines,
    WrongQuoteState,
)
from oppkit.model.firm import Firm
from oppkit.model.life import carried_over
from oppkit.model.opportunity import Line, Opportunity
from oppkit.model.parties import Parties
from oppkit.model.quote import Quote, QuoteLine, QuoteState

DRAFT, VALIDATED, SIGNED, ARCHIVED = (
    QuoteState.DRAFT, QuoteState.VALIDATED, QuoteState.SIGNED, QuoteState.ARCHIVED,
)  # fmt: skip

# Not to be typed: they follow from what was done with the quote.
_GIVEN = ("code", "state", "validated_on", "signed_on", "archive_reason", "parent_id", "parties")


def create(opportunity: Opportunity, firm: Firm, today: date) -> Quote:
    """A draft quote with the opportunity's lines (rule 8). Raises `NotSaved` while it is unsaved.

    VAT rate, terms and validity are those that the firm starts with.
    """
    contact = next((p.contact_id for p in opportunity.participants if p.contact_id), None)
    return Quote(
        **carried_over(opportunity),
        expected_signature=opportunity.expected_signature,
        contact_id=contact,
        quoted_on=today,
        valid_until=today + timedelta(days=firm.validity_days),
        terms=firm.terms,
        lines=tuple(_quote_line(line, firm.vat_rate) for line in opportunity.lines),
    )


def _quote_line(line: Line, vat_rate: Decimal) -> QuoteLine:
    """A line as offered: a typed amount becomes the price of one."""
    typed = line.unit_price is None
    return QuoteLine(
        sale_type=line.sale_type, title=line.title,
        quantity=Decimal(1) if typed else line.quantity,
        unit_price=(line.amount or Decimal(0)) if typed else line.unit_price or Decimal(0),
        vat_rate=vat_rate,
        duration_months=line.duration_months, recurrence=line.recurrence,
    )  # fmt: skip


def check_change(before: Quote | None, after: Quote | None) -> None:
    """Refuse what only validating, signing, archiving and revising may do.

    `before` is None for a new quote, `after` for one that is to be deleted.
    """
    if after is None:
        if before is not None and before.validated_on is not None:
            raise QuoteKept(key=before.code)
        return
    if before is not None and before.state is not DRAFT:
        if after.model_copy(update={"version": before.version}) != before:
            raise QuoteFrozen(key=before.code, state=before.state.value)
        return
    fresh = {name: Quote.model_fields[name].get_default() for name in _GIVEN}
    parent = {"parent_id": after.parent_id}  # given with a new quote: it says what is revised
    kept = before.__dict__ if before else fresh | parent
    given = [name for name in _GIVEN if getattr(after, name) != kept[name]]
    if given:
        raise QuoteStateGiven(fields=", ".join(given))


def validated(quote: Quote, number: str, parties: Parties, today: date) -> Quote:
    """The quote as it goes out: its number, its date, and who offers to whom. No longer edited."""
    _require(quote, "validated", DRAFT)
    if not quote.lines:
        raise QuoteWithoutLines(key=quote.code)
    return quote.replace(
        state=VALIDATED, code=number, validated_on=today, quoted_on=today, parties=parties,
        valid_until=_moved(quote, today),
    )  # fmt: skip


def _moved(quote: Quote, today: date) -> date | None:
    """The validity in days counts from the day on which the quote goes out."""
    if quote.valid_until is None:
        return None
    return today + (quote.valid_until - quote.quoted_on)


def signed(quote: Quote, on: date) -> Quote:
    """The customer has signed."""
    _require(quote, "signed", VALIDATED)
    return quote.replace(state=SIGNED, signed_on=on)


def archived(quote: Quote, reason: str) -> Quote:
    """No longer offered. A reason is needed."""
    _require(quote, "archived", DRAFT, VALIDATED)
    return quote.replace(state=ARCHIVED, archive_reason=reason)


def revised(quote: Quote, today: date) -> Quote:
    """A new draft like this quote, which it names as its parent."""
    _require(quote, "revised", VALIDATED, SIGNED, ARCHIVED)
    days = (quote.valid_until - quote.quoted_on).days if quote.valid_until else None
    return quote.replace(
        id=None, version=0, code=None, parent_id=quote.id, state=DRAFT, archive_reason="",
        validated_on=None, signed_on=None, quoted_on=today, parties=None,
        valid_until=None if days is None else today + timedelta(days=days),
    )  # fmt: skip


def _require(quote: Quote, done: str, *states: QuoteState) -> None:
    if quote.id is None:
        raise NotSaved()
    if quote.state not in states:
        raise WrongQuoteState(key=quote.code, state=quote.state.value, done=done)
