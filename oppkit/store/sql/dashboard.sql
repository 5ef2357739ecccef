-- What a customer comes to, by currency; its opportunities are added up by search.sql.

-- On offer are validated quotes that have not expired; drafts have not gone out.
-- name: quotes
select state, currency, count(*) as count, sum(excluding_tax) as amount
from quote
where customer_id = :customer_id
    and (
        state = 'signed'
        or (state = 'validated' and (valid_until is null or valid_until >= :today))
    )
group by state, currency
order by state, currency;

-- Lost ones will not be delivered.
-- name: affairs
select currency, count(*) as count, sum(budget) as amount
from affair
where customer_id = :customer_id and status <> 'lost'
group by currency
order by currency;
