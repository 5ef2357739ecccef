-- Sites of customers.

-- name: of
select
    id, customer_id, position, code, name, street, postcode, city, country, active
from site where customer_id = :id order by position;

-- name: every
select
    id, customer_id, position, code, name, street, postcode, city, country, active
from site order by customer_id, position;

-- name: of_ids
select
    id, customer_id, position, code, name, street, postcode, city, country, active
from site
where customer_id = any(cast(:ids as bigint[])) order by customer_id, position;

-- name: drop_ids
delete from site where customer_id = any(cast(:ids as bigint[]));

-- name: clear
delete from site where customer_id = :id;

-- Those that are no longer among the customer's.
-- name: keep
delete from site where customer_id = :id and not id = any(cast(:kept as bigint[]));

-- name: add
insert into site (
    id, customer_id, position, code, name, street, postcode, city, country, active
) values (
    :id, :customer_id, :position, :code, :name, :street, :postcode, :city, :country, :active
) on conflict (id) do update set
    position = excluded.position, code = excluded.code, name = excluded.name,
    street = excluded.street, postcode = excluded.postcode, city = excluded.city,
    country = excluded.country, active = excluded.active;

-- Sites about to be removed to which something refers.
-- name: removed_in_use
select s.name, o.code as referrer from site as s inner join opportunity as o on o.site_id = s.id
where s.customer_id = :id and not s.id = any(cast(:kept as bigint[]))
union all
select s.name, q.code from site as s inner join quote as q on q.site_id = s.id
where s.customer_id = :id and not s.id = any(cast(:kept as bigint[]))
union all
select s.name, a.code from site as s inner join affair as a on a.site_id = s.id
where s.customer_id = :id and not s.id = any(cast(:kept as bigint[]))
union all
select s.name, e.subject from site as s inner join event as e on e.site_id = s.id
where s.customer_id = :id and not s.id = any(cast(:kept as bigint[]));
