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

-- The names of that day, from the history. What was not there yet or no more has the next name that
-- is known, else the last one: opportunities may have been imported with versions that are older
-- than the customer's own, and none is to lose its customer.
-- fragment: named_that_day
select kind, record_id, record, in_force
from (
    select
        kind, record_id, record, valid_from,
        valid_from < cast(:ends_at as timestamptz)
            and (valid_to is null or valid_to >= cast(:ends_at as timestamptz)) as in_force,
        case when valid_from >= cast(:ends_at as timestamptz) then valid_from end as later
    from live.record_version
) as versions
qualify row_number() over (
    partition by kind, record_id
    order by in_force desc, later asc nulls last, valid_from desc
) = 1;

-- Those that were there are told apart among themselves, as the live ones are.
-- fragment: told_apart
select
    id,
    case when count(*) filter (in_force) over (partition by name) > 1
            or (not in_force and count(*) over (partition by name) > 1)
        then name || ' (' || code || ')' else name end as name
from people;

-- name: past_person_name
create table person_name as
with people as (
    select
        v.record_id as id, v.record ->> '$.code' as code, v.in_force,
        trim((v.record ->> '$.first_name') || ' ' || (v.record ->> '$.last_name')) as name
    from (
        -- include: named_that_day
    ) as v
    where v.kind = 'employee'
)
-- include: told_apart
;

-- name: past_customer_name
create table customer_name as
with people as (
    select
        v.record_id as id, v.record ->> '$.code' as code, v.record ->> '$.name' as name,
        v.in_force
    from (
        -- include: named_that_day
    ) as v
    where v.kind = 'customer'
)
-- include: told_apart
;

-- Reference lists have no history: a value is called what it is called now.
-- name: label
create table label as
select list, code, label_fr, label_en, rank from live.reference;

-- Their quantity is in days. A typed amount leaves it at 1, which then says nothing.
-- name: priced_in_days
create table priced_in_days as
select code from live.reference where list = 'sale_type' and pricing = 'days';

-- What would have more than the fifteen digits of an amount once converted is treated as if its
-- currency had no rate. Estimated, as an exact sum could have too many digits itself.
-- fragment: too_large
having greatest(
    sum(abs(cast(l.amount as double)) * r.rate), sum(abs(cast(l.margin as double)) * r.rate)
) > 999999999999000;

-- name: unconvertible
create or replace temp table unconvertible as
select l.opportunity_id
from live.line as l
inner join live.opportunity as o on o.id = l.opportunity_id
inner join currency_rate as r on r.currency = o.currency
where o.currency <> :base
group by l.opportunity_id
-- include: too_large
;

-- The probability is there for the sums of the opportunity, and is gone afterwards: to look it up
-- again for each line would take as long as everything else.
-- name: line
create table line as
select
    o.probability, l.opportunity_id, l.position, l.sale_type, l.title, l.quantity,
    case when o.currency = :base then cast(round(l.amount, :decimals) as numeric(18, 3))
        else cast(round(cast(l.amount as numeric(19, 3)) * r.rate, :decimals) as numeric(18, 3))
        end as amount,
    case when o.currency = :base then cast(round(l.margin, :decimals) as numeric(18, 3))
        else cast(round(cast(l.margin as numeric(19, 3)) * r.rate, :decimals) as numeric(18, 3))
        end as margin,
    l.duration_months, l.recurrence,
    case when d.code is not null and (l.unit_price is not null or l.quantity <> 1) then l.quantity
        end as days
from live.line as l
inner join live.opportunity as o on o.id = l.opportunity_id
left join unconvertible as u on u.opportunity_id = l.opportunity_id
left join currency_rate as r on r.currency = o.currency and u.opportunity_id is null
left join priced_in_days as d on d.code = l.sale_type;

-- The opportunity's amounts are the sums of its lines, so that every breakdown adds up to them. The
-- weighted ones are rule 3 once more, held equal to oppkit.model.money by a test: in 64 bits where
-- they hold the product (see oppkit/analysis/money.py), which takes a quarter of the time.
-- fragment: sums
select
    l.opportunity_id, cast(sum(l.amount) as numeric(18, 3)) as amount,
    cast(sum(l.margin) as numeric(18, 3)) as margin,
    cast(sum(case when abs(l.amount) < 100000000000
        then cast(round(l.amount * cast(l.probability as numeric(18, 4)), :decimals)
            as numeric(18, 3))
        else cast(round(cast(l.amount as numeric(19, 3)) * l.probability, :decimals)
            as numeric(18, 3))
        end) as numeric(18, 3)) as weighted_amount,
    cast(sum(case when abs(l.margin) < 100000000000
        then cast(round(l.margin * cast(l.probability as numeric(18, 4)), :decimals)
            as numeric(18, 3))
        else cast(round(cast(l.margin as numeric(19, 3)) * l.probability, :decimals)
            as numeric(18, 3))
        end) as numeric(18, 3)) as weighted_margin
from line as l
group by l.opportunity_id;

-- name: opportunity
create table opportunity as
select
    o.id, o.code, o.name, o.status, coalesce(s.outcome, 'open') as outcome, o.probability,
    o.opened_on, o.expected_signature, o.closed_on, o.loss_reason, o.currency,
    r.rate is not null as has_rate,
    o.customer_id, c.name as customer, o.owner_id, e.name as owner,
    o.establishment, o.sector, o.family, o.subfamily, o.origin_type,
    o.production_start, o.production_end,
    l.amount, l.margin, l.weighted_amount, l.weighted_margin
from live.opportunity as o
left join live.reference as s on s.list = 'status' and s.code = o.status
left join unconvertible as u on u.opportunity_id = o.id
left join currency_rate as r on r.currency = o.currency and u.opportunity_id is null
left join customer_name as c on c.id = o.customer_id
left join person_name as e on e.id = o.owner_id
left join (
    -- include: sums
) as l on l.opportunity_id = o.id;

-- name: line_without_probability
alter table line drop column probability;

-- name: tag
create table tag as
select t.record_id as opportunity_id, t.tag
from live.tagging as t
semi join opportunity as o on o.id = t.record_id;

-- Affairs, and what their opportunities come to in their own currency.
-- name: affair_record
create or replace temp table affair_record as
select
    a.id, a.code, a.name, a.status, a.opportunity_id, a.customer_id, p.employee_id as owner_id,
    a.currency, a.budget, a.establishment, a.sector, a.family, a.subfamily, a.production_start,
    a.production_end, o.amount as sold, o.currency as sold_in
from live.affair as a
left join live.responsible as p on p.record_id = a.id and p.role = 'sales'
left join live.opportunity as o on o.id = a.opportunity_id;

-- name: affair_tag
create table affair_tag as
select t.record_id as affair_id, t.tag
from live.tagging as t
semi join affair_record as a on a.id = t.record_id;

-- name: past_affair_version
create or replace temp table past_affair_version as
select
    record_id as id,
    from_json(record, '{
        "code": "VARCHAR", "name": "VARCHAR", "status": "VARCHAR", "opportunity_id": "BIGINT",
        "customer_id": "BIGINT", "currency": "VARCHAR", "budget": "DECIMAL(18,3)",
        "establishment": "VARCHAR", "sector": "VARCHAR", "family": "VARCHAR",
        "subfamily": "VARCHAR", "production_start": "DATE", "production_end": "DATE",
        "tags": ["VARCHAR"], "responsibles": [{"role": "VARCHAR", "employee_id": "BIGINT"}]}'
    ) as record
from live.record_version
where kind = 'affair' and valid_from < cast(:ends_at as timestamptz)
    and (valid_to is null or valid_to >= cast(:ends_at as timestamptz));

-- name: past_affair_record
create or replace temp table affair_record as
select
    a.id, a.record.code as code, a.record.name as name, a.record.status as status,
    a.record.opportunity_id as opportunity_id, a.record.customer_id as customer_id,
    [p for p in a.record.responsibles if p.role = 'sales'][1].employee_id as owner_id,
    a.record.currency as currency, a.record.budget as budget,
    a.record.establishment as establishment, a.record.sector as sector,
    a.record.family as family, a.record.subfamily as subfamily,
    a.record.production_start as production_start, a.record.production_end as production_end,
    o.amount as sold, o.currency as sold_in
from past_affair_version as a
left join live.opportunity_version as o
    on o.opportunity_id = a.record.opportunity_id
    and o.valid_from < cast(:ends_at as timestamptz)
    and (o.valid_to is null or o.valid_to >= cast(:ends_at as timestamptz));

-- name: past_affair_tag
create table affair_tag as
select id as affair_id, unnest(record.tags) as tag from past_affair_version;

-- A budget of 0 is one that nobody has given. An affair knows no margin and no days of its own: they
-- are those of the lines that were sold, as long as it is all of them and its budget their sum. A
-- budget that is too large once converted has no rate, as lines have none.
-- name: affair
create table affair as
select
    a.id, a.code, a.name, a.status, a.opportunity_id, a.currency, r.rate is not null as has_rate,
    a.customer_id, c.name as customer, a.owner_id, e.name as owner,
    a.establishment, a.sector, a.family, a.subfamily, a.production_start, a.production_end,
    case when a.currency = :base then nullif(a.budget, 0)
        else cast(
            round(cast(nullif(a.budget, 0) as numeric(19, 3)) * r.rate, :decimals)
            as numeric(18, 3))
        end as amount,
    case when a.as_sold then o.margin end as margin,
    case when a.as_sold then l.days end as days
from (
    select
        *,
        count(*) over (partition by opportunity_id) = 1 and budget = sold and currency = sold_in
            as as_sold
    from affair_record
) as a
left join currency_rate as r
    on r.currency = a.currency
    and (a.currency = :base or abs(cast(a.budget as double)) * r.rate < 999999999999000)
left join customer_name as c on c.id = a.customer_id
left join person_name as e on e.id = a.owner_id
left join opportunity as o on o.id = a.opportunity_id
left join (
    select opportunity_id, try_cast(sum(days) as numeric(18, 4)) as days from line group by all
) as l on l.opportunity_id = a.opportunity_id;

-- The same from the history: each opportunity as it was known at the end of :as_of.
-- name: past_version
create or replace temp table past_version as
select
    opportunity_id, status, outcome, probability, opened_on, expected_signature, closed_on,
    currency, customer_id, owner_id, establishment, sector, family, subfamily, origin_type,
    from_json(record, '{
        "code": "VARCHAR", "name": "VARCHAR", "loss_reason": "VARCHAR",
        "production_start": "DATE", "production_end": "DATE", "tags": ["VARCHAR"],
        "lines": [{
            "sale_type": "VARCHAR", "title": "VARCHAR", "quantity": "DECIMAL(18,4)",
            "unit_price": "DECIMAL(18,4)", "amount": "DECIMAL(18,3)", "margin": "DECIMAL(18,3)",
            "duration_months": "INTEGER", "recurrence": "VARCHAR"}]}') as record
from live.opportunity_version
where valid_from < cast(:ends_at as timestamptz)
    and (valid_to is null or valid_to >= cast(:ends_at as timestamptz));

-- name: past_unconvertible
create or replace temp table unconvertible as
select l.opportunity_id
from (
    select v.opportunity_id, v.currency, v.line.amount as amount, v.line.margin as margin
    from (
        select opportunity_id, currency, unnest(record.lines) as line
        from past_version where currency <> :base
    ) as v
) as l
inner join currency_rate as r on r.currency = l.currency
group by l.opportunity_id
-- include: too_large
;

-- name: past_line
create table line as
select
    l.probability, l.opportunity_id, l.position,
    l.line.sale_type as sale_type, l.line.title as title, l.line.quantity as quantity,
    case when l.currency = :base then cast(round(l.line.amount, :decimals) as numeric(18, 3))
        else cast(round(cast(l.line.amount as numeric(19, 3)) * r.rate, :decimals) as numeric(18, 3))
        end as amount,
    case when l.currency = :base then cast(round(l.line.margin, :decimals) as numeric(18, 3))
        else cast(round(cast(l.line.margin as numeric(19, 3)) * r.rate, :decimals) as numeric(18, 3))
        end as margin,
    l.line.duration_months as duration_months, l.line.recurrence as recurrence,
    case
        when d.code is not null and (l.line.unit_price is not null or l.line.quantity <> 1)
            then l.line.quantity
        end as days
from (
    select
        opportunity_id, currency, probability,
        cast(generate_subscripts(record.lines, 1) - 1 as integer) as position,
        unnest(record.lines) as line
    from past_version
) as l
left join unconvertible as u on u.opportunity_id = l.opportunity_id
left join currency_rate as r on r.currency = l.currency and u.opportunity_id is null
left join priced_in_days as d on d.code = l.line.sale_type;

-- name: past_opportunity
create table opportunity as
select
    v.opportunity_id as id, v.record.code as code, v.record.name as name,
    v.status, v.outcome, v.probability, v.opened_on, v.expected_signature, v.closed_on,
    v.record.loss_reason as loss_reason, v.currency, r.rate is not null as has_rate,
    v.customer_id, c.name as customer, v.owner_id, e.name as owner,
    v.establishment, v.sector, v.family, v.subfamily, v.origin_type,
    v.record.production_start as production_start, v.record.production_end as production_end,
    l.amount, l.margin, l.weighted_amount, l.weighted_margin
from past_version as v
left join unconvertible as u on u.opportunity_id = v.opportunity_id
left join currency_rate as r on r.currency = v.currency and u.opportunity_id is null
left join customer_name as c on c.id = v.customer_id
left join person_name as e on e.id = v.owner_id
left join (
    -- include: sums
) as l on l.opportunity_id = v.opportunity_id;

-- name: past_tag
create table tag as
select opportunity_id, unnest(record.tags) as tag from past_version;
