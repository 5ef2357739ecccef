-- Tags of any kind of record.

-- name: of
select record_id, position, tag
from tagging where record_id = :id order by position;

-- name: every
select record_id, position, tag
from tagging order by record_id, position;

-- name: of_ids
select record_id, position, tag
from tagging
where record_id = any(cast(:ids as bigint[])) order by record_id, position;

-- name: drop_ids
delete from tagging where record_id = any(cast(:ids as bigint[]));

-- name: clear
delete from tagging where record_id = :id;

-- name: add
insert into tagging (
    record_id, position, tag
) values (
    :id, :position, :tag
);
