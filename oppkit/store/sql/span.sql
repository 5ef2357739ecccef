-- What compares two snapshots, which stand in the schemas `opening` and `closing` of one in-memory
-- DuckDB: see oppkit/store/span.py. DuckDB only. `currency_rate` is that of the opening day, and
-- `past_version` what was in force at the closing.

-- The closing lines in other currencies at the rates of the opening, so that what people changed is
-- told apart from what rates did.
-- name: steady_line
create table line as
select
    l.opportunity_id, l.position,
    try_cast(round(cast(l.amount as numeric(19, 3)) * r.rate, :decimals) as numeric(18, 3))
        as amount
from live.line as l
inner join live.opportunity as o on o.id = l.opportunity_id
left join currency_rate as r on r.currency = o.currency
where o.currency <> :base;

-- name: past_steady_line
create table line as
select
    l.opportunity_id, l.position,
    try_cast(round(cast(l.line.amount as numeric(19, 3)) * r.rate, :decimals) as numeric(18, 3))
        as amount
from (
    select
        opportunity_id, currency,
        cast(generate_subscripts(record.lines, 1) - 1 as integer) as position,
        unnest(record.lines) as line
    from past_version where currency <> :base
) as l
left join currency_rate as r on r.currency = l.currency;

-- What was there before the earlier day ended, and deleted at that moment.
-- name: earlier
create table earlier as
select distinct opportunity_id
from live.opportunity_version
where valid_from < cast(:ends_at as timestamptz)
    and opportunity_id not in (select id from opening.opportunity);
