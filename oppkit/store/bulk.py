"""Many records in one transaction: imports, exports and the demo. Arrow in, Arrow out.

Row-by-row statements cost a millisecond each; a hundred thousand opportunities with their lines,
people and versions are written as a handful of Arrow tables instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from oppkit.model.catalogue import Catalogue
from oppkit.store.history import Stamp, table, version_row
from oppkit.store.kinds import OPPORTUNITY, Child, Kind, Row
from oppkit.store.session import Session

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Past:
    """A version that a file with history brings: `record` as it was in an interval."""

    record: Any
    valid_from: datetime
    valid_to: datetime | None
    author: str
    deleted_by: str | None = None


def load(session: Session, tables: Mapping[str, pa.Table]) -> None:
    """Append whole tables, by name. The caller answers for their content."""
    for name, rows in tables.items():
        session.load(name, rows)
    session.run("setting.changed")


def identifiers(session: Session, count: int) -> list[int]:
    """New identifiers."""
    return [row["id"] for row in session.all("setting.next_ids", n=count)] if count else []


def read(session: Session, kind: Kind, ids: Sequence[int] | None = None) -> Iterator[Any]:
    """All records of a kind in order of identifier, or those of `ids`."""
    suffix, given = ("every", {}) if ids is None else ("of_ids", {"ids": list(ids)})
    children: dict[str, dict[int, list[Any]]] = {}
    for child in kind.children:
        column = child.owner
        grouped: dict[int, list[Any]] = defaultdict(list)
        for row in session.all(f"{child.statements}.{suffix}", given):
            grouped[row[column]].append(child.value(row))
        children[child.field] = grouped
    for row in session.all(f"{kind.name}.{suffix}", given):
        yield kind.value(row, {name: rows.get(row["id"], []) for name, rows in children.items()})


def codes(session: Session, kind: Kind) -> dict[str, int]:
    """Code → identifier of every record of a kind."""
    return {row["code"]: row["id"] for row in session.all(f"{kind.name}.codes")}


def write(
    session: Session, kind: Kind, new: Sequence[Any], changed: Sequence[Any], stamp: Stamp,
    catalogue: Catalogue, past: Iterable[Past] = (),
) -> None:  # fmt: skip
    """Write checked records that have their identifiers and the versions they are to get.

    `changed` ones replace what is stored and the version in force ends. `past` versions of new
    records are kept as they are; where one of them is still in force, it is the record's version.
    """
    ids = [record.id for record in changed]
    versions_of = table(kind)
    if ids:
        for name in (kind.name, *(child.statements for child in kind.children)):
            session.run(f"{name}.drop_ids", ids=ids)
        newest = session.one(f"{versions_of}.newest", ids=ids)
        stamp = stamp.after(newest["valid_from"], None) if newest else stamp
        session.run(f"{versions_of}.end_ids", ids=ids, valid_to=stamp.now)
    records = [*new, *changed]
    session.append(kind.name, [kind.row(record) for record in records])
    for child in kind.children:
        session.append(child.statements, list(_child_rows(child, records)))
    versions = [_past_row(kind, item, catalogue) for item in past]
    in_force = {row[_key(kind)] for row in versions if row["valid_to"] is None}
    versions += [
        version_row(kind, record, stamp, catalogue)
        for record in records
        if record.id not in in_force
    ]
    session.append(versions_of, versions)
    if versions:
        session.run("setting.changed")


def _key(kind: Kind) -> str:
    return "opportunity_id" if kind is OPPORTUNITY else "record_id"


def _past_row(kind: Kind, item: Past, catalogue: Catalogue) -> Row:
    row = version_row(kind, item.record, Stamp(item.author, item.valid_from), catalogue)
    return row | {"valid_to": item.valid_to, "deleted_by": item.deleted_by}


def _child_rows(child: Child, records: Iterable[Any]) -> Iterator[Row]:
    column = child.owner
    for record in records:
        for row in child.rows(getattr(record, child.field)):
            yield {**row, column: record.id}
