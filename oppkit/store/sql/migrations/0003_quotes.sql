-- What quotes need to be sent: how long they hold, on which terms, between whom, and their totals.

alter table quote add column valid_until date;

-- Not "not null", which DuckDB cannot say of a column that is added.
alter table quote add column terms text default '';

-- Who offered to whom when the quote was validated: JSON, as the model writes it.
alter table quote add column parties text;

-- What the lines come to, kept here for lists.
alter table quote add column excluding_tax numeric(18, 3) default 0;
alter table quote add column including_tax numeric(18, 3) default 0;

-- Until now drafts had the numbers of quotes; these are given without gaps when one is validated.
-- oppkit/store/quote_totals.py gives drafts their provisional codes, and works out the totals.
insert into numbering (kind, year, last)
select 'quote_draft', year, last from numbering where kind = 'quote';
delete from numbering
where kind = 'quote' and not exists (select 1 from quote where state <> 'draft');
