-- The change counter on a server, where many save at once: a row for each connection, so that two saves
-- do not wait for each other, and collide in none.

-- name: changed
insert into change (slot, counter) values (pg_backend_pid() % 1024, 1)
on conflict (slot) do update set counter = change.counter + 1;

-- name: counter
select cast(sum(counter) as bigint) as counter from change;

-- name: last_id
select case when is_called then last_value else 0 end as last from record_id;
