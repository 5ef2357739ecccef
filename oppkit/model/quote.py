"""The quote: what is offered to the customer, from draft to signature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import PydanticCustomError

from oppkit.model.catalogue import Catalogue
from oppkit.model.money import CurrencyCode, Probability, Quantity
from oppkit.model.opportunity import Recurrence
from oppkit.model.record import Broken, Record
from oppkit.model.references import Participant, Responsible, classification, people
from oppkit.model.texts import Code, Name, Prose, Words

VatRate = Annotated[Decimal, Field(ge=0, le=1, max_digits=5, decimal_places=4)]


class QuoteState(StrEnum):
    """draft → validated → signed, or archived with a reason."""

    DRAFT = "draft"
    VALIDATED = "validated"
    SIGNED = "signed"
    ARCHIVED = "archived"


class QuoteLine(Record):
    """One offered item; `discount` and `vat_rate` are fractions, 0.2 for 20 %."""

    sale_type: str | None = None
    title: Words = ""
    quantity: Quantity = Decimal(1)
    unit_price: Quantity = Decimal(0)
    discount: Probability = Decimal(0)
    vat_rate: VatRate = Decimal("0.2")
    duration_months: int | None = Field(default=None, ge=1, le=600)
    recurrence: Recurrence | None = None


class Quote(Record):
    """An offer; revising one makes a new draft that names it as `parent_id`."""

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
    comment: Prose = ""

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        if values.get("state") is QuoteState.ARCHIVED and not values.get("archive_reason"):
            yield (
                ("archive_reason",),
                PydanticCustomError("archive_reason_missing", "Say why the quote is archived."),
            )
        yield from classification(values, catalogue)
        yield from people(values, catalogue)
