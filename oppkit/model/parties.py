"""Who offers to whom, as it stood when a quote was validated: a reprint shows the same sheet."""

from __future__ import annotations

from oppkit.model.firm import Firm
from oppkit.model.people import Address, Customer, Employee
from oppkit.model.record import Record
from oppkit.model.texts import Email, Words


class Parties(Record):
    """Our letterhead, and the customer as it is written to.

    `customer` is its name; `site` and `contact` are names too, empty where there is none. `owner`
    is the colleague who signs for us.
    """

    firm: Firm
    customer: Words
    address: Address = Address()
    vat_number: Words = ""
    site: Words = ""
    contact: Words = ""
    contact_email: Email | None = None
    owner: Words = ""
    owner_email: Email | None = None
    owner_phone: Words = ""


def parties(
    firm: Firm, customer: Customer, owner: Employee | None, site_id: int | None = None,
    contact_id: int | None = None,
) -> Parties:  # fmt: skip
    """Who offers to whom today: the site's address where it has one, else the customer's."""
    site = next((site for site in customer.sites if site.id == site_id), None)
    contact = next((one for one in customer.contacts if one.id == contact_id), None)
    at_site = site is not None and bool(site.address.street or site.address.city)
    return Parties(
        firm=firm, customer=customer.name, vat_number=customer.vat_number,
        address=site.address if site is not None and at_site else customer.address,
        site=site.name if site else "",
        contact=contact.name[:200] if contact else "",
        contact_email=contact.email if contact else None,
        owner=owner.name[:200] if owner else "", owner_email=owner.email if owner else None,
        owner_phone=owner.phone if owner else "",
    )  # fmt: skip
