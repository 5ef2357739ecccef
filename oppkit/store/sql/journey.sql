-- Fills the tables of journeys and stays (oppkit/analysis/journeys.py) in an in-memory DuckDB from
-- the history of the workspace attached as `live`. DuckDB only.
-- What was saved counts on the day of the save; days are of 24 hours, back from the end of :as_of.
-- `currency_rate`, `person_name`, `customer_name` and `label` are those of snapshot.sql.

-- name: version
create or replace temp table version as
select
    opportunity_id, version, status, outcome, closed_on,
    cast(:as_of as date) - cast(
        (epoch_us(cast(:ends_at as timestamptz)) - epoch_us(valid_from) - 1) // 86400000000
        as integer) as day
from live.opportunity_version
where valid_from < cast(:ends_at as timestamptz);

-- When each was first saved, and since when it had its status then: the day that was typed.
-- name: beginning
create or replace temp table beginning as
select
    v.opportunity_id, v.day,
    least(v.day, greatest(r.opened_on, coalesce(r.status_on, r.opened_on))) as entered_on
from version as v
inner join (
    select opportunity_id, opened_on,
        try_cast(json_extract_string(record, '$.status_on') as date) as status_on
    from live.opportunity_version where version = 1
) as r on r.opportunity_id = v.opportunity_id
where v.version = 1;

-- Each opportunity as it was last known; `gone_on` is the day on which it was deleted. A deletion
-- that was undone is none.
-- name: latest
create or replace temp table latest as
select
    v.*,
    case when v.valid_to < cast(:ends_at as timestamptz)
        then cast(:as_of as date) - cast(
            (epoch_us(cast(:ends_at as timestamptz)) - epoch_us(v.valid_to) - 1) // 86400000000
            as integer)
        end as gone_on
from (
    select
        opportunity_id, version, valid_to, outcome, opened_on, closed_on, currency, amount,
        owner_id, customer_id, establishment, sector, family, subfamily, origin_type
    from live.opportunity_version
) as v
inner join (
    select opportunity_id, max(version) as version from version group by opportunity_id
) as w on w.opportunity_id = v.opportunity_id and w.version = v.version;

-- Versions of one status in a row are one run; reopening begins another episode.
-- name: run
create or replace temp table run as
select
    *, lead(status) over w as next_status, lead(outcome) over w as next_outcome,
    lead(day) over w as next_day,
    count(*) filter (outcome = 'open' and was <> 'open') over (
        partition by opportunity_id order by version
        rows between unbounded preceding and current row) as episode
from (
    select *, lag(status) over w as before, lag(outcome) over w as was from version
    window w as (partition by opportunity_id order by version)
) as each_version
where before is distinct from status
window w as (partition by opportunity_id order by version);

-- How each episode was closed. A closing corrected by another (lost, then abandoned) is the latter.
-- name: closing
create or replace temp table closing as
select
    r.opportunity_id, r.episode, max_by(r.outcome, r.version) as outcome,
    least(
        cast(:as_of as date),
        coalesce(
            case when bool_or(r.next_outcome is null) then max(l.closed_on) end,
            max_by(coalesce(r.closed_on, r.day), r.version))) as closed_on
from run as r
inner join latest as l on l.opportunity_id = r.opportunity_id
where r.outcome <> 'open'
group by r.opportunity_id, r.episode;

-- A closing counts on its own day, not on that of the save; never before the opportunity was seen.
-- name: stay
create table stay as
select
    opportunity_id, status, entered_on, known_on - entered_on as since,
    greatest(
        known_on,
        case
            when next_outcome is null then seen_until
            when next_outcome = 'open' then next_day
            else closed_on
            end
    ) - entered_on as days,
    case when next_outcome = 'open' then next_status end as next_status,
    case when next_outcome <> 'open' then closing end as closing
from (
    select
        r.opportunity_id, r.status, r.day as known_on,
        case when r.was is null then b.entered_on else r.day end as entered_on,
        r.next_status, r.next_outcome, r.next_day, c.outcome as closing, c.closed_on,
        coalesce(l.gone_on, cast(:as_of as date)) as seen_until
    from run as r
    inner join latest as l on l.opportunity_id = r.opportunity_id
    inner join beginning as b on b.opportunity_id = r.opportunity_id
    left join closing as c on c.opportunity_id = r.opportunity_id and c.episode = r.episode
    where r.outcome = 'open'
) as visit;

-- Opportunities are followed from their opening, but no earlier than the workspace has anything to
-- tell: of those that were closed before nothing is known.
-- name: journey
create table journey as
select
    l.opportunity_id as id, l.opened_on,
    greatest(0, s.starts_on - l.opened_on) as since,
    greatest(
        0, s.starts_on - l.opened_on,
        coalesce(c.closed_on, l.gone_on, cast(:as_of as date)) - l.opened_on) as days,
    case when l.outcome <> 'open' then l.outcome end as closing,
    l.outcome = 'open' and l.gone_on is null as is_open,
    l.currency, l.customer_id, m.name as customer, l.owner_id, e.name as owner,
    l.establishment, l.sector, l.family, l.subfamily, l.origin_type,
    case when l.currency = :base then l.amount
        else cast(round(cast(l.amount as numeric(19, 3)) * r.rate, :decimals) as numeric(18, 3))
        end as amount
from latest as l
cross join (
    select least((select min(day) from beginning), (select min(closed_on) from closing))
        as starts_on
) as s
left join (
    select opportunity_id, max_by(closed_on, episode) as closed_on from closing
    group by opportunity_id
) as c on c.opportunity_id = l.opportunity_id and l.outcome <> 'open'
left join currency_rate as r on r.currency = l.currency
left join customer_name as m on m.id = l.customer_id
left join person_name as e on e.id = l.owner_id;
