-- Customers and prospects; sites and contacts lie in files of their own.

-- name: get
select
    id, version, code, name, kind, customer_since, street, postcode, city, country, email,
    phone, website, vat_number, sector, comment, active
from customer where id = :id;

-- name: every
select
    id, version, code, name, kind, customer_since, street, postcode, city, country, email,
    phone, website, vat_number, sector, comment, active
from customer order by id;

-- name: of_ids
select
    id, version, code, name, kind, customer_since, street, postcode, city, country, email,
    phone, website, vat_number, sector, comment, active
from customer where id = any(cast(:ids as bigint[])) order by id;

-- name: drop_ids
delete from customer where id = any(cast(:ids as bigint[]));

-- name: find
select id from customer where code = :code;

-- name: codes
select id, code from customer;

-- name: add
insert into customer (
    id, version, code, name, kind, customer_since, street, postcode, city, country, email,
    phone, website, vat_number, sector, comment, active, search_text
) values (
    :id, :version, :code, :name, :kind, :customer_since, :street, :postcode, :city, :country,
    :email, :phone, :website, :vat_number, :sector, :comment, :active, :search_text
);

-- name: update
update customer set
    version = :version, code = :code, name = :name, kind = :kind,
    customer_since = :customer_since, street = :street, postcode = :postcode, city = :city,
    country = :country, email = :email, phone = :phone, website = :website,
    vat_number = :vat_number, sector = :sector, comment = :comment, active = :active,
    search_text = :search_text
where id = :id;

-- name: delete
delete from customer where id = :id;

-- What refers to it and so keeps it from being deleted.
-- name: referrers
select code from opportunity where customer_id = :id
union all
select code from quote where customer_id = :id
union all
select code from affair where customer_id = :id
union all
select subject as code from event where customer_id = :id
union all
select o.code from participant as p
inner join contact as c on c.id = p.contact_id
inner join opportunity as o on o.id = p.record_id
where c.customer_id = :id and o.customer_id <> :id
union all
select q.code from participant as p
inner join contact as c on c.id = p.contact_id
inner join quote as q on q.id = p.record_id
where c.customer_id = :id and q.customer_id <> :id
union all
select a.code from participant as p
inner join contact as c on c.id = p.contact_id
inner join affair as a on a.id = p.record_id
where c.customer_id = :id and a.customer_id <> :id;

-- What it refers to and is not there.
-- name: strangers
select '' as kind, 0 as id where 1 = 0;
