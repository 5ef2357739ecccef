"""From each status onward: to the next, to won, lost or abandoned, open ones counted as censored.

A share is that of all who entered the status, estimated from those who left it and those who are
still there; dividing by the closed ones alone would take the quick ones for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis

from oppkit.analysis.chain import Chain
from oppkit.analysis.incidence import Incidence
from oppkit.analysis.intervals import FEW, Share, against
from oppkit.analysis.journeys import Journeys, described
from oppkit.analysis.tally import Incidences, incidences, ordered

CLOSINGS = ("won", "lost", "abandoned")
Where = Mapping[str, Any]
Row = dict[str, Any]


def funnel(
    journeys: Journeys, by: Sequence[str] = (), where: Where | None = None,
    bounds: Sequence[float] | None = None,
) -> list[Row]:  # fmt: skip
    """A row per group and status, in the order of the statuses:

        entered, left   how many came in, how many have left again
        onward          share whose next step is a later status, or won
        won, lost, abandoned    share that is closed so in the end
        undecided       share of which that cannot be told: nobody was followed so long
        few             fewer than 10 have left: look at the interval, not at the share

    `onward` and `won` have their intervals: `won_low_95`, `won_low_80`, `won_high_80`… They go up
    to where all that is undecided is won.
    Who comes back to a status counts as one more who entered. Raises `UnknownDimension`.
    """
    by, statuses = tuple(dict.fromkeys(by)), journeys.statuses()
    groups: dict[tuple[Any, ...], dict[str, Incidence]] = {}
    for (*group, status), one in _steps(journeys, by, where or {}, bounds, statuses).items():
        groups.setdefault(tuple(group), {})[status] = one
    return [
        {**dict(zip(by, group, strict=True)), **row}
        for group in ordered(list(groups))
        for row in _of_group(groups[group], statuses)
    ]


def next_steps(
    journeys: Journeys, where: Where | None = None, bounds: Sequence[float] | None = None
) -> list[Row]:
    """A row per status and what came next (`to`: a status, or won, lost, abandoned).

    `left` is how many took this step, `share` their share of all stays, with its intervals, and
    `few` tells that fewer than 10 have left the status. Raises `UnknownDimension`.
    """
    statuses = journeys.statuses()
    found = _steps(journeys, (), where or {}, bounds, statuses)
    return [
        {"status": status, "to": cause, "left": number, **one.share(cause).columns("share"),
         "few": one.ended() < FEW}
        for status in statuses if (one := found.get((status,)))
        for cause in one.causes if (number := one.ended(cause))
    ]  # fmt: skip


def _steps(
    journeys: Journeys, by: Sequence[str], where: Where, bounds: Sequence[float] | None,
    statuses: Sequence[str],
) -> Incidences:  # fmt: skip
    stays = journeys.stay
    if by or where:  # else the join would only cost its time
        journey = described(journeys, by, where, bounds).select("id", *by)
        stays = stays.inner_join(journey, stays.opportunity_id == journey.id)
    to = ibis.coalesce(stays.next_status, stays.closing)
    rows = stays.select(*by, "status", "since", "days", cause=to)
    return incidences(rows, [*by, "status"], (*statuses, *CLOSINGS))


def _of_group(steps: Mapping[str, Incidence], statuses: Sequence[str]) -> list[Row]:
    chain = Chain(statuses, CLOSINGS, steps)
    won, lost, abandoned = (chain.eventually(end) for end in CLOSINGS)
    missed = chain.eventually("lost", "abandoned")
    return [
        {
            "status": status, "entered": one.cases, "left": one.ended(),
            **_onward(one, statuses[place + 1 :]).columns("onward"),
            **against(won[status], missed[status]).columns("won"),
            "lost": lost[status].value, "abandoned": abandoned[status].value,
            "undecided": max(0.0, 1 - sum(end[status].value for end in (won, lost, abandoned))),
            "few": one.ended() < FEW,
        }
        for place, status in enumerate(statuses) if (one := steps.get(status))
    ]  # fmt: skip


def _onward(one: Incidence, later: Sequence[str]) -> Share:
    ahead = (*later, "won")
    return against(one.share(*ahead), one.share(*(set(one.causes) - set(ahead))))
