"""A stored opportunity and what a file says of it: the file rules over the fields it feeds."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from oppkit.model.catalogue import Catalogue
from oppkit.model.opportunity import Line, Opportunity
from oppkit.model.references import OWNER_ROLE, Responsible

# Fields of a mapping that have another name in the record.
_PLAIN = {
    "site": "site_id",
    "participants": "participants",
    "responsibles": "responsibles",
    "origin": "origin_id",
    "customer": "customer_id",
    "customer_name": "customer_id",
    "lines": "lines",
}


def merged(
    stored: Opportunity, incoming: Opportunity, fed: Set[str], catalogue: Catalogue | None = None
) -> Opportunity:
    """`stored` with the fields of `incoming` that are `fed` (field names of the mapping).

    Checked with the reference lists where `catalogue` is given. Raises `ValidationError` when
    both together break a rule: an opening after the stored expected signature, for instance.

    - A file that names the owner only leaves the other responsibles alone.
    - A file with an amount but no lines leaves lines alone that add up to this amount.
    - A status that changes takes its usual probability along unless the file has one or the user
      typed one; closing dates and reasons follow the status.
    """
    names = {_PLAIN.get(name, name) for name in fed} & incoming.__dict__.keys()
    changes: dict[str, Any] = {name: incoming.__dict__[name] for name in names}
    if fed & {"owner", "owner_name"} and "responsibles" not in fed:
        changes["responsibles"] = _with_owner(stored, incoming)
    if fed & {"amount", "margin", "title", "sale_type"} and "lines" not in fed:
        changes["lines"] = _lines(stored, incoming, fed)
    if "status" in fed:
        changes |= _following_status(stored, incoming, fed)
    context = {"catalogue": catalogue} if catalogue is not None else None
    return Opportunity.model_validate({**stored.__dict__, **changes}, context=context)


def _with_owner(stored: Opportunity, incoming: Opportunity) -> tuple[Responsible, ...]:
    """The stored people, with the owner of the file in the owner's place."""
    owner = [person for person in incoming.responsibles if person.role == OWNER_ROLE]
    people = list(stored.responsibles)
    places = [place for place, person in enumerate(people) if person.role == OWNER_ROLE]
    if places:
        people[places[0] : places[0] + 1] = owner
        return tuple(people)
    return (*owner, *people)


def _lines(stored: Opportunity, incoming: Opportunity, fed: Set[str]) -> tuple[Line, ...]:
    same_amount = "amount" not in fed or stored.amount == incoming.amount
    same_margin = "margin" not in fed or stored.margin == incoming.margin
    if len(stored.lines) == len(incoming.lines) == 1:
        here, there = stored.lines[0].__dict__, incoming.lines[0].__dict__
        changes = {name: there[name] for name in ("margin", "title", "sale_type") if name in fed}
        if not same_amount:  # a typed amount takes the place of quantity × price
            changes |= {"amount": there["amount"], "unit_price": None, "recurrence": None}
        return (Line.model_validate({**here, **changes}),)
    return stored.lines if same_amount and same_margin else incoming.lines


def _following_status(stored: Opportunity, incoming: Opportunity, fed: Set[str]) -> dict[str, Any]:
    """What moves with the status, where the file does not feed it itself."""
    if stored.status == incoming.status:
        return {}
    changes: dict[str, Any] = {}
    if "probability" not in fed and not stored.probability_typed:
        changes["probability"] = incoming.probability
    for name in ("closed_on", "loss_reason", "status_on"):
        if name not in fed:
            changes[name] = incoming.__dict__[name]
    return changes
