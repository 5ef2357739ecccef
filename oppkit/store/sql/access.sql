-- Who is at work, and what may be done. Whoever may open a file may do everything: see postgresql/.

-- name: me
select cast(null as text) as login, 'owner' as role, cast(null as text) as author, true as sees_all;

-- name: renew
select 1 as renewed;

-- A code stands once in the whole workspace, also where somebody may not see it.
-- name: code_taken
select 1 from opportunity where :kind = 'opportunity' and code = :code and id is distinct from :id
union all
select 1 from quote where :kind = 'quote' and code = :code and id is distinct from :id
union all
select 1 from affair where :kind = 'affair' and code = :code and id is distinct from :id
union all
select 1 from customer where :kind = 'customer' and code = :code and id is distinct from :id
union all
select 1 from employee where :kind = 'employee' and code = :code and id is distinct from :id;
