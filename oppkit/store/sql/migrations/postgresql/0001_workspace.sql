-- What a server needs besides: the rows of one record are found by an index, since nothing tells
-- PostgreSQL which blocks hold which identifiers.

create index on line (opportunity_id);
create index on tagging (record_id);
create index on tagging (tag);
create index on responsible (record_id);
create index on responsible (employee_id);
create index on participant (record_id);
create index on participant (contact_id);
create index on participant (employee_id);
create index on site (customer_id);
create index on contact (customer_id);
create index on opportunity (customer_id);
create index on opportunity (owner_id);
create index on opportunity (status);
create index on opportunity (expected_signature);
create index on event (opportunity_id);
create index on event (customer_id);
create index on event (owner_id);
create index on affair (opportunity_id);
create index on affair (customer_id);
create index on quote (opportunity_id);
create index on quote (customer_id);
create index on quote (parent_id);
create index on quote_line (quote_id);

-- The change counter has a row for each connection: see sql/postgresql/setting.sql.
alter table change add column slot integer not null default 0;
alter table change add primary key (slot);
alter table change set (fillfactor = 50);

-- By which transaction a version was written or ended: who keeps a copy in step asks for what was not
-- visible to the transaction that read it last (oppkit/store/postgresql/mirror.py).
alter table opportunity_version add column changed_in xid8 not null default pg_current_xact_id();
create index on opportunity_version (changed_in);
alter table record_version add column changed_in xid8 not null default pg_current_xact_id();
create index on record_version (changed_in);

create function note_change() returns trigger language plpgsql as $$
begin
    new.changed_in = pg_current_xact_id();
    return new;
end
$$;
create trigger ended before update on opportunity_version
for each row execute function note_change();
create trigger ended before update on record_version
for each row execute function note_change();
