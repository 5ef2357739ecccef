"""What part of the opportunities is won, by anything they can be told apart by, and over time.

Never won among closed: the open ones count as long as they are followed, so that neither growth nor
a habit of not closing the lost ones makes a rate look better than it is. By quarter there are two
trends. `opening_quarter` follows those opened in a quarter: young ones are mostly undecided.
`decision_quarter` takes all that was open in a quarter and what was decided in it: the share that
would be won if an opportunity lived its whole life at the pace of this quarter (the period life
table of demographers).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import ibis

from oppkit.analysis.dimensions import check
from oppkit.analysis.funnel import CLOSINGS, Row, Where
from oppkit.analysis.incidence import Incidence
from oppkit.analysis.intervals import FEW, against
from oppkit.analysis.journeys import DECIDED, DIMENSIONS, OPENED, Journeys, described
from oppkit.analysis.tally import incidences, ordered

QUARTERS = 8  # of a trend: two years


def win_rates(
    journeys: Journeys, by: Sequence[str] = (), where: Where | None = None,
    bounds: Sequence[float] | None = None,
) -> list[Row]:  # fmt: skip
    """A row per group:

        opportunities   how many there are, or were open in that quarter
        won, lost, abandoned    how many ended so
        rate            share that is won, with its intervals `rate_low_95`, `rate_low_80`…, which
                        go up to where all that is undecided is won
        undecided       share of which that cannot be told yet
        few             fewer than 10 were closed: look at the interval, not at the rate

    Trends show the last 8 quarters. Raises `UnknownDimension`.
    """
    by = check(by, (*DIMENSIONS, DECIDED))
    table = described(journeys, _own(by), where or {}, bounds)
    if OPENED in by:
        table = table.filter(table[OPENED] >= ibis.literal(quarters(journeys.as_of)[0]))
    cases = table.select("opened_on", *_own(by), "since", "days", cause=table.closing)
    cases = _by_quarter(cases, journeys.as_of) if DECIDED in by else cases
    found = incidences(cases, by, CLOSINGS)
    return [{**dict(zip(by, key, strict=True)), **_row(found[key])} for key in ordered(list(found))]


def _row(one: Incidence) -> Mapping[str, Any]:
    rate = against(one.share("won"), one.share("lost", "abandoned"))
    return {
        "opportunities": one.cases, **{cause: one.ended(cause) for cause in CLOSINGS},
        **rate.columns("rate"), "undecided": one.undecided, "few": one.ended() < FEW,
    }  # fmt: skip


def _own(by: Sequence[str]) -> list[str]:
    return [name for name in by if name != DECIDED]


def quarters(as_of: date) -> list[date]:
    """The first days of the last quarters, that of `as_of` included."""
    last = as_of.year * 4 + (as_of.month - 1) // 3
    return [date(at // 4, at % 4 * 3 + 1, 1) for at in range(last - QUARTERS + 1, last + 1)]


def _by_quarter(cases: ibis.Table, as_of: date) -> ibis.Table:
    """Each case once for each quarter in which it was open: followed since its first day."""
    starts = quarters(as_of)
    every = ibis.array([ibis.literal(start) for start in starts]).unnest().name(DECIDED).as_table()
    rows = cases.cross_join(every)
    start = rows[DECIDED]
    since = start.delta(rows.opened_on, unit="day")
    until = (start + ibis.interval(months=3)).cast("date").delta(rows.opened_on, unit="day") - 1
    rows = rows.mutate(begins=since, ends=until)
    rows = rows.filter(rows.days >= rows.begins, rows.since <= rows.ends)
    inside = rows.days <= rows.ends
    return rows.mutate(
        since=ibis.greatest(rows.since, rows.begins).cast("int64"),
        days=ibis.least(rows.days, rows.ends).cast("int64"),
        cause=inside.ifelse(rows.cause, ibis.null("string")),
    )
