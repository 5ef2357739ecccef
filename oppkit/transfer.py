"""Whole files in and out of a workspace: what `oppkit import` and `oppkit export` do."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from oppkit.exchange.directory import Directory
from oppkit.intake import carry_out, planned
from oppkit.locale import language
from oppkit.model.catalogue import Catalogue
from oppkit.store import bulk, references
from oppkit.store.history import Stamp
from oppkit.store.kinds import OPPORTUNITY
from oppkit.store.opening import Store
from oppkit.store.session import Session

if TYPE_CHECKING:
    from oppkit.exchange.batch import Batch
    from oppkit.exchange.report import Summary

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Import:
    """What is to be imported, by whom and on which day."""

    files: Sequence[Path]
    mapping: str | Path
    lines: Path | None
    stamp: Stamp
    today: date
    currency: str


@dataclass(frozen=True)
class _Known:
    """What was stored when a file was converted."""

    counter: int
    directory: Directory
    catalogue: Catalogue


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Do not look for garbage meanwhile.

    Every record of a file stays until the end, so Python's collector goes through more and more of
    them in vain: a fifth of the time of a large import.
    """
    busy = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if busy:
            gc.enable()


@_collector_at_rest()
def import_files(
    store: Store, wanted: Import, dry_run: bool = False, progress: Progress | None = None
) -> Summary:
    """Read, convert and write files; bad rows go to a rejects file beside the first.

    The files are converted while others may work. Only if the workspace has changed meanwhile are
    they converted again under the lock, so that nobody is created twice.
    """
    from oppkit.exchange import importer, mapping, reader, rejects, report

    rules = mapping.load(wanted.mapping)
    sheets = reader.read_all(wanted.files, rules, wanted.lines)

    def converted(known: _Known) -> Batch:
        return importer.convert(
            sheets, rules, known.directory, known.catalogue, wanted.today, progress
        )

    # A dry run takes no identifiers; negative ones cannot be mistaken for stored ones.
    take: Callable[[], int] = count(-1, -1).__next__ if dry_run else _Identifiers(store)
    with store.read() as session:
        known = _known(session, wanted.currency, take)
    batch = converted(known)
    if dry_run:
        with store.read() as session:
            plan = planned(session, batch)
        batch = batch.refused(plan.refused)
        return report.Summary.of(batch, plan.created, plan.changed, plan.unchanged)
    with store.write() as session:
        if _counter(session) != known.counter:
            batch = converted(_known(session, wanted.currency, _Identifiers(store, session)))
        plan = planned(session, batch)
        batch = batch.refused(plan.refused)
        carry_out(session, batch, plan, wanted.stamp)
    rejects.write(batch, language())
    return report.Summary.of(batch, plan.created, plan.changed, plan.unchanged)


@_collector_at_rest()
def export_file(
    store: Store, path: Path, what: str, currency: str, ids: Sequence[int] | None = None
) -> int:
    """Write opportunities, or their lines, to a file. Returns the number of rows.

    All in order of identifier, or those of `ids` in their order; ones that are gone are left out.
    """
    from oppkit.exchange import exporter

    with store.read() as session:
        known = directory(session, currency)
        opportunities = list(bulk.read(session, OPPORTUNITY, ids))
        lists = references.catalogue(session)
    if ids is not None:
        places = {record_id: place for place, record_id in enumerate(ids)}
        opportunities.sort(key=lambda record: places[record.id])
    write = exporter.write_lines if what == "lines" else exporter.write_opportunities
    rows: int = write(path, opportunities, known, lists)
    return rows


def directory(session: Session, currency: str, take: Callable[[], int] | None = None) -> Directory:
    """Everything stored that the rows of a file may refer to."""
    employees = session.all("employee.every")
    return Directory.of(
        customers=[(row["id"], row["code"], row["name"]) for row in session.all("customer.every")],
        employees=[(row["id"], row["code"], _full_name(row)) for row in employees],
        contacts=[
            (row["id"], row["customer_id"], _full_name(row)) for row in session.all("contact.every")
        ],
        sites=[
            (row["id"], row["customer_id"], row["code"], row["name"])
            for row in session.all("site.every")
        ],
        others=[row["id"] for row in session.all("event.every")],
        currency=currency,
        allocate=take,
    )


def _full_name(row: dict[str, str]) -> str:
    return f"{row['first_name']} {row['last_name']}".strip()


def _known(session: Session, currency: str, take: Callable[[], int]) -> _Known:
    known = directory(session, currency, take)
    return _Known(_counter(session), known, references.catalogue(session))


def _counter(session: Session) -> int:
    return int(session.all("setting.counter")[0]["counter"])


class _Identifiers:
    """Hands out new identifiers, taken from the store a block at a time.

    Inside a transaction they are taken there; otherwise in short transactions of their own, so
    that nobody waits while a file is converted. Those not used are lost, which harms nobody.
    """

    def __init__(self, store: Store, session: Session | None = None, block: int = 5_000) -> None:
        self._store = store
        self._session = session
        self._block = block
        self._free: list[int] = []

    def __call__(self) -> int:
        if not self._free:
            self._free = self._taken()[::-1]
        return self._free.pop()

    def _taken(self) -> list[int]:
        if self._session is not None:
            return bulk.identifiers(self._session, self._block)
        with self._store.write() as session:
            return bulk.identifiers(session, self._block)
