-- Lists of customers, contacts, employees, events, quotes and affairs. As in search.sql each
-- criterion is a fragment, and those that were not given are left out; the order and the page are added by
-- oppkit/store/directory.py from its own fixed lists. Lines of a search text: see
-- oppkit/model/texts.py; the collation makes PostgreSQL compare them byte by byte, as DuckDB does.

-- fragment: word
and strpos(r.search_text, :word) > 0;

-- fragment: other_words
and not exists (
    select 1 from unnest(cast(:other_words as text[])) as given(word)
    where strpos(r.search_text, given.word) = 0
);

-- Of people, events and what is sold, the customer may be what is remembered.
-- fragment: word_or_customer
and (
    strpos(r.search_text, :word_or_customer) > 0
    or strpos(c.search_text, :word_or_customer) > 0
);

-- fragment: other_words_or_customer
and not exists (
    select 1 from unnest(cast(:other_words_or_customer as text[])) as given(word)
    where strpos(r.search_text, given.word) = 0
        and strpos(coalesce(c.search_text, ''), given.word) = 0
);

-- fragment: active_only
and r.active;

-- fragment: kinds
and r.kind = any(cast(:kinds as text[]));

-- fragment: customer_id
and r.customer_id = :customer_id;

-- fragment: opportunity_id
and r.opportunity_id = :opportunity_id;

-- fragment: owner_ids
and r.owner_id = any(cast(:owner_ids as bigint[]));

-- fragment: some_customers
from customer as r
left join reference as s on s.list = 'sector' and s.code = r.sector
where true
-- include: word
-- include: other_words
-- include: kinds
-- include: active_only
;

-- name: customers_count
select count(*) as count
-- include: some_customers
;

-- An opportunity whose status is not in the list counts as open, as everywhere.
-- name: customers
select
    r.id, r.code, r.name, r.kind, r.city, r.sector, r.active,
    coalesce(p.contacts, 0) as contacts, coalesce(o.open_opportunities, 0) as open_opportunities
from (
    select r.*, s.rank as sector_rank
    -- include: some_customers
) as r
left join (
    select customer_id, count(*) as contacts from contact group by customer_id
) as p on p.customer_id = r.id
left join (
    select o.customer_id, count(*) as open_opportunities
    from opportunity as o
    left join reference as s on s.list = 'status' and s.code = o.status
    where coalesce(s.outcome, 'open') = 'open'
    group by o.customer_id
) as o on o.customer_id = r.id;

-- fragment: some_contacts
from contact as r
inner join customer as c on c.id = r.customer_id
where true
-- include: word_or_customer
-- include: other_words_or_customer
-- include: customer_id
-- include: active_only
;

-- name: contacts_count
select count(*) as count
-- include: some_contacts
;

-- name: contacts
select
    r.id, trim(r.first_name || ' ' || r.last_name) as name, r.first_name, r.last_name, r.job,
    r.email, r.phone, r.language,
    (
        select min(s.name) from site as s where s.customer_id = r.customer_id and s.code = r.site
    ) as site,
    r.customer_id, c.name as customer, r.active
-- include: some_contacts
;

-- fragment: some_employees
from employee as r
left join reference as s on s.list = 'establishment' and s.code = r.establishment
where true
-- include: word
-- include: other_words
-- include: active_only
;

-- name: employees_count
select count(*) as count
-- include: some_employees
;

-- name: employees
select
    r.id, r.code, trim(r.first_name || ' ' || r.last_name) as name, r.email, r.phone,
    r.establishment, r.active
-- include: some_employees
;

-- A note without a due date asks for nothing: it records what was. Everything else is open until it
-- is done.
-- fragment: to_do
(r.done_on is null and (r.kind <> 'note' or r.due_on is not null));

-- fragment: only_open
and
-- include: to_do
;

-- fragment: only_done
and not
-- include: to_do
;

-- fragment: some_events
from event as r
left join customer as c on c.id = r.customer_id
where true
-- include: word_or_customer
-- include: other_words_or_customer
-- include: kinds
-- include: customer_id
-- include: opportunity_id
-- include: owner_ids
-- include: only_open
-- include: only_done
;

-- name: events_count
select count(*) as count
-- include: some_events
;

-- place: 0 open and of today, 1 late, 2 coming, 3 undated, 4 done. Today lasts from :begins to :ends
-- where the person is; the day of an appointment is reckoned with today's distance from UTC.
-- name: events
select
    r.id, r.kind, r.subject, r.day, r.starts_at, r.ends_at, r.due_on, r.done_on, r.owner_id,
    r.owner, r.customer_id, r.customer, r.contact, r.opportunity_id, r.opportunity, r.place
from (
    select
        r.id, r.kind, r.subject, r.starts_at, r.ends_at, r.due_on, r.done_on, r.owner_id,
        trim(w.first_name || ' ' || w.last_name) as owner, r.customer_id, c.name as customer,
        trim(p.first_name || ' ' || p.last_name) as contact, r.opportunity_id,
        o.code as opportunity, r.search_text, c.search_text as customer_text,
        w.search_text as owner_text,
        coalesce(
            r.due_on,
            cast(
                (r.starts_at at time zone 'UTC') + cast(:offset as integer) * interval '1 minute'
                as date
            )
        ) as day,
        case
            when not
                -- include: to_do
                then 4
            when r.due_on is null and r.starts_at is null then 3
            when r.due_on = :today then 0
            when r.due_on < :today then 1
            when r.due_on is not null then 2
            when r.starts_at < :begins then 1
            when r.starts_at < :ends then 0
            else 2
        end as place
    from (
        select r.*
        -- include: some_events
    ) as r
    left join customer as c on c.id = r.customer_id
    left join employee as w on w.id = r.owner_id
    left join contact as p on p.id = r.contact_id
    left join opportunity as o on o.id = r.opportunity_id
) as r;

-- fragment: states
and r.state = any(cast(:states as text[]));

-- fragment: statuses
and r.status = any(cast(:statuses as text[]));

-- The owner of a quote or an affair is its responsible of role sales, of whom there is one at most.
-- fragment: owned_by
and w.employee_id = any(cast(:owned_by as bigint[]));

-- fragment: some_quotes
from quote as r
left join customer as c on c.id = r.customer_id
left join responsible as w on w.record_id = r.id and w.role = 'sales'
where true
-- include: word_or_customer
-- include: other_words_or_customer
-- include: states
-- include: customer_id
-- include: opportunity_id
-- include: owned_by
;

-- name: quotes_count
select count(*) as count
-- include: some_quotes
;

-- name: quotes_sums
select r.currency, count(*) as count, sum(r.excluding_tax) as amount
-- include: some_quotes
group by r.currency order by r.currency;

-- name: quotes
select
    r.id, r.code, r.name, r.state, r.customer_id, c.name as customer, r.opportunity_id,
    o.code as opportunity, r.quoted_on, r.valid_until, r.validated_on, r.signed_on,
    r.owner_id, trim(e.first_name || ' ' || e.last_name) as owner, r.currency,
    r.excluding_tax, r.including_tax, r.parent_id
from (
    select
        r.*, c.search_text as customer_text, w.employee_id as owner_id,
        case r.state when 'draft' then 0 when 'validated' then 1 when 'signed' then 2 else 3 end
            as state_rank
    -- include: some_quotes
) as r
left join customer as c on c.id = r.customer_id
left join opportunity as o on o.id = r.opportunity_id
left join employee as e on e.id = r.owner_id;

-- fragment: some_affairs
from affair as r
left join customer as c on c.id = r.customer_id
left join responsible as w on w.record_id = r.id and w.role = 'sales'
where true
-- include: word_or_customer
-- include: other_words_or_customer
-- include: statuses
-- include: customer_id
-- include: opportunity_id
-- include: owned_by
;

-- name: affairs_count
select count(*) as count
-- include: some_affairs
;

-- name: affairs_sums
select r.currency, count(*) as count, sum(r.budget) as amount
-- include: some_affairs
group by r.currency order by r.currency;

-- name: affairs
select
    r.id, r.code, r.name, r.status, r.customer_id, c.name as customer, r.opportunity_id,
    o.code as opportunity, r.opened_on, r.production_start, r.production_end, r.owner_id,
    trim(e.first_name || ' ' || e.last_name) as owner, r.currency, r.budget
from (
    select
        r.*, c.search_text as customer_text, w.employee_id as owner_id,
        case r.status
            when 'commercial' then 0 when 'in_production' then 1 when 'finished' then 2 else 3
        end as status_rank
    -- include: some_affairs
) as r
left join customer as c on c.id = r.customer_id
left join opportunity as o on o.id = r.opportunity_id
left join employee as e on e.id = r.owner_id;
