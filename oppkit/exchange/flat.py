"""Records as rows of a table: what `mappings/oppkit.toml` reads back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from oppkit.exchange.cells import listed
from oppkit.exchange.directory import Directory, Parties
from oppkit.model.catalogue import Catalogue
from oppkit.model.opportunity import Opportunity
from oppkit.model.references import Participant

# Field and kind of each column, in the order of the file. Kinds: text, date, yes, whole, and the
# number of decimals that a number may have.
OPPORTUNITY_COLUMNS: dict[str, str | int] = {
    "code": "text", "name": "text", "customer": "text", "customer_name": "text",
    "site": "text", "site_name": "text", "status": "text", "outcome": "text",
    "probability": 4, "probability_typed": "yes", "amount": 3, "margin": 3,
    "weighted_amount": 3, "weighted_margin": 3, "currency": "text", "opened_on": "date",
    "expected_signature": "date", "production_start": "date", "production_end": "date",
    "closed_on": "date", "loss_reason": "text", "close_comment": "text", "status_on": "date",
    "owner": "text", "owner_name": "text", "responsibles": "text", "participants": "text",
    "tags": "text", "establishment": "text", "sector": "text", "family": "text",
    "subfamily": "text", "origin_type": "text", "origin": "text", "origin_text": "text",
    "comment": "text",
}  # fmt: skip
LINE_COLUMNS: dict[str, str | int] = {
    "opportunity": "text", "opportunity_name": "text", "position": "whole", "sale_type": "text",
    "title": "text", "quantity": 4, "unit_price": 4, "amount": 3, "margin": 3,
    "currency": "text", "duration_months": "whole", "recurrence": "text",
}  # fmt: skip
_AS_THEY_ARE = tuple(
    name for name in OPPORTUNITY_COLUMNS
    if name in Opportunity.model_fields and name not in ("responsibles", "participants", "tags")
)  # fmt: skip

Row = dict[str, Any]


def opportunity_rows(
    opportunities: Iterable[Opportunity], directory: Directory, catalogue: Catalogue
) -> Iterator[Row]:
    """One row for each opportunity, by the names of `OPPORTUNITY_COLUMNS`."""
    for record in opportunities:
        row: Row = {name: record.__dict__[name] for name in _AS_THEY_ARE}
        row |= _sums(record)
        row |= _party("customer", record.customer_id, directory.customers)
        row |= _party("owner", record.owner_id, directory.employees)
        row |= _site(record.site_id, directory)
        row["outcome"] = catalogue.outcome(record.status).value
        row["tags"] = listed((tag,) for tag in record.tags)
        row["responsibles"] = listed(
            (person.role, *_code_and_name(person.employee_id, directory.employees))
            for person in record.responsibles
        )
        row["participants"] = _participants(record, directory)
        row["origin"] = _origin(record.origin_id, directory)
        yield row


def line_rows(opportunities: Iterable[Opportunity]) -> Iterator[Row]:
    """One row for each line, by the names of `LINE_COLUMNS`; positions count from 1."""
    for record in opportunities:
        for position, line in enumerate(record.lines, 1):
            row: Row = dict(line.__dict__)
            row["opportunity"], row["opportunity_name"] = record.code, record.name
            row["position"], row["currency"] = position, record.currency
            row["recurrence"] = line.recurrence.value if line.recurrence else None
            yield row


def _sums(record: Opportunity) -> dict[str, Decimal | None]:
    return {
        "amount": record.amount,
        "margin": record.margin,
        "weighted_amount": record.weighted_amount,
        "weighted_margin": record.weighted_margin,
    }


def _party(field: str, identifier: int | None, parties: Parties) -> dict[str, str | None]:
    if identifier is None:
        return {field: None, f"{field}_name": None}
    code, name = _code_and_name(identifier, parties)
    return {field: code, f"{field}_name": name}


def _code_and_name(identifier: int, parties: Parties) -> tuple[str, str]:
    party = parties.by_id[identifier]
    return party.code, party.name


def _site(identifier: int | None, directory: Directory) -> dict[str, str | None]:
    site = directory.sites.by_id.get(identifier or 0)
    return {"site": site.code if site else None, "site_name": site.name if site else None}


def _participants(record: Opportunity, directory: Directory) -> str:
    return listed(_participant(person, record, directory) for person in record.participants)


def _participant(person: Participant, record: Opportunity, directory: Directory) -> tuple[str, ...]:
    if person.employee_id is not None:
        return ("employee", *_code_and_name(person.employee_id, directory.employees))
    return _contact(person.contact_id or 0, record.customer_id, directory)


def _contact(identifier: int, customer_id: int | None, directory: Directory) -> tuple[str, ...]:
    """A contact by its name; after it the customer, when that is not `customer_id`."""
    contact = directory.contacts.by_id[identifier]
    name, rank = directory.contact_labels[identifier]
    kind = "contact" if rank == 1 else f"contact#{rank}"
    if contact.customer_id == customer_id:
        return (kind, name)
    return (kind, name, *_code_and_name(contact.customer_id, directory.customers))


def _origin(identifier: int | None, directory: Directory) -> str | None:
    if identifier is None:
        return None
    if identifier in directory.customers.by_id:
        return listed([("customer", *_code_and_name(identifier, directory.customers))])
    if identifier in directory.employees.by_id:
        return listed([("employee", *_code_and_name(identifier, directory.employees))])
    if identifier in directory.contacts.by_id:
        return listed([_contact(identifier, None, directory)])
    return listed([("record", str(identifier))])
