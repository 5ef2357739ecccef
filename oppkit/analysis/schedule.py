"""The production schedule: what is won and what is open, spread over the days it is produced.

`oppkit.analysis.work` says what counts in which plan and over which days, and
`oppkit.analysis.spreading` how it is spread: every line adds up to its amount exactly. Measures are
days of work, amount and margin, each forecast and weighted; what is won has its full weight. A
group in which nothing is known of a measure has none: null, not 0.

`where` narrows the work down: {dimension: value or list of values, None standing for no value}.
Periods are those of the production, and not among its dimensions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import ibis

from oppkit.analysis import dimensions, slicing, spreading
from oppkit.analysis.dimensions import PERIODS, TAG
from oppkit.analysis.labels import named
from oppkit.analysis.selection import narrowed
from oppkit.analysis.slicing import TIMES
from oppkit.analysis.snapshot import Snapshot
from oppkit.analysis.spreading import MEASURES
from oppkit.analysis.work import DIMENSIONS, PLAN, PLANS, REASON, REASONS, work

PARTS = (*TIMES, *REASONS)
Where = Mapping[str, Any] | None


def schedule(
    snapshot: Snapshot, by: Iterable[str] = ("month",), months: int = 12, where: Where = None,
    labels: str | None = None,
) -> ibis.Table:  # fmt: skip
    """What is produced within `months` calendar months, the current one included.

    One row per plan and group of dimensions: `by`, `plan`, then `MEASURES`, in order of `by` and
    of the plans. With `tag` in `by` work counts in each of its tags. With `labels` ("fr" or "en")
    codes are replaced by their labels. Raises `UnknownDimension`.
    """
    by = dimensions.check(by, DIMENSIONS)
    keys = tuple(dict.fromkeys([*by, PLAN]))
    own = [name for name in keys if name not in PERIODS]
    rows = _scheduled(snapshot, own, where)
    monthly = slicing.monthly(rows, own, slicing.first_days(snapshot.as_of, months))
    monthly = monthly.mutate(**{name: dimensions.period(monthly.month, name) for name in PERIODS})
    totals = spreading.exact(monthly.group_by(*keys).aggregate(**spreading.sums(monthly)), snapshot)
    if labels:
        return named(snapshot, totals, labels, MEASURES, {PLAN: _rank(PLAN, PLANS)})
    return totals.order_by([
        _rank(PLAN, PLANS) if name == PLAN else ibis.asc(name, nulls_first=False) for name in keys
    ])  # fmt: skip


def line_months(snapshot: Snapshot, months: int = 12, where: Where = None) -> ibis.Table:
    """Each line, and each affair, in each of the `months` in which it is produced.

    Columns: id, plan, position (null for an affair), month, then `MEASURES`.
    """
    rows = _scheduled(snapshot, ("position",), where)
    calendar = slicing.months(slicing.first_days(snapshot.as_of, months))
    cut = slicing.cut(rows, calendar, ["id", PLAN, "position"])
    return spreading.exact(cut, snapshot, digits=18)


def reconciliation(snapshot: Snapshot, months: int = 12, where: Where = None) -> ibis.Table:
    """All work of each plan in nine parts: `plan`, `part`, `records`, then `MEASURES`.

    Before the current month, within the horizon, beyond it, and what cannot be scheduled by its
    reason. Always a row for each plan and part. `records` are opportunities, or affairs; one may
    be in several parts. The parts of the probable plan add up to the open pipeline exactly, those
    of the firm plan to the budgets. An amount here is the sum of what is known, so never null.
    """
    rows = _work(snapshot, (), where)
    outside = rows.filter(rows.reason.notnull())
    outside = outside.select("id", PLAN, *MEASURES, part=outside.reason)
    times = slicing.around(slicing.first_days(snapshot.as_of, months))
    inside = slicing.cut(rows.filter(rows.reason.isnull()), times, ["id", PLAN])
    every = ibis.union(inside.select(*outside.columns), outside)
    found = every.group_by(PLAN, "part").aggregate(
        records=every.id.nunique(), **spreading.sums(every)
    )
    plans = ibis.array(list(PLANS)).unnest().name(PLAN).as_table()
    grid = plans.cross_join(ibis.array(list(PARTS)).unnest().name("part").as_table())
    joined = grid.left_join(found, [PLAN, "part"])
    filled = {name: joined[name].fill_null(0) for name in ("records", *MEASURES)}
    table = spreading.exact(joined.select(PLAN, "part", **filled), snapshot)
    return table.order_by([_rank(PLAN, PLANS), _rank("part", PARTS)])


def unscheduled(snapshot: Snapshot, where: Where = None) -> ibis.Table:
    """What cannot be scheduled: `plan`, `reason`, the record, its `lines`, then `MEASURES`.

    One row per opportunity or affair and reason, with id, code, name, customer and owner; the
    largest amounts of a reason first.
    """
    record = ("code", "name", "customer", "owner")
    rows = _work(snapshot, record, where)
    rows = rows.filter(rows.reason.notnull())
    found = rows.group_by(PLAN, REASON, "id", *record).aggregate(
        lines=rows.count(), **spreading.sums(rows)
    )
    order = [_rank(PLAN, PLANS), _rank(REASON, REASONS)]
    largest = ibis.desc("amount", nulls_first=False)
    return spreading.exact(found, snapshot).order_by([*order, largest, "code", "id"])


def _work(snapshot: Snapshot, columns: Collection[str], where: Where) -> ibis.Table:
    """The work that matches: id, plan, `columns`, begins, length, reason and measures in units."""
    where = where or {}
    known = [name for name in DIMENSIONS if name not in PERIODS]
    wanted = dimensions.check(where, known)
    columns = [name for name in columns if name not in (PLAN, TAG)]
    also = {name for name in wanted if name not in (PLAN, TAG)} - set(columns)
    rows = narrowed(work(snapshot, [*columns, *also]), where, set(wanted) - {TAG})
    if TAG in wanted:
        rows = rows.filter(rows.id.isin(narrowed(_tagged(rows, snapshot), where, [TAG]).id))
    return rows.select(
        "id", PLAN, *columns, "begins", REASON, length=rows.ends - rows.begins,
        **spreading.in_units(rows, snapshot),
    )  # fmt: skip


def _scheduled(snapshot: Snapshot, columns: Collection[str], where: Where) -> ibis.Table:
    """The work that can be scheduled; once for each of its tags, where they are asked for."""
    rows = _work(snapshot, columns, where)
    rows = rows.filter(rows.reason.isnull())
    if TAG not in columns:
        return rows
    rows = _tagged(rows, snapshot)
    return narrowed(rows, where, [TAG]) if where and TAG in where else rows


def _tagged(rows: ibis.Table, snapshot: Snapshot) -> ibis.Table:
    """Each row once for each tag of its record; untagged ones once, with null."""
    tags = ibis.union(
        snapshot.tag.select(record_id=snapshot.tag.opportunity_id, tag=snapshot.tag.tag),
        snapshot.affair_tag.select(
            record_id=snapshot.affair_tag.affair_id, tag=snapshot.affair_tag.tag
        ),
    )
    return rows.left_join(tags, rows.id == tags.record_id).select(*rows.columns, tags[TAG])


def _rank(column: str, values: Iterable[str]) -> Any:
    """A column to order by: the place of its value among `values`."""
    return ibis._[column].cases(*((value, place) for place, value in enumerate(values)))
