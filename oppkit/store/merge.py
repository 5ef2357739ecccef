"""Two people changed the same record: keep both edits where they touch different fields."""

from __future__ import annotations

from typing import Any

from oppkit.model.errors import Collision
from oppkit.model.record import Record

_BOOKKEEPING = {"id", "version"}


def merged(
    base: Record | None, mine: Record, theirs: Record
) -> tuple[dict[str, Any], list[Collision]]:
    """The fields of the merged record, and the fields on which the two edits differ.

    A field that only one side changed takes that side's value; a field that both changed to the
    same value takes it. In a collision the merged fields hold *mine*. Without `base`, what both
    started from, every difference is a collision: it cannot be known whose edit it is.
    """
    fields: dict[str, Any] = {"id": theirs.__dict__["id"], "version": theirs.__dict__["version"]}
    collisions = []
    for name in type(mine).model_fields.keys() - _BOOKKEEPING:
        was = base.__dict__[name] if base else None
        here, there = mine.__dict__[name], theirs.__dict__[name]
        if base is None and here != there:
            collisions.append(Collision(name, was, here, there))
            continue
        fields[name] = there if here == was else here
        if here != was and there != was and here != there:
            collisions.append(Collision(name, was, here, there))
    return fields, sorted(collisions, key=lambda item: item.field)


def changes(before: Record | None, after: Record) -> dict[str, tuple[Any, Any]]:
    """Field → (old value, new value) for each field that differs; all filled ones at first."""
    names = type(after).model_fields.keys() - _BOOKKEEPING
    old = before.__dict__ if before else {}
    return {
        name: (old.get(name), after.__dict__[name])
        for name in sorted(names)
        if old.get(name) != after.__dict__[name] and (before or after.__dict__[name])
    }
