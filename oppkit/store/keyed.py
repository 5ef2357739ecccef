"""Sites and contacts: children of a customer with identifiers that other records refer to."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from oppkit.model.errors import InUse, NotFound
from oppkit.store import history
from oppkit.store.kinds import Child, Kind
from oppkit.store.session import Session


def write(
    session: Session, kind: Kind, child: Child, record: Any, current: Any | None, adopted: Set[int]
) -> Any:
    """Write those of a record and give it with their identifiers.

    New ones get an identifier, removed ones must not be in use (`InUse`). One that another
    customer took over in a merge stays there: it comes back as a new one.
    """
    returning = _identifiers(record, child) - adopted
    returning -= _identifiers(current, child) if current else set()
    taken = _elsewhere(session, kind, child, record, returning) if returning else set()
    values = []
    for value in getattr(record, child.field):
        new = value.id is None or value.id in taken
        row = session.one("setting.next_id") if new else None
        values.append(value.model_copy(update={"id": row["id"]}) if row else value)
    kept = [value.id for value in values]
    for row in session.all(f"{child.statements}.removed_in_use", id=record.id, kept=kept):
        raise InUse(key=row["name"], referrers=row["referrer"])
    session.run(f"{child.statements}.keep", id=record.id, kept=kept)
    rows = ({**row, "customer_id": record.id} for row in child.rows(tuple(values)))
    session.run_many(f"{child.statements}.add", rows)
    return record.model_copy(update={child.field: tuple(values)})


def _elsewhere(
    session: Session, kind: Kind, child: Child, record: Any, returning: set[int]
) -> set[int]:
    """Those of `returning` that are another customer's now. None may be of others' making."""
    strange = set(returning)
    # An identifier that never was this record's would take over another customer's row.
    for past in history.versions(session, kind, record.id):
        strange -= _identifiers(past.record, child)
    for found in sorted(strange):
        raise NotFound(kind=child.statements, key=found)
    rows = session.all(f"merging.{child.statements}_homes", ids=sorted(returning))
    return {row["id"] for row in rows if row["customer_id"] != record.id}


def _identifiers(record: Any, child: Child) -> set[int]:
    return {value.id for value in getattr(record, child.field) if value.id is not None}
