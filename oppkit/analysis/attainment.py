"""What a period has brought and may still bring: won, open and weighted, for targets.

Won is what was signed in the period, by its actual date; open is what is expected to be signed in
it. What is overdue stays in the period for which it was expected, and what has no date is in none.
All amounts are in the base currency at the snapshot's rates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from oppkit.analysis import money
from oppkit.analysis.dimensions import period
from oppkit.analysis.snapshot import Snapshot

MEASURES = ("won", "open", "weighted")
SCOPES = ("owner_id", "establishment")


def attained(snapshot: Snapshot, length: str, by: Sequence[str] = ()) -> ibis.Table:
    """`begins` (the first day of a month, quarter or year), the scopes `by`, then `MEASURES`.

    `unvalued` counts the opportunities whose amount, or weighted amount where they are open, is
    unknown: they are in no sum.
    """
    exact = f"decimal(38, {snapshot.decimals})"
    rows = _won(snapshot, length, by).union(_open(snapshot, length, by))
    sums = {name: rows[name].sum().cast(exact).fill_null(0) for name in MEASURES}
    unvalued = rows.unvalued.sum().cast("int64")
    grouped = rows.filter(rows.begins.notnull()).group_by("begins", *by)
    table = grouped.aggregate(**sums, unvalued=unvalued)
    return table.order_by([ibis.asc(name, nulls_first=False) for name in ("begins", *by)])


def _won(snapshot: Snapshot, length: str, by: Sequence[str]) -> ibis.Table:
    table = snapshot.opportunity.filter(snapshot.opportunity.outcome == "won")
    amount = money.rounded(table.amount, snapshot.decimals)
    unvalued = table.amount.isnull()
    return _rows(table, snapshot, length, by, table.closed_on, unvalued, won=amount)


def _open(snapshot: Snapshot, length: str, by: Sequence[str]) -> ibis.Table:
    table = snapshot.opportunity.filter(snapshot.opportunity.outcome == "open")
    places = snapshot.decimals
    return _rows(
        table, snapshot, length, by, table.expected_signature,
        table.amount.isnull() | table.probability.isnull(),
        open=money.rounded(table.amount, places),
        weighted=money.rounded(table.weighted_amount, places),
    )  # fmt: skip


def _rows(
    table: ibis.Table, snapshot: Snapshot, length: str, by: Sequence[str], day: Any, unvalued: Any,
    **given: Any,
) -> ibis.Table:  # fmt: skip
    nothing = ibis.null(f"decimal(18, {snapshot.decimals})")
    measures = {name: given.get(name, nothing) for name in MEASURES}
    return table.select(*by, begins=period(day, length).cast("date"), **measures, unvalued=unvalued)
