"""What a field proposes while somebody types in it, best first."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from oppkit.model.search import Suggestion
from oppkit.model.texts import folded
from oppkit.store.directory import local_day, words
from oppkit.store.session import Row, Session

_BY_NAME = 'r.search_text collate "C", r.id'
_LATEST_FIRST = "r.id desc"
# What can be proposed, and in what order those that fit equally well.
_ORDERS = {
    "customer": _BY_NAME, "contact": _BY_NAME, "employee": _BY_NAME, "event": _LATEST_FIRST,
    "opportunity": _LATEST_FIRST, "affair": _LATEST_FIRST, "quote": _LATEST_FIRST,
}  # fmt: skip
_ON_THEIR_OWN = ("customer", "employee")  # the others may be looked for by their customer's name
_OPEN = frozenset(f"open_{kind}" for kind in _ORDERS)


def suggest(
    session: Session, kind: str, text: str, limit: int, customer_id: int | None,
    zone: tzinfo | None,
) -> list[Suggestion]:  # fmt: skip
    """Open records that hold every word of a text; without a text the first or latest ones."""
    order, typed = _order(kind), folded(text)
    given: dict[str, Any] = words(text, in_customer=kind not in _ON_THEIR_OWN) | {
        "customer_id": customer_id, "id": None, "place": typed or None,
        "typed": typed, "longest": max(typed.split(), key=len, default=""),
    }  # fmt: skip
    ending = f" order by {'place, ' if typed else ''}{order} limit {int(limit)}"
    unused = frozenset(name for name, value in given.items() if value is None)
    rows = session.all(f"suggestion.{kind}", given, ending=ending, without=unused)
    return [_suggestion(row, zone) for row in rows]


def named(session: Session, kind: str, record_id: int, zone: tzinfo | None) -> Suggestion | None:
    """The record under an identifier, open or not; None where there is none."""
    _order(kind)
    unused = _OPEN | frozenset(words("")) | {"customer_id", "place"}
    rows = session.all(f"suggestion.{kind}", {"id": record_id}, without=unused)
    return _suggestion(rows[0], zone) if rows else None


def _order(kind: str) -> str:
    if kind not in _ORDERS:
        raise ValueError(f"there are no suggestions of {kind!r}: {', '.join(_ORDERS)}")
    return _ORDERS[kind]


def _suggestion(row: Row, zone: tzinfo | None) -> Suggestion:
    if "starts_at" in row:
        day = local_day(row, zone)
        detail = day.isoformat() if day else ""
    else:
        detail = ", ".join(part for part in (row["first"], row["second"]) if part)
    return Suggestion(row["id"], row["code"], row["name"], detail)
