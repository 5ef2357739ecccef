"""One change for many opportunities: what it may say, and what it makes of each of them."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import PydanticCustomError

from oppkit.model import life
from oppkit.model.catalogue import (
    Catalogue,
    Establishment,
    Family,
    LossReason,
    Outcome,
    Sector,
    Status,
    Subfamily,
    Tag,
)
from oppkit.model.errors import NoSuchDay
from oppkit.model.opportunity import Opportunity
from oppkit.model.record import Broken, Record
from oppkit.model.references import OWNER_ROLE, Responsible, known, unknown
from oppkit.model.texts import Prose

Months = Annotated[int, Field(ge=-600, le=600)]
_CLOSING = ("closed_on", "loss_reason", "close_comment")
_SIGNATURE = ("expected_signature", "expected_signature_months", "clear_expected_signature")


class BulkChange(Record):
    """What changes; a field left empty leaves every opportunity as it is.

    Months are calendar months, back when negative. The closing fields go with a status that closes.
    """

    status: str | None = None
    closed_on: date | None = None
    loss_reason: str | None = None
    close_comment: Prose = ""
    owner_id: int | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    expected_signature: date | None = None
    expected_signature_months: Months | None = None
    clear_expected_signature: bool = False
    production_months: Months | None = None
    establishment: str | None = None
    sector: str | None = None
    family: str | None = None
    subfamily: str | None = None

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        if sum(bool(values.get(name)) for name in _SIGNATURE) > 1:
            yield (
                ("expected_signature",),
                PydanticCustomError(
                    "one_signature_change", "Choose one: a date, a shift by months, or no date."
                ),
            )
        for place, tag in enumerate(values.get("remove_tags", ())):
            if tag in values.get("add_tags", ()):
                yield (
                    ("remove_tags", place),
                    PydanticCustomError(
                        "tag_both_ways", "The tag {code} is to be added too: choose one.",
                        {"code": tag},
                    ),
                )  # fmt: skip
        if catalogue is not None:
            yield from _list_rules(values, catalogue)
            yield from _closing_rules(values, catalogue)


def changed(
    opportunity: Opportunity, change: BulkChange, catalogue: Catalogue, today: date
) -> Opportunity:
    """The opportunity after the change, with all rules checked.

    The probability follows a new status even where one was typed (rule 4). Dates that are not there
    stay away; a day that a month lacks becomes its last day. A new family drops a subfamily of
    another one, and a subfamily brings its family. Raises `ValidationError` or `NoSuchDay`.
    """
    # Steps are not checked one by one: a status that needs a reason gets it in the next one.
    after = _with_status(opportunity, change, catalogue, today)
    fields = {
        **_dates(after, change), **_classification(after, change, catalogue),
        "tags": _tags(after, change), "responsibles": _responsibles(after, change),
    }  # fmt: skip
    return after.model_copy(update=fields).checked(catalogue)


def shifted(day: date, months: int) -> date:
    """The same day so many calendar months on, or the last one of a shorter month.

    Raises `NoSuchDay` before the year 1 and after 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise NoSuchDay(day=day.isoformat(), months=months)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _list_rules(values: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Broken]:
    yield from known(
        values, catalogue, status=Status, loss_reason=LossReason, establishment=Establishment,
        sector=Sector, family=Family, subfamily=Subfamily,
    )  # fmt: skip
    for name in ("add_tags", "remove_tags"):
        for place, tag in enumerate(values.get(name, ())):
            if catalogue.get(Tag, tag) is None:
                yield (name, place), unknown(tag)
    subfamily = catalogue.get(Subfamily, values.get("subfamily"))
    if subfamily and values.get("family") not in (None, subfamily.family):
        yield (
            ("subfamily",),
            PydanticCustomError(
                "other_family", "{code} belongs to the family {family}: choose that family first.",
                {"code": subfamily.code, "family": subfamily.family},
            ),
        )  # fmt: skip


def _closing_rules(values: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Broken]:
    """A closing needs a status that closes, and a reason when it is lost."""
    status = catalogue.get(Status, values.get("status"))
    if status is None or status.outcome is Outcome.OPEN:
        for name in _CLOSING:
            if values.get(name):
                yield (
                    (name,),
                    PydanticCustomError(
                        "closing_without_status", "Choose the status that closes them first."
                    ),
                )
        return
    if status.outcome is Outcome.LOST and "loss_reason" in values and not values["loss_reason"]:
        yield ("loss_reason",), PydanticCustomError("reason_missing", "Say why it was lost.")
    if status.outcome is not Outcome.LOST and values.get("loss_reason"):
        yield (
            ("loss_reason",),
            PydanticCustomError("reason_not_lost", "Only what is lost has a reason for it."),
        )


def _with_status(
    opportunity: Opportunity, change: BulkChange, catalogue: Catalogue, today: date
) -> Opportunity:
    if change.status is None:
        return opportunity
    closing = {name: value for name in _CLOSING if (value := getattr(change, name))}
    if change.status == opportunity.status:
        return opportunity.model_copy(update=closing)
    on = change.closed_on or today
    moved = life.change_status(opportunity, change.status, catalogue, on, follow=True)
    return moved.model_copy(update=closing)


def _dates(opportunity: Opportunity, change: BulkChange) -> dict[str, date | None]:
    found: dict[str, date | None] = {}
    for name in ("production_start", "production_end"):
        day = getattr(opportunity, name)
        if change.production_months and day is not None:
            found[name] = shifted(day, change.production_months)
    expected = change.expected_signature or opportunity.expected_signature
    if change.expected_signature_months and expected is not None:
        expected = shifted(expected, change.expected_signature_months)
    found["expected_signature"] = None if change.clear_expected_signature else expected
    return found


def _classification(
    opportunity: Opportunity, change: BulkChange, catalogue: Catalogue
) -> dict[str, str | None]:
    named = ("establishment", "sector", "family", "subfamily")
    found = {name: getattr(change, name) or getattr(opportunity, name) for name in named}
    subfamily = catalogue.get(Subfamily, found["subfamily"])
    if change.subfamily and subfamily:
        found["family"] = subfamily.family
    elif change.family and subfamily and subfamily.family != change.family:
        found["subfamily"] = None
    return found


def _tags(opportunity: Opportunity, change: BulkChange) -> tuple[str, ...]:
    kept = [tag for tag in opportunity.tags if tag not in change.remove_tags]
    return tuple(dict.fromkeys([*kept, *change.add_tags]))


def _responsibles(opportunity: Opportunity, change: BulkChange) -> tuple[Responsible, ...]:
    """The new owner in the place of the one before, or first."""
    if change.owner_id is None or change.owner_id == opportunity.owner_id:
        return opportunity.responsibles
    owner = Responsible(role=OWNER_ROLE, employee_id=change.owner_id)
    if opportunity.owner_id is None:
        return (owner, *opportunity.responsibles)
    return tuple(
        owner if person.role == OWNER_ROLE else person for person in opportunity.responsibles
    )
