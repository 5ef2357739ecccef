"""Bringing a workspace to the schema this program knows, one numbered migration at a time."""

from __future__ import annotations

import csv

from oppkit.model.catalogue import LISTS
from oppkit.resources import folder
from oppkit.store import quote_totals, search_texts
from oppkit.store.errors import NewerWorkspace, NotAWorkspace
from oppkit.store.references import add_references
from oppkit.store.session import Session
from oppkit.store.statements import FOLDER

MIGRATIONS = sorted((FOLDER / "migrations").glob("[0-9][0-9][0-9][0-9]_*.sql"))
KNOWN = int(MIGRATIONS[-1].name[:4])
_SORTED_SEARCH_TEXTS = 2  # the schema since which search texts begin with the name
_QUOTE_TOTALS = 3  # the schema since which quotes have totals


def version(session: Session) -> int:
    """The schema of the workspace; 0 for an empty database."""
    if session.one("schema.exists") is None:
        return 0
    row = session.one("schema.version")
    return int(row["version"]) if row else 0


def require_current(session: Session, place: str) -> None:
    """Refuse a workspace that this program must not write to."""
    found = version(session)
    if found > KNOWN:
        raise NewerWorkspace(path=place, found=found, known=KNOWN)
    if found == 0:
        raise NotAWorkspace(path=place, detail="it has none of oppkit's tables")


def migrate(session: Session, place: str) -> bool:
    """Run the migrations that are missing, all in the caller's transaction. True if any ran.

    A new workspace also gets its reference lists. A database with tables of somebody else's is
    refused untouched.
    """
    found = version(session)
    if found > KNOWN:
        raise NewerWorkspace(path=place, found=found, known=KNOWN)
    if found == 0 and session.one("schema.foreign") is not None:
        raise NotAWorkspace(path=place, detail="it holds tables of another program")
    advance(session, found)
    if found == 0:
        _load_reference_lists(session)
        return True
    if found < _SORTED_SEARCH_TEXTS:
        search_texts.write_anew(session)
    if found < _QUOTE_TOTALS:
        quote_totals.write_anew(session)
    session.run("access.renew")
    return found < KNOWN


def advance(session: Session, found: int, until: int | None = None) -> None:
    """Run the migrations after schema `found` (0: none yet), to the latest or to schema `until`.

    Only tables are made or changed. What an engine needs of its own comes with the migration of the
    same name, from a folder named after it.
    """
    if found == 0:
        session.run("schema.create")
    for file in MIGRATIONS[found:until]:
        own = file.parent / session.dialect / file.name
        for script in [file, *([own] if session.dialect and own.exists() else [])]:
            session.script(script.read_text(encoding="utf-8"))
        session.run("schema.record", version=int(file.name[:4]), name=file.stem[5:])


def _load_reference_lists(session: Session) -> None:
    for name, kind in LISTS.items():
        with (folder("data") / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            rows = [{k: v for k, v in row.items() if v != ""} for row in csv.DictReader(lines)]
        add_references(session, [kind.model_validate(row) for row in rows])
