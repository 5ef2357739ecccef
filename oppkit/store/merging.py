"""Merging a duplicate into the record that stays, with all that refers to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from oppkit.model.catalogue import Catalogue
from oppkit.model.errors import DifferentKinds, SameRecord, UnsavedDuplicate
from oppkit.model.merging import Joined, joined_customers, joined_opportunities, repointed
from oppkit.model.version import Merged
from oppkit.store import history, records
from oppkit.store.history import Stamp
from oppkit.store.kinds import CUSTOMER, KINDS, OPPORTUNITY, Kind, kind_of
from oppkit.store.session import Session

_KINDS = {kind.name: kind for kind in KINDS}


def merge(session: Session, kept: Any, other: Any, stamp: Stamp, catalogue: Catalogue) -> Any:
    """Merge `other` into `kept`, and give `kept` as it now stands; see `Duplicates.merge`."""
    kind = _kind(kept, other)
    current, duplicate = (_current(session, kind, record) for record in (kept, other))
    kept, other = (
        records.reconciled(session, kind, mine, theirs) if mine.version != theirs.version else mine
        for mine, theirs in ((kept, current), (other, duplicate))
    )
    joined = _joined(kind, kept, other, catalogue)
    adopted = _let_go(session, kind, duplicate)
    record = joined.record.checked(catalogue)
    saved = records.next_version(session, kind, record, current, stamp, catalogue, adopted)
    _repoint(session, {other.id: kept.id, **joined.into}, stamp, catalogue)
    moment = records.delete(session, kind, duplicate, stamp)
    marks = {kind.name: {other.id: kept.id}, "contact": joined.into}
    for name, into in marks.items():
        session.run_many("merging.add", (
            {"record_id": old, "into_id": new, "kind": name, "merged_at": moment,
             "author": stamp.author}
            for old, new in into.items()
        ))  # fmt: skip
    return saved


def preview(
    session: Session, kept: Any, other: Any, catalogue: Catalogue
) -> tuple[Any, dict[str, int]]:
    """What `kept` would be after merging as both now stand, and how much of each kind is led to it.

    Refuses what `merge` refuses.
    """
    kind = _kind(kept, other)
    kept, other = (_current(session, kind, record) for record in (kept, other))
    record = _joined(kind, kept, other, catalogue).record.checked(catalogue)
    moving = Counter(row["kind"] for row in session.all("merging.referrers", ids=[other.id]))
    for child in kind.children:
        if child.keyed:
            moving[child.field.removesuffix("s")] = len(getattr(other, child.field))
    return record, {name: count for name, count in moving.items() if count}


def merged_into(session: Session, record: Any) -> list[Merged]:
    """What was merged into a record, oldest first."""
    kind = kind_of(record)
    found = []
    for row in session.all("merging.merged_into", id=record.id, kind=kind.name):
        # The version that the merge ended: the record may have come back and changed since.
        past = [
            version.record
            for version in history.versions(session, kind, row["record_id"])
            if version.valid_from < row["merged_at"]
        ][-1]
        found.append(Merged(past.id, past.code, past.name, row["merged_at"], row["author"]))
    return found


def _kind(kept: Any, other: Any) -> Kind:
    kind = kind_of(kept)
    if kind is not kind_of(other):
        raise DifferentKinds(key=records.name_of(kept), other=records.name_of(other))
    if kind not in (CUSTOMER, OPPORTUNITY):
        raise TypeError(f"a {kind.name} cannot be merged: only customers and opportunities can")
    for record in (kept, other):
        if record.id is None:
            raise UnsavedDuplicate(name=record.name)
    if kept.id == other.id:
        raise SameRecord(key=records.name_of(kept))
    return kind


def _current(session: Session, kind: Kind, record: Any) -> Any:
    found = records.get(session, kind, record.id)
    if found is None:
        raise records.gone(session, kind, record)
    return found


def _joined(kind: Kind, kept: Any, other: Any, catalogue: Catalogue) -> Joined:
    if kind is CUSTOMER:
        return joined_customers(kept, other)
    return joined_opportunities(kept, other, catalogue)


def _let_go(session: Session, kind: Kind, duplicate: Any) -> frozenset[int]:
    """Free the sites and contacts of the duplicate for the kept record; their identifiers."""
    children = [child for child in kind.children if child.keyed]
    for child in children:
        session.run(f"{child.statements}.clear", id=duplicate.id)
    return frozenset(v.id for child in children for v in getattr(duplicate, child.field))


def _repoint(
    session: Session, into: Mapping[int, int], stamp: Stamp, catalogue: Catalogue
) -> None:  # fmt: skip
    """Lead all references elsewhere; each record that changes gets its next version."""
    for row in session.all("merging.referrers", ids=list(into)):
        kind = _KINDS[row["kind"]]
        current: Any = records.get(session, kind, row["id"])
        # Not checked again: a value that was closed or removed since must not stand in the way.
        records.next_version(session, kind, repointed(current, into), current, stamp, catalogue)
