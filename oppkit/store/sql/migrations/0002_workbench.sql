-- What the workbench finds records by.

-- Search texts are now sorted by, too, and contacts have one: oppkit/store/search_texts.py writes
-- those of the rows that are there. Neither engine can: folding accents is done in Python.
-- Not "not null", which DuckDB cannot say of a column that is added.
alter table contact add column search_text text default '';

-- Searches that people keep under a name. The criteria are JSON, as the model writes them.
create table saved_search (
    author text not null,
    name text not null,
    search text not null,
    primary key (author, name)
);

-- Duplicates that became part of another record. A record may come back and be merged again.
create table merged_record (
    record_id bigint not null,
    into_id bigint not null,
    kind text not null,
    merged_at timestamptz not null,
    author text not null
);
