"""What is to be produced: each line that is open or won, and each affair, with its days.

Work belongs to one of three plans. `firm`: affairs, commercial or in production. `won`: what is won
and has no affair yet. `probable`: what is open. Nothing counts twice: a won opportunity with an
affair is in the schedule by its affair alone, whatever the affair's status (once finished or lost
nothing is left of it), and an affair made before its opportunity is decided waits for that: until
then the opportunity counts, with its probability.

A line is produced from the opportunity's start of production to its end, both days included; where
there is no end, and always where the line recurs, for as many months as the line's duration says.
An affair has no lines: its budget is spread from its own start to its own end.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import ibis

from oppkit.analysis.dimensions import PERIODS, SALE_TYPE, TAG
from oppkit.analysis.selection import with_lines
from oppkit.analysis.slicing import day_number
from oppkit.analysis.snapshot import Snapshot

PLAN, REASON = "plan", "reason"
FIRM, WON, PROBABLE = "firm", "won", "probable"
PLANS = (FIRM, WON, PROBABLE)

# An affair has the status and the origin of its opportunity, and no sale type.
DIMENSIONS = (
    *PERIODS, PLAN, "owner", "establishment", "sector", "family", "subfamily", "customer",
    "origin_type", "status", SALE_TYPE, TAG, "currency",
)  # fmt: skip

NO_RATE, NO_AMOUNT, NO_PROBABILITY = "no_rate", "no_amount", "no_probability"
NO_START, NO_END, END_BEFORE_START = "no_start", "no_end", "end_before_start"
REASONS = (NO_RATE, NO_AMOUNT, NO_PROBABILITY, NO_START, NO_END, END_BEFORE_START)

_DELIVERING = ("commercial", "in_production")
_OF_LINE = {"position": "int32", "title": "string", SALE_TYPE: "string"}


def work(snapshot: Snapshot, columns: Collection[str]) -> ibis.Table:
    """One row per line and per affair: id, plan, `columns`, and what `schedule` spreads.

    That is amount, margin and days, probability, `begins` and `ends` (day numbers, the end being
    the first day after it) and `reason`, null where it can be scheduled. `columns` are columns of
    the opportunity (an affair has those of the same name) and of the line: position, title, sale
    type. Opportunities without lines have one row.
    """
    both = (_sales(snapshot, columns), _affairs(snapshot, columns))
    rows = ibis.union(*both, distinct=False)
    return rows.mutate(reason=_reason(rows))


def _sales(snapshot: Snapshot, columns: Collection[str]) -> ibis.Table:
    """What is open, and what is won and has no affair."""
    affair = snapshot.affair
    covered = affair.select(covered=affair.opportunity_id).distinct()
    sale = snapshot.opportunity.filter(snapshot.opportunity.outcome.isin(["open", "won"]))
    sale = sale.left_join(covered, sale.id == covered.covered)
    sale = sale.filter((sale.outcome == "open") | sale.covered.isnull())
    is_open = sale.outcome == "open"
    own = sorted(set(columns) - set(_OF_LINE))
    sale = sale.select(
        "id", "has_rate", "production_start", "production_end", *own,
        plan=is_open.ifelse(PROBABLE, WON),
        probability=is_open.ifelse(sale.probability, ibis.literal(1).cast("decimal(5, 4)")),
    )  # fmt: skip
    needed = {"amount", "margin", "days", "duration_months", "recurrence"}
    rows = with_lines(sale, snapshot, sorted(needed | set(columns) & set(_OF_LINE)))
    return _row(rows, columns, rows.duration_months, rows.recurrence.notnull())


def _affairs(snapshot: Snapshot, columns: Collection[str]) -> ibis.Table:
    """Affairs that are being delivered, of no opportunity that is still open."""
    affair, sale = snapshot.affair, snapshot.opportunity
    affair = affair.filter(affair.status.isin(_DELIVERING)).drop("status")
    sale = sale.select("outcome", "status", "origin_type", sale_id=sale.id)
    rows = affair.left_join(sale, affair.opportunity_id == sale.sale_id)
    rows = rows.filter(rows.outcome.isnull() | (rows.outcome != "open"))
    rows = rows.mutate(
        plan=ibis.literal(FIRM), probability=ibis.literal(1).cast("decimal(5, 4)"),
        **{name: ibis.null(kind) for name, kind in _OF_LINE.items() if name in columns},
    )  # fmt: skip
    return _row(rows, columns, ibis.null("int32"), ibis.literal(False))


def _row(rows: ibis.Table, columns: Collection[str], duration: Any, recurs: Any) -> ibis.Table:
    start = rows.production_start
    by_duration = day_number(start + duration.as_interval("M"))
    by_end = (day_number(rows.production_end) + 1).fill_null(by_duration)
    return rows.select(
        "id", PLAN, *sorted(columns), "has_rate", "probability", "amount", "margin", "days",
        begins=day_number(start),
        ends=ibis.cases((recurs & duration.notnull(), by_duration), else_=by_end),
    )  # fmt: skip


def _reason(rows: ibis.Table) -> Any:
    """The first that applies; a line that recurs for no month cannot be."""
    return ibis.cases(
        (~rows.has_rate, NO_RATE),
        (rows.amount.isnull(), NO_AMOUNT),
        (rows.probability.isnull(), NO_PROBABILITY),
        (rows.begins.isnull(), NO_START),
        (rows.ends.isnull(), NO_END),
        (rows.ends <= rows.begins, END_BEFORE_START),
    )
