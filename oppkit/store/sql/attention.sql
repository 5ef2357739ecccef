-- Open opportunities that want looking at: one row for each of them and each reason, with the figures
-- behind it. Days are those of the place that is :offset minutes away from UTC.

-- The days on which something was done: a save, or an event by its own day (one without any, by the
-- day on which it was written down). What is planned for later has not been done yet.
-- fragment: activity
select
    opportunity_id,
    cast(
        (valid_from at time zone 'UTC') + cast(:offset as integer) * interval '1 minute' as date
    ) as day
from opportunity_version
union
select
    e.opportunity_id,
    coalesce(
        e.done_on,
        cast(
            (e.starts_at at time zone 'UTC') + cast(:offset as integer) * interval '1 minute'
            as date
        ),
        e.due_on,
        cast(
            (w.valid_from at time zone 'UTC') + cast(:offset as integer) * interval '1 minute'
            as date
        )
    )
from event as e
left join record_version as w on w.record_id = e.id and w.version = 1
where e.opportunity_id is not null;

-- From one day of activity to the next, with the status in which the opportunity was left.
-- fragment: gaps
select a.opportunity_id, a.day, a.next_day - a.day as days, v.status
from (
    select
        opportunity_id, day, lead(day) over (partition by opportunity_id order by day) as next_day
    from activity where day <= cast(:today as date)
) as a
inner join (
    select
        opportunity_id, status, outcome,
        cast(
            (valid_from at time zone 'UTC') + cast(:offset as integer) * interval '1 minute'
            as date
        ) as begins,
        cast(
            (valid_to at time zone 'UTC') + cast(:offset as integer) * interval '1 minute' as date
        ) as ends
    from opportunity_version
) as v
    on v.opportunity_id = a.opportunity_id and v.begins <= a.day
    and (v.ends is null or v.ends > a.day)
where v.outcome = 'open';

-- name: list
with activity as (
    -- include: activity
),

gap as (
    -- include: gaps
),

-- The median of each status, where it was seen often enough to be usual.
usual as (
    select status, percentile_disc(0.5) within group (order by days) as days
    from gap where days is not null
    group by status having count(*) >= cast(:enough as bigint)
),

sale as (
    select
        o.id, o.code, o.name, c.name as customer, o.owner_id,
        trim(e.first_name || ' ' || e.last_name) as owner, o.status, o.expected_signature,
        o.production_start, o.probability, o.currency, o.amount
    from opportunity as o
    inner join reference as s on s.list = 'status' and s.code = o.status and s.outcome = 'open'
    inner join customer as c on c.id = o.customer_id
    left join employee as e on e.id = o.owner_id
    where true
    -- include: owned_by
),

redated as (
    select
        opportunity_id, expected_signature,
        lag(expected_signature) over (partition by opportunity_id order by version) as previous
    from opportunity_version
),

found as (
    select
        id, 1 as place, cast(:today as date) - expected_signature as days,
        cast(null as bigint) as usual, cast(null as bigint) as times,
        cast(null as date) as day_before, cast(null as numeric(18, 3)) as amount_before,
        cast(null as text) as currency_before
    from sale where expected_signature < cast(:today as date)
    union all
    select s.id, 2, cast(:today as date) - g.day, u.days, null, null, null, null
    from sale as s
    inner join gap as g on g.opportunity_id = s.id and g.days is null
    inner join usual as u on u.status = s.status
    where cast(:today as date) - g.day > u.days * cast(:patience as integer)
    union all
    select s.id, 3, null, null, count(*), min(r.previous), null, null
    from sale as s
    inner join redated as r on r.opportunity_id = s.id and r.expected_signature > r.previous
    group by s.id having count(*) >= cast(:pushes as bigint)
    union all
    select id, 4, null, null, null, null, null, null
    from sale
    where probability < cast(:low as numeric(5, 4))
        and expected_signature >= cast(:today as date)
        and expected_signature < cast(:month_end as date)
    union all
    select id, 5, expected_signature - production_start, null, null, production_start, null, null
    from sale where production_start < expected_signature
    union all
    select s.id, 6, null, null, null, null, v.amount, v.currency
    from sale as s
    inner join opportunity_version as v
        on v.opportunity_id = s.id and v.valid_from < cast(:week_ago as timestamptz)
        and (v.valid_to is null or v.valid_to >= cast(:week_ago as timestamptz))
    where v.amount is not null and s.amount is not null and v.amount <> 0
        and (
            v.currency <> s.currency
            or abs(s.amount - v.amount) >= abs(v.amount) * cast(:large as numeric(5, 4))
        )
)

select
    f.place, s.id, s.code, s.name, s.customer, s.owner_id, s.owner, s.status,
    s.expected_signature, s.probability, s.currency, s.amount, f.days, f.usual, f.times,
    f.day_before, f.amount_before, f.currency_before
from found as f
inner join sale as s on s.id = f.id
order by f.place, s.amount desc nulls last, s.id;

-- fragment: owned_by
and o.owner_id = any(cast(:owned_by as bigint[]));
