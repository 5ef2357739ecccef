"""Work cut along the calendar: into months, and into before, within and beyond a horizon.

Tables of work have begins (a day number), length (in days) and `MEASURES` in units; see
`oppkit.analysis.spreading`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import ibis

from oppkit.analysis import spreading
from oppkit.analysis.dimensions import period
from oppkit.analysis.parts import horizon_end
from oppkit.analysis.spreading import MEASURES

PAST, IN_HORIZON, BEYOND = "past", "in_horizon", "beyond"
TIMES = (PAST, IN_HORIZON, BEYOND)
_EPOCH = date(1970, 1, 1)
_FAR = 10**7  # days: further than any calendar goes


def day_number(day: Any) -> Any:
    """A date column as a number of days."""
    return day.delta(ibis.literal(_EPOCH), unit="day")


def first_days(as_of: date, months: int) -> list[date]:
    """The first day of each month of a horizon, that of `as_of` being the first, and its end.

    Raises ValueError where the horizon is shorter than one month or leaves the calendar.
    """
    horizon_end(as_of, months)
    return [as_of.replace(day=1), *(horizon_end(as_of, count) for count in range(1, months + 1))]


def months(days: Sequence[date]) -> ibis.Table:
    """The months between first days: `month`, and the days on which it opens and closes."""
    table = _dates(days[:-1])
    following = table.month + ibis.interval(months=1)
    return table.mutate(opens=day_number(table.month), closes=day_number(following))


def around(days: Sequence[date]) -> ibis.Table:
    """The `part` before the first of some days, the one up to the last, and the one beyond."""
    first, end = ((day - _EPOCH).days for day in (days[0], days[-1]))
    table = ibis.array(list(TIMES)).unnest().name("part").as_table()
    return table.mutate(
        opens=table.part.cases((PAST, -_FAR), (IN_HORIZON, first), else_=end),
        closes=table.part.cases((PAST, first), (IN_HORIZON, end), else_=_FAR),
    )


def cut(rows: ibis.Table, slices: ibis.Table, keys: Collection[str]) -> ibis.Table:
    """Each row of work in each slice that it meets: `keys`, what names the slice, `MEASURES`."""
    rows = spreading.taken_apart(rows)
    ends = rows.begins + rows.length
    met = rows.join(slices, [slices.opens < ends, rows.begins < slices.closes])
    last = ibis.least(met.closes - met.begins, met.length)
    first = ibis.greatest(met.opens - met.begins, 0)
    values = {
        name: spreading.done(met, name, last) - spreading.done(met, name, first)
        for name in MEASURES
    }
    return met.select(*keys, slices.columns[0], **values)


def monthly(rows: ibis.Table, keys: Collection[str], days: Sequence[date]) -> ibis.Table:
    """Sums by `keys` and month: as `cut` by `months` would give, in half the time.

    What is done when a month begins is added to the month before and taken from the month itself,
    so that each line is divided once per month, and not at its beginning and at its end. What a
    line comes to as a whole is added to the month in which it ends.
    """
    begun, ended = _begun(rows, keys, days), _ended(rows, keys, days)
    earlier = (begun.month - ibis.interval(months=1)).cast("date")
    added = begun.mutate(month=earlier)
    taken = begun.mutate(**{name: -begun[name] for name in MEASURES})
    every = ibis.union(added, taken, ended)
    every = every.filter(every.month >= days[0], every.month < days[-1])
    return every.group_by(*keys, "month").aggregate(**spreading.sums(every))


def _begun(rows: ibis.Table, keys: Collection[str], days: Sequence[date]) -> ibis.Table:
    """What is done when each month begins, of the lines that go on across that day."""
    starts = _dates(days)
    starts = starts.mutate(opens=day_number(starts.month))
    rows = spreading.taken_apart(rows)
    ends = rows.begins + rows.length
    met = rows.join(starts, [rows.begins < starts.opens, starts.opens < ends])
    day = met.opens - met.begins
    met = met.select(*keys, "month", **{n: spreading.done(met, n, day) for n in MEASURES})
    return met.group_by(*keys, "month").aggregate(**spreading.sums(met))


def _ended(rows: ibis.Table, keys: Collection[str], days: Sequence[date]) -> ibis.Table:
    """What the lines come to, by the month of their last day."""
    last = ibis.literal(_EPOCH) + (rows.begins + rows.length - 1).as_interval("D")
    rows = rows.mutate(month=period(last, "month").cast("date"))
    rows = rows.filter(rows.month >= days[0], rows.month < days[-1])
    return rows.group_by(*keys, "month").aggregate(**spreading.sums(rows))


def _dates(days: Sequence[date]) -> ibis.Table:
    return ibis.array(list(days)).unnest().name("month").as_table()
