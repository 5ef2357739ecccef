-- Employees.

-- name: get
select
    id, version, code, first_name, last_name, email, phone, establishment, active
from employee where id = :id;

-- name: every
select
    id, version, code, first_name, last_name, email, phone, establishment, active
from employee order by id;

-- name: of_ids
select
    id, version, code, first_name, last_name, email, phone, establishment, active
from employee where id = any(cast(:ids as bigint[])) order by id;

-- name: drop_ids
delete from employee where id = any(cast(:ids as bigint[]));

-- name: find
select id from employee where code = :code;

-- name: codes
select id, code from employee;

-- name: add
insert into employee (
    id, version, code, first_name, last_name, email, phone, establishment, active, search_text
) values (
    :id, :version, :code, :first_name, :last_name, :email, :phone, :establishment, :active,
    :search_text
);

-- name: update
update employee set
    version = :version, code = :code, first_name = :first_name, last_name = :last_name,
    email = :email, phone = :phone, establishment = :establishment, active = :active,
    search_text = :search_text
where id = :id;

-- name: delete
delete from employee where id = :id;

-- What refers to it and so keeps it from being deleted.
-- name: referrers
select o.code from responsible as r inner join opportunity as o on o.id = r.record_id
where r.employee_id = :id
union all
select o.code from participant as p inner join opportunity as o on o.id = p.record_id
where p.employee_id = :id
union all
select a.code from responsible as r inner join affair as a on a.id = r.record_id
where r.employee_id = :id
union all
select q.code from responsible as r inner join quote as q on q.id = r.record_id
where r.employee_id = :id
union all
select a.code from participant as p inner join affair as a on a.id = p.record_id
where p.employee_id = :id
union all
select q.code from participant as p inner join quote as q on q.id = p.record_id
where p.employee_id = :id
union all
select subject as code from event where owner_id = :id
union all
select cast(begins as text) as code from target where owner_id = :id
union all
select cast(begins as text) as code from forecast_call where owner_id = :id;

-- What it refers to and is not there.
-- name: strangers
select '' as kind, 0 as id where 1 = 0;
