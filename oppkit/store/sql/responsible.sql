-- Responsibles of any kind of record.

-- name: of
select record_id, position, role, employee_id
from responsible where record_id = :id order by position;

-- name: every
select record_id, position, role, employee_id
from responsible order by record_id, position;

-- name: of_ids
select record_id, position, role, employee_id
from responsible
where record_id = any(cast(:ids as bigint[])) order by record_id, position;

-- name: drop_ids
delete from responsible where record_id = any(cast(:ids as bigint[]));

-- name: clear
delete from responsible where record_id = :id;

-- name: add
insert into responsible (
    record_id, position, role, employee_id
) values (
    :id, :position, :role, :employee_id
);
