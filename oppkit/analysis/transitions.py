"""Each opportunity as it stood at two moments, side by side, and what became of it in between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import ibis

from oppkit.analysis.dimensions import PART, PERIODS, SALE_TYPE, TAG, period
from oppkit.analysis.parts import part
from oppkit.analysis.snapshot import Snapshot
from oppkit.analysis.span import Span

FACTS = (
    "code", "name", "outcome", "amount", "probability", "expected_signature", "closed_on", "status",
    "owner", "customer", "currency",
)  # fmt: skip
# One that was closed leaves from the status it stood in: it was not lost from the status "lost".
_LEFT_BEHIND = ("status", PART)
_HORIZON = 12  # months; of the dimension `part`


def transitions(span: Span, dimensions: Iterable[str]) -> ibis.Table:
    """One row for each opportunity that was open, is open, or came and was closed meanwhile.

    `id`; each of `FACTS`, and of the dimensions that belong to the opportunity, as `…_before` and
    `…_after`; and what became of it, as booleans:

        stays    open at the opening and still there, open or closed, at the closing
        goes     open at the opening and deleted since
        enters   not open at the opening, and open now; or new, and closed already
        is_new   unknown before the opening; else it was closed or deleted then
        leaves   it stays or enters, and is closed at the closing

    Periods are those of the expected signature, and of the actual one once it is won. An owner or
    customer who was renamed has the closing's name on both sides.
    """
    own = [name for name in dict.fromkeys(dimensions) if name not in (SALE_TYPE, TAG)]
    before, after = _side(_renamed(span), own, "before"), _side(span.closing, own, "after")
    table = before.outer_join(after, before.id_before == after.id_after)
    table = table.mutate(id=ibis.coalesce(table.id_after, table.id_before))
    table = _fates(table, span)
    columns = {
        f"{name}_after": (table.stays & table.leaves).ifelse(
            table[f"{name}_before"], table[f"{name}_after"]
        )
        for name in _LEFT_BEHIND if name in own
    }  # fmt: skip
    return table.mutate(**columns) if columns else table


def _side(snapshot: Snapshot, own: Iterable[str], side: str) -> ibis.Table:
    table = snapshot.opportunity
    won = (table.outcome == "won") & table.closed_on.notnull()
    day = won.ifelse(table.closed_on, table.expected_signature)
    computed: dict[str, Any] = {name: period(day, name) for name in PERIODS}
    computed |= {"day": day, PART: part(table, snapshot.as_of, _HORIZON)}
    table = table.mutate(**computed)
    names = dict.fromkeys(("id", "day", *FACTS, *own))
    return table.select(**{f"{name}_{side}": table[name] for name in names})


def _renamed(span: Span) -> Snapshot:
    """The opening with the names that people and customers have at the closing."""
    table = span.opening.opportunity
    for name in ("owner", "customer"):
        key = f"{name}_id"
        now = span.closing.opportunity
        names = now.select(known=now[key], current=now[name]).distinct()
        joined = table.left_join(names, table[key] == names.known)
        renamed = joined.mutate(**{name: ibis.coalesce(joined.current, joined[name])})
        table = renamed.select(*table.columns)
    return replace(span.opening, opportunity=table)


def _fates(table: ibis.Table, span: Span) -> ibis.Table:
    """The rows that the movement is about, with what became of each."""
    deleted = span.earlier.select(deleted=span.earlier.opportunity_id)
    table = table.left_join(deleted, table.id == deleted.deleted)
    was_open, is_open = (
        (table[f"outcome_{side}"] == "open").fill_null(False) for side in ("before", "after")
    )
    is_there = table.id_after.notnull()
    is_new = table.id_before.isnull() & table.deleted.isnull()
    stays, enters = was_open & is_there, ~was_open & is_there & (is_open | is_new)
    table = table.mutate(
        stays=stays, goes=was_open & ~is_there, enters=enters, is_new=is_new,
        leaves=(stays | enters) & ~is_open,
    )  # fmt: skip
    return table.filter(table.stays | table.goes | table.enters).drop("deleted")
