-- Duplicates merged into one record: what has to be led to it, and what was merged.

-- Records of any kind that refer to one of these. Identifiers come from one sequence, so a customer
-- and its contacts are looked for at once.
-- name: referrers
select 'opportunity' as kind, id from opportunity
where customer_id = any(cast(:ids as bigint[])) or origin_id = any(cast(:ids as bigint[]))
union
select 'quote', id from quote
where customer_id = any(cast(:ids as bigint[])) or contact_id = any(cast(:ids as bigint[]))
    or opportunity_id = any(cast(:ids as bigint[]))
union
select 'affair', id from affair
where customer_id = any(cast(:ids as bigint[])) or opportunity_id = any(cast(:ids as bigint[]))
union
select 'event', id from event
where customer_id = any(cast(:ids as bigint[])) or contact_id = any(cast(:ids as bigint[]))
    or opportunity_id = any(cast(:ids as bigint[]))
union
select holder.kind, holder.id
from participant as p
inner join (
    select 'opportunity' as kind, id from opportunity
    union all select 'quote', id from quote
    union all select 'affair', id from affair
) as holder on holder.id = p.record_id
where p.contact_id = any(cast(:ids as bigint[]))
order by 1, 2;

-- name: add
insert into merged_record (record_id, into_id, kind, merged_at, author)
values (:record_id, :into_id, :kind, :merged_at, :author);

-- What became of records that are no more; the latest merge of one comes last.
-- name: into
select record_id, into_id from merged_record
where record_id = any(cast(:ids as bigint[])) and record_id not in (
    select id from customer union all select id from contact union all select id from opportunity
)
order by merged_at;

-- What was merged into a record, oldest first.
-- name: merged_into
select record_id, merged_at, author from merged_record
where into_id = :id and kind = :kind order by merged_at, record_id;

-- The customers that sites belong to.
-- name: site_homes
select id, customer_id from site where id = any(cast(:ids as bigint[]));

-- The customers that contacts belong to.
-- name: contact_homes
select id, customer_id from contact where id = any(cast(:ids as bigint[]));
