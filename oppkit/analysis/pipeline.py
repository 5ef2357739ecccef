"""The open pipeline and its forecast, gross and weighted, by any dimension.

Every figure is a sum over lines already rounded to the currency's decimals, so any breakdown adds
up to the total exactly. A group in which no line has an amount has none: null, not 0.

`by` names dimensions, see `oppkit.analysis.dimensions`; `where` narrows the pipeline down, see
`oppkit.analysis.selection.Where`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ibis

from oppkit.analysis import money
from oppkit.analysis.dimensions import MEASURES, PART, SALE_TYPE, TAG, check
from oppkit.analysis.labels import named
from oppkit.analysis.parts import IN_HORIZON, PARTS
from oppkit.analysis.selection import Where, narrowed, opportunities, with_lines, with_tags
from oppkit.analysis.snapshot import Snapshot


def weighted(
    snapshot: Snapshot, by: Iterable[str] = (), where: Where = None, months: int = 12,
    labels: str | None = None,
) -> ibis.Table:  # fmt: skip
    """The open pipeline grouped by dimensions: their columns, then `MEASURES`, in order of `by`.

    `opportunities` is their number, the other measures are decimals in the base currency. Every
    open opportunity counts, a missing value of a dimension being a group of its own (null); won,
    lost and abandoned ones never do. With `tag` in `by` an opportunity counts in each of its tags
    (see `counts_more_than_once`). `months` is the horizon of the dimension `part`. With `labels`
    ("fr" or "en") codes are replaced by their labels, in the order of their lists.
    Raises `UnknownDimension`.
    """
    table = _grouped(snapshot, opportunities(snapshot, where, months), by, where)
    return named(snapshot, table, labels) if labels else table


def forecast(
    snapshot: Snapshot, by: Iterable[str] = ("month",), months: int = 12, where: Where = None,
    labels: str | None = None,
) -> ibis.Table:  # fmt: skip
    """What is expected to be signed within `months` calendar months, the current one included.

    Same columns as `weighted`; `reconciliation` accounts for what is not in it.
    """
    table = opportunities(snapshot, where, months)
    table = _grouped(snapshot, table.filter(table[PART] == IN_HORIZON), by, where)
    return named(snapshot, table, labels) if labels else table


def reconciliation(snapshot: Snapshot, months: int = 12, where: Where = None) -> ibis.Table:
    """The whole open pipeline in seven parts: `part`, then `MEASURES`, in the order of `PARTS`.

    Always seven rows, adding up exactly to `weighted(snapshot, where=where)`. An amount here is
    the sum of what is known, so 0 in a part that is empty or has no amounts.
    """
    found = weighted(snapshot, [PART], where, months)
    every = ibis.array(list(PARTS)).unnest().name(PART).as_table()
    joined = every.left_join(found, PART)
    table = joined.select(PART, **{name: joined[name].fill_null(0) for name in MEASURES})
    rank = ibis.cases(*((table[PART] == name, place) for place, name in enumerate(PARTS)))
    return table.order_by(rank)


def _grouped(snapshot: Snapshot, table: ibis.Table, by: Iterable[str], where: Where) -> ibis.Table:
    by = check(by)
    rows = measured(snapshot, table, by, where)
    # Ibis gives a sum two decimals at least: yen have none.
    exact = f"decimal(38, {snapshot.decimals})"
    sums = {name: rows[name].sum().cast(exact) for name in MEASURES[1:]}
    count = rows.id.nunique() if by_line(by, where) else rows.count()
    grouped = rows.group_by(*by) if by else rows
    result = grouped.aggregate(opportunities=count, **sums)
    # A null group comes last on every engine.
    return result.order_by([ibis.asc(name, nulls_first=False) for name in by]) if by else result


def by_line(by: Iterable[str], where: Where) -> bool:
    """Whether lines must be read: where sale types are asked for, or wanted."""
    return SALE_TYPE in {*by, *(where if isinstance(where, Mapping) else ())}


def measured(
    snapshot: Snapshot, table: ibis.Table, by: tuple[str, ...], where: Where
) -> ibis.Table:
    """What is summed: id, probability, `by` and the measures of opportunities, or of their lines.

    `table` is of `oppkit.analysis.selection.opportunities`; one with tags is there for each.
    """
    wanted = where if isinstance(where, Mapping) else {}
    return (_lines if by_line(by, where) else _whole)(snapshot, table, by, wanted)


def _whole(
    snapshot: Snapshot, table: ibis.Table, by: tuple[str, ...], where: Mapping[str, Any]
) -> ibis.Table:
    own = [name for name in by if name != TAG]
    rows = table.select("id", "probability", *own, *MEASURES[1:])
    rows = with_tags(rows, snapshot) if TAG in by else rows
    return narrowed(rows, where, {TAG} & {*where} & {*rows.columns})


def _lines(
    snapshot: Snapshot, table: ibis.Table, by: tuple[str, ...], where: Mapping[str, Any]
) -> ibis.Table:
    """Only what is needed is selected before joining."""
    own = [name for name in by if name not in (SALE_TYPE, TAG)]
    of_line = {"amount", "margin"} | ({SALE_TYPE} & {*by, *where})
    rows = with_lines(table.select("id", "probability", *own), snapshot, sorted(of_line))
    rows = with_tags(rows, snapshot) if TAG in by else rows
    rows = narrowed(rows, where, {SALE_TYPE, TAG} & {*where} & {*rows.columns})
    places, probability = snapshot.decimals, rows.probability
    return rows.select(
        "id", "probability", *by,
        amount=money.rounded(rows.amount, places),
        margin=money.rounded(rows.margin, places),
        weighted_amount=money.weighted(rows.amount, probability, places),
        weighted_margin=money.weighted(rows.margin, probability, places),
    )  # fmt: skip
