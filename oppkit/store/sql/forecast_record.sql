-- Forecasts that are kept. Append-only: of several on one day the latest counts.

-- name: at
select day, author, saved_at, content from forecast_record
where day <= :day order by day desc, id desc limit 1;

-- name: every
select distinct on (day) day, author, saved_at, content
from forecast_record order by day, id desc;

-- name: add
insert into forecast_record (id, day, author, saved_at, content)
values (nextval('record_id'), :day, :author, :saved_at, :content);
