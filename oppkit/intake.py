"""What an import does to a workspace: decided against what is stored, then written at once.

An opportunity is known by its code. A stored one keeps every field that the files do not feed; one
that the files leave as it is gets no new version, so importing a file twice changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from oppkit.model.opportunity import Opportunity
from oppkit.store import bulk, references
from oppkit.store.bulk import Past
from oppkit.store.history import Stamp
from oppkit.store.kinds import CUSTOMER, EMPLOYEE, OPPORTUNITY, Kind
from oppkit.store.numbering import next_codes
from oppkit.store.session import Session

if TYPE_CHECKING:
    from oppkit.exchange import batch as exchange_batch
    from oppkit.exchange.batch import Batch
    from oppkit.exchange.reasons import Reason


@dataclass
class Plan:
    """Opportunities to add and to replace, and how many stay as they are.

    `refused` ones would break a rule together with what is stored of them, by code.
    """

    new: list[Opportunity] = field(default_factory=list)
    replaced: list[Opportunity] = field(default_factory=list)
    unchanged: int = 0
    histories: dict[str, list[exchange_batch.Past]] = field(default_factory=dict)
    refused: dict[str, list[Reason]] = field(default_factory=dict)

    @property
    def created(self) -> int:
        """How many are added, those that only the history knows included."""
        ended = self.histories.keys() - {record.code for record in self.new}
        return len(self.new) + len(ended)

    @property
    def changed(self) -> int:
        """How many stored ones get a new version."""
        return len(self.replaced)


def planned(session: Session, batch: Batch) -> Plan:
    """What the batch would do to the workspace as it is now."""
    from oppkit.exchange.merge import merged
    from oppkit.exchange.reasons import from_validation

    plan = Plan()
    stored = bulk.codes(session, OPPORTUNITY)
    known = [stored[code] for o in batch.opportunities if (code := o.code or "") in stored]
    current = {record.code: record for record in bulk.read(session, OPPORTUNITY, known)}
    lists = references.catalogue(session).extended(batch.references)
    for record in batch.opportunities:
        here = current.get(record.code)
        if here is None:
            plan.new.append(record)
            continue
        try:
            after = merged(here, record, batch.fed, lists)
        except ValidationError as error:
            plan.refused[record.code or ""] = list(from_validation(error, {}))
            continue
        if after == here:
            plan.unchanged += 1
        else:
            plan.replaced.append(after.model_copy(update={"version": here.version + 1}))
    plan.histories = _new_histories(session, batch, stored)
    return plan


def carry_out(session: Session, batch: Batch, plan: Plan, stamp: Stamp) -> None:
    """Write the batch in the caller's transaction."""
    for value in batch.references:
        references.save_reference(session, value)
    lists = references.catalogue(session)
    parties: tuple[tuple[Kind, Sequence[Any]], ...] = (
        (CUSTOMER, batch.customers), (EMPLOYEE, batch.employees),
    )  # fmt: skip
    for kind, records in parties:
        bulk.write(session, kind, _coded(session, kind, records, stamp), (), stamp, lists)
    known = [item.valid_from for items in plan.histories.values() for item in items]
    if known:  # a history may reach beyond a fixed day, or beyond a clock that is slow
        stamp = stamp.after(max(known), None)
    ids = bulk.identifiers(session, plan.created)
    new, past = _with_histories(plan, ids, stamp)
    bulk.write(session, OPPORTUNITY, new, plan.replaced, stamp, lists, past)


def _coded(session: Session, kind: Kind, records: Sequence[Any], stamp: Stamp) -> list[Any]:
    """First versions, with a code where the file gives none."""
    given = {record.code for record in records}
    lacking = sum(record.code is None for record in records)
    free = iter(next_codes(session, kind, stamp.now.year, lacking, taken=given))
    return [
        record.model_copy(update={"code": record.code or next(free), "version": 1})
        for record in records
    ]


def _new_histories(
    session: Session, batch: Batch, stored: dict[str, int]
) -> dict[str, list[exchange_batch.Past]]:
    """The histories of opportunities that the workspace has never known, by code, in order."""
    grouped: dict[str, list[exchange_batch.Past]] = defaultdict(list)
    for item in batch.history:
        grouped[item.opportunity.code or ""].append(item)
    if grouped:
        ended = {row["code"] for row in session.all("opportunity_version.ended_codes")}
        for code in grouped.keys() & (stored.keys() | ended):
            del grouped[code]
    return grouped


def _with_histories(
    plan: Plan, ids: list[int], stamp: Stamp
) -> tuple[list[Opportunity], list[Past]]:
    """New opportunities with their identifier and version, and the versions before."""
    free = iter(ids)
    new, past = [], []
    live = {record.code or "": record for record in plan.new}
    for code in [*live, *(code for code in plan.histories if code not in live)]:
        record, identifier = live.get(code), next(free)
        versions = _numbered(plan.histories.get(code, []), identifier, record is None)
        if record is not None:
            record, versions = _continued(record, identifier, versions, stamp)
            new.append(record)
        past += versions
    return new, past


def _numbered(versions: Sequence[exchange_batch.Past], identifier: int, ended: bool) -> list[Past]:
    """Versions 1…n, each ending where the next begins: a tool's gap of a second is no deletion."""
    found = []
    for place, item in enumerate(versions):
        last = place == len(versions) - 1
        until = item.valid_to if last else versions[place + 1].valid_from
        record = item.opportunity.model_copy(update={"id": identifier, "version": place + 1})
        deleted_by = item.author if last and ended else None
        found.append(Past(record, item.valid_from, until, item.author, deleted_by))
    return found


def _continued(
    record: Opportunity, identifier: int, versions: list[Past], stamp: Stamp
) -> tuple[Opportunity, list[Past]]:
    """The record as it goes on from its past versions, if it has any."""
    record = record.model_copy(update={"id": identifier, "version": max(len(versions), 1)})
    if not versions or (versions[-1].valid_to is None and versions[-1].record == record):
        return record, versions
    last = versions[-1]
    ended = Past(last.record, last.valid_from, stamp.now, last.author, None)
    following = record.model_copy(update={"version": len(versions) + 1})
    return following, [*versions[:-1], ended]
