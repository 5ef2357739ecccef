"""How two records that stand for one thing become one: what is kept, filled in and joined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from oppkit.model.catalogue import Catalogue, Outcome
from oppkit.model.errors import OtherIsWon, WonAndLost
from oppkit.model.opportunity import Opportunity
from oppkit.model.people import Contact, Customer, CustomerKind, Site
from oppkit.model.record import Record
from oppkit.model.references import OWNER_ROLE, Participant, Responsible
from oppkit.model.texts import folded

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Joined:
    """The record that stays, and where references to its folded contacts lead (identifiers)."""

    record: Any
    into: Mapping[int, int] = field(default_factory=dict)


def joined_customers(kept: Customer, other: Customer) -> Joined:
    """The kept customer with the sites and contacts of the other, under their identifiers.

    Empty fields are filled from the other. Sites whose code is taken get another one; a contact of
    the same name and e-mail or phone is folded into the kept one.
    """
    sites, codes = _joined_sites(kept, other)
    moving = [_at(contact, codes) for contact in other.contacts]
    contacts, into = _joined_contacts(kept.contacts, moving)
    since = [day for day in (kept.customer_since, other.customer_since) if day]
    bought = CustomerKind.CUSTOMER in (kept.kind, other.kind)
    fields = _filled(kept, other, "email", "phone", "website", "vat_number", "sector", "comment")
    address = kept.address
    if not (address.street or address.postcode or address.city):
        # Taken whole: a street of one and a town of the other would be nobody's address.
        address = other.address
    record = kept.model_copy(
        update={
            **fields, "address": address, "sites": sites, "contacts": contacts,
            "kind": CustomerKind.CUSTOMER if bought else kept.kind,
            "customer_since": min(since, default=None), "active": kept.active or other.active,
        }
    )  # fmt: skip
    return Joined(record, into)


def joined_opportunities(kept: Opportunity, other: Opportunity, catalogue: Catalogue) -> Joined:
    """The kept opportunity with the people and tags of the other, and its empty fields filled.

    Its lines stay: a duplicate's lines would count the same sale twice. One without lines takes
    the other's. Status, closing and opening are the kept one's. Raises `WonAndLost`, `OtherIsWon`.
    """
    _require_one_outcome(kept, other, catalogue)
    fields = {
        **_filled(kept, other, "establishment", "sector", "comment"),
        **_together(kept, other, "origin_type", "origin_id", "origin_text"),
        **_dates(kept, other),
        **_family(kept, other),
        "tags": tuple(dict.fromkeys([*kept.tags, *other.tags])),
        "responsibles": _joined_responsibles(kept.responsibles, other.responsibles),
        "participants": without_twins([*kept.participants, *other.participants]),
    }
    if kept.probability is None and not kept.probability_typed:
        # One that was emptied by hand stays empty.
        fields |= {
            "probability": other.probability, "probability_typed": other.probability_typed,
        }  # fmt: skip
    if kept.site_id is None and kept.customer_id == other.customer_id:
        fields["site_id"] = other.site_id
    if not kept.lines:
        fields |= {"lines": other.lines, "currency": other.currency}
    return Joined(kept.model_copy(update=fields))


def without_twins(people: Iterable[Participant]) -> tuple[Participant, ...]:
    """Each participant once."""
    return tuple(dict.fromkeys(people))


def references(record: Record) -> set[int]:
    """The identifiers of all that a record refers to."""
    found = {value for name, value in record.__dict__.items() if name.endswith("_id")}
    people = [*getattr(record, "participants", ()), *getattr(record, "responsibles", ())]
    for person in people:
        found |= set(person.__dict__.values())
    return {value for value in found if isinstance(value, int)}


def repointed(record: R, into: Mapping[int, int]) -> R:
    """The record with its references led elsewhere; nobody takes part twice.

    Identifiers of all kinds come from one sequence, so one mapping serves every field.
    """
    fields: dict[str, Any] = {
        name: into[value]
        for name, value in record.__dict__.items()
        if name.endswith("_id") and value in into
    }
    people = getattr(record, "participants", ())
    if any(person.contact_id in into for person in people):
        fields["participants"] = without_twins(
            person.model_copy(update={"contact_id": into.get(person.contact_id, person.contact_id)})
            for person in people
        )
    return record.model_copy(update=fields) if fields else record


def _filled(kept: Record, other: Record, *names: str) -> dict[str, Any]:
    """The other's value of each field that the kept record leaves empty."""
    return {
        name: getattr(other, name) for name in names if getattr(kept, name) in (None, "")
    }  # fmt: skip


def _together(kept: Record, other: Record, *names: str) -> dict[str, Any]:
    """The other's values of fields that belong together, when the kept record has none of them."""
    found = _filled(kept, other, *names)
    return found if len(found) == len(names) else {}


def _dates(kept: Opportunity, other: Opportunity) -> dict[str, Any]:
    """The other's dates where they fit the kept ones: not before the opening, in their order."""
    found = _filled(kept, other, "expected_signature", "production_start", "production_end")
    expected = found.get("expected_signature")
    if expected is not None and expected < kept.opened_on:
        del found["expected_signature"]
    start = found.get("production_start", kept.production_start)
    end = found.get("production_end", kept.production_end)
    if start is not None and end is not None and end < start:
        found.pop("production_start", None)
        found.pop("production_end", None)
    return found


def _family(kept: Opportunity, other: Opportunity) -> dict[str, Any]:
    """A subfamily comes with its family only."""
    if kept.family is None:
        return _together(kept, other, "family", "subfamily")
    return _filled(kept, other, "subfamily") if kept.family == other.family else {}


def _joined_responsibles(
    kept: Iterable[Responsible], other: Iterable[Responsible]
) -> tuple[Responsible, ...]:
    """All of both, but only one owner: the kept record's, when it has one."""
    found = dict.fromkeys(kept)
    owned = any(person.role == OWNER_ROLE for person in found)
    for person in other:
        if not (owned and person.role == OWNER_ROLE):
            found[person] = None
    return tuple(found)


def _require_one_outcome(kept: Opportunity, other: Opportunity, catalogue: Catalogue) -> None:
    outcomes = {catalogue.outcome(record.status): record for record in (kept, other)}
    won, lost = outcomes.get(Outcome.WON), outcomes.get(Outcome.LOST)
    if won and lost:
        raise WonAndLost(won=won.code, lost=lost.code)
    if won is other and len(outcomes) == 2:
        raise OtherIsWon(kept=kept.code, key=other.code)


def _joined_sites(kept: Customer, other: Customer) -> tuple[tuple[Site, ...], dict[str, str]]:
    """All sites, and the other's codes → what they are called now."""
    taken = [site.code for site in (*kept.sites, *other.sites)]
    codes: dict[str, str] = {}
    for site in other.sites:
        twin = any(site.code == mine.code for mine in kept.sites)
        codes[site.code] = _free(site.code, taken) if twin else site.code
        taken.append(codes[site.code])
    moved = tuple(site.model_copy(update={"code": codes[site.code]}) for site in other.sites)
    return (*kept.sites, *moved), codes


def _free(code: str, taken: Iterable[str]) -> str:
    """The code with the first number that makes it a new one, within its 40 characters."""
    used, number = set(taken), 2
    while (found := f"{code[: 39 - len(str(number))]}-{number}") in used:
        number += 1
    return found


def _at(contact: Contact, codes: Mapping[str, str]) -> Contact:
    site = codes[contact.site] if contact.site is not None else None
    return contact.model_copy(update={"site": site})


def _joined_contacts(
    kept: Iterable[Contact], other: Iterable[Contact]
) -> tuple[tuple[Contact, ...], dict[int, int]]:
    found = list(kept)
    into: dict[int, int] = {}
    for contact in other:
        place = next((n for n, mine in enumerate(found) if _same_person(mine, contact)), None)
        if place is None:
            found.append(contact)
            continue
        mine = found[place]
        fields = _filled(mine, contact, "job", "email", "phone", "site")
        found[place] = mine.model_copy(update=fields | {"active": mine.active or contact.active})
        if mine.id is not None and contact.id is not None:
            into[contact.id] = mine.id
    return tuple(found), into


def _same_person(one: Contact, two: Contact) -> bool:
    """The same name, and the same e-mail address or phone number."""
    if folded(one.first_name, one.last_name) != folded(two.first_name, two.last_name):
        return False
    pairs = ((folded(one.email), folded(two.email)), (_digits(one.phone), _digits(two.phone)))
    return any(mine != "" and mine == theirs for mine, theirs in pairs)


def _digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit())
