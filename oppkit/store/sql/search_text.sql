-- The texts of rows written before schema 2; see oppkit/store/search_texts.py.
-- The columns after the identifier are the lines of the text, in the order of oppkit/store/kinds.py.

-- name: of_opportunity
select id, name, code from opportunity;

-- name: set_opportunity
update opportunity set search_text = given.line
from (
    select unnest(cast(:ids as bigint[])) as id, unnest(cast(:texts as text[])) as line
) as given
where opportunity.id = given.id;

-- name: of_customer
select id, name, code, city from customer;

-- name: set_customer
update customer set search_text = given.line
from (
    select unnest(cast(:ids as bigint[])) as id, unnest(cast(:texts as text[])) as line
) as given
where customer.id = given.id;

-- name: of_contact
select id, last_name || ' ' || first_name as name from contact;

-- name: set_contact
update contact set search_text = given.line
from (
    select unnest(cast(:ids as bigint[])) as id, unnest(cast(:texts as text[])) as line
) as given
where contact.id = given.id;

-- name: of_employee
select id, last_name || ' ' || first_name as name, code from employee;

-- name: set_employee
update employee set search_text = given.line
from (
    select unnest(cast(:ids as bigint[])) as id, unnest(cast(:texts as text[])) as line
) as given
where employee.id = given.id;

-- name: of_affair
select id, name, code from affair;

-- name: set_affair
update affair set search_text = given.line
from (
    select unnest(cast(:ids as bigint[])) as id, unnest(cast(:texts as text[])) as line
) as given
where affair.id = given.id;

-- name: of_quote
select id, name, code from quote;

-- name: set_quote
update quote set search_text = given.line
from (
    select unnest(cast(:ids as bigint[])) as id, unnest(cast(:texts as text[])) as line
) as given
where quote.id = given.id;
