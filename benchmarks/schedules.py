"""The production schedule of a million lines, against SQL written by hand.

The lines last 5 to 21 months each, 13.8 on average, and all their months are asked for. Both sides
start from the same tables in memory and spread the same six measures exactly; the SQL divides whole
numbers, which is right for amounts up to some ten billion only. "Line-months" are written to a
table, "monthly totals" end in an Arrow table.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.harness import Figure, Side, alternate, ratio
from oppkit.analysis import schedule
from oppkit.analysis.slicing import first_days
from oppkit.analysis.snapshot import Snapshot

MONTHS = 36
AS_OF = date(2026, 3, 18)
_OPPORTUNITIES, _LINES = 333_334, 3
_TABLES = f"""
create table opportunity as
select
    r as id, 'O' || r as code, 'Name ' || r as name, 'proposal' as status,
    case when hash(r, 1) % 5 = 0 then 'won' else 'open' end as outcome,
    cast(hash(r, 2) % 10001 / 10000 as decimal(5, 4)) as probability,
    date '2026-01-05' as opened_on, null::date as expected_signature,
    null::date as closed_on, null::text as loss_reason,
    'EUR' as currency, true as has_rate, 1::bigint as customer_id, 'Customer' as customer,
    (hash(r, 3) % 30)::bigint as owner_id, 'Owner ' || hash(r, 3) % 30 as owner,
    'E' || hash(r, 4) % 6 as establishment, null::text as sector, null::text as family,
    null::text as subfamily, null::text as origin_type,
    date '2026-03-01' + (hash(r, 5) % 200)::integer as production_start,
    date '2026-03-01' + (hash(r, 5) % 200 + 150 + hash(r, 6) % 480)::integer as production_end,
    1::decimal(18, 3) as amount, null::decimal(18, 3) as margin,
    null::decimal(18, 3) as weighted_amount, null::decimal(18, 3) as weighted_margin
from range({_OPPORTUNITIES}) as t(r);
create table line as
select
    (r // {_LINES})::bigint as opportunity_id, (r % {_LINES})::integer as position,
    'consulting' as sale_type, 'Line' as title, 1::decimal(18, 4) as quantity,
    cast(hash(r, 7) % 10000000 / 100 as decimal(18, 3)) as amount,
    cast(hash(r, 8) % 1000000 / 100 as decimal(18, 3)) as margin,
    null::integer as duration_months, null::text as recurrence,
    cast(hash(r, 9) % 200 / 2 as decimal(18, 4)) as days
from range({_OPPORTUNITIES * _LINES}) as t(r);
create table tag (opportunity_id bigint, tag text);
create table label (list text, code text, label_fr text, label_en text, rank integer);
create table affair as
select
    id, code, name, status, id as opportunity_id, currency, has_rate, customer_id, customer,
    owner_id, owner, establishment, sector, family, subfamily, production_start, production_end,
    amount, margin, null::decimal(18, 4) as days
from opportunity where false;
create table affair_tag (affair_id bigint, tag text);
"""
_MEASURES = ("days", "weighted_days", "amount", "weighted_amount", "margin", "weighted_margin")
_UNITS = {name: 10_000 if name.endswith("days") else 100 for name in _MEASURES}
_SHARES = ", ".join(
    f"(2 * {name} * last + length) // (2 * length)"
    f" - (2 * {name} * first + length) // (2 * length) as {name}"
    for name in _MEASURES
)
_BY_HAND = f"""
with
lines as (
    select
        o.id, l.position, case o.outcome when 'won' then 'won' else 'probable' end as plan,
        o.production_start as begins, o.production_end - o.production_start + 1 as length,
        (l.days * 10000)::bigint as days, (round(l.days * p, 4) * 10000)::bigint as weighted_days,
        (l.amount * 100)::bigint as amount,
        (round(l.amount * p, 2) * 100)::bigint as weighted_amount,
        (l.margin * 100)::bigint as margin,
        (round(l.margin * p, 2) * 100)::bigint as weighted_margin
    from (
        select *, case outcome when 'won' then 1 else probability end as p from opportunity
    ) as o
    join line as l on l.opportunity_id = o.id
),
months as (
    select month::date as month, (month + interval 1 month)::date as following
    from unnest($1::date[]) as t(month)
),
spread as (
    select id, position, plan, month, {_SHARES}
    from (
        select *, greatest(month - begins, 0) as first, least(following - begins, length) as last
        from lines join months on month < begins + length::integer and begins < following
    )
)
"""
_TOTALS = (
    _BY_HAND
    + "select month, plan, "
    + ", ".join(f"sum({name}) as {name}" for name in _MEASURES)
    + " from spread group by all order by month, plan desc"
)
_LINE_MONTHS = (
    "create or replace table by_hand as"
    + _BY_HAND
    + "select id, position, plan, month, "
    + ", ".join(
        f"({name}::decimal(18, 0) * {1 / unit:.4f}::decimal(5, 4))::decimal(18, 4) as {name}"
        for name, unit in _UNITS.items()
    )
    + " from spread"
)


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """The aims are 1.5 s for monthly totals and 3 s for line-months, of a million lines always."""
    with duckdb.connect() as connection:
        connection.execute(_TABLES)
        snapshot = Snapshot.of_duckdb(connection, AS_OF, "EUR", 2)
        days = first_days(AS_OF, MONTHS)[:-1]
        ours = snapshot.connection.compile(schedule.schedule(snapshot, months=MONTHS))
        line_months = snapshot.connection.compile(schedule.line_months(snapshot, MONTHS))
        kept = f"create or replace table ours as {line_months}"
        sides: dict[str, Side] = {
            "SQL": lambda: lambda: connection.sql(_TOTALS, params=[days]).to_arrow_table(),
            "oppkit": lambda: lambda: connection.sql(ours).to_arrow_table(),
            "SQL, lines": lambda: lambda: connection.execute(_LINE_MONTHS, [days]),
            "oppkit, lines": lambda: lambda: connection.execute(kept),
        }
        _require_agreement(*(asked()().to_pylist() for asked in (sides["SQL"], sides["oppkit"])))
        taken = alternate(sides, max(3, rounds // 15))
        [[count]] = connection.execute("select count(*) from ours").fetchall()
    spread = f"{count / 1e6:.1f} million line-months"
    return [
        Figure("schedules", "monthly totals of 1 million lines", taken["oppkit"], "s", 1.5, spread),
        ratio("schedules", "the same against SQL", taken, "oppkit", "SQL", 1.3),
        Figure("schedules", "line-months in a table", taken["oppkit, lines"], "s", 3.0, spread),
        ratio("schedules", "the same against SQL", taken, "oppkit, lines", "SQL, lines", 1.3),
    ]  # fmt: skip


def _require_agreement(by_hand: list[Any], ours: list[Any]) -> None:
    """Two that answer different questions must not be compared; the SQL gives cents."""
    for theirs, mine in zip(by_hand, ours, strict=True):
        for name, unit in _UNITS.items():
            if theirs["plan"] != mine["plan"] or theirs[name] != mine[name] * unit:
                raise AssertionError(f"{name}: {theirs} by hand, {mine} by oppkit")
