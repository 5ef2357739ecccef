-- Lines of quotes.

-- name: of
select
    quote_id, position, sale_type, title, quantity, unit_price, discount, vat_rate,
    duration_months, recurrence
from quote_line where quote_id = :id order by position;

-- name: every
select
    quote_id, position, sale_type, title, quantity, unit_price, discount, vat_rate,
    duration_months, recurrence
from quote_line order by quote_id, position;

-- name: of_ids
select
    quote_id, position, sale_type, title, quantity, unit_price, discount, vat_rate,
    duration_months, recurrence
from quote_line
where quote_id = any(cast(:ids as bigint[])) order by quote_id, position;

-- name: drop_ids
delete from quote_line where quote_id = any(cast(:ids as bigint[]));

-- name: clear
delete from quote_line where quote_id = :id;

-- name: add
insert into quote_line (
    quote_id, position, sale_type, title, quantity, unit_price, discount, vat_rate,
    duration_months, recurrence
) values (
    :id, :position, :sale_type, :title, :quantity, :unit_price, :discount, :vat_rate,
    :duration_months, :recurrence
);
