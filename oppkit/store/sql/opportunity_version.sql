-- Append-only: rows are added and ended, never changed otherwise.

-- name: latest
select version, valid_from, valid_to from opportunity_version
where opportunity_id = :record_id order by version desc limit 1;

-- name: of
select version, valid_from, valid_to, author, deleted_by, record from opportunity_version
where opportunity_id = :record_id order by version;

-- name: numbered
select version, valid_from, valid_to, author, deleted_by, record from opportunity_version
where opportunity_id = :record_id and version = :version;

-- name: end
update opportunity_version set valid_to = :valid_to, deleted_by = :deleted_by
where opportunity_id = :record_id and valid_to is null;

-- name: add
insert into opportunity_version (
    opportunity_id, version, valid_from, valid_to, author, deleted_by, status, outcome,
    probability, amount, margin, currency, opened_on, expected_signature, closed_on, owner_id,
    customer_id, establishment, sector, family, subfamily, origin_type, record
) values (
    :opportunity_id, :version, :valid_from, :valid_to, :author, :deleted_by, :status, :outcome,
    :probability, :amount, :margin, :currency, :opened_on, :expected_signature, :closed_on,
    :owner_id, :customer_id, :establishment, :sector, :family, :subfamily, :origin_type, :record
);

-- name: newest
select valid_from from opportunity_version
where valid_to is null and opportunity_id = any(cast(:ids as bigint[]))
order by valid_from desc limit 1;

-- Many records change at one moment: their versions in force end.
-- name: end_ids
update opportunity_version set valid_to = :valid_to
where valid_to is null and opportunity_id = any(cast(:ids as bigint[]));

-- Codes of deleted opportunities. Their last version carries the code in its JSON text; this is
-- the one place that looks into it, so both engines' operators for JSON stay out of the rest.
-- name: ended_codes
select cast(v.record as json) ->> 'code' as code
from opportunity_version as v
where v.valid_to is not null and v.deleted_by is not null;
