"""Our own company: what stands on the letterhead, and what a new quote starts with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import Field

from oppkit.model.catalogue import Catalogue
from oppkit.model.money import VatRate
from oppkit.model.people import Address
from oppkit.model.record import Broken, Record
from oppkit.model.texts import Email, Prose, Words


class Firm(Record):
    """The company that sells. `vat_rate` is a fraction, `validity_days` counts from a quote's day.

    `legal` is printed below every sheet: legal form, capital, registration. `bank` and `terms` are
    printed on quotes, which take `terms` over as they stand when the quote is created.
    """

    name: Words = ""
    address: Address = Address()
    phone: Words = ""
    email: Email | None = None
    website: Words = ""
    vat_number: Words = ""
    legal: Prose = ""
    bank: Prose = ""
    terms: Prose = ""
    vat_rate: VatRate = Decimal("0.2")
    validity_days: int = Field(default=30, ge=1, le=3650)

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        if "address" in values:
            for path, problem in Address.rules(values["address"].__dict__, catalogue):
                yield ("address", *path), problem
