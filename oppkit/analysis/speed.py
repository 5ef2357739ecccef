"""How long opportunities stay in each status, how old the open ones are, how long a sale takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from oppkit.analysis.funnel import CLOSINGS, Row, Where
from oppkit.analysis.intervals import FEW
from oppkit.analysis.journeys import Journeys, described
from oppkit.analysis.tally import incidences, ordered

_LEFT = "left"
_WEEK = 7


def stays(
    journeys: Journeys, where: Where | None = None, bounds: Sequence[float] | None = None
) -> list[Row]:
    """A row per status, in their order:

        stays, left     how many times it was entered, and left again
        days            median days until it is left, those who still stay being censored, with its
                        intervals `days_low_95`, `days_low_80`…; null where it cannot be told
        open            how many stay in it now
        waiting, waiting_high   days these have been there: the median, and what one in ten exceeds
        age             their median days since the opening
        few             fewer than 10 have left

    Raises `UnknownDimension`.
    """
    rows = _stays(journeys, where or {}, bounds)
    cause = _has_left(rows).ifelse(ibis.literal(_LEFT), ibis.null("string"))
    found = incidences(rows.select("status", "since", "days", cause=cause), ["status"], [_LEFT])
    ages = _ages(rows)
    return [
        {
            "status": status, "stays": one.cases, "left": one.ended(),
            **one.median(_LEFT).columns("days"),
            **ages.get(status, {"open": 0, "waiting": None, "waiting_high": None, "age": None}),
            "few": one.ended() < FEW,
        }
        for status in journeys.statuses() if (one := found.get((status,)))
    ]  # fmt: skip


def waiting(
    journeys: Journeys, where: Where | None = None, bounds: Sequence[float] | None = None
) -> list[Row]:
    """How many open opportunities have been in their status for how many whole weeks.

    `status`, `days` (of the weeks gone by) and `opportunities`, by status and days.
    """
    rows = _still(_stays(journeys, where or {}, bounds))
    rows = rows.select("status", days=(rows.days // _WEEK) * _WEEK)
    counts = rows.group_by("status", "days").aggregate(opportunities=rows.count())
    ranks = {status: place for place, status in enumerate(journeys.statuses())}
    found: list[Row] = counts.to_pyarrow().to_pylist()
    return sorted(found, key=lambda row: (ranks[row["status"]], row["days"]))


def cycle(
    journeys: Journeys, by: Sequence[str] = (), where: Where | None = None,
    bounds: Sequence[float] | None = None,
) -> list[Row]:  # fmt: skip
    """A row per group: `opportunities`, how many were `won`, and `days` from opening to won.

    That is the median of those that are won in the end, with its intervals `days_low_95`…: the
    slow ones that are still open are allowed for. `few`: fewer than 10 were won.
    Raises `UnknownDimension`.
    """
    by = tuple(dict.fromkeys(by))
    table = described(journeys, by, where or {}, bounds)
    cases = table.select(*by, "since", "days", cause=table.closing)
    found = incidences(cases, by, CLOSINGS)
    return [
        {
            **dict(zip(by, key, strict=True)),
            "opportunities": found[key].cases, "won": (won := found[key].ended("won")),
            **found[key].median("won", of_all=False).columns("days"), "few": won < FEW,
        }
        for key in ordered(list(found))
    ]  # fmt: skip


def _stays(journeys: Journeys, where: Where, bounds: Sequence[float] | None) -> ibis.Table:
    """The stays of the journeys that match, with the age of each and whether it is open."""
    journey = described(journeys, (), where, bounds)
    journey = journey.select("id", "is_open", age=journey.days)
    return journeys.stay.inner_join(journey, journeys.stay.opportunity_id == journey.id)


def _has_left(rows: ibis.Table) -> Any:
    return rows.next_status.notnull() | rows.closing.notnull()


def _still(rows: ibis.Table) -> ibis.Table:
    """The stays that last: neither left nor cut off by a deletion."""
    return rows.filter(rows.is_open, ~_has_left(rows))


def _ages(rows: ibis.Table) -> dict[str, Row]:
    still = _still(rows)
    summed = still.group_by("status").aggregate(
        open=still.count(), waiting=still.days.quantile(0.5), age=still.age.quantile(0.5),
        waiting_high=still.days.quantile(0.9),
    )  # fmt: skip
    found: list[Row] = summed.to_pyarrow().to_pylist()
    return {row.pop("status"): row for row in found}
