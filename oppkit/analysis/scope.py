"""Whether an opportunity was, and is, in what a movement is about: a period, and a condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

import ibis

from oppkit.analysis.dimensions import PERIODS, SALE_TYPE, TAG, matches
from oppkit.analysis.selection import narrowed, with_tags
from oppkit.analysis.snapshot import Snapshot
from oppkit.analysis.span import Span

# The first day of a period, and the first one after it.
Period: TypeAlias = tuple[date, date]
SIDES = ("before", "after")


def scoped(
    table: ibis.Table, span: Span, by: Sequence[str], within: Period | None,
    where: Mapping[str, Any],
) -> ibis.Table:  # fmt: skip
    """The transitions with `dated_…` (its date is wanted) and `kept_…` (all else is), as booleans.

    Each stands for before and after. One row per tag where these are asked for.
    """
    tags = TAG in by or TAG in where
    table = _with_tags(table, span, by, where) if tags else table
    own = {name: wanted for name, wanted in where.items() if name not in (SALE_TYPE, TAG)}
    columns: dict[str, Any] = {}
    for side in SIDES:
        dated = [_inside(table[f"day_{side}"], within)] if within else []
        kept = [table[f"tagged_{side}"]] if tags else []
        for name, wanted in own.items():
            found = matches(table[f"{name}_{side}"], wanted).fill_null(False)
            (dated if name in PERIODS else kept).append(found)
        columns |= {f"dated_{side}": _all(dated), f"kept_{side}": _all(kept)}
    return table.mutate(**columns)


def _inside(day: Any, within: Period) -> Any:
    first, beyond = within
    return ((day >= ibis.literal(first)) & (day < ibis.literal(beyond))).fill_null(False)


def _all(conditions: Sequence[Any]) -> Any:
    return ibis.and_(*conditions) if conditions else ibis.literal(True)


def _with_tags(
    table: ibis.Table, span: Span, by: Sequence[str], where: Mapping[str, Any]
) -> ibis.Table:
    """Who has a wanted tag before or after, and when; each tag by itself where asked for."""
    sides = (_tags(span.opening, "before", where), _tags(span.closing, "after", where))
    keys = ["opportunity_id", *([TAG] if TAG in by else [])]
    found = sides[0].union(sides[1]).group_by(*keys)
    tags = found.aggregate(**{f"tagged_{side}": ibis._[f"tagged_{side}"].any() for side in SIDES})
    return table.inner_join(tags, table.id == tags.opportunity_id).drop("opportunity_id")


def _tags(snapshot: Snapshot, side: str, where: Mapping[str, Any]) -> ibis.Table:
    tags = with_tags(snapshot.opportunity.select("id"), snapshot)
    tags = narrowed(tags, where, {TAG} & {*where})
    flags = {f"tagged_{one}": ibis.literal(one == side) for one in SIDES}
    return tags.select(TAG, opportunity_id=tags.id, **flags)
