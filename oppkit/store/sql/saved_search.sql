-- Searches that people keep under a name.

-- name: all
select author, name, search from saved_search;

-- name: save
insert into saved_search (author, name, search) values (:author, :name, :search)
on conflict (author, name) do update set search = excluded.search;

-- name: delete
delete from saved_search where author = :author and name = :name;
