-- What a new name is compared with, to find a likely duplicate.

-- name: customers
select id, code, name, city from customer where active order by id;

-- Opportunities of a customer that are open, or were closed since a day; a status that the list
-- lacks counts as open.
-- name: opportunities
select
    o.id, o.code, o.name, o.status,
    case when coalesce(s.outcome, 'open') = 'open' then 1 else 0 end as still_open
from opportunity as o
left join reference as s on s.list = 'status' and s.code = o.status
where o.customer_id = :customer_id
    and (coalesce(s.outcome, 'open') = 'open' or o.closed_on >= :closed_on)
order by o.id;
