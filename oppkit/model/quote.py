"""The quote: what is offered to the customer, from draft to signature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import Field
from pydantic_core import PydanticCustomError

from oppkit.model.catalogue import Catalogue, Currency, SaleType
from oppkit.model.money import (
    LIMIT,
    CurrencyCode,
    Probability,
    Quantity,
    VatRate,
    size_error,
)
from oppkit.model.opportunity import Recurrence
from oppkit.model.parties import Parties
from oppkit.model.record import Broken, Record
from oppkit.model.references import (
    Participant,
    Responsible,
    classification,
    in_order,
    known,
    people,
)
from oppkit.model.texts import Code, Name, Prose, Words
from oppkit.model.totals import Totals, net, totals


class QuoteState(StrEnum):
    """draft → validated → signed, or archived with a reason."""

    DRAFT = "draft"
    VALIDATED = "validated"
    SIGNED = "signed"
    ARCHIVED = "archived"


class QuoteLine(Record):
    """One offered item; `discount` and `vat_rate` are fractions, 0.2 for 20 %.

    A recurring price is charged once per period in `duration_months`.
    """

    sale_type: str | None = None
    title: Words = ""
    quantity: Quantity = Decimal(1)
    unit_price: Quantity = Decimal(0)
    discount: Probability = Decimal(0)
    vat_rate: VatRate = Decimal("0.2")
    duration_months: int | None = Field(default=None, ge=1, le=600)
    recurrence: Recurrence | None = None

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        yield from known(values, catalogue, sale_type=SaleType)
        if values.get("recurrence") and values.get("duration_months", 0) is None:
            yield (
                ("duration_months",),
                PydanticCustomError(
                    "duration_missing", "A recurring line needs its duration in months."
                ),
            )


class Quote(Record):
    """An offer; revising one makes a new draft that names it as `parent_id`.

    A draft has a provisional code; its number is given when it is validated. From then on
    `parties` keeps who offers to whom, as they were that day.
    """

    id: int | None = None
    version: int = 0
    code: Code | None = None
    name: Name
    opportunity_id: int
    parent_id: int | None = None
    customer_id: int
    site_id: int | None = None
    contact_id: int | None = None
    state: QuoteState = QuoteState.DRAFT
    archive_reason: Words = ""
    quoted_on: date
    valid_until: date | None = None
    validated_on: date | None = None
    signed_on: date | None = None
    expected_signature: date | None = None
    currency: CurrencyCode = "EUR"
    establishment: str | None = None
    sector: str | None = None
    family: str | None = None
    subfamily: str | None = None
    tags: tuple[str, ...] = ()
    lines: tuple[QuoteLine, ...] = ()
    responsibles: tuple[Responsible, ...] = ()
    participants: tuple[Participant, ...] = ()
    terms: Prose = ""
    comment: Prose = ""
    parties: Parties | None = None

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        if values.get("state") is QuoteState.ARCHIVED and not values.get("archive_reason"):
            yield (
                ("archive_reason",),
                PydanticCustomError("archive_reason_missing", "Say why the quote is archived."),
            )
        yield from in_order(
            values, "quoted_on", "valid_until", "valid_before_quoted",
            "The quote must not expire before its own date ({first}).",
        )  # fmt: skip
        yield from in_order(
            values, "validated_on", "signed_on", "signed_before_validated",
            "The quote cannot be signed before it was validated ({first}).",
        )  # fmt: skip
        yield from known(values, catalogue, currency=Currency)
        yield from classification(values, catalogue)
        yield from people(values, catalogue)
        yield from _size_rules(values)

    @property
    def totals(self) -> Totals:
        """What it comes to: per line, per VAT rate, excluding and including tax."""
        return totals(self.lines, self.currency)


def _size_rules(values: Mapping[str, Any]) -> Iterator[Broken]:
    """Factors that fit may have a product, and lines a sum, that cannot be kept."""
    if "lines" not in values or "currency" not in values:
        return
    lines, currency = values["lines"], values["currency"]
    broken = [at for at, line in enumerate(lines) if abs(net(line, currency)) >= LIMIT]
    for place in broken:
        yield ("lines", place, "unit_price"), size_error()
    if not broken and abs(totals(lines, currency).including_tax) >= LIMIT:
        yield ("lines",), size_error()
