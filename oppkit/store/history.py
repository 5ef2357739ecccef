"""The versions of a record: written with every save, never changed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from oppkit.model.catalogue import Catalogue
from oppkit.model.record import Record
from oppkit.model.version import Version
from oppkit.store.kinds import OPPORTUNITY, Kind, Row
from oppkit.store.session import Session


@dataclass(frozen=True)
class Stamp:
    """Who writes, and when (aware, UTC). One for all that a unit of work writes."""

    author: str
    now: datetime

    def after(self, valid_from: datetime, valid_to: datetime | None) -> Stamp:
        """This stamp, or one just late enough to follow a version.

        Two saves may fall within the clock's resolution, and a clock may be set back: the order of
        the versions must stay.
        """
        earliest = max(valid_from + timedelta(microseconds=1), valid_to or valid_from)
        return Stamp(self.author, max(self.now, earliest))


def table(kind: Kind) -> str:
    """The table that keeps the versions of a kind, and its `.sql` file."""
    return "opportunity_version" if kind is OPPORTUNITY else "record_version"


def version_row(kind: Kind, record: Any, stamp: Stamp, catalogue: Catalogue) -> Row:
    """The row of the history table that keeps `record` as it is now."""
    row: Row = {
        "version": record.version, "valid_from": stamp.now, "valid_to": None,
        "author": stamp.author, "deleted_by": None, "record": record.model_dump_json(),
    }  # fmt: skip
    if kind is not OPPORTUNITY:
        return row | {"record_id": record.id, "kind": kind.name}
    return {
        **record.__dict__,
        **row,
        "opportunity_id": record.id,
        "outcome": catalogue.outcome(record.status).value,
        "owner_id": record.owner_id, "amount": record.amount, "margin": record.margin,
    }  # fmt: skip


def append(session: Session, kind: Kind, record: Any, stamp: Stamp, catalogue: Catalogue) -> None:
    """Write the next version; the one before ends at the same moment."""
    latest = session.one(f"{table(kind)}.latest", record_id=record.id)
    stamp = stamp.after(latest["valid_from"], latest["valid_to"]) if latest else stamp
    if latest is not None and latest["valid_to"] is None:
        session.run(f"{table(kind)}.end", record_id=record.id, valid_to=stamp.now, deleted_by=None)
    session.run(f"{table(kind)}.add", version_row(kind, record, stamp, catalogue))


def end(session: Session, kind: Kind, record_id: int, stamp: Stamp) -> datetime:
    """A deletion: the last version ends, at the moment that is given back."""
    latest = session.one(f"{table(kind)}.latest", record_id=record_id)
    stamp = stamp.after(latest["valid_from"], None) if latest else stamp
    session.run(
        f"{table(kind)}.end",
        record_id=record_id, valid_to=stamp.now, deleted_by=stamp.author,
    )  # fmt: skip
    return stamp.now


def versions(session: Session, kind: Kind, record_id: int) -> Sequence[Version]:
    """All versions, oldest first; empty for an identifier that never was."""
    return [_version(kind, row) for row in session.all(f"{table(kind)}.of", record_id=record_id)]


def version(session: Session, kind: Kind, record_id: int, number: int) -> Version | None:
    """One version by its number."""
    row = session.one(f"{table(kind)}.numbered", record_id=record_id, version=number)
    return _version(kind, row) if row else None


def _version(kind: Kind, row: Row) -> Version:
    record: Record = kind.record.model_validate_json(row["record"])
    return Version(
        row["version"], row["valid_from"], row["valid_to"], row["author"], row["deleted_by"], record
    )
