-- What a field proposes while somebody types in it. `first` and `second` tell two of a name apart.
-- Fragments as in directory.sql; only those proposed are open, whatever that means for their kind.

-- fragment: word
and strpos(r.search_text, :word) > 0;

-- fragment: other_words
and not exists (
    select 1 from unnest(cast(:other_words as text[])) as given(word)
    where strpos(r.search_text, given.word) = 0
);

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

-- fragment: customer_id
and r.customer_id = :customer_id;

-- fragment: id
and r.id = :id;

-- The code itself, the beginning of the code, of the name, of a word of the name; then the others.
-- The first line of a search text is the name, the second the code. Of several words the longest
-- must begin a word.
-- fragment: place
, case
    when split_part(r.search_text, chr(10), 2) = cast(:typed as text) then 0
    when strpos(split_part(r.search_text, chr(10), 2), cast(:typed as text)) = 1 then 1
    when strpos(r.search_text, cast(:typed as text)) = 1 then 2
    when strpos(
        ' ' || split_part(r.search_text, chr(10), 1), ' ' || cast(:longest as text)
    ) > 0 then 3
    else 4
end as place;

-- fragment: open_customer
and r.active;

-- name: customer
select
    r.id, r.code, r.name, r.city as first, r.code as second
    -- include: place
from customer as r
where true
-- include: word
-- include: other_words
-- include: id
-- include: open_customer
;

-- fragment: open_contact
and r.active and c.active;

-- name: contact
select
    r.id, '' as code, trim(r.first_name || ' ' || r.last_name) as name, r.job as first,
    c.name as second
    -- include: place
from contact as r
inner join customer as c on c.id = r.customer_id
where true
-- include: word_or_customer
-- include: other_words_or_customer
-- include: customer_id
-- include: id
-- include: open_contact
;

-- fragment: open_employee
and r.active;

-- name: employee
select
    r.id, r.code, trim(r.first_name || ' ' || r.last_name) as name, r.code as first, '' as second
    -- include: place
from employee as r
where true
-- include: word
-- include: other_words
-- include: id
-- include: open_employee
;

-- Done ones too: an opportunity comes from a call that took place.
-- name: event
select
    r.id, '' as code, r.subject as name, r.due_on, r.starts_at
    -- include: place
from event as r
left join customer as c on c.id = r.customer_id
where true
-- include: word_or_customer
-- include: other_words_or_customer
-- include: customer_id
-- include: id
;

-- fragment: open_opportunity
and coalesce(s.outcome, 'open') = 'open';

-- name: opportunity
select
    r.id, r.code, r.name, c.name as first, '' as second
    -- include: place
from opportunity as r
inner join customer as c on c.id = r.customer_id
left join reference as s on s.list = 'status' and s.code = r.status
where true
-- include: word_or_customer
-- include: other_words_or_customer
-- include: customer_id
-- include: id
-- include: open_opportunity
;

-- fragment: open_affair
and r.status in ('commercial', 'in_production');

-- name: affair
select
    r.id, r.code, r.name, c.name as first, '' as second
    -- include: place
from affair as r
inner join customer as c on c.id = r.customer_id
where true
-- include: word_or_customer
-- include: other_words_or_customer
-- include: customer_id
-- include: id
-- include: open_affair
;

-- fragment: open_quote
and r.state <> 'archived';

-- name: quote
select
    r.id, r.code, r.name, c.name as first, '' as second
    -- include: place
from quote as r
inner join customer as c on c.id = r.customer_id
where true
-- include: word_or_customer
-- include: other_words_or_customer
-- include: customer_id
-- include: id
-- include: open_quote
;
