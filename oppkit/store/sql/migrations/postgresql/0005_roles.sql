-- Who may do what. The server itself sees to it, so it holds for any program that a person connects with.
-- Whom the owner of the tables (or a superuser) gave a role is a member; who has none reads nothing. The
-- owner is above all of this: rows are hidden from members only.
--
-- What decides is session_user, the name somebody logged in with, which no statement can change.
-- Policies run their subselects once in a statement, or by an index where few rows are asked for.
-- Functions that see more than their caller name their schema (at the end of this file) and put pg_temp
-- last, or a member's own tables and functions would be taken for ours.

create table member (
    login text primary key,
    role text not null check (role in ('reader', 'salesperson', 'manager', 'administrator')),
    team text,
    employee_id bigint
);

-- Whose a record is, deleted ones included: its children and its history are theirs who may see this row.
-- Quotes, affairs and events follow their opportunity. Kept by triggers, and by nothing else.
create table holder (
    record_id bigint primary key,
    follows bigint,
    owner_id bigint,
    establishment text,
    shared boolean not null
);
create index on holder (follows);
create index on holder (owner_id);

-- How often records changed hands: a copy of a part of the tables is then fetched anew.
alter table change add column moved bigint not null default 0;

-- -- who somebody is -----------------------------------------------------------------------------------

-- In PL/pgSQL, which keeps its plans for as long as the connection lasts: every statement asks these.
create function member_owns() returns boolean language plpgsql stable security definer as $$
begin
    return pg_has_role(session_user, relowner, 'usage') from pg_class where oid = cast('member' as regclass);
end
$$;

create function member_sees_all() returns boolean language plpgsql stable security definer as $$
begin
    return member_owns() or exists (
        select 1 from member
        where login = session_user
            and (role in ('manager', 'administrator') or role = 'reader' and team is null)
    );
end
$$;

-- The establishment whose opportunities somebody shares: the one given, else the employee's own.
create function member_team() returns text language plpgsql stable security definer as $$
begin
    return coalesce(m.team, e.establishment)
    from member as m left join employee as e on e.id = m.employee_id
    where m.login = session_user;
end
$$;

-- The employee that somebody is, and those of the team, whether or not they still work here.
create function member_people() returns setof bigint language plpgsql stable security definer rows 20 as $$
declare
    team constant text := member_team();
begin
    return query
    select employee_id from member where login = session_user and employee_id is not null
    union
    select id from employee where establishment = team;
end
$$;

-- What stands in the history.
create function member_name() returns text language sql stable security definer as $$
    select coalesce(
        (
            select nullif(trim(e.first_name || ' ' || e.last_name), '')
            from member as m inner join employee as e on e.id = m.employee_id
            where m.login = session_user
        ),
        session_user
    )
$$;

create function member_colleagues() returns setof text language sql stable security definer as $$
    select member_name()
    union
    select trim(first_name || ' ' || last_name) from employee where id in (select member_people())
$$;

create function member_role() returns text language sql stable security definer as $$
    select coalesce(
        (select role from member where login = session_user),
        case when member_owns() then 'owner' end
    )
$$;

-- Another value whenever other rows may be seen, though none was changed.
create function member_view() returns text language sql stable security definer as $$
    select case when member_sees_all() then 'all' else md5(concat_ws(
        ' ', member_team(), (select string_agg(cast(p as text), ' ' order by p) from member_people() as p),
        (select sum(moved) from change)
    )) end
$$;

-- Codes are unique in the whole workspace, so it must be known that one is taken where it cannot be seen.
create function code_taken(kind text, wanted text, but_by bigint) returns boolean
language sql stable security definer as $$
    select case kind
        when 'opportunity' then
            exists (select 1 from opportunity where code = wanted and id is distinct from but_by)
        when 'quote' then exists (select 1 from quote where code = wanted and id is distinct from but_by)
        when 'affair' then exists (select 1 from affair where code = wanted and id is distinct from but_by)
        when 'customer' then
            exists (select 1 from customer where code = wanted and id is distinct from but_by)
        when 'employee' then
            exists (select 1 from employee where code = wanted and id is distinct from but_by)
    end
$$;

-- -- whose records are ---------------------------------------------------------------------------------

-- Of each kind: whose it is, read from the new rows, and here at first from all.
do $do$
declare
    kind record;
begin
    for kind in select * from (values
        ('opportunity', 'select n.id, cast(null as bigint) as follows, n.owner_id, n.establishment, false '
            'as shared from %s as n'),
        ('quote', 'select n.id, n.opportunity_id as follows, h.owner_id, h.establishment, false as shared '
            'from %s as n left join holder as h on h.record_id = n.opportunity_id'),
        ('affair', 'select n.id, n.opportunity_id as follows, h.owner_id, case when n.opportunity_id is '
            'null then n.establishment else h.establishment end as establishment, false as shared '
            'from %s as n left join holder as h on h.record_id = n.opportunity_id'),
        ('event', 'select n.id, n.opportunity_id as follows, case when n.opportunity_id is null then '
            'n.owner_id else h.owner_id end as owner_id, h.establishment, '
            'n.opportunity_id is null and n.owner_id is null as shared '
            'from %s as n left join holder as h on h.record_id = n.opportunity_id')
    ) as kinds (name, rows) loop
        execute format('insert into holder ' || kind.rows, kind.name);
        execute format($create$
            create function holder_of_%1$s() returns trigger language plpgsql security definer as $$
            begin
                if not member_sees_all() and exists (
                    select 1 from new_rows as n inner join holder as h on h.record_id = n.id
                    where not (
                        h.shared or h.owner_id in (select member_people())
                        or h.owner_id is null and h.establishment = member_team()
                    ) is true
                ) then
                    raise insufficient_privilege using message = 'row-level security: the identifier is taken';
                end if;
                if exists (
                    select 1 from (%2$s) as n inner join holder as h on h.record_id = n.id
                    where (h.follows, h.owner_id, h.establishment, h.shared)
                        is distinct from (n.follows, n.owner_id, n.establishment, n.shared)
                ) then
                    insert into change (slot, counter, moved) values (pg_backend_pid() %% 1024, 1, 1)
                    on conflict (slot) do update set moved = change.moved + 1;
                end if;
                insert into holder (record_id, follows, owner_id, establishment, shared) %2$s
                on conflict (record_id) do update set
                    follows = excluded.follows, owner_id = excluded.owner_id,
                    establishment = excluded.establishment, shared = excluded.shared
                where (holder.follows, holder.owner_id, holder.establishment, holder.shared)
                    is distinct from
                    (excluded.follows, excluded.owner_id, excluded.establishment, excluded.shared);
                if tg_table_name = 'opportunity' then
                    update holder as f set owner_id = h.owner_id, establishment = h.establishment
                    from new_rows as n inner join holder as h on h.record_id = n.id
                    where f.follows = n.id
                        and (f.owner_id, f.establishment) is distinct from (h.owner_id, h.establishment);
                end if;
                return null;
            end
            $$ $create$, kind.name, format(kind.rows, 'new_rows'));
        execute format('create trigger held after insert on %1$I referencing new table as new_rows '
            'for each statement execute function holder_of_%1$s()', kind.name);
        execute format('create trigger held_anew after update on %1$I referencing new table as new_rows '
            'for each statement execute function holder_of_%1$s()', kind.name);
    end loop;
end
$do$;

-- Of what was deleted, only the history tells whose it was: copied from elsewhere, or here already.
do $do$
declare
    history record;
begin
    for history in select * from (values
        ('opportunity_version', $$
            select distinct on (n.opportunity_id)
                n.opportunity_id, cast(null as bigint), n.owner_id, n.establishment, false
            from %s as n
            where not exists (select 1 from holder as h where h.record_id = n.opportunity_id)
            order by n.opportunity_id, n.version desc
        $$),
        ('record_version', $$
            select
                r.record_id, r.follows, case when r.follows is null then r.owner_id else h.owner_id end,
                case when r.follows is null then r.establishment else h.establishment end,
                r.kind = 'event' and r.follows is null and r.owner_id is null
            from (
                select distinct on (n.record_id)
                    n.record_id, n.kind,
                    cast(cast(n.record as json) ->> 'opportunity_id' as bigint) as follows,
                    cast(cast(n.record as json) ->> 'owner_id' as bigint) as owner_id,
                    cast(n.record as json) ->> 'establishment' as establishment
                from %s as n
                where n.kind in ('quote', 'affair', 'event')
                    and not exists (select 1 from holder as h where h.record_id = n.record_id)
                order by n.record_id, n.version desc
            ) as r
            left join holder as h on h.record_id = r.follows
        $$)
    ) as histories (name, rows) loop
        execute 'insert into holder ' || format(history.rows, history.name);
        execute format($create$
            create function holder_of_%s() returns trigger language plpgsql security definer as $$
            begin
                insert into holder %s;
                return null;
            end
            $$ $create$, history.name, format(history.rows, 'new_rows'));
        execute format('create trigger held after insert on %1$I referencing new table as new_rows '
            'for each statement execute function holder_of_%1$s()', history.name);
    end loop;
end
$do$;

-- -- what is signed, and what only grows ---------------------------------------------------------------

-- A member's name stands under what the member wrote. Whom no policy restrains may copy what others did.
create function member_signs() returns trigger language plpgsql as $$
begin
    if row_security_active(tg_relid) then
        new.author = member_name();
    end if;
    return new;
end
$$;

-- Versions follow each other, and are ended once. The argument is the column that tells of which record.
create or replace function note_change() returns trigger language plpgsql as $$
declare
    follows boolean;
begin
    new.changed_in = pg_current_xact_id();
    if not row_security_active(tg_relid) then
        return new;
    end if;
    if tg_op = 'UPDATE' then
        if old.valid_to is not null or new.valid_to is null or new.valid_to < old.valid_from then
            raise insufficient_privilege using message = 'the history cannot be changed';
        end if;
        if new.deleted_by is not null then
            new.deleted_by = member_name();
        end if;
        return new;
    end if;
    new.author = member_name();
    if new.deleted_by is not null then
        new.deleted_by = member_name();
    end if;
    execute format(
        'select not exists (select 1 from %1$s where %2$I = $1 and (version >= $2 or valid_to is null '
        'or valid_to > $3)) and ($2 = 1 or exists (select 1 from %1$s where %2$I = $1 and '
        'version = $2 - 1))', cast(tg_relid as regclass), tg_argv[0]
    ) into follows using cast(to_jsonb(new) ->> tg_argv[0] as bigint), new.version, new.valid_from;
    if not follows then
        raise insufficient_privilege using message = 'the history cannot be changed';
    end if;
    return new;
end
$$;
drop trigger ended on opportunity_version;
drop trigger ended on record_version;
create trigger written before insert or update on opportunity_version
for each row execute function note_change('opportunity_id');
create trigger written before insert or update on record_version
for each row execute function note_change('record_id');

-- Counters move forward only, or copies would not notice what has changed.
create function change_counts() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        new.slot = pg_backend_pid() % 1024;
        new.counter = 1;
        new.moved = case when new.moved > 0 then 1 else 0 end;
    else
        new.slot = old.slot;
        new.counter = old.counter + 1;
        new.moved = old.moved + case when new.moved <> old.moved then 1 else 0 end;
    end if;
    return new;
end
$$;
create trigger counts before insert or update on change for each row execute function change_counts();

-- Numbers of quotes have no gaps, and no number is given twice.
create function numbering_counts() returns trigger language plpgsql as $$
begin
    if not member_owns() and (
        tg_op = 'INSERT' and new.kind = 'quote' and new.last <> 1
        or tg_op = 'UPDATE' and ((new.kind, new.year) <> (old.kind, old.year) or new.last <= old.last)
        or tg_op = 'UPDATE' and new.kind = 'quote' and new.last <> old.last + 1
    ) then
        raise insufficient_privilege using message = 'numbers are given one after the other';
    end if;
    return new;
end
$$;
create trigger counts before insert or update on numbering
for each row execute function numbering_counts();

-- Tags are made as one types; all other lists are the administrators'.
create function reference_allows() returns trigger language plpgsql as $$
begin
    if (new.list <> 'tag' or tg_op = 'UPDATE' and old.list <> 'tag')
        and coalesce(member_role(), '') not in ('owner', 'administrator')
    then
        raise insufficient_privilege using message = 'permission denied for lists other than tags';
    end if;
    return new;
end
$$;
create trigger allows before insert or update on reference
for each row execute function reference_allows();

-- A site or a contact to which something refers stays, whether or not its remover may see that.
create function site_stays() returns trigger language plpgsql security definer as $$
begin
    if not member_sees_all() and exists (
        select 1 from old_rows as g
        where exists (select 1 from opportunity where site_id = g.id)
            or exists (select 1 from quote where site_id = g.id)
            or exists (select 1 from affair where site_id = g.id)
            or exists (select 1 from event where site_id = g.id)
    ) then
        raise insufficient_privilege using message = 'row-level security: something refers to it';
    end if;
    return null;
end
$$;
create trigger stays after delete on site referencing old table as old_rows
for each statement execute function site_stays();
create function contact_stays() returns trigger language plpgsql security definer as $$
begin
    if not member_sees_all() and exists (
        select 1 from old_rows as g
        where exists (select 1 from quote where contact_id = g.id)
            or exists (select 1 from event where contact_id = g.id)
            or exists (select 1 from participant where contact_id = g.id)
    ) then
        raise insufficient_privilege using message = 'row-level security: something refers to it';
    end if;
    return null;
end
$$;
create trigger stays after delete on contact referencing old table as old_rows
for each statement execute function contact_stays();

-- -- which rows ----------------------------------------------------------------------------------------

-- What is not named here (customers, employees, lists, rates, settings, counters) is shared by all.
do $do$
declare
    everything constant text := '(select member_sees_all())';
    theirs constant text := everything || ' or owner_id in (select member_people())'
        ' or owner_id is null and establishment = (select member_team())';
    held constant text := 'exists (select 1 from holder as h where h.record_id = %s)';
    rule record;
begin
    for rule in select * from (values
        ('opportunity', theirs),
        ('holder', theirs || ' or shared'),
        ('line', everything || ' or ' || format(held, 'opportunity_id')),
        ('quote', everything || ' or ' || format(held, 'opportunity_id')),
        ('quote_line', everything || ' or ' || format(held, 'quote_id')),
        ('tagging', everything || ' or ' || format(held, 'tagging.record_id')),
        ('responsible', everything || ' or ' || format(held, 'responsible.record_id')),
        ('participant', everything || ' or ' || format(held, 'participant.record_id')),
        ('affair', everything || ' or case when opportunity_id is null then establishment = '
            '(select member_team()) else ' || format(held, 'opportunity_id') || ' end'),
        ('event', everything || ' or case when opportunity_id is not null then '
            || format(held, 'opportunity_id')
            || ' else owner_id is null or owner_id in (select member_people()) end'),
        ('opportunity_version', everything || ' or ' || format(held, 'opportunity_id')),
        ('target', theirs),
        ('forecast_call', theirs),
        ('forecast_record', everything),
        ('saved_search', everything || ' or author in (select member_colleagues())'),
        ('member', everything || ' or login = session_user')
    ) as rules (name, seen) loop
        execute format('alter table %I enable row level security', rule.name);
        execute format('create policy team on %I using (%s)', rule.name, rule.seen);
    end loop;
    for rule in select * from (values
        ('record_version', format('kind in (''customer'', ''employee'') or %s',
            format(held, 'record_version.record_id')),
            format('case when kind = ''customer'' then exists (select 1 from customer as c where c.id = '
                'record_version.record_id) else %s end', format(held, 'record_version.record_id'))),
        ('merged_record', format('kind in (''customer'', ''contact'') or %s',
            format(held, 'merged_record.into_id')),
            format('kind = ''opportunity'' and %s and %s', format(held, 'merged_record.record_id'),
                format(held, 'merged_record.into_id')))
    ) as rules (name, seen, written) loop
        execute format('alter table %I enable row level security', rule.name);
        execute format('create policy team on %1$I using (%2$s or %3$s) with check (%2$s or %4$s)',
            rule.name, everything, rule.seen, rule.written);
    end loop;
    for rule in select * from (values
        ('target'), ('forecast_call'), ('forecast_record'), ('saved_search'), ('merged_record')
    ) as signed (name) loop
        execute format('create trigger signed before insert or update on %I '
            'for each row execute function member_signs()', rule.name);
    end loop;
end
$do$;

-- -- roles ---------------------------------------------------------------------------------------------

create function member_rights(wanted text, of_role text) returns void
language plpgsql security definer as $$
declare
    place constant text := quote_ident(current_schema());
    name record;
    columns text;
begin
    execute format('revoke all on all tables in schema %s from %I', place, wanted);
    execute format('revoke all on all sequences in schema %s from %I', place, wanted);
    execute format('revoke all on all functions in schema %s from %I', place, wanted);
    if of_role is null then
        execute format('revoke usage on schema %s from %I', place, wanted);
        return;
    end if;
    execute format('grant usage on schema %s to %I', place, wanted);
    execute format('grant select on all tables in schema %s to %I', place, wanted);
    execute format('grant select on record_id to %I', wanted);
    execute format('grant execute on function code_taken to %I', wanted);
    if of_role = 'reader' then
        return;
    end if;
    execute format('grant usage on record_id to %I', wanted);
    execute format('grant insert, update, delete on opportunity, line, tagging, responsible, participant, '
        'quote, quote_line, affair, event, saved_search to %I', wanted);
    execute format('grant insert, delete on site, contact to %I', wanted);
    execute format('grant insert, update on numbering, change, reference to %I', wanted);
    execute format('grant insert on customer, merged_record, forecast_call, opportunity_version, '
        'record_version to %I', wanted);
    execute format('grant update (valid_to, deleted_by) on opportunity_version, record_version to %I',
        wanted);
    for name in select * from (values ('customer'), ('site'), ('contact')) as shared (tab) loop
        select string_agg(quote_ident(attname), ', ') into columns from pg_attribute
        where attrelid = cast(name.tab as regclass) and attnum > 0 and not attisdropped
            and attname <> 'id';
        execute format('grant update (%s) on %I to %I', columns, name.tab, wanted);
    end loop;
    if of_role = 'salesperson' then
        return;
    end if;
    execute format('grant update, delete on customer to %I', wanted);
    execute format('grant insert, update, delete on employee to %I', wanted);
    execute format('grant insert on target, forecast_record to %I', wanted);
    if of_role = 'manager' then
        return;
    end if;
    execute format('grant delete on reference to %I', wanted);
    execute format('grant insert, update, delete on exchange_rate, setting to %I', wanted);
    execute format('grant execute on function member_grant, member_revoke to %I', wanted);
end
$$;

create function member_require_right() returns void language plpgsql security definer as $$
begin
    if member_role() in ('owner', 'administrator') is not true then
        raise insufficient_privilege using message = 'permission denied to give roles';
    end if;
end
$$;

create function member_changed() returns void language sql security definer as $$
    insert into change (slot, counter) values (0, 1) on conflict (slot) do update set counter = change.counter + 1
$$;

create function member_grant(wanted text, new_role text, new_team text, employee bigint) returns void
language plpgsql security definer as $$
begin
    perform member_require_right();
    if pg_has_role(wanted, (select relowner from pg_class where oid = cast('member' as regclass)), 'usage') then
        raise insufficient_privilege using message = format('%s owns the tables', wanted);
    end if;
    execute format('revoke create on schema %I from public', current_schema());
    if has_schema_privilege('public', current_schema(), 'create') then
        raise insufficient_privilege using
            message = format('everybody may create in the schema %s', current_schema());
    end if;
    insert into member (login, role, team, employee_id) values (wanted, new_role, new_team, employee)
    on conflict (login) do update set
        role = excluded.role, team = excluded.team, employee_id = excluded.employee_id;
    perform member_rights(wanted, new_role);
    perform member_changed();
end
$$;

create function member_revoke(wanted text) returns void language plpgsql security definer as $$
begin
    perform member_require_right();
    delete from member where login = wanted;
    perform member_rights(wanted, null);
    perform member_changed();
end
$$;

-- After a migration, which may have made tables.
create function member_renew() returns void language plpgsql security definer as $$
begin
    perform member_rights(login, role) from member where exists (select 1 from pg_roles where rolname = login);
end
$$;

do $do$
declare
    made record;
begin
    for made in
        select cast(p.oid as regprocedure) as signature, p.proname as name from pg_proc as p
        where p.pronamespace = cast(quote_ident(current_schema()) as regnamespace)
            and p.proname ~ '^(member|holder|change|numbering|reference|site|contact|code|note)_'
    loop
        execute format('alter function %s set search_path = %I, pg_temp', made.signature, current_schema());
        if made.name in (
            'member_rights', 'member_grant', 'member_revoke', 'member_renew', 'member_require_right',
            'member_changed', 'code_taken'
        ) then
            execute format('revoke execute on function %s from public', made.signature);
        end if;
    end loop;
end
$do$;
