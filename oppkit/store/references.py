"""Reference lists and settings."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from oppkit.model.catalogue import LISTS, Catalogue, Reference
from oppkit.model.firm import Firm
from oppkit.store.session import Session

_FIRM = "firm"  # the setting that holds it, as JSON
_COLUMNS = (
    "code", "label_fr", "label_en", "rank", "active",
    "outcome", "probability", "kind", "pricing", "family", "colour", "decimals",
)  # fmt: skip


def catalogue(session: Session) -> Catalogue:
    """All reference lists."""
    rows = session.all("reference.all")
    return _built(tuple(rows[0]) if rows else (), tuple(tuple(row.values()) for row in rows))


# Validating some 450 values takes longer than reading them, and they hardly ever change: they are
# read each time, so that a colleague's edit is seen, and built again when they differ.
@lru_cache(maxsize=4)
def _built(columns: tuple[str, ...], rows: tuple[tuple[Any, ...], ...]) -> Catalogue:
    values = []
    for cells in rows:
        row = dict(zip(columns, cells, strict=True))
        kind = LISTS[row["list"]]
        fields = {name: row[name] for name in kind.model_fields if row[name] is not None}
        values.append(kind.model_validate(fields))
    return Catalogue(values)


def save_reference(session: Session, value: Reference) -> None:
    """Add a value to its list, or change the one under its code."""
    session.run("reference.save", _row(value))


def add_references(session: Session, values: Iterable[Reference]) -> None:
    """Add many values that are not there yet."""
    session.append("reference", [_row(value) for value in values])


def _row(value: Reference) -> dict[str, Any]:
    return dict.fromkeys(_COLUMNS) | value.__dict__ | {"list": value.list_name}


def uses(session: Session, value: Reference) -> int:
    """How many records carry this value."""
    row = session.one("reference.uses", list=value.list_name, code=value.code)
    return int(row["uses"]) if row else 0


def settings(session: Session) -> dict[str, str]:
    """All settings of the workspace."""
    return {row["name"]: row["value"] for row in session.all("setting.all")}


def save_setting(session: Session, name: str, value: str) -> None:
    """Set one."""
    session.run("setting.save", name=name, value=value)


def firm(session: Session) -> Firm:
    """Our own company; an empty one where nobody has said anything about it."""
    kept = settings(session).get(_FIRM)
    return Firm.model_validate_json(kept) if kept else Firm()


def save_firm(session: Session, firm: Firm) -> None:
    """Keep it among the settings."""
    save_setting(session, _FIRM, firm.model_dump_json())
