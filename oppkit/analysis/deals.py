"""The open pipeline as deals: what may be won or lost as a whole, with a probability.

A deal is an opportunity, all of whose lines are won or lost together. By sale type it is what an
opportunity has of that type, and by tag it counts in each of its tags: such deals are not
independent of each other, and groups of them cannot be added up.

Here amounts are floats, for a distribution is worked out with floats. What a deal is expected to
bring is the sum of the rounded weighted amounts of its lines, so that means are weighted forecasts
to the cent. (Where lines of both signs cancel to a few cents, rounding can leave more than the
amount, or less than nothing; then it is the amount, or nothing.)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis

from oppkit.analysis.dimensions import DIMENSIONS, PART, PERIODS, check, period
from oppkit.analysis.parts import IN_HORIZON
from oppkit.analysis.pipeline import by_line, measured
from oppkit.analysis.selection import Where, opportunities
from oppkit.analysis.snapshot import Snapshot

# A chance may be given for any opportunity: where it stands in the forecast does not matter then.
CHANCED = tuple(name for name in DIMENSIONS if name != PART)


def deals(
    snapshot: Snapshot, by: Iterable[str] = (), where: Where = None, months: int = 12
) -> ibis.Table:
    """What is expected to be signed within `months` calendar months, with what people entered.

    `opportunity_id`, `by`, `amount`, `probability` (0 to 1) and `expected`: as many deals, and in
    all as much, as the weighted forecast has. Raises `UnknownDimension`.
    """
    names = check(by)
    table = opportunities(snapshot, where, months)
    rows = _summed(snapshot, table.filter(table[PART] == IN_HORIZON), names, where)
    expected = rows.weighted_amount.cast("float64")
    return _told(rows, names, rows.probability.cast("float64"), expected)


def with_chances(
    snapshot: Snapshot, chances: ibis.Table, by: Iterable[str] = (), where: Where = None
) -> ibis.Table:
    """The same with chances in place of the probabilities entered: open, with a known amount.

    `chances` has opportunity_id, month (the date of its first day) and chance, which is that of
    being signed in this month. Months, quarters and years are these; of one with several months in
    a period the chances are added, since it is signed in one of them only. Raises
    `UnknownDimension`.
    """
    names = check(by, CHANCED)
    table = opportunities(snapshot, where, months=1)
    table = table.filter(table.has_rate & table.amount.notnull()).drop(*PERIODS)
    rows = _summed(snapshot, table, tuple(name for name in names if name not in PERIODS), where)
    rows = rows.inner_join(_by_period(chances, names), rows.id == chances.opportunity_id)
    return _told(rows, names, rows.chance, rows.amount.cast("float64") * rows.chance)


def _summed(snapshot: Snapshot, table: ibis.Table, by: tuple[str, ...], where: Where) -> ibis.Table:
    """One row per deal that has an amount: id, probability, `by`, amount and weighted amount."""
    rows = measured(snapshot, table, by, where)
    if by_line(by, where):
        rows = rows.group_by("id", "probability", *by).aggregate(
            amount=rows.amount.sum(), weighted_amount=rows.weighted_amount.sum()
        )
    return rows.filter(rows.amount.notnull())


def _by_period(chances: ibis.Table, by: tuple[str, ...]) -> ibis.Table:
    """One row per opportunity and period asked for, or for all months together."""
    periods = {name: period(chances.month, name) for name in by if name in PERIODS}
    rows = chances.select("opportunity_id", "chance", **periods)
    return rows.group_by("opportunity_id", *periods).aggregate(chance=rows.chance.sum())


def _told(rows: ibis.Table, by: tuple[str, ...], probability: Any, expected: Any) -> ibis.Table:
    """The columns of a deal; what is expected of it lies between nothing and its amount."""
    amount = rows.amount.cast("float64")
    least, most = ibis.least(amount, 0.0), ibis.greatest(amount, 0.0)
    return rows.select(
        *by, opportunity_id=rows.id, amount=amount, probability=probability,
        expected=ibis.greatest(least, ibis.least(most, expected)),
    )  # fmt: skip
