"""Customers with their sites and contacts, and the firm's own employees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic_core import PydanticCustomError

from oppkit.model.catalogue import Catalogue, Country, Establishment, Sector
from oppkit.model.record import Broken, Record
from oppkit.model.references import known
from oppkit.model.texts import Code, Email, Name, Prose, Words


class CustomerKind(StrEnum):
    """A prospect has not bought yet; it becomes a customer with its first affair."""

    PROSPECT = "prospect"
    CUSTOMER = "customer"


class Address(Record):
    """Where letters go; every part may be unknown."""

    street: Prose = ""
    postcode: Words = ""
    city: Words = ""
    country: str | None = None

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        yield from known(values, catalogue, country=Country)


class Site(Record):
    """A place of a customer."""

    id: int | None = None
    code: Code
    name: Name
    address: Address = Address()
    active: bool = True

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        # Pydantic does not look into a site that is built already, so not into its address either.
        if "address" in values:
            for path, problem in Address.rules(values["address"].__dict__, catalogue):
                yield ("address", *path), problem


class Contact(Record):
    """A person at a customer; `site` is the code of one of the customer's sites."""

    id: int | None = None
    first_name: Words = ""
    last_name: Name
    job: Words = ""
    email: Email | None = None
    phone: Words = ""
    language: str = "fr"
    site: str | None = None
    active: bool = True

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class Customer(Record):
    """A firm that buys or may buy."""

    id: int | None = None
    version: int = 0
    code: Code | None = None
    name: Name
    kind: CustomerKind = CustomerKind.PROSPECT
    customer_since: date | None = None
    address: Address = Address()
    email: Email | None = None
    phone: Words = ""
    website: Words = ""
    vat_number: Words = ""
    sector: str | None = None
    comment: Prose = ""
    active: bool = True
    sites: tuple[Site, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        sites = [site.code for site in values.get("sites", ())]
        for place, code in enumerate(sites):
            if code in sites[:place]:
                yield (
                    ("sites", place, "code"),
                    PydanticCustomError("site_twice", "This customer already has a site {code}.",
                                        {"code": code}),
                )  # fmt: skip
        # Of sites that cannot be read, nobody can say that they lack one.
        contacts = values.get("contacts", ()) if "sites" in values else ()
        for place, contact in enumerate(contacts):
            if contact.site is not None and contact.site not in sites:
                yield (
                    ("contacts", place, "site"),
                    PydanticCustomError("site_unknown", "This customer has no site {code}.",
                                        {"code": contact.site}),
                )  # fmt: skip
        yield from known(values, catalogue, sector=Sector)

    def become_customer(self, on: date) -> Customer:
        """A prospect that has bought: same code, the date recorded. A customer stays as it is."""
        if self.kind is CustomerKind.CUSTOMER:
            return self
        return self.replace(kind=CustomerKind.CUSTOMER, customer_since=on)


class Employee(Record):
    """A colleague who answers for opportunities."""

    id: int | None = None
    version: int = 0
    code: Code | None = None
    first_name: Words = ""
    last_name: Name
    email: Email | None = None
    phone: Words = ""
    establishment: str | None = None
    active: bool = True

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        yield from known(values, catalogue, establishment=Establishment)
