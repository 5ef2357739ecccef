-- Events: tasks, appointments and notes.

-- name: get
select
    id, version, kind, subject, starts_at, ends_at, due_on, done_on, owner_id, customer_id,
    site_id, contact_id, opportunity_id, comment
from event where id = :id;

-- name: every
select
    id, version, kind, subject, starts_at, ends_at, due_on, done_on, owner_id, customer_id,
    site_id, contact_id, opportunity_id, comment
from event order by id;

-- name: of_ids
select
    id, version, kind, subject, starts_at, ends_at, due_on, done_on, owner_id, customer_id,
    site_id, contact_id, opportunity_id, comment
from event where id = any(cast(:ids as bigint[])) order by id;

-- name: drop_ids
delete from event where id = any(cast(:ids as bigint[]));

-- name: add
insert into event (
    id, version, kind, subject, starts_at, ends_at, due_on, done_on, owner_id, customer_id,
    site_id, contact_id, opportunity_id, comment, search_text
) values (
    :id, :version, :kind, :subject, :starts_at, :ends_at, :due_on, :done_on, :owner_id,
    :customer_id, :site_id, :contact_id, :opportunity_id, :comment, :search_text
);

-- name: update
update event set
    version = :version, kind = :kind, subject = :subject, starts_at = :starts_at,
    ends_at = :ends_at, due_on = :due_on, done_on = :done_on, owner_id = :owner_id,
    customer_id = :customer_id, site_id = :site_id, contact_id = :contact_id,
    opportunity_id = :opportunity_id, comment = :comment, search_text = :search_text
where id = :id;

-- name: delete
delete from event where id = :id;

-- What refers to it and so keeps it from being deleted.
-- name: referrers
select '' as code where 1 = 0;

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
select 'opportunity', cast(:opportunity_id as bigint)
where cast(:opportunity_id as bigint) is not null
    and not exists (select 1 from opportunity where id = :opportunity_id)
union all
select 'contact', given.id from unnest(cast(:contact_ids as bigint[])) as given(id)
where not exists (select 1 from contact where contact.id = given.id)
union all
select 'employee', given.id from unnest(cast(:employee_ids as bigint[])) as given(id)
where not exists (select 1 from employee where employee.id = given.id);
