-- Calls. Append-only: each stays, the latest of a period and a scope is in force.

-- name: said
select
    period, begins, owner_id, establishment, committed, best_case, note, currency, said_on, author,
    saved_at
from forecast_call
where period = :period and begins >= :first and begins < :beyond
order by begins, id;

-- name: standing
select distinct on (period, begins, owner_id, establishment)
    period, begins, owner_id, establishment, committed, best_case, note, currency, said_on, author,
    saved_at
from forecast_call
order by period, begins, owner_id, establishment, id desc;

-- name: add
insert into forecast_call (
    id, period, begins, owner_id, establishment, committed, best_case, note, currency, said_on,
    author, saved_at
) values (
    nextval('record_id'), :period, :begins, :owner_id, :establishment, :committed, :best_case,
    :note, :currency, :said_on, :author, :saved_at
);
