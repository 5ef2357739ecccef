"""Moment cells of deals: one statement that turns any number of them into a small table.

Deals of one group are counted together where they have nearly the same probability and amount: the
percent that the one rounds to, the thousandth below 10 % (`level`, in thousandths), and the quarter
of a doubling (`bin`: ⌊4·log₂|amount|⌋) and the sign of the other.
Floats are squared, since decimals would overflow. Cells are read by
`oppkit.analysis.distribution.Cells.of_columns`; any partition of them sums to the whole.

Where few deals are behind a group, or one dwarfs the others, the deals themselves are wanted too
(`singles`). Who they are is told from the cells, so that nothing needs to be sorted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ibis

KEY = ("level", "bin", "sign")
SUMS = ("n", "a1", "a2", "a3", "ap", "a2pq")
LEAST = "least"
FINE_BELOW = 0.0995  # of probabilities that are small a percent is a large part
_BINS_TO_A_DOUBLING = 4
# Engines tell logarithms with an error in the last bit, and amounts stand on borders: 8, 1024.
_BEYOND_ERRORS = 1e-11


def keyed(deals: ibis.Table) -> ibis.Table:
    """`deals` that are worth something, with the `KEY` of their cell."""
    deals = deals.filter(deals.amount != 0)
    p = deals.probability
    level = (p < FINE_BELOW).ifelse((p * 1000).round(), (p * 100).round() * 10)
    return deals.mutate(
        level=level.cast("int16"),
        bin=(deals.amount.abs().log2() * _BINS_TO_A_DOUBLING + _BEYOND_ERRORS)
        .floor()
        .cast("int16"),
        sign=deals.amount.sign().cast("int8"),
    )


def cells(deals: ibis.Table, by: Iterable[str] = ()) -> ibis.Table:
    """`by`, `KEY`, and of each cell the number of deals n, Σa, Σa², Σa³, Σap and Σa²p(1−p).

    `deals` is of `oppkit.analysis.deals`, p being expected / amount.
    """
    deals = keyed(deals)
    a, expected = deals.amount, deals.expected
    return deals.group_by(*by, *KEY).aggregate(
        n=deals.count().cast("float64"), a1=a.sum(), a2=(a * a).sum(), a3=(a * a * a).sum(),
        ap=expected.sum(), a2pq=(expected * (a - expected)).sum(),
    )  # fmt: skip


def singles(deals: ibis.Table, by: Sequence[str], least: Sequence[Mapping[str, Any]]) -> ibis.Table:
    """The deals of some groups whose |amount| is not below a limit: their columns and `KEY`.

    `least` has a row for each of these groups: `by`, and the limit as `LEAST`.
    """
    rows = in_groups(keyed(deals), by, least)
    return rows.filter(rows.amount.abs() >= rows[LEAST]).drop(LEAST)


def in_groups(
    deals: ibis.Table, by: Sequence[str], groups: Sequence[Mapping[str, Any]]
) -> ibis.Table:
    """The deals of some groups, with what else is known of these."""
    of_group = {name: deals[name].type() for name in by}
    schema = {name: of_group.get(name, "float64") for name in groups[0]} if groups else of_group
    wanted = ibis.memtable([dict(row) for row in groups], schema=schema)
    same = [deals[name].identical_to(wanted[name]) for name in by]
    rows = deals.inner_join(wanted, same) if by else deals.cross_join(wanted)
    return rows.select(
        *(deals[name] for name in deals.columns), *(wanted[n] for n in schema if n not in by)
    )
