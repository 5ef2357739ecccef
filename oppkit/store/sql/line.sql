-- Lines of opportunities.

-- name: of
select
    opportunity_id, position, sale_type, title, quantity, unit_price, amount, margin,
    duration_months, recurrence
from line where opportunity_id = :id order by position;

-- name: every
select
    opportunity_id, position, sale_type, title, quantity, unit_price, amount, margin,
    duration_months, recurrence
from line order by opportunity_id, position;

-- name: of_ids
select
    opportunity_id, position, sale_type, title, quantity, unit_price, amount, margin,
    duration_months, recurrence
from line
where opportunity_id = any(cast(:ids as bigint[])) order by opportunity_id, position;

-- name: drop_ids
delete from line where opportunity_id = any(cast(:ids as bigint[]));

-- name: clear
delete from line where opportunity_id = :id;

-- name: add
insert into line (
    opportunity_id, position, sale_type, title, quantity, unit_price, amount, margin,
    duration_months, recurrence
) values (
    :id, :position, :sale_type, :title, :quantity, :unit_price, :amount, :margin,
    :duration_months, :recurrence
);
