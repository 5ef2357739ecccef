-- Contacts at customers.

-- name: of
select
    id, customer_id, position, first_name, last_name, job, email, phone, language, site, active
from contact where customer_id = :id order by position;

-- name: every
select
    id, customer_id, position, first_name, last_name, job, email, phone, language, site, active
from contact order by customer_id, position;

-- name: of_ids
select
    id, customer_id, position, first_name, last_name, job, email, phone, language, site, active
from contact
where customer_id = any(cast(:ids as bigint[])) order by customer_id, position;

-- name: drop_ids
delete from contact where customer_id = any(cast(:ids as bigint[]));

-- name: clear
delete from contact where customer_id = :id;

-- Those that are no longer among the customer's.
-- name: keep
delete from contact where customer_id = :id and not id = any(cast(:kept as bigint[]));

-- name: add
insert into contact (
    id, customer_id, position, first_name, last_name, job, email, phone, language, site, active,
    search_text
) values (
    :id, :customer_id, :position, :first_name, :last_name, :job, :email, :phone, :language,
    :site, :active, :search_text
) on conflict (id) do update set
    position = excluded.position, first_name = excluded.first_name,
    last_name = excluded.last_name, job = excluded.job, email = excluded.email,
    phone = excluded.phone, language = excluded.language, site = excluded.site,
    active = excluded.active, search_text = excluded.search_text;

-- Contacts about to be removed to which something refers.
-- name: removed_in_use
select c.last_name as name, o.code as referrer
from contact as c
inner join participant as p on p.contact_id = c.id
inner join opportunity as o on o.id = p.record_id
where c.customer_id = :id and not c.id = any(cast(:kept as bigint[]))
union all
select c.last_name, q.code
from contact as c
inner join participant as p on p.contact_id = c.id
inner join quote as q on q.id = p.record_id
where c.customer_id = :id and not c.id = any(cast(:kept as bigint[]))
union all
select c.last_name, a.code
from contact as c
inner join participant as p on p.contact_id = c.id
inner join affair as a on a.id = p.record_id
where c.customer_id = :id and not c.id = any(cast(:kept as bigint[]))
union all
select c.last_name, q.code from contact as c inner join quote as q on q.contact_id = c.id
where c.customer_id = :id and not c.id = any(cast(:kept as bigint[]))
union all
select c.last_name, e.subject from contact as c inner join event as e on e.contact_id = c.id
where c.customer_id = :id and not c.id = any(cast(:kept as bigint[]));
