"""Who stands on a sheet: our firm, the customer with its address, and the people on both sides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from oppkit.documents.content.phrasing import Phrasing, plain
from oppkit.documents.content.surroundings import Surroundings
from oppkit.model.people import Address, Contact, Employee
from oppkit.model.references import Participant, Responsible

Content = dict[str, Any]


def firm(surroundings: Surroundings, phrasing: Phrasing) -> Content:
    """Our letterhead."""
    found = surroundings.parties.firm
    return {
        "name": plain(found.name),
        "address": address(found.address, phrasing, None),
        "phone": plain(found.phone), "email": found.email or "",
        "website": plain(found.website), "vat_number": plain(found.vat_number),
        "legal": plain(found.legal), "bank": plain(found.bank),
    }  # fmt: skip


def customer(surroundings: Surroundings, phrasing: Phrasing) -> Content:
    """The customer as it is written to; `address` holds the lines below its name."""
    found = surroundings.parties
    return {
        "name": plain(found.customer),
        "site": plain(found.site), "contact": plain(found.contact),
        "contact_email": found.contact_email or "",
        "address": address(found.address, phrasing, found.firm.address.country),
        "vat_number": plain(found.vat_number),
    }  # fmt: skip


def owner(surroundings: Surroundings) -> Content:
    """The colleague who signs for us."""
    found = surroundings.parties
    return {
        "name": plain(found.owner), "email": found.owner_email or "",
        "phone": plain(found.owner_phone),
    }  # fmt: skip


def address(found: Address, phrasing: Phrasing, home: str | None) -> list[str]:
    """The lines of an address; the country where it is not the sender's."""
    lines = [line.strip() for line in plain(found.street).split("\n")]
    lines.append(plain(f"{found.postcode} {found.city}").strip())
    if found.country and found.country != home:
        lines.append(phrasing.label("country", found.country))
    return [line for line in lines if line]


def responsibles(
    found: Iterable[Responsible], surroundings: Surroundings, phrasing: Phrasing
) -> list[Content]:
    """Our people and what each answers for."""
    return [
        {"role": phrasing.label("role", one.role), **_employee(employee)}
        for one in found
        if (employee := surroundings.employees.get(one.employee_id)) is not None
    ]


def participants(found: Iterable[Participant], surroundings: Surroundings) -> list[Content]:
    """Who takes part, on both sides."""
    people: list[Content] = []
    for one in found:
        contact = surroundings.contacts.get(one.contact_id or 0)
        employee = surroundings.employees.get(one.employee_id or 0)
        if contact is not None:
            people.append({"job": plain(contact.job), **_employee(contact)})
        elif employee is not None:
            people.append({"job": "", **_employee(employee)})
    return people


def _employee(one: Employee | Contact) -> Content:
    return {"name": plain(one.name), "email": one.email or "", "phone": plain(one.phone)}
