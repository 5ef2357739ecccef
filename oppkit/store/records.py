"""Reading, saving, deleting and restoring one record, whatever its kind."""

from __future__ import annotations

from typing import Any

from oppkit.model.catalogue import Catalogue
from oppkit.model.errors import CodeTaken, Deleted, EditConflict, InUse, NotFound
from oppkit.store import history
from oppkit.store.history import Stamp
from oppkit.store.kinds import Child, Kind
from oppkit.store.merge import merged
from oppkit.store.numbering import next_code
from oppkit.store.session import Session


def get(session: Session, kind: Kind, record_id: int) -> Any | None:
    """The record under an identifier, or None."""
    row = session.one(f"{kind.name}.get", id=record_id)
    if row is None:
        return None
    children = {
        child.field: [
            child.value(found) for found in session.all(f"{child.statements}.of", id=record_id)
        ]
        for child in kind.children
    }
    return kind.value(row, children)


def find(session: Session, kind: Kind, code: str) -> Any | None:
    """The record under a code, or None."""
    row = session.one(f"{kind.name}.find", code=code)
    return get(session, kind, row["id"]) if row else None


def save(session: Session, kind: Kind, record: Any, stamp: Stamp, catalogue: Catalogue) -> Any:
    """Write a new record or the next version of one, and give it as it now stands.

    Nothing is written when nothing changed. Edits made meanwhile by others are merged; where both
    sides changed one field differently, `EditConflict` is raised and nothing is written.
    """
    record = record.checked(catalogue)
    if record.id is None:
        return _insert(session, kind, record, stamp, catalogue)
    current = get(session, kind, record.id)
    if current is None:
        raise _gone(session, kind, record)
    if record.version != current.version:
        record = _reconciled(session, kind, record, current).checked(catalogue)
    if kind.code and not record.code:
        record = record.model_copy(update={"code": current.code})
    if record == current:
        return current
    record = record.model_copy(update={"version": current.version + 1})
    if kind.code and record.code != current.code:
        _require_free_code(session, kind, record)
    record = _write(session, kind, record, current)
    session.run(f"{kind.name}.update", kind.row(record))
    _recorded(session, kind, record, stamp, catalogue)
    return record


def delete(session: Session, kind: Kind, record: Any, stamp: Stamp) -> None:
    """Remove a record; its history stays. Raises `InUse` while others refer to it."""
    current = get(session, kind, record.id)
    if current is None:
        raise _gone(session, kind, record)
    referrers = [row["code"] for row in session.all(f"{kind.name}.referrers", id=record.id)]
    if referrers:
        raise InUse(key=name_of(record), referrers=", ".join(referrers))
    for child in kind.children:
        session.run(f"{child.statements}.clear", id=record.id)
    session.run(f"{kind.name}.delete", id=record.id)
    history.end(session, kind, record.id, stamp)
    session.run("setting.changed")


def restore(
    session: Session, kind: Kind, record_id: int, stamp: Stamp, catalogue: Catalogue
) -> Any:
    """Bring a deleted record back as it last was."""
    past = history.versions(session, kind, record_id)
    if not past:
        raise NotFound(kind=kind.name, key=record_id)
    current = get(session, kind, record_id)
    if current is not None:
        return current
    record = past[-1].record.model_copy(update={"version": past[-1].version + 1})
    return _insert(session, kind, record, stamp, catalogue)


def name_of(record: Any) -> str:
    """How messages call a record."""
    return str(getattr(record, "code", None) or getattr(record, "subject", None) or record.id)


def _insert(session: Session, kind: Kind, record: Any, stamp: Stamp, catalogue: Catalogue) -> Any:
    changes: dict[str, Any] = {}
    if record.id is None:
        row = session.one("setting.next_id")
        assert row is not None
        changes |= {"id": row["id"], "version": 1}
    if kind.code and not record.code:
        changes["code"] = next_code(session, kind, stamp.now.year)
    record = record.model_copy(update=changes)
    _require_free_code(session, kind, record)
    record = _write(session, kind, record, None)
    session.run(f"{kind.name}.add", kind.row(record))
    _recorded(session, kind, record, stamp, catalogue)
    return record


def _write(session: Session, kind: Kind, record: Any, current: Any | None) -> Any:
    """Check what the record refers to and write the rows of its children that changed."""
    referred = _referred(record)
    if current is None or referred != _referred(current):
        for row in session.all(f"{kind.name}.strangers", referred):
            raise NotFound(kind=row["kind"], key=row["id"])
    for child in kind.children:
        value = getattr(record, child.field)
        if current is not None and value == getattr(current, child.field):
            continue
        if child.keyed:
            record = _write_keyed(session, kind, child, record, current)
            continue
        if current is not None and getattr(current, child.field):
            session.run(f"{child.statements}.clear", id=record.id)
        rows = ({**row, "id": record.id} for row in child.rows(value))
        session.run_many(f"{child.statements}.add", rows)
    return record


def _write_keyed(
    session: Session, kind: Kind, child: Child, record: Any, current: Any | None
) -> Any:
    """Sites and contacts: new ones get an identifier, removed ones must not be in use."""
    _require_own(session, kind, child, record, current)
    values = []
    for value in getattr(record, child.field):
        row = session.one("setting.next_id") if value.id is None else None
        values.append(value.model_copy(update={"id": row["id"]}) if row else value)
    kept = [value.id for value in values]
    for row in session.all(f"{child.statements}.removed_in_use", id=record.id, kept=kept):
        raise InUse(key=row["name"], referrers=row["referrer"])
    session.run(f"{child.statements}.keep", id=record.id, kept=kept)
    rows = ({**row, "customer_id": record.id} for row in child.rows(tuple(values)))
    session.run_many(f"{child.statements}.add", rows)
    return record.model_copy(update={child.field: tuple(values)})


def _require_own(
    session: Session, kind: Kind, child: Child, record: Any, current: Any | None
) -> None:
    """An identifier that never was this record's would take over another customer's row."""
    strange = _identifiers(record, child) - (_identifiers(current, child) if current else set())
    if strange:
        for past in history.versions(session, kind, record.id):
            strange -= _identifiers(past.record, child)
    for found in sorted(strange):
        raise NotFound(kind=child.statements, key=found)


def _identifiers(record: Any, child: Child) -> set[int]:
    return {value.id for value in getattr(record, child.field) if value.id is not None}


def _referred(record: Any) -> dict[str, Any]:
    """What a record refers to, by identifier."""
    people = [*getattr(record, "responsibles", ()), *getattr(record, "participants", ())]
    employees = [person.employee_id for person in people] + [getattr(record, "owner_id", None)]
    contacts = [getattr(person, "contact_id", None) for person in people]
    contacts.append(getattr(record, "contact_id", None))
    return {
        **{name: value for name, value in record.__dict__.items() if name.endswith("_id")},
        "employee_ids": sorted({found for found in employees if found is not None}),
        "contact_ids": sorted({found for found in contacts if found is not None}),
    }


def _recorded(
    session: Session, kind: Kind, record: Any, stamp: Stamp, catalogue: Catalogue
) -> None:
    history.append(session, kind, record, stamp, catalogue)
    session.run("setting.changed")


def _require_free_code(session: Session, kind: Kind, record: Any) -> None:
    if kind.code is None:
        return
    other = session.one(f"{kind.name}.find", code=record.code)
    if other is not None and other["id"] != record.id:
        raise CodeTaken(kind=kind.name, key=record.code)


def _gone(session: Session, kind: Kind, record: Any) -> Deleted | NotFound:
    past = history.versions(session, kind, record.id)
    if not past:
        return NotFound(kind=kind.name, key=name_of(record))
    return Deleted(key=name_of(record), author=past[-1].deleted_by or past[-1].author)


def _reconciled(session: Session, kind: Kind, mine: Any, theirs: Any) -> Any:
    """My edit on top of a newer version. Raises `EditConflict` where the two collide."""
    read = history.version(session, kind, mine.id, mine.version)
    fields, collisions = merged(read.record if read else None, mine, theirs)
    if collisions:
        latest = history.version(session, kind, mine.id, theirs.version)
        author = latest.author if latest else "?"
        raise EditConflict(name_of(theirs), author, theirs.version, tuple(collisions))
    return kind.record.model_validate(fields)
