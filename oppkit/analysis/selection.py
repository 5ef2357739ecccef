"""Which opportunities, and which of their lines and tags, an analysis is about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeAlias

import ibis

from oppkit.analysis.dimensions import PART, PERIODS, SALE_TYPE, TAG, check, matches, period
from oppkit.analysis.parts import part
from oppkit.analysis.snapshot import Snapshot

# A mapping {dimension: value or list of values, None standing for no value}; or an Ibis condition
# on `snapshot.opportunity`; or a function from the table of `opportunities` to a condition.
Where: TypeAlias = Mapping[str, Any] | Callable[[ibis.Table], Any] | Any


def opportunities(snapshot: Snapshot, where: Where, months: int) -> ibis.Table:
    """The open opportunities that match: the snapshot's columns, the periods and the part.

    Raises `UnknownDimension`.
    """
    table = snapshot.opportunity.filter(snapshot.opportunity.outcome == "open")
    if isinstance(where, ibis.Value):
        table, where = table.filter(where), None
    columns = {name: period(table.expected_signature, name) for name in PERIODS}
    columns[PART] = part(table, snapshot.as_of, months)
    table = table.mutate(**columns)
    if where is None:
        return table
    if not isinstance(where, Mapping):
        return table.filter(where)
    if TAG in check(where):
        table = table.filter(table.id.isin(_tagged(snapshot, where[TAG])))
    return narrowed(table, where, set(where) - {SALE_TYPE, TAG})


def narrowed(table: ibis.Table, where: Mapping[str, Any], names: Iterable[str]) -> ibis.Table:
    """The rows that have the values wanted in the named columns."""
    conditions = [matches(table[name], where[name]) for name in sorted(names)]
    return table.filter(*conditions) if conditions else table


def _tagged(snapshot: Snapshot, wanted: Any) -> Any:
    """The identifiers of the opportunities that have a wanted tag; None stands for having none."""
    tags = with_tags(snapshot.opportunity.select("id"), snapshot)
    return narrowed(tags, {TAG: wanted}, [TAG]).id


def with_tags(table: ibis.Table, snapshot: Snapshot) -> ibis.Table:
    """Each row once for each tag of its opportunity; untagged ones once, with null."""
    tag = snapshot.tag
    return table.left_join(tag, table.id == tag.opportunity_id).select(*table.columns, tag[TAG])


def with_lines(table: ibis.Table, snapshot: Snapshot, columns: Collection[str]) -> ibis.Table:
    """Each row once for each line of its opportunity; those without lines once, with nulls."""
    line = snapshot.line.select("opportunity_id", *columns)
    return table.left_join(line, table.id == line.opportunity_id)
