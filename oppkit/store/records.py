"""Reading, saving, deleting and restoring one record, whatever its kind."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from typing import Any

from oppkit.model.catalogue import Catalogue
from oppkit.model.errors import CodeTaken, Deleted, EditConflict, InUse, NotFound
from oppkit.store import history, keyed
from oppkit.store.followed import followed
from oppkit.store.history import Stamp
from oppkit.store.kinds import Kind
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
        kind.guard(None, record)
        return _insert(session, kind, record, stamp, catalogue)
    current = get(session, kind, record.id)
    if current is None:
        raise gone(session, kind, record)
    if record.version != current.version:
        record = reconciled(session, kind, record, current).checked(catalogue)
    if kind.code and not record.code:
        record = record.model_copy(update={"code": current.code})
    kind.guard(current, record)
    return next_version(session, kind, record, current, stamp, catalogue)


def next_version(
    session: Session, kind: Kind, record: Any, current: Any, stamp: Stamp, catalogue: Catalogue,
    adopted: Set[int] = frozenset(),
) -> Any:  # fmt: skip
    """Put a checked record in the place of `current`; nothing is written when they are equal.

    `adopted` are the sites and contacts that it takes over from a customer merged into it.
    """
    if record == current:
        return current
    record = record.model_copy(update={"version": current.version + 1})
    if kind.code and record.code != current.code:
        _require_free_code(session, kind, record)
    require_known(session, kind, record, current)
    record = _write_children(session, kind, record, current, adopted)
    session.run(f"{kind.name}.update", kind.row(record))
    _recorded(session, kind, record, stamp, catalogue)
    return record


def delete(session: Session, kind: Kind, record: Any, stamp: Stamp) -> datetime:
    """Remove a record; its history stays. Raises `InUse` while others refer to it.

    Gives the moment at which its last version ends.
    """
    current = get(session, kind, record.id)
    if current is None:
        raise gone(session, kind, record)
    kind.guard(current, None)
    referrers = [row["code"] for row in session.all(f"{kind.name}.referrers", id=record.id)]
    if referrers:
        raise InUse(key=name_of(record), referrers=", ".join(referrers))
    for child in kind.children:
        session.run(f"{child.statements}.clear", id=record.id)
    session.run(f"{kind.name}.delete", id=record.id)
    session.run("setting.changed")
    return history.end(session, kind, record.id, stamp)


def restore(
    session: Session, kind: Kind, record_id: int, stamp: Stamp, catalogue: Catalogue
) -> Any:
    """Bring a deleted record back as it last was.

    What it referred to and was merged into another record since is found under that one.
    """
    past = history.versions(session, kind, record_id)
    if not past:
        raise NotFound(kind=kind.name, key=record_id)
    current = get(session, kind, record_id)
    if current is not None:
        return current
    record = past[-1].record.model_copy(update={"version": past[-1].version + 1})
    record = followed(session, record)
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
    require_known(session, kind, record, None)
    # Before its children: on a server, these are whose the record is.
    session.run(f"{kind.name}.add", kind.row(record))
    record = _write_children(session, kind, record, None)
    _recorded(session, kind, record, stamp, catalogue)
    return record


def _write_children(
    session: Session, kind: Kind, record: Any, current: Any | None, adopted: Set[int] = frozenset()
) -> Any:
    """Write the rows of the record's children that changed."""
    for child in kind.children:
        value = getattr(record, child.field)
        if current is not None and value == getattr(current, child.field):
            continue
        if child.keyed:
            record = keyed.write(session, kind, child, record, current, adopted)
            continue
        if current is not None and getattr(current, child.field):
            session.run(f"{child.statements}.clear", id=record.id)
        rows = ({**row, "id": record.id} for row in child.rows(value))
        session.run_many(f"{child.statements}.add", rows)
    return record


def require_known(session: Session, kind: Kind, record: Any, current: Any | None) -> None:
    """Raise `NotFound` when a record refers to one that is not there."""
    referred = _referred(record)
    if current is None or referred != _referred(current):
        for row in session.all(f"{kind.name}.strangers", referred):
            raise NotFound(kind=row["kind"], key=row["id"])


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
    if session.one("access.code_taken", kind=kind.name, code=record.code, id=record.id):
        raise CodeTaken(kind=kind.name, key=record.code)


def gone(session: Session, kind: Kind, record: Any) -> Deleted | NotFound:
    """Why a record that was read once is not there any more."""
    past = history.versions(session, kind, record.id)
    if not past:
        return NotFound(kind=kind.name, key=name_of(record))
    return Deleted(key=name_of(record), author=past[-1].deleted_by or past[-1].author)


def reconciled(session: Session, kind: Kind, mine: Any, theirs: Any, read: Any = None) -> Any:
    """My edit on top of a newer version. Raises `EditConflict` where the two collide.

    `read` is the record that the edit started from; found in the history when it is not given.
    """
    if read is None:
        found = history.version(session, kind, mine.id, mine.version)
        read = found.record if found else None
    fields, collisions = merged(read, mine, theirs)
    if collisions:
        latest = history.version(session, kind, mine.id, theirs.version)
        author = latest.author if latest else "?"
        raise EditConflict(name_of(theirs), author, theirs, tuple(collisions), fields)
    return kind.record.model_validate(fields)
