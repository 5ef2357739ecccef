-- Append-only: rows are added and ended, never changed otherwise.

-- name: latest
select version, valid_from, valid_to from record_version
where record_id = :record_id order by version desc limit 1;

-- name: of
select version, valid_from, valid_to, author, deleted_by, record from record_version
where record_id = :record_id order by version;

-- name: numbered
select version, valid_from, valid_to, author, deleted_by, record from record_version
where record_id = :record_id and version = :version;

-- name: end
update record_version set valid_to = :valid_to, deleted_by = :deleted_by
where record_id = :record_id and valid_to is null;

-- name: add
insert into record_version (
    record_id, version, kind, valid_from, valid_to, author, deleted_by, record
) values (
    :record_id, :version, :kind, :valid_from, :valid_to, :author, :deleted_by, :record
);

-- name: newest
select valid_from from record_version
where valid_to is null and record_id = any(cast(:ids as bigint[]))
order by valid_from desc limit 1;

-- Many records change at one moment: their versions in force end.
-- name: end_ids
update record_version set valid_to = :valid_to
where valid_to is null and record_id = any(cast(:ids as bigint[]));
