"""What happens to an opportunity in its life: rules 4 to 8 of the design, as pure functions.

Each takes records and gives new ones; nothing is saved here and no clock is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from oppkit.model.affair import Affair
from oppkit.model.catalogue import Catalogue, OriginKind, OriginType, Outcome, Status
from oppkit.model.errors import NotFound, NotSaved
from oppkit.model.event import Event
from oppkit.model.opportunity import Opportunity
from oppkit.model.references import OWNER_ROLE, Participant, Responsible


def change_status(
    opportunity: Opportunity, status: str, catalogue: Catalogue, on: date, follow: bool = False
) -> Opportunity:
    """Move to `status`. Its default probability is taken unless the user typed one (rule 4).

    `follow` is for changes in bulk: the probability then follows even where one was typed.
    """
    changes = status_changes(opportunity.__dict__, status, catalogue, on, follow)
    return opportunity.replace(**changes)


def status_changes(
    values: Mapping[str, Any], status: str, catalogue: Catalogue, on: date, follow: bool = False
) -> dict[str, Any]:
    """What a move to `status` changes in the fields of an opportunity, which need not be whole.

    `values` holds status, probability_typed and closed_on as they are before.
    """
    target = catalogue.get(Status, status)
    if target is None:
        raise NotFound(kind="status", key=status)
    changes: dict[str, Any] = {"status": status, "status_on": on}
    if follow or not values["probability_typed"]:
        changes |= {"probability": target.probability, "probability_typed": False}
    if target.outcome is Outcome.OPEN:
        changes |= {"closed_on": None, "loss_reason": None, "close_comment": ""}
    elif values["closed_on"] is None or catalogue.outcome(values["status"]) is not target.outcome:
        changes["closed_on"] = on
    if target.outcome is not Outcome.LOST:
        changes["loss_reason"] = None
    return changes


def close(
    opportunity: Opportunity, outcome: Outcome, catalogue: Catalogue, on: date,
    reason: str | None = None, comment: str = "", status: str | None = None,
) -> Opportunity:  # fmt: skip
    """Won, lost or abandoned on a date, with a reason when lost (rule 5).

    `status` is one of this outcome; the first one when it is not given.
    """
    target = status or catalogue.closing_status(outcome).code
    moved = change_status(opportunity, target, catalogue, on)
    return moved.replace(closed_on=on, loss_reason=reason, close_comment=comment).checked(catalogue)


def reopen(
    opportunity: Opportunity, catalogue: Catalogue, on: date, status: str | None = None
) -> Opportunity:
    """Open again, in `status` or the first one; the closing stays in the history (rule 5)."""
    return change_status(opportunity, status or catalogue.first_status().code, catalogue, on)


def duplicate(opportunity: Opportunity, catalogue: Catalogue, today: date) -> Opportunity:
    """A new opportunity like this one: first status, opened today, no code (rule 6).

    Dates that would now lie before the opening are left empty rather than made up.
    """
    first = catalogue.first_status()
    expected = opportunity.expected_signature
    return opportunity.replace(
        id=None, version=0, code=None,
        status=first.code, status_on=today, opened_on=today,
        expected_signature=expected if expected and expected >= today else None,
        probability=first.probability, probability_typed=False,
        closed_on=None, loss_reason=None, close_comment="",
    )  # fmt: skip


def from_event(event: Event, catalogue: Catalogue, today: date) -> Opportunity:
    """An opportunity that an event brought (rule 7). The event must name a customer."""
    if event.customer_id is None:
        raise NotFound(kind="customer", key=event.subject)
    first = catalogue.first_status()
    origin = next((t for t in catalogue.all(OriginType) if t.kind is OriginKind.EVENT), None)
    return Opportunity(
        name=event.subject, customer_id=event.customer_id, site_id=event.site_id,
        origin_type=origin.code if origin else None, origin_id=event.id,
        origin_text=event.subject, status=first.code, probability=first.probability,
        status_on=today, opened_on=today,
        responsibles=(Responsible(role=OWNER_ROLE, employee_id=event.owner_id),)
        if event.owner_id is not None
        else (),
        participants=(Participant(contact_id=event.contact_id),)
        if event.contact_id is not None
        else (),
    )  # fmt: skip


def carried_over(opportunity: Opportunity) -> dict[str, Any]:
    """What quotes and affairs take from their opportunity."""
    if opportunity.id is None:
        raise NotSaved()
    fields = (
        "name customer_id site_id currency establishment sector family subfamily "
        "tags responsibles participants"
    )
    return {name: getattr(opportunity, name) for name in fields.split()} | {
        "opportunity_id": opportunity.id
    }


def create_affair(opportunity: Opportunity, today: date) -> Affair:
    """The affair that delivers it; the budget is the sum of the forecast amounts (rule 8)."""
    return Affair.model_validate(
        carried_over(opportunity)
        | {
            "opened_on": today,
            "production_start": opportunity.production_start,
            "production_end": opportunity.production_end,
            "budget": opportunity.amount or Decimal(0),
        }
    )
