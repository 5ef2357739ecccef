"""What each opportunity was worth before and after, and at the steps from the one to the other.

The steps are always taken in the same order, since what a new probability does depends on whether
the amount has changed before:

    before      the lines of the opening at its rates, with its probability
    repriced    the lines of the closing at the opening's rates, with the opening's probability
    reweighed   the same with the closing's probability
    after       the lines of the closing at its rates, with its probability

Each is a sum over lines rounded one by one, so that the differences add up exactly. What is unknown
(no amount, no probability, no rate) is worth 0. One that was closed keeps the probability it had
when it was open: it was not first devalued to 0 % and then lost for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis

from oppkit.analysis import money
from oppkit.analysis.dimensions import SALE_TYPE
from oppkit.analysis.selection import narrowed
from oppkit.analysis.span import Span

WORTH = (
    "worth_before", "weighted_before", "worth_repriced", "weighted_repriced",
    "weighted_reweighed", "worth_after", "weighted_after",
)  # fmt: skip


def valued(
    table: ibis.Table, span: Span, by: Sequence[str], where: Mapping[str, Any]
) -> ibis.Table:
    """The transitions with `WORTH` as decimals, one row per sale type where these are asked for.

    A condition on sale types counts these lines only, and leaves out who has none of them.
    """
    narrow = {SALE_TYPE} & {*where}
    split = [SALE_TYPE] if SALE_TYPE in by else []
    kept = sorted({*split, *narrow})
    lines = _before(table, span, kept).union(_after(table, span, kept))
    lines = narrowed(lines, where, narrow)
    exact = f"decimal(38, {span.closing.decimals})"
    sums = {name: lines[name].sum().cast(exact) for name in WORTH}
    worth = lines.group_by("owner_of_line", *split).aggregate(**sums)
    same = table.id == worth.owner_of_line
    joined = table.inner_join(worth, same) if narrow else table.left_join(worth, same)
    known = {name: joined[name].fill_null(ibis.literal(0).cast(exact)) for name in WORTH}
    return joined.mutate(**known).drop("owner_of_line")


def _before(table: ibis.Table, span: Span, kept: Sequence[str]) -> ibis.Table:
    owners = table.select("id", chance=table.probability_before)
    lines = span.opening.line.select("opportunity_id", "amount", *kept)
    rows = owners.inner_join(lines, owners.id == lines.opportunity_id)
    return _measured(
        rows, kept, span.closing.decimals,
        worth_before=(rows.amount, None), weighted_before=(rows.amount, rows.chance),
    )  # fmt: skip


def _after(table: ibis.Table, span: Span, kept: Sequence[str]) -> ibis.Table:
    closed = table.stays & table.leaves
    owners = table.select(
        "id", chance=table.probability_before,
        new_chance=closed.ifelse(table.probability_before, table.probability_after),
        redenominated=(table.currency_before != table.currency_after).fill_null(False),
    )  # fmt: skip
    lines = span.closing.line.select("opportunity_id", "position", "amount", *kept)
    rows = owners.inner_join(lines, owners.id == lines.opportunity_id)
    steady = span.steady.select(
        steady_id=span.steady.opportunity_id, place=span.steady.position,
        steady_amount=span.steady.amount,
    )  # fmt: skip
    rows = rows.left_join(steady, (rows.id == steady.steady_id) & (rows.position == steady.place))
    # Where the new currency had no rate yet, the closing's own has to do.
    unrated = rows.redenominated & rows.steady_amount.isnull()
    amount = (rows.steady_id.isnull() | unrated).ifelse(rows.amount, rows.steady_amount)
    return _measured(
        rows, kept, span.closing.decimals,
        worth_repriced=(amount, None), weighted_repriced=(amount, rows.chance),
        weighted_reweighed=(amount, rows.new_chance),
        worth_after=(rows.amount, None), weighted_after=(rows.amount, rows.new_chance),
    )  # fmt: skip


def _measured(
    rows: ibis.Table, kept: Sequence[str], places: int, **values: tuple[Any, Any]
) -> ibis.Table:
    """One row per line: whose it is, and its share of each of `WORTH`, null where it has none."""
    nothing = ibis.null(f"decimal(18, {places})")
    columns = dict.fromkeys(WORTH, nothing) | {
        name: money.rounded(amount, places)
        if chance is None
        else money.weighted(amount, chance, places)
        for name, (amount, chance) in values.items()
    }
    return rows.select(*kept, owner_of_line=rows.id, **columns)
