"""Reference lists and settings."""

from __future__ import annotations

from oppkit.model.catalogue import LISTS, Catalogue, Reference
from oppkit.store.session import Session

_COLUMNS = (
    "code", "label_fr", "label_en", "rank", "active",
    "outcome", "probability", "kind", "pricing", "family", "colour", "decimals",
)  # fmt: skip


def catalogue(session: Session) -> Catalogue:
    """All reference lists."""
    values = []
    for row in session.all("reference.all"):
        kind = LISTS[row["list"]]
        fields = {name: row[name] for name in kind.model_fields if row[name] is not None}
        values.append(kind.model_validate(fields))
    return Catalogue(values)


def save_reference(session: Session, value: Reference) -> None:
    """Add a value to its list, or change the one under its code."""
    fields = dict.fromkeys(_COLUMNS) | value.model_dump(mode="python")
    session.run("reference.save", fields, list=value.list_name)


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
