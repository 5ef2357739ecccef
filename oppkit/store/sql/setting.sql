-- Settings, the change counter, numbering, identifiers and exchange rates.

-- name: all
select name, value from setting order by name;

-- name: save
insert into setting (name, value) values (:name, :value)
on conflict (name) do update set value = excluded.value;

-- name: changed
update change set counter = counter + 1;

-- name: counter
select counter from change;

-- name: next_number
insert into numbering (kind, year, last) values (:kind, :year, 1)
on conflict (kind, year) do update set last = numbering.last + 1
returning last;

-- name: next_numbers
insert into numbering (kind, year, last) values (:kind, :year, cast(:n as integer))
on conflict (kind, year) do update set last = numbering.last + cast(:n as integer)
returning last;

-- name: last_number
select last from numbering where kind = :kind and year = :year;

-- name: next_id
select nextval('record_id') as id;

-- name: next_ids
select nextval('record_id') as id from generate_series(1, cast(:n as bigint));

-- name: rates
select currency, valid_from, rate from exchange_rate order by currency, valid_from;

-- name: save_rate
insert into exchange_rate (currency, valid_from, rate) values (:currency, :valid_from, :rate)
on conflict (currency, valid_from) do update set rate = excluded.rate;

-- name: delete_rate
delete from exchange_rate where currency = :currency and valid_from = :valid_from;

-- name: last_id
select coalesce(max(last_value), 0) as last from duckdb_sequences()
where database_name = current_database() and sequence_name = 'record_id';

-- name: skip_ids
select max(nextval('record_id')) as last from generate_series(1, cast(:n as bigint));
