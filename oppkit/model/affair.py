"""The affair: the project that delivers what was sold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from oppkit.model.catalogue import Catalogue
from oppkit.model.money import CurrencyCode, Money
from oppkit.model.record import Broken, Record
from oppkit.model.references import Participant, Responsible, classification, in_order, people
from oppkit.model.texts import Name, Prose, ShortCode


class AffairStatus(StrEnum):
    """Where an affair stands."""

    COMMERCIAL = "commercial"
    IN_PRODUCTION = "in_production"
    FINISHED = "finished"
    LOST = "lost"


class Affair(Record):
    """A project with a budget, in the currency of its opportunity."""

    id: int | None = None
    version: int = 0
    code: ShortCode | None = None
    name: Name
    customer_id: int
    site_id: int | None = None
    opportunity_id: int | None = None
    status: AffairStatus = AffairStatus.COMMERCIAL
    opened_on: date
    production_start: date | None = None
    production_end: date | None = None
    currency: CurrencyCode = "EUR"
    budget: Money = Decimal(0)
    establishment: str | None = None
    sector: str | None = None
    family: str | None = None
    subfamily: str | None = None
    tags: tuple[str, ...] = ()
    responsibles: tuple[Responsible, ...] = ()
    participants: tuple[Participant, ...] = ()
    comment: Prose = ""

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        yield from in_order(
            values, "production_start", "production_end", "end_before_start",
            "The production must not end before it starts ({first}).",
        )  # fmt: skip
        yield from classification(values, catalogue)
        yield from people(values, catalogue)
