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
from oppkit.store.history import Stamp, version_row
from oppkit.store.kinds import OPPORTUNITY, Child, Kind, Row
from oppkit.store.session import Session

if TYPE_CHECKING:
    import pyarrow as pa

_OWNER_COLUMN = {"line": "opportunity_id", "quote_line": "quote_id", "site": "customer_id",
                 "contact": "customer_id"}  # fmt: skip


@dataclass(frozen=True)
class Past:
    """A version that a file with history brings: `record` as it was in an interval."""

    record: Any
    valid_from: datetime
    valid_to: datetime | None
    author: str


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
        column = _OWNER_COLUMN.get(child.statements, "record_id")
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
    records are kept as they are; a new record that has any continues their numbering.
    """
    ids = [record.id for record in changed]
    history = "opportunity_version" if kind is OPPORTUNITY else "record_version"
    if ids:
        for name in (kind.name, *(child.statements for child in kind.children)):
            session.run(f"{name}.drop_ids", ids=ids)
        session.run(f"{history}.end_ids", ids=ids, valid_to=stamp.now)
    records = [*new, *changed]
    _append(session, kind.name, [kind.row(record) for record in records])
    for child in kind.children:
        _append(session, child.statements, list(_child_rows(child, records)))
    versions = [version_row(kind, item.record, Stamp(item.author, item.valid_from), catalogue)
                | {"valid_to": item.valid_to} for item in past]  # fmt: skip
    versions += [version_row(kind, record, stamp, catalogue) for record in records]
    _append(session, history, versions)
    if records:
        session.run("setting.changed")


def _child_rows(child: Child, records: Iterable[Any]) -> Iterator[Row]:
    column = _OWNER_COLUMN.get(child.statements, "record_id")
    for record in records:
        for row in child.rows(getattr(record, child.field)):
            yield {**row, column: record.id}


def _append(session: Session, table: str, rows: list[Row]) -> None:
    if not rows:
        return
    import pyarrow as pa

    schema = session.schema(table)
    columns = {field.name: _column(rows, field) for field in schema}
    session.load(table, pa.table(columns, schema=schema))


def _column(rows: list[Row], field: Any) -> pa.Array:
    import pyarrow as pa

    values = [row.get(field.name) for row in rows]
    if pa.types.is_string(field.type):
        # Enumerations are texts; Arrow wants the plain type.
        values = [None if value is None else str(value) for value in values]
    return pa.array(values, type=field.type)
