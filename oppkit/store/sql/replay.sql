-- What a replay of the history needs beside the versions, in an in-memory DuckDB with the workspace
-- attached as `live`: see oppkit/store/replay.py. DuckDB only.

-- name: origin
create table origin (number integer, day date, ends_at timestamptz);

-- name: add_origin
insert into origin values (:number, :day, cast(:ends_at as timestamptz));

-- The rate of each currency in force on each day.
-- name: rate
create table origin_rate as
select o.number, r.currency, max_by(r.rate, r.valid_from) as rate
from origin as o
inner join live.exchange_rate as r on r.valid_from <= o.day
where r.currency <> :base
group by all;

-- The amounts of the lines, out of the records, for who asks: only those of the versions that a
-- question keeps are read. One without lines has one without amount, so that it is counted.
-- name: version_with_lines
create view version_with_lines as
select
    * exclude (record, found),
    case when len(found) = 0 then [null] else cast(found as numeric(18, 3)[]) end as amounts
from (
    select *, json_extract_string(record, '$.lines[*].amount') as found
    from live.opportunity_version
) as versions;
