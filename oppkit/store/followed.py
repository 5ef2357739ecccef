"""Where a reference leads now, when the record it meant was merged into another one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from oppkit.model.merging import references, repointed
from oppkit.store.session import Session


def followed(session: Session, record: Any) -> Any:
    """The record with references to merged ones led to those they were merged into."""
    into = _into(session, references(record))
    record = repointed(record, into)
    site = getattr(record, "site_id", None)
    homes = session.all("merging.site_homes", ids=[site]) if site is not None else []
    if any(home["customer_id"] != record.customer_id for home in homes):
        # The customer was merged and came back alone: its site is the other's now.
        record = record.model_copy(update={"site_id": None})
    return record


def _into(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """Identifier of a record that is no more → that of the one it ended up in."""
    found = {record_id: record_id for record_id in ids}
    seen: set[int] = set()
    while missing := set(found.values()) - seen:
        seen |= missing
        rows = session.all("merging.into", ids=sorted(missing))
        step = {row["record_id"]: row["into_id"] for row in rows}
        found = {start: step.get(end, end) for start, end in found.items()}
    return {start: end for start, end in found.items() if start != end}
