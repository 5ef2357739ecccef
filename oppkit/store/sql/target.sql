-- Targets. Append-only: the latest of a period and a scope counts.

-- name: latest
select distinct on (period, begins, owner_id, establishment)
    period, begins, owner_id, establishment, amount, currency, author, saved_at
from target
where period = :period and begins >= :first and begins < :beyond
order by period, begins, owner_id, establishment, id desc;

-- Those of every period.
-- name: standing
select distinct on (period, begins, owner_id, establishment)
    period, begins, owner_id, establishment, amount, currency, author, saved_at
from target
order by period, begins, owner_id, establishment, id desc;

-- name: of
select period, begins, owner_id, establishment, amount, currency, author, saved_at
from target
where period = :period and begins = :begins and owner_id is not distinct from :owner_id
    and establishment is not distinct from :establishment
order by id;

-- name: add
insert into target (
    id, period, begins, owner_id, establishment, amount, currency, author, saved_at
) values (
    nextval('record_id'), :period, :begins, :owner_id, :establishment, :amount, :currency, :author,
    :saved_at
);

-- Who may have one: those who are at work, as lists of people are ordered.
-- name: owners
select id from employee where active order by search_text collate "C", id;
