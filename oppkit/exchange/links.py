"""The records a row refers to: customer, site, responsibles, participants, origin."""

from __future__ import annotations

import re
from typing import Any

from oppkit.exchange.cells import unlisted
from oppkit.exchange.context import Context
from oppkit.exchange.people import People
from oppkit.exchange.reasons import Reason
from oppkit.model.references import OWNER_ROLE, Participant, Responsible

_CONTACT = re.compile(r"contact(#[1-9][0-9]?)?")


def link(
    parts: dict[str, Any], data: dict[str, Any], reasons: list[Reason], bad: set[str],
    headings: dict[str, str], context: Context,
) -> None:  # fmt: skip
    """Put identifiers into `data` for what `parts` name; what cannot be found is a reason."""
    people = context.people

    def settle(field: str, names: str, found: Any) -> None:
        if isinstance(found, Reason):
            heading = next((headings[n] for n in names.split() if headings.get(n)), "")
            reasons.append(found if found.column else found.at(heading))
            bad.add(field)
        elif found is not None:
            data[field] = found

    customer = people.customers.find(parts.get("customer"), parts.get("customer_name"))
    settle("customer_id", "customer_name customer", customer)
    settle("responsibles", "responsibles owner_name owner", _team(parts, headings, context))
    if not isinstance(customer, Reason):
        if "site" in parts:
            settle("site_id", "site", people.site(customer, parts["site"], parts.get("site_name")))
        if "participants" in parts:
            found = _participants(parts["participants"], customer, context)
            settle("participants", "participants", found)
    if "origin" in parts:
        settle("origin_id", "origin", _origin(parts["origin"], context))


def _team(
    parts: dict[str, Any], headings: dict[str, str], context: Context
) -> tuple[Responsible, ...] | Reason:
    """The responsibles; many rows say the same, so that is worked out once."""
    key = (parts.get("responsibles"), parts.get("owner"), parts.get("owner_name"))
    if key not in context.responsibles:
        with_owner = "owner" in headings or "owner_name" in headings
        context.responsibles[key] = _responsibles(parts, with_owner, context.people)
    return context.responsibles[key]


def _responsibles(
    parts: dict[str, Any], with_owner: bool, people: People
) -> tuple[Responsible, ...] | Reason:
    """Those the list names; where the file has a column for the owner, that column decides him."""
    result: list[Responsible] = []
    text = parts.get("responsibles", "")
    for item in unlisted(text):
        if len(item) not in (2, 3):
            return Reason("not_a_list", values={"text": text})
        role, code, name = (*item, "")[:3]
        found = people.employees.find(code, name or None)
        if isinstance(found, Reason):
            return found
        result.append(Responsible(role=role, employee_id=found))
    if with_owner:
        return _with_owner(result, parts.get("owner"), parts.get("owner_name"), people)
    return tuple(result)


def _with_owner(
    others: list[Responsible], code: str | None, name: str | None, people: People
) -> tuple[Responsible, ...] | Reason:
    if code is None and name is None:
        return tuple(person for person in others if person.role != OWNER_ROLE)
    found = people.employees.find(code, name)
    if isinstance(found, Reason):
        return found
    owner = Responsible(role=OWNER_ROLE, employee_id=found)
    if any(person.role == OWNER_ROLE for person in others):
        return tuple(owner if person.role == OWNER_ROLE else person for person in others)
    return (owner, *others)


def _participants(
    text: str, customer_id: int, context: Context
) -> tuple[Participant, ...] | Reason:
    result: list[Participant] = []
    for kind, *rest in unlisted(text):
        found: int | Reason = Reason("not_a_list", values={"text": text})
        if kind == "employee" and len(rest) in (1, 2):
            code, name = (*rest, "")[:2]
            found = context.people.employees.find(code, name or None)
        elif _CONTACT.fullmatch(kind) and len(rest) in (1, 2, 3):
            found = _contact(kind, rest, customer_id, context)
        if isinstance(found, Reason):
            return found
        employee = kind == "employee"
        result.append(Participant(employee_id=found) if employee else Participant(contact_id=found))
    return tuple(result)


def _contact(kind: str, rest: list[str], customer_id: int, context: Context) -> int | Reason:
    """A contact of the customer, or of another one whose code and name follow."""
    name, code, customer = (*rest, "", "")[:3]
    if code:
        other = context.people.customers.find(code, customer or None)
        if isinstance(other, Reason):
            return other
        customer_id = other
    return context.people.contact(customer_id, name, int(kind[8:] or 1))


def _origin(text: str, context: Context) -> int | Reason | None:
    """The record an opportunity came from.

    An event of another workspace cannot be found again: the opportunity then keeps the text of
    its origin only.
    """
    items = unlisted(text)
    kind, *rest = items[0] if len(items) == 1 else [""]
    if kind in ("customer", "employee") and len(rest) in (1, 2):
        finder = context.people.customers if kind == "customer" else context.people.employees
        code, name = (*rest, "")[:2]
        return finder.find(code, name or None)
    if _CONTACT.fullmatch(kind) and len(rest) in (2, 3):
        return _contact(kind, rest, 0, context)
    if kind == "record" and len(rest) == 1 and rest[0].isdecimal():
        return int(rest[0]) if int(rest[0]) in context.directory.others else None
    return Reason("unknown_origin", values={"text": text})
