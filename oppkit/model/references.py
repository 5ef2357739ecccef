"""Checks shared by the records that carry codes of reference lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from oppkit.model.catalogue import (
    Catalogue,
    Establishment,
    Family,
    Reference,
    Role,
    Sector,
    Subfamily,
    Tag,
)
from oppkit.model.record import Broken, Record

OWNER_ROLE = "sales"


class Responsible(Record):
    """An employee who answers for a record in a role."""

    role: str
    employee_id: int


class Participant(Record):
    """A person who takes part: a contact of the customer or an employee, exactly one of them."""

    contact_id: int | None = None
    employee_id: int | None = None

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        if (values.get("contact_id") is None) == (values.get("employee_id") is None):
            yield (
                ("contact_id",),
                PydanticCustomError("one_person", "Choose either a contact or an employee."),
            )


def known(
    values: Mapping[str, Any], catalogue: Catalogue | None, **lists: type[Reference]
) -> Iterator[Broken]:
    """Each named field, when filled, must be a code of its list."""
    if catalogue is None:
        return
    for field, kind in lists.items():
        code = values.get(field)
        if code is not None and catalogue.get(kind, code) is None:
            yield (field,), unknown(code)


def unknown(code: str) -> PydanticCustomError:
    """The error for a code that its reference list lacks."""
    return PydanticCustomError(
        "unknown_code", "There is no value {code} in this list.", {"code": code}
    )


def classification(values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
    """Establishment, sector, family, subfamily (which belongs to its family), tags."""
    yield from known(
        values, catalogue,
        establishment=Establishment, sector=Sector, family=Family, subfamily=Subfamily,
    )  # fmt: skip
    if catalogue is None:
        return
    subfamily = catalogue.get(Subfamily, values.get("subfamily"))
    if subfamily and subfamily.family != values.get("family"):
        yield (
            ("subfamily",),
            PydanticCustomError(
                "other_family", "{code} belongs to the family {family}: choose that family first.",
                {"code": subfamily.code, "family": subfamily.family},
            ),
        )  # fmt: skip
    for place, tag in enumerate(values.get("tags", ())):
        if catalogue.get(Tag, tag) is None:
            yield ("tags", place), unknown(tag)


def people(values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
    """At most one responsible of role sales, nobody twice in one role, roles that exist."""
    seen: set[tuple[str, int | None]] = set()
    for place, responsible in enumerate(values.get("responsibles", ())):
        owner = responsible.role == OWNER_ROLE
        key = (responsible.role, None if owner else responsible.employee_id)
        if key in seen:
            yield (
                ("responsibles", place),
                PydanticCustomError(
                    *(
                        (
                            "second_owner",
                            "There is one sales responsible: give this one another role.",
                        )
                        if owner
                        else ("role_twice", "This person already has this role.")
                    )
                ),
            )
        seen.add(key)
        if catalogue is not None and catalogue.get(Role, responsible.role) is None:
            yield ("responsibles", place, "role"), unknown(responsible.role)


def in_order(
    values: Mapping[str, Any], first: str, second: str, code: str, say: str
) -> Iterator[Broken]:
    """`second` must not be before `first`, when both are known."""
    start, end = values.get(first), values.get(second)
    if start is not None and end is not None and end < start:
        yield (second,), PydanticCustomError(code, say, {"first": start.isoformat()})
