-- The opportunity itself; its lines, tags, responsibles and participants lie in files of their own.

-- name: get
select
    id, version, code, name, customer_id, site_id, origin_type, origin_id, origin_text, status,
    status_on, opened_on, expected_signature, production_start, production_end, probability,
    probability_typed, currency, establishment, sector, family, subfamily, closed_on,
    loss_reason, close_comment, comment, owner_id, amount, margin
from opportunity where id = :id;

-- name: every
select
    id, version, code, name, customer_id, site_id, origin_type, origin_id, origin_text, status,
    status_on, opened_on, expected_signature, production_start, production_end, probability,
    probability_typed, currency, establishment, sector, family, subfamily, closed_on,
    loss_reason, close_comment, comment, owner_id, amount, margin
from opportunity order by id;

-- name: of_ids
select
    id, version, code, name, customer_id, site_id, origin_type, origin_id, origin_text, status,
    status_on, opened_on, expected_signature, production_start, production_end, probability,
    probability_typed, currency, establishment, sector, family, subfamily, closed_on,
    loss_reason, close_comment, comment, owner_id, amount, margin
from opportunity where id = any(cast(:ids as bigint[])) order by id;

-- name: drop_ids
delete from opportunity where id = any(cast(:ids as bigint[]));

-- name: find
select id from opportunity where code = :code;

-- name: codes
select id, code from opportunity;

-- name: add
insert into opportunity (
    id, version, code, name, customer_id, site_id, origin_type, origin_id, origin_text, status,
    status_on, opened_on, expected_signature, production_start, production_end, probability,
    probability_typed, currency, establishment, sector, family, subfamily, closed_on,
    loss_reason, close_comment, comment, owner_id, amount, margin, search_text
) values (
    :id, :version, :code, :name, :customer_id, :site_id, :origin_type, :origin_id, :origin_text,
    :status, :status_on, :opened_on, :expected_signature, :production_start, :production_end,
    :probability, :probability_typed, :currency, :establishment, :sector, :family, :subfamily,
    :closed_on, :loss_reason, :close_comment, :comment, :owner_id, :amount, :margin,
    :search_text
);

-- name: update
update opportunity set
    version = :version, code = :code, name = :name, customer_id = :customer_id,
    site_id = :site_id, origin_type = :origin_type, origin_id = :origin_id,
    origin_text = :origin_text, status = :status, status_on = :status_on,
    opened_on = :opened_on, expected_signature = :expected_signature,
    production_start = :production_start, production_end = :production_end,
    probability = :probability, probability_typed = :probability_typed, currency = :currency,
    establishment = :establishment, sector = :sector, family = :family, subfamily = :subfamily,
    closed_on = :closed_on, loss_reason = :loss_reason, close_comment = :close_comment,
    comment = :comment, owner_id = :owner_id, amount = :amount, margin = :margin,
    search_text = :search_text
where id = :id;

-- name: delete
delete from opportunity where id = :id;

-- What refers to it and so keeps it from being deleted.
-- name: referrers
select code from quote where opportunity_id = :id
union all
select code from affair where opportunity_id = :id
union all
select subject as code from event where opportunity_id = :id;

-- The kind of its origin type says of what kind the record is that it came from.
-- name: brought_by_event
select o.id
from opportunity as o
inner join reference as t on t.list = 'origin_type' and t.code = o.origin_type
where o.origin_id = :id and t.kind in ('event', 'call')
order by o.id;

-- Origins that are no records: campaigns, say. The most frequent ones first.
-- name: origin_texts
select origin_text as text, count(*) as times
from opportunity
where origin_type = :origin_type and origin_id is null and origin_text <> ''
group by origin_text
order by times desc, text
limit 1000;

-- What it refers to and is not there.
-- name: strangers
select 'customer' as kind, cast(:customer_id as bigint) as id
where cast(:customer_id as bigint) is not null
    and not exists (select 1 from customer where id = :customer_id)
union all
select 'site', cast(:site_id as bigint)
where cast(:site_id as bigint) is not null
    and not exists (select 1 from site where id = :site_id and customer_id = :customer_id)
union all
select 'contact', given.id from unnest(cast(:contact_ids as bigint[])) as given(id)
where not exists (select 1 from contact where contact.id = given.id)
union all
select 'employee', given.id from unnest(cast(:employee_ids as bigint[])) as given(id)
where not exists (select 1 from employee where employee.id = given.id);
