"""Ways around the roles that others have found elsewhere: none of them leads anywhere."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from oppkit.model import Search
from tests.store.postgresql.firm import Firm

REFUSED = (
    psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported,
    psycopg.errors.InvalidParameterValue, psycopg.errors.UniqueViolation,
)  # fmt: skip

# As Ana, who sells in Lyon. {bo} is an opportunity of Bo's, {gone} a deleted one, {own} hers.
REFUSED_SCRIPTS = {
    "truncate": "truncate opportunity",
    "truncate the history": "truncate opportunity_version, record_version",
    "be the owner": "set role oppkit",
    "be a manager": "set role max",
    "have been somebody else": "set session authorization max",
    "switch policies off": "set row_security = off; select * from opportunity",
    "drop a policy": "drop policy team on opportunity",
    "take policies away": "alter table opportunity disable row level security",
    "stop the triggers": "alter table opportunity_version disable trigger all",
    "replicate": "set session_replication_role = replica",
    "make herself a manager": "update member set role = 'manager'",
    "make herself a member twice": "insert into member values ('ana2', 'manager', null, null)",
    "give a role": "select member_grant('ana', 'manager', null, null)",
    "give rights": "select member_rights('ana', 'administrator')",
    "take a role": "select member_revoke('bo')",
    "join another team": "update employee set establishment = 'paris' where code = 'ANA'",
    "make colleagues": "insert into employee select * from employee",
    "hold a record": "update holder set owner_id = (select employee_id from member)",
    "hold one more": "insert into holder values ({bo}, null, null, null, true)",
    "change the past": "update opportunity_version set record = '{{}}'",
    "sign for another": "update opportunity_version set author = 'Bob Roy'",
    "forget the past": "delete from opportunity_version",
    "forget other pasts": "delete from record_version",
    "reopen the past": "update opportunity_version set valid_to = null where valid_to is not null",
    "end it again": "update opportunity_version set valid_to = now() where valid_to is not null",
    "a version out of order": (
        "insert into opportunity_version select opportunity_id, 99, now(), null, author, null, "
        "status, outcome, probability, amount, margin, currency, opened_on, expected_signature, "
        "closed_on, owner_id, customer_id, establishment, sector, family, subfamily, "
        "origin_type, record from opportunity_version where opportunity_id = {own} limit 1"
    ),
    "a version of another's": (
        "insert into record_version (record_id, version, kind, valid_from, author, record) "
        "values ({bo}, 1, 'quote', now(), 'x', '{{}}')"
    ),
    "a customer's version of another's": (
        "insert into record_version (record_id, version, kind, valid_from, author, record) "
        "values ({bo}, 1, 'customer', now(), 'x', '{{}}')"
    ),
    "the identifier of another's": "update opportunity set id = {bo} where id = {own}",
    "the identifier of a deleted one": "update opportunity set id = {gone} where id = {own}",
    "an event in its place": (
        "insert into event (id, version, kind, subject, comment, search_text) "
        "values ({gone}, 1, 'note', '', '', '')"
    ),
    "an event on another's": (
        "insert into event (id, version, kind, subject, comment, search_text, opportunity_id) "
        "values (nextval('record_id'), 1, 'note', '', '', '', {bo})"
    ),
    "an event in another's name": (
        "insert into event (id, version, kind, subject, comment, search_text, owner_id) "
        "select nextval('record_id'), 1, 'note', '', '', '', id from employee where code = 'BOB'"
    ),
    "a line of another's": (
        "insert into line (opportunity_id, position, title, quantity) values ({bo}, 9, 'x', 1)"
    ),
    "a tag by copying": "copy tagging from '/etc/hostname'",
    "a program": "copy (select 1) to program 'true'",
    "a file": "select pg_read_file('postgresql.conf')",
    "give it away": (
        "update opportunity set owner_id = (select id from employee where code = 'BOB')"
    ),
    "let nobody have it": "update opportunity set owner_id = null, establishment = null",
    "identifiers used before": "select setval('record_id', 1)",
    "a quote's number given twice": "update numbering set last = 0",
    "a gap among quotes": "insert into numbering values ('quote', 2031, 5)",
    "another customer's number": "update customer set id = id + 1000",
    "a customer that others need": "delete from customer",
    "a site that others need": "delete from site",
    "a table of her own among ours": "create table public.mine (id bigint)",
    "a function of her own among ours": (
        "create function public.member_sees_all(text) returns boolean language sql as 'select true'"
    ),
    "read a definition's rows": "alter view pg_stats set (security_invoker = off)",
    "targets": "insert into target (id, period, begins, currency, author, saved_at) "
    "values (1, 'year', '2026-01-01', 'EUR', 'x', now())",
    "lists": "delete from reference",
    "a list": "update reference set probability = 1 where list = 'status'",
    "a list by way of tags": "update reference set list = 'status' where list = 'tag'",
    "settings": "update setting set value = 'x'",
    "rates": "delete from exchange_rate",
    "the schema": "delete from schema_migration",
}  # fmt: skip


@pytest.fixture
def ids(still_firm: Firm) -> dict[str, Any]:
    def one(sql: str) -> Any:
        [[found]] = still_firm.run(sql)
        return found

    return {
        "bo": one("select min(id) from opportunity where name = 'Sale2a'"),
        "own": one("select min(id) from opportunity where name = 'Sale0a'"),
        "gone": one(
            "select min(opportunity_id) from opportunity_version where record like '%Sale2gone%'"
        ),
    }


@pytest.mark.parametrize("attempt", REFUSED_SCRIPTS)
def test_it_is_refused(attempt: str, still_firm: Firm, ids: dict[str, Any]) -> None:
    still_firm.run("insert into site select 1000000 + id, id, 0, 'S', 'S', '', '', '', null, true "
                   "from customer on conflict do nothing; "
                   "update opportunity set site_id = 1000000 + customer_id")  # fmt: skip
    with still_firm.connected("ana") as connection:
        connection.execute("begin")
        with pytest.raises(REFUSED):
            connection.execute(REFUSED_SCRIPTS[attempt].format(**ids).encode())
        connection.execute("rollback")


# What may run, and does not help.
HARMLESS_SCRIPTS = {
    "tables of the same name": (
        "create temp table member (login text, role text, team text, employee_id bigint); "
        "insert into member values ('ana', 'manager', null, null); "
        "create temp table holder as select * from opportunity_version; "
        "create temp table employee as select id, 'lyon' as establishment from public.employee; "
        "grant all on member, employee, holder to public; "
        "set search_path = pg_temp, public"
    ),
    "functions of the same name": (
        "create function pg_temp.member_sees_all() returns boolean language sql as 'select true'; "
        "create function pg_temp.row_security_active(oid) returns boolean language sql "
        "as 'select false'; "
        "create function pg_temp.member_name() returns text language sql as $$select 'Bob Roy'$$; "
        "set search_path = pg_temp, pg_catalog, public"
    ),
    "operators of the same name": (
        "create function pg_temp.always(text, text) returns boolean language sql as 'select true'; "
        "create operator pg_temp.= (function = pg_temp.always, leftarg = text, rightarg = text); "
        "set search_path = pg_temp, pg_catalog, public"
    ),
    "a cheap function that tells": (
        "create temp table told (what text); "
        "create function pg_temp.tell(t text) returns boolean language plpgsql cost 0.0000001 as "
        "$$begin insert into told values (t); return true; end$$; "
        "select count(*) from public.opportunity where pg_temp.tell(comment)"
    ),
    "the role that she has": "set role ana; reset role; set session authorization default",
    "another name for herself": "set application_name = 'max'",
}  # fmt: skip


@pytest.mark.parametrize("attempt", HARMLESS_SCRIPTS)
def test_it_does_not_help(attempt: str, firm: Firm) -> None:
    with firm.connected("ana") as connection:
        before = connection.execute("select id from public.opportunity order by 1").fetchall()
        connection.execute(HARMLESS_SCRIPTS[attempt].encode())
        after = connection.execute("select id from public.opportunity order by 1").fetchall()
        assert after == before
        if "told" in HARMLESS_SCRIPTS[attempt]:
            texts = connection.execute("select comment from public.opportunity").fetchall()
            assert sorted(connection.execute("select what from told").fetchall()) == sorted(texts)
        # Nor does it put another's name into the history.
        connection.execute(
            "update public.opportunity_version set valid_to = now() where valid_to is null"
        )
        connection.execute(
            "insert into public.opportunity_version select opportunity_id, version + 1, valid_to, "
            "null, 'Bob Roy', null, status, outcome, probability, amount, margin, currency, "
            "opened_on, expected_signature, closed_on, owner_id, customer_id, establishment, "
            "sector, family, subfamily, origin_type, record from public.opportunity_version as v "
            "where deleted_by is null and version = (select max(version) from "
            "public.opportunity_version as w where w.opportunity_id = v.opportunity_id)"
        )
    authors = firm.run("select distinct author from opportunity_version where valid_to is null")
    assert {name for (name,) in authors} <= {"Ana Roy", "Founder"}
    assert ("Ana Roy",) in authors


def test_what_runs_as_the_owner_looks_nowhere_else(still_firm: Firm) -> None:
    found = still_firm.run(
        "select proname, proconfig from pg_proc where pronamespace = 'public'::regnamespace"
    )
    assert len(found) > 20
    for name, settings in found:
        assert settings == ["search_path=public, pg_temp"], name


def test_rights_are_no_more_than_needed(still_firm: Firm) -> None:
    found = still_firm.run(
        "select distinct privilege_type from information_schema.role_table_grants "
        "where grantee in ('ana', 'rita', 'max', 'ada', 'PUBLIC') and table_schema = 'public'"
    )
    assert {kind for (kind,) in found} == {"SELECT", "INSERT", "UPDATE", "DELETE"}
    read_only = still_firm.run(
        "select distinct privilege_type from information_schema.role_table_grants "
        "where grantee in ('rita', 'remi')"
    )
    assert read_only == [("SELECT",)]
    for user in ("ana", "rita", "max", "ada"):
        assert not still_firm.run(
            f"select 1 from pg_roles where rolname = '{user}' and "
            "(rolsuper or rolbypassrls or rolcreaterole)"
        )


def test_counters_only_go_forward(firm: Firm) -> None:
    before = firm.run("select sum(counter) from change")[0][0]
    firm.run("insert into change (slot, counter, moved) values (5000, -100, -9) on conflict (slot) "
             "do update set counter = -100", "ana")  # fmt: skip
    firm.run("update change set counter = 0, slot = slot + 1, moved = -1", "ana")
    [[after, moved, slots]] = firm.run("select sum(counter), min(moved), max(slot) from change")
    assert after > before
    assert moved >= 0
    assert slots < 1024


def test_a_role_is_of_its_database_only(firm: Firm, still_firm: Firm) -> None:
    firm.run("select member_grant('eve', 'manager', null, null)")
    assert len(firm.table("opportunity", "eve")) == 12
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        still_firm.table("opportunity", "eve")


def test_statistics_do_not_tell_values(still_firm: Firm) -> None:
    still_firm.run("analyze")
    assert still_firm.run("select 1 from pg_stats where tablename = 'opportunity'")
    assert not still_firm.run("select 1 from pg_stats where tablename = 'opportunity'", "ana")


def test_a_taken_code_tells_nothing_of_who_has_it(firm: Firm) -> None:
    [[code]] = firm.run("select code from opportunity where name = 'Sale2a'")
    with pytest.raises(psycopg.errors.UniqueViolation) as caught:
        firm.run(f"update opportunity set code = '{code}' where name = 'Sale0a'", "ana")
    assert caught.value.diag.message_detail is None
    assert firm.bench("ana").search(Search(text=code)).count == 0
