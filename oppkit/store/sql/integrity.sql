-- What must never be: each statement returns the rows that break its rule, and should return none.

-- name: stored_sums
select 'amount differs from the sum of the lines' as problem, o.code
from opportunity as o
left join (
    select opportunity_id, sum(amount) as amount, sum(margin) as margin
    from line group by opportunity_id
) as l on l.opportunity_id = o.id
where o.amount is distinct from l.amount or o.margin is distinct from l.margin;

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
select 'customer missing' as problem, code from opportunity
where customer_id not in (select id from customer)
union all
select 'site missing', code from opportunity
where site_id is not null and site_id not in (select id from site)
union all
select 'employee missing', cast(record_id as text) from responsible
where employee_id not in (select id from employee)
union all
select 'participant missing', cast(record_id as text) from participant
where (contact_id is not null and contact_id not in (select id from contact))
    or (employee_id is not null and employee_id not in (select id from employee))
union all
select 'opportunity missing', code from quote
where opportunity_id not in (select id from opportunity)
union all
select 'opportunity missing', code from affair
where opportunity_id is not null and opportunity_id not in (select id from opportunity);

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
select 'history goes on after the deletion', cast(v.opportunity_id as text)
from opportunity_version as v
where v.valid_to is null and v.opportunity_id not in (select id from opportunity);

-- name: history_order
select 'versions of the history do not follow each other' as problem,
    cast(opportunity_id as text) as code
from (
    select
        opportunity_id, version, valid_from, valid_to, deleted_by,
        lag(version) over w as previous, lag(valid_to) over w as ended,
        lag(deleted_by) over w as deleted_before
    from opportunity_version
    window w as (partition by opportunity_id order by version)
) as chain
where (valid_to is not null and valid_to < valid_from)
    or (previous is not null and version <> previous + 1)
    or (previous is not null and (ended is null or ended > valid_from))
    or (previous is not null and ended <> valid_from and deleted_before is null);
