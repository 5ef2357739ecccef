-- Quotes; their lines lie in quote_line.sql.

-- name: get
select
    id, version, code, name, opportunity_id, parent_id, customer_id, site_id, contact_id, state,
    archive_reason, quoted_on, valid_until, validated_on, signed_on, expected_signature,
    currency, establishment, sector, family, subfamily, terms, comment, parties
from quote where id = :id;

-- name: every
select
    id, version, code, name, opportunity_id, parent_id, customer_id, site_id, contact_id, state,
    archive_reason, quoted_on, valid_until, validated_on, signed_on, expected_signature,
    currency, establishment, sector, family, subfamily, terms, comment, parties
from quote order by id;

-- name: of_ids
select
    id, version, code, name, opportunity_id, parent_id, customer_id, site_id, contact_id, state,
    archive_reason, quoted_on, valid_until, validated_on, signed_on, expected_signature,
    currency, establishment, sector, family, subfamily, terms, comment, parties
from quote where id = any(cast(:ids as bigint[])) order by id;

-- name: drop_ids
delete from quote where id = any(cast(:ids as bigint[]));

-- name: find
select id from quote where code = :code;

-- name: codes
select id, code from quote;

-- name: add
insert into quote (
    id, version, code, name, opportunity_id, parent_id, customer_id, site_id, contact_id, state,
    archive_reason, quoted_on, valid_until, validated_on, signed_on, expected_signature,
    currency, establishment, sector, family, subfamily, terms, comment, parties,
    excluding_tax, including_tax, search_text
) values (
    :id, :version, :code, :name, :opportunity_id, :parent_id, :customer_id, :site_id,
    :contact_id, :state, :archive_reason, :quoted_on, :valid_until, :validated_on, :signed_on,
    :expected_signature, :currency, :establishment, :sector, :family, :subfamily, :terms,
    :comment, :parties, :excluding_tax, :including_tax, :search_text
);

-- name: update
update quote set
    version = :version, code = :code, name = :name, opportunity_id = :opportunity_id,
    parent_id = :parent_id, customer_id = :customer_id, site_id = :site_id,
    contact_id = :contact_id, state = :state, archive_reason = :archive_reason,
    quoted_on = :quoted_on, valid_until = :valid_until, validated_on = :validated_on, signed_on = :signed_on,
    expected_signature = :expected_signature, currency = :currency,
    establishment = :establishment, sector = :sector, family = :family, subfamily = :subfamily,
    terms = :terms, comment = :comment, parties = :parties, excluding_tax = :excluding_tax,
    including_tax = :including_tax, search_text = :search_text
where id = :id;

-- name: delete
delete from quote where id = :id;

-- What refers to it and so keeps it from being deleted.
-- name: referrers
select code from quote where parent_id = :id;

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

-- name: made_from
select id from quote where opportunity_id = :id order by id;

-- name: revisions
select id from quote where parent_id = :id order by id;
