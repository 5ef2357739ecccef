-- Who is at work on a server; see migrations/postgresql/0005_roles.sql.

-- name: me
select
    cast(session_user as text) as login, member_role() as role, member_name() as author,
    member_sees_all() as sees_all;

-- name: renew
select member_renew();

-- name: code_taken
select 1 as taken where code_taken(:kind, :code, :id);

-- name: members
select m.login, m.role, m.team, e.code as employee,
    nullif(trim(e.first_name || ' ' || e.last_name), '') as name,
    coalesce(m.team, e.establishment) as shares
from member as m left join employee as e on e.id = m.employee_id
order by m.login;

-- Whom the tables belong to, and superusers, no policy restrains.
-- name: login
select pg_has_role(r.oid, t.relowner, 'usage') as owns
from pg_roles as r cross join pg_class as t
where r.rolname = :login and t.oid = cast('member' as regclass);

-- name: grant
select member_grant(:login, :role, :team, :employee_id);

-- name: revoke
select member_revoke(:login);
