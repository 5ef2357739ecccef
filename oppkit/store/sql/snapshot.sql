-- Fills the tables that analyses start from (oppkit/analysis/snapshot.py) in an in-memory DuckDB
-- from the workspace attached as `live`. DuckDB only.
-- Amounts are converted at the rate in force on :as_of; without a rate they stay empty.
-- They are widened to 19 digits first: DuckDB keeps the product of two numbers of 18 digits in 18
-- digits and gives up when it is longer.

-- name: currency_rate
create table currency_rate as
select cast(:base as text) as currency, cast(1 as numeric(18, 8)) as rate
union all
select currency, max_by(rate, valid_from)
from live.exchange_rate
where valid_from <= :as_of and currency <> :base
group by currency;

-- Two people or customers of one name stay two: the code tells them apart.
-- name: person_name
create table person_name as
select
    id,
    case when count(*) over (partition by name) > 1 then name || ' (' || code || ')' else name end
        as name
from (
    select id, code, trim(first_name || ' ' || last_name) as name from live.employee
) as people;

-- name: customer_name
create table customer_name as
select
    id,
    case when count(*) over (partition by name) > 1 then name || ' (' || code || ')' else name end
        as name
from live.customer;

-- name: label
create table label as
select list, code, label_fr, label_en, rank from live.reference;

-- name: line
create table line as
select
    l.opportunity_id, l.position, l.sale_type, l.title, l.quantity,
    case when o.currency = :base then l.amount
        else cast(round(cast(l.amount as numeric(19, 3)) * r.rate, :decimals) as numeric(18, 3))
        end as amount,
    case when o.currency = :base then l.margin
        else cast(round(cast(l.margin as numeric(19, 3)) * r.rate, :decimals) as numeric(18, 3))
        end as margin,
    l.duration_months, l.recurrence
from live.line as l
inner join live.opportunity as o on o.id = l.opportunity_id
left join currency_rate as r on r.currency = o.currency;

-- The opportunity's amounts are the sums of its lines, so that every breakdown adds up to them.
-- fragment: sums
select
    opportunity_id, cast(sum(amount) as numeric(18, 3)) as amount,
    cast(sum(margin) as numeric(18, 3)) as margin
from line group by opportunity_id;

-- name: opportunity
create table opportunity as
select
    o.id, o.code, o.name, o.status, coalesce(s.outcome, 'open') as outcome, o.probability,
    o.opened_on, o.expected_signature, o.closed_on, o.loss_reason, o.currency,
    r.rate is not null as has_rate,
    o.customer_id, c.name as customer, o.owner_id, e.name as owner,
    o.establishment, o.sector, o.family, o.subfamily, o.origin_type,
    o.production_start, o.production_end, l.amount, l.margin
from live.opportunity as o
left join live.reference as s on s.list = 'status' and s.code = o.status
left join currency_rate as r on r.currency = o.currency
left join customer_name as c on c.id = o.customer_id
left join person_name as e on e.id = o.owner_id
left join (
    -- include: sums
) as l on l.opportunity_id = o.id;

-- name: tag
create table tag as
select t.record_id as opportunity_id, t.tag
from live.tagging as t
semi join opportunity as o on o.id = t.record_id;

-- The same from the history: each opportunity as it was known at the end of :as_of.
-- name: past_version
create temp table past_version as
select
    opportunity_id, status, outcome, probability, opened_on, expected_signature, closed_on,
    currency, customer_id, owner_id, establishment, sector, family, subfamily, origin_type,
    from_json(record, '{
        "code": "VARCHAR", "name": "VARCHAR", "loss_reason": "VARCHAR",
        "production_start": "DATE", "production_end": "DATE", "tags": ["VARCHAR"],
        "lines": [{
            "sale_type": "VARCHAR", "title": "VARCHAR", "quantity": "DECIMAL(18,4)",
            "amount": "DECIMAL(18,3)", "margin": "DECIMAL(18,3)",
            "duration_months": "INTEGER", "recurrence": "VARCHAR"}]}') as record
from live.opportunity_version
where valid_from < cast(:ends_at as timestamptz)
    and (valid_to is null or valid_to >= cast(:ends_at as timestamptz));

-- name: past_line
create table line as
select
    l.opportunity_id, l.position, l.line.sale_type as sale_type, l.line.title as title,
    l.line.quantity as quantity,
    case when l.currency = :base then l.line.amount
        else cast(round(cast(l.line.amount as numeric(19, 3)) * r.rate, :decimals) as numeric(18, 3))
        end as amount,
    case when l.currency = :base then l.line.margin
        else cast(round(cast(l.line.margin as numeric(19, 3)) * r.rate, :decimals) as numeric(18, 3))
        end as margin,
    l.line.duration_months as duration_months, l.line.recurrence as recurrence
from (
    select
        opportunity_id, currency,
        cast(generate_subscripts(record.lines, 1) - 1 as integer) as position,
        unnest(record.lines) as line
    from past_version
) as l
left join currency_rate as r on r.currency = l.currency;

-- name: past_opportunity
create table opportunity as
select
    v.opportunity_id as id, v.record.code as code, v.record.name as name,
    v.status, v.outcome, v.probability, v.opened_on, v.expected_signature, v.closed_on,
    v.record.loss_reason as loss_reason, v.currency, r.rate is not null as has_rate,
    v.customer_id, c.name as customer, v.owner_id, e.name as owner,
    v.establishment, v.sector, v.family, v.subfamily, v.origin_type,
    v.record.production_start as production_start, v.record.production_end as production_end,
    l.amount, l.margin
from past_version as v
left join currency_rate as r on r.currency = v.currency
left join customer_name as c on c.id = v.customer_id
left join person_name as e on e.id = v.owner_id
left join (
    -- include: sums
) as l on l.opportunity_id = v.opportunity_id;

-- name: past_tag
create table tag as
select opportunity_id, unnest(record.tags) as tag from past_version;
