-- Which migrations a database has seen. Only the schema that statements are about counts.

-- name: exists
select table_name from information_schema.tables
where table_catalog = current_database() and table_schema = current_schema()
    and table_name = 'schema_migration';

-- name: foreign
select table_name from information_schema.tables
where table_catalog = current_database() and table_schema = current_schema()
    and table_type = 'BASE TABLE'
limit 1;

-- name: create
create table schema_migration (
    version integer primary key,
    name text not null,
    applied_at timestamptz not null
);

-- name: version
select max(version) as version from schema_migration;

-- name: record
insert into schema_migration (version, name, applied_at) values (:version, :name, now());
