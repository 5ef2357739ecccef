"""Two people changed the same record: keep both edits where they touch different things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from oppkit.model.errors import Collision
from oppkit.model.record import Record
from oppkit.model.references import OWNER_ROLE

_BOOKKEEPING = {"id", "version"}
_ABSENT = object()

Parts = Sequence[Any]


def merged(
    base: Record | None, mine: Record, theirs: Record
) -> tuple[dict[str, Any], list[Collision]]:
    """The fields of the merged record, and the fields on which the two edits differ.

    A field that only one side changed takes that side's value; a field that both changed to the
    same value takes it. Tags, responsibles, participants, sites and contacts are merged entry by
    entry, lines place by place. In a collision the merged fields hold *mine*. Without `base`, what
    both started from, every difference is a collision: it cannot be known whose edit it is.
    """
    fields: dict[str, Any] = {
        name: theirs.__dict__[name] for name in _BOOKKEEPING if name in theirs.__dict__
    }
    collisions = []
    for name in sorted(type(mine).model_fields.keys() - _BOOKKEEPING):
        was = base.__dict__[name] if base else None
        here, there = mine.__dict__[name], theirs.__dict__[name]
        both = base is None or (here != was and there != was)
        if not both or here == there:
            fields[name] = there if here == was else here
            continue
        together = _together(name, was, here, there) if base else None
        fields[name] = here if together is None else together
        if together is None:
            collisions.append(Collision(name, was, here, there))
    return fields, collisions


def changes(before: Record | None, after: Record) -> dict[str, tuple[Any, Any]]:
    """Field → (old value, new value) for each field that differs; all filled ones at first."""
    names = type(after).model_fields.keys() - _BOOKKEEPING
    old = before.__dict__ if before else {}
    return {
        name: (old.get(name), after.__dict__[name])
        for name in sorted(names)
        if old.get(name) != after.__dict__[name] and (before or after.__dict__[name])
    }


def _together(name: str, base: Any, mine: Any, theirs: Any) -> tuple[Any, ...] | None:
    """Both edits of a field made of several values; None where they collide."""
    if name == "lines":
        return _line_by_line(base, mine, theirs)
    key = _KEYS.get(name)
    return _entry_by_entry(base, mine, theirs, key) if key else None


# There is one owner: two owners chosen by two people are two values of one entry.
_KEYS: dict[str, Callable[[Any], Any]] = {
    "tags": lambda tag: tag,
    "responsibles": lambda person: OWNER_ROLE if person.role == OWNER_ROLE else person,
    "participants": lambda person: person,
    "sites": lambda site: site if site.id is None else site.id,
    "contacts": lambda contact: contact if contact.id is None else contact.id,
}


def _entry_by_entry(
    base: Parts, mine: Parts, theirs: Parts, key: Callable[[Any], Any]
) -> tuple[Any, ...] | None:
    """Entries that either side added or removed; new ones come last, in an order of their own.

    None when one entry got two values, when both sides put the others in a new order, or when an
    entry stands twice.
    """
    was, here, there = ({key(entry): entry for entry in side} for side in (base, mine, theirs))
    if (len(was), len(here), len(there)) != (len(base), len(mine), len(theirs)):
        return None
    found = {}
    for name in {**was, **here, **there}:
        value = _either(was.get(name, _ABSENT), here.get(name, _ABSENT), there.get(name, _ABSENT))
        if value is None:
            return None
        found[name] = value
    order = _order(list(was), list(here), list(there))
    if order is None:
        return None
    added = sorted((name for name in found if name not in was), key=repr)
    return tuple(found[name] for name in [*order, *added] if found[name] is not _ABSENT)


def _either(was: Any, here: Any, there: Any) -> Any:
    """The value of the side that changed it; None when both did and differ."""
    if here in (was, there):
        return there
    return here if there == was else None


def _order(was: list[Any], here: list[Any], there: list[Any]) -> list[Any] | None:
    """The order of the entries known before: that of the side that changed it, None if both did."""
    orders = []
    for side in (here, there):
        kept = [name for name in side if name in was]
        if kept != [name for name in was if name in side]:
            # Entries that this side removed stay behind: they are left out anyway.
            orders.append([*kept, *(name for name in was if name not in side)])
    if len(orders) == 2 and orders[0] != orders[1]:
        return None
    return orders[0] if orders else was


def _line_by_line(base: Parts, mine: Parts, theirs: Parts) -> tuple[Any, ...] | None:
    """Lines edited in different places; None once a line was added, removed or moved."""
    if not len(base) == len(mine) == len(theirs) or _moved(base, mine) or _moved(base, theirs):
        return None
    lines = [_either(*places) for places in zip(base, mine, theirs, strict=True)]
    return None if any(line is None for line in lines) else tuple(lines)


def _moved(base: Parts, side: Parts) -> bool:
    """Whether a changed place holds a line that another changed place held before."""
    changed = [(old, new) for old, new in zip(base, side, strict=True) if old != new]
    return bool(Counter(old for old, _ in changed) & Counter(new for _, new in changed))
