-- Participants of any kind of record.

-- name: of
select record_id, position, contact_id, employee_id
from participant where record_id = :id order by position;

-- name: every
select record_id, position, contact_id, employee_id
from participant order by record_id, position;

-- name: of_ids
select record_id, position, contact_id, employee_id
from participant
where record_id = any(cast(:ids as bigint[])) order by record_id, position;

-- name: drop_ids
delete from participant where record_id = any(cast(:ids as bigint[]));

-- name: clear
delete from participant where record_id = :id;

-- name: add
insert into participant (
    record_id, position, contact_id, employee_id
) values (
    :id, :position, :contact_id, :employee_id
);
