"""Events: what was done or is to be done with a customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator

from oppkit.model.catalogue import Catalogue
from oppkit.model.record import Broken, Record
from oppkit.model.references import in_order
from oppkit.model.texts import Name, Prose


def _in_utc(moment: datetime) -> datetime:
    """Times without a zone are UTC already: mixed with others, they could not be compared."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_in_utc)]


class EventKind(StrEnum):
    """A task has a due date, an appointment a beginning and an end, a note neither."""

    TASK = "task"
    APPOINTMENT = "appointment"
    NOTE = "note"


class Event(Record):
    """A call, a meeting, a note. Times are in UTC; `done_on` is empty while it is open."""

    id: int | None = None
    version: int = 0
    kind: EventKind
    subject: Name
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    due_on: date | None = None
    done_on: date | None = None
    owner_id: int | None = None
    customer_id: int | None = None
    site_id: int | None = None
    contact_id: int | None = None
    opportunity_id: int | None = None
    comment: Prose = ""

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        yield from in_order(
            values, "starts_at", "ends_at", "event_ends_before_start",
            "The event must not end before it starts.",
        )  # fmt: skip
