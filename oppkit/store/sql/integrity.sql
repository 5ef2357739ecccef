-- What must never be: each statement returns the rows that break its rule, and should return none.

-- name: stored_sums
select 'amount differs from the sum of the lines' as problem, o.code
from opportunity as o
left join (
    select opportunity_id, sum(amount) as amount, sum(margin) as margin
    from line group by opportunity_id
) as l on l.opportunity_id = o.id
where o.amount is distinct from l.amount or o.margin is distinct from l.margin;

-- name: quote_numbers
select 'state and number of the quote do not agree' as problem, code
from quote
where (validated_on is not null) <> (code not like 'DRAFT-%')
    or (state in ('validated', 'signed') and validated_on is null)
    or (state = 'draft' and validated_on is not null);

-- Numbers are given one after the other: the last of each year says how many there are.
-- name: quote_gaps
select 'a number is missing among the validated quotes of a year' as problem,
    cast(n.year as text) as code
from numbering as n
left join (
    select split_part(code, '-', 2) as year, count(*) as count
    from quote where validated_on is not null group by split_part(code, '-', 2)
) as q on q.year = cast(n.year as text)
where n.kind = 'quote' and coalesce(q.count, 0) <> n.last;

-- name: owner
select 'owner differs from the sales responsible' as problem, o.code
from opportunity as o
left join responsible as r on r.record_id = o.id and r.role = 'sales'
where o.owner_id is distinct from r.employee_id;

-- name: orphan_rows
select 'row without its record' as problem, cast(opportunity_id as text) as code
from line where opportunity_id not in (select id from opportunity)
union all
select 'row without its record', cast(quote_id as text)
from quote_line where quote_id not in (select id from quote)
union all
select 'row without its record', cast(record_id as text) from (
    select record_id from tagging
    union all select record_id from responsible
    union all select record_id from participant
) as links
where record_id not in (
    select id from opportunity union all select id from quote union all select id from affair
)
union all
select 'row without its record', cast(customer_id as text) from (
    select customer_id from site union all select customer_id from contact
) as children
where customer_id not in (select id from customer);

-- name: missing_records
select used.kind || ' missing' as problem, used.code
from (
    select 'customer' as kind, code, customer_id as id from opportunity
    union all select 'site', code, site_id from opportunity
    union all select 'opportunity', code, opportunity_id from quote
    union all select 'quote', code, parent_id from quote
    union all select 'customer', code, customer_id from quote
    union all select 'site', code, site_id from quote
    union all select 'contact', code, contact_id from quote
    union all select 'opportunity', code, opportunity_id from affair
    union all select 'customer', code, customer_id from affair
    union all select 'site', code, site_id from affair
    union all select 'employee', subject, owner_id from event
    union all select 'opportunity', subject, opportunity_id from event
    union all select 'customer', subject, customer_id from event
    union all select 'site', subject, site_id from event
    union all select 'contact', subject, contact_id from event
    union all select 'employee', cast(record_id as text), employee_id from responsible
    union all select 'employee', cast(record_id as text), employee_id from participant
    union all select 'contact', cast(record_id as text), contact_id from participant
    union all select 'employee', cast(begins as text), owner_id from target
    union all select 'employee', cast(begins as text), owner_id from forecast_call
) as used
left join (
    select 'customer' as kind, id from customer
    union all select 'site', id from site
    union all select 'contact', id from contact
    union all select 'employee', id from employee
    union all select 'opportunity', id from opportunity
    union all select 'quote', id from quote
) as known on known.kind = used.kind and known.id = used.id
where used.id is not null and known.id is null;

-- name: unknown_values
select 'value not in its reference list' as problem, used.code || ': ' || used.value as code
from (
    select 'status' as list, code, status as value from opportunity
    union all select 'origin_type', code, origin_type from opportunity
    union all select 'establishment', code, establishment from opportunity
    union all select 'sector', code, sector from opportunity
    union all select 'family', code, family from opportunity
    union all select 'subfamily', code, subfamily from opportunity
    union all select 'loss_reason', code, loss_reason from opportunity
    union all select 'currency', code, currency from opportunity
    union all select 'sale_type', cast(opportunity_id as text), sale_type from line
    union all select 'tag', cast(record_id as text), tag from tagging
    union all select 'role', cast(record_id as text), role from responsible
    union all select 'establishment', code, establishment from affair
    union all select 'sector', code, sector from affair
    union all select 'family', code, family from affair
    union all select 'subfamily', code, subfamily from affair
    union all select 'establishment', code, establishment from quote
    union all select 'sector', code, sector from quote
    union all select 'family', code, family from quote
    union all select 'subfamily', code, subfamily from quote
    union all select 'sale_type', cast(quote_id as text), sale_type from quote_line
    union all select 'sector', code, sector from customer
    union all select 'country', code, country from customer
    union all select 'country', cast(customer_id as text), country from site
    union all select 'establishment', code, establishment from employee
    union all select 'establishment', cast(begins as text), establishment from target
    union all select 'establishment', cast(begins as text), establishment from forecast_call
) as used
where used.value is not null
    and not exists (
        select 1 from reference as r where r.list = used.list and r.code = used.value
    );

-- name: history_end
select 'last version in the history is not the record' as problem, o.code
from opportunity as o
left join opportunity_version as v on v.opportunity_id = o.id and v.valid_to is null
where v.version is distinct from o.version or v.status is distinct from o.status
    or v.amount is distinct from o.amount or v.probability is distinct from o.probability
    or v.expected_signature is distinct from o.expected_signature
    or v.owner_id is distinct from o.owner_id
union all
select 'last version in the history is not the record', kept.code
from (
    select id, version, code from customer
    union all select id, version, code from employee
    union all select id, version, code from quote
    union all select id, version, code from affair
    union all select id, version, subject from event
) as kept
left join record_version as v on v.record_id = kept.id and v.valid_to is null
where v.version is distinct from kept.version
union all
select 'history goes on after the deletion', cast(v.id as text)
from (
    select opportunity_id as id, valid_to from opportunity_version
    union all select record_id, valid_to from record_version
) as v
where v.valid_to is null and v.id not in (
    select id from opportunity union all select id from customer union all select id from employee
    union all select id from quote union all select id from affair union all select id from event
);

-- name: history_order
select 'versions of the history do not follow each other' as problem, cast(id as text) as code
from (
    select
        id, version, valid_from, valid_to,
        lag(version) over w as previous, lag(valid_to) over w as ended,
        lag(deleted_by) over w as deleted_before
    from (
        select opportunity_id as id, version, valid_from, valid_to, deleted_by
        from opportunity_version
        union all
        select record_id, version, valid_from, valid_to, deleted_by from record_version
    ) as versions
    window w as (partition by id order by version)
) as chain
where (valid_to is not null and valid_to < valid_from)
    or (previous is not null and version <> previous + 1)
    or (previous is not null and (ended is null or ended > valid_from))
    or (previous is not null and ended <> valid_from and deleted_before is null);
