-- What the history tells a model (oppkit/analysis/signing/panel.py), in an in-memory DuckDB with the
-- workspace attached as `live`. DuckDB only. `origin` and `origin_rate` are those of replay.sql.
-- Days are numbers since 1970-01-01. What holds from one day until another holds at the end of the
-- first and no more at the end of the other; 2147483647 is the day that never comes.

-- name: reach
select min(valid_from) as first, greatest(max(valid_from), max(valid_to)) as last
from live.opportunity_version;

-- Each day with its first moment and that of the next, wherever days end.
-- name: day
create or replace temp table day as
select number, lag(ends_at) over (order by number) as starts_at, ends_at
from (
    select
        unnest(cast(:numbers as integer[])) as number,
        unnest(cast(:ends as timestamptz[])) as ends_at
) as days;

-- The day of a moment is that of UTC, the one before or the one after.
-- name: version
create or replace temp table version as
select
    v.opportunity_id as deal, v.version, v.valid_from, v.outcome,
    case
        when v.valid_from < s.starts_at then s.number - 1
        when v.valid_from >= s.ends_at then s.number + 1
        else s.number
        end as since,
    case
        when v.valid_to is null then 2147483647
        when v.valid_to < e.starts_at then e.number - 1
        when v.valid_to >= e.ends_at then e.number + 1
        else e.number
        end as until,
    v.status, v.expected_signature as expected
from live.opportunity_version as v
inner join day as s on s.number = epoch_us(v.valid_from) // 86400000000
left join day as e on e.number = epoch_us(v.valid_to) // 86400000000;

-- The versions in force at the end of some day, with what led to them.
-- name: held
create or replace temp table held as
select *, lead(since) over (partition by deal order by version) as next_since
from (
    select
        deal, version, outcome, since, until,
        max(since) filter (is_new) over w as run_since,
        count(*) filter (is_new) over w = 1 as is_first_run,
        count(*) filter (is_push) over w as pushes
    from (
        select
            deal, version, outcome, since, until,
            lag(status) over w is distinct from status as is_new,
            expected > lag(expected ignore nulls) over w as is_push
        from version
        window w as (partition by deal order by version)
    ) as each_version
    window w as (
        partition by deal order by version rows between unbounded preceding and current row)
) as each_version
where since < until;

-- Since when each had its status when it was first saved: the day that was typed.
-- name: beginning
create or replace temp table beginning as
select
    r.opportunity_id as deal,
    least(v.since, greatest(r.opened_on, coalesce(r.status_on, r.opened_on)) - date '1970-01-01')
        as entered
from (
    select
        opportunity_id, opened_on,
        try_cast(json_extract_string(record, '$.status_on') as date) as status_on
    from live.opportunity_version where version = 1
) as r
inner join version as v on v.deal = r.opportunity_id and v.version = 1;

-- How each was first saved.
-- name: first_version
create or replace temp table first_version as
select
    v.deal, v.valid_from, v.since, l.opened_on - date '1970-01-01' as opened,
    case when l.outcome <> 'open' then l.closed_on - date '1970-01-01' end as closed
from version as v
inner join live.opportunity_version as l on l.opportunity_id = v.deal and l.version = 1
where v.version = 1;

-- People save one at a time: what began at the same moment as others was imported, and was known
-- elsewhere before. It is followed since the eve of the first closing among them, for nothing tells
-- of those that were closed by then; without such a closing it is not followed at all. What has been
-- deleted since was not meant to be imported.
-- name: brought
create or replace temp table brought as
select
    b.deal, b.since as brought_in, greatest(b.opened, i.first_closed - 1) as since,
    least(b.since, b.closed) as until
from first_version as b
inner join (
    select valid_from, min(closed) as first_closed
    from first_version
    group by valid_from
    having count(*) > 1
) as i on i.valid_from = b.valid_from and i.first_closed < b.since
semi join live.opportunity_version as n on n.opportunity_id = b.deal and n.valid_to is null;

-- What would have more than fifteen digits once converted is treated as if its currency had no rate.
-- fragment: converted
case
    when v.currency = :base then cast(v.amount as double)
    when abs(cast(v.amount as double)) * r.rate <= 999999999999000
        then cast(round(cast(v.amount as numeric(19, 3)) * r.rate, :decimals) as double)
    end as amount,

-- fragment: called
v.opened_on - date '1970-01-01' as opened, coalesce(v.owner_id, -1) as owner,
v.customer_id as customer, v.establishment, v.sector, v.family, v.subfamily, v.origin_type

-- name: row
create table panel_row as
select
    h.origin, h.deal, v.status, cast(v.probability as double) as probability,
    v.expected_signature - date '1970-01-01' as expected,
    case when h.is_first_run then b.entered else h.run_since end as entered,
    h.pushes, h.since as touched, true as recorded,
    -- include: converted
    -- include: called
from (
    select o.number as origin, v.*
    from held as v
    inner join origin as o
        on v.since <= o.day - date '1970-01-01' and v.until > o.day - date '1970-01-01'
    where v.outcome = 'open'
) as h
inner join live.opportunity_version as v on v.opportunity_id = h.deal and v.version = h.version
inner join beginning as b on b.deal = h.deal
left join origin_rate as r on r.number = h.origin and r.currency = v.currency
union all by name
select
    o.number as origin, h.deal, 0 as pushes, false as recorded,
    -- include: called
from brought as h
inner join origin as o
    on h.since <= o.day - date '1970-01-01' and h.until > o.day - date '1970-01-01'
inner join live.opportunity_version as v on v.opportunity_id = h.deal and v.version = 1;

-- How each stood closed, as long as nothing changed about it; deleted is one way to be closed.
-- name: ending
create or replace temp table ending as
select deal, min(known) as known, max(until) as until, unnest(content)
from (
    select *, count(*) filter (is_new) over (partition by deal order by known) as place
    from (
        select
            *, lag(until) over w is distinct from known
                or lag(content) over w is distinct from content as is_new
        from (
            select
                h.deal, h.known, h.until,
                struct_pack(
                    h.outcome, v.closed_on, v.opened_on, v.amount, v.currency, v.owner_id,
                    v.customer_id, v.establishment, v.sector, v.family, v.subfamily, v.origin_type
                ) as content
            from (
                select deal, version, outcome, since as known, until
                from held where outcome <> 'open'
                union all
                select deal, version, 'deleted', until, coalesce(next_since, 2147483647)
                from held where until < coalesce(next_since, 2147483647)
            ) as h
            inner join live.opportunity_version as v
                on v.opportunity_id = h.deal and v.version = h.version
        ) as each_state
        window w as (partition by deal order by known)
    ) as each_change
) as placed
group by deal, place, content;

-- An import knew of a closing on its day.
-- name: closing
create table panel_closing as
select
    v.deal, v.outcome, v.day, v.until, b.deal is null as recorded,
    case when b.deal is null then v.known else v.day end as known,
    -- include: converted
    -- include: called
from (
    select
        *, coalesce(case when outcome <> 'deleted' then closed_on - date '1970-01-01' end, known)
            as day
    from ending
) as v
left join brought as b on b.deal = v.deal and b.brought_in = v.known and v.day < v.known
asof left join live.exchange_rate as r
    on r.currency = v.currency and r.valid_from - date '1970-01-01' <= v.day;
