"""What a person can do with SQL of their own: nothing to what belongs to another team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.postgresql.firm import BELONGS, SHARED, Firm, Rows, visible

TEAMS = {"ana": "lyon", "bo": "paris", "remi": "lyon", "eve": None}
TABLES = sorted({
    *SHARED, *BELONGS, "forecast_call", "forecast_record", "member", "saved_search", "target",
})  # fmt: skip


def key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"{name}={value!r}" for name, value in row.items())


def counted(rows: Rows) -> Counter[tuple[str, ...]]:
    return Counter(map(key, rows))


@pytest.fixture(scope="module")
def everything(still_firm: Firm) -> dict[str, Rows]:
    return {name: still_firm.table(name) for name in TABLES}


def test_all_tables_are_looked_at(still_firm: Firm) -> None:
    found = still_firm.run(
        "select relname from pg_class where relnamespace = 'public'::regnamespace "
        "and relkind in ('r', 'v', 'm', 'p', 'f') order by 1"
    )
    assert [name for (name,) in found] == TABLES


@pytest.mark.parametrize("user", ["ana", "bo", "remi"])
def test_a_team_sees_its_own_rows_and_no_others(
    user: str, still_firm: Firm, everything: dict[str, Rows]
) -> None:
    wanted = visible(still_firm, everything, user, TEAMS[user])
    for table in TABLES:
        assert counted(still_firm.table(table, user)) == counted(wanted[table]), table


def test_the_firm_has_something_to_hide_in_every_table(
    still_firm: Firm, everything: dict[str, Rows]
) -> None:
    """Or the tests here would say nothing."""
    seen = visible(still_firm, everything, "ana", "lyon")
    for table in set(TABLES) - {*SHARED, "forecast_record", "merged_record"}:
        assert 0 < len(seen[table]) < len(everything[table]), table


@pytest.mark.parametrize("user", ["rita", "max", "ada"])
def test_who_sees_all_sees_all(
    user: str, still_firm: Firm, everything: dict[str, Rows]
) -> None:  # fmt: skip
    for table in TABLES:
        assert counted(still_firm.table(table, user)) == counted(everything[table]), table


def test_without_a_role_nothing_is_read(still_firm: Firm) -> None:
    for table in TABLES:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            still_firm.table(table, "eve")


# -- any statement -------------------------------------------------------------------------------

CONDITIONS = [
    "true", "{k} > 0", "{k} in (select record_id from holder)", "{k} not in (select id from quote)",
    "exists (select 1 from opportunity as o where o.id = {k} or o.owner_id is not null)",
    "{t}::text like '%Secret%'", "({t}.*) is not null", "{k} = any(array(select id from event))",
    "{k} % 2 = 0 or random() < 2",
    "(select count(*) from opportunity_version as v where v.opportunity_id = {k}) >= 0",
]  # fmt: skip
OUTPUTS = ["{t}.*", "{t}", "to_jsonb({t})", "{t}::text", "{t}.*, {t}.ctid", "md5({t}::text), {t}.*"]
SOURCES = [
    "{t}", "{t} tablesample system (100)", "only {t}", "(select * from {t} offset 0) as {t}",
    "(with w as materialized (select * from {t}) select * from w) as {t}",
    "(table {t} union all table {t}) as {t}", "(select distinct on ({k}) * from {t}) as {t}",
    "{t} natural left join (select 1 as one) as o", "opportunity as o2 right join {t} on true",
    "lateral (select * from {t}) as {t}",
]  # fmt: skip
HELD = sorted(BELONGS)


@st.composite
def readings(draw: st.DrawFn) -> tuple[str, str]:
    """A query whose rows contain those of one table, and the name of that table."""
    table = draw(st.sampled_from(HELD))
    output, source, condition = (
        draw(st.sampled_from(choice)).format(t=table, k=BELONGS[table])
        for choice in (OUTPUTS, SOURCES, CONDITIONS)
    )
    key_given = f"{table}.{BELONGS[table]}"
    return f"select {key_given} as whose, {output} from {source} where {condition}".replace(
        f" {BELONGS[table]} ", f" {key_given} "
    ), table


@st.composite
def writings(draw: st.DrawFn) -> str:
    """A statement that changes, moves, adds or removes rows of one table."""
    table = draw(st.sampled_from(HELD))
    own = BELONGS[table]
    condition = draw(st.sampled_from(CONDITIONS)).format(t=table, k=own)
    strange = "(select coalesce(max(id), 0) % {n} + {n} from opportunity)"
    number = draw(st.sampled_from(
        [own, "1", "{n}", strange, "(select min(record_id) from holder)"]
    )).format(n=draw(st.integers(1, 120)))  # fmt: skip
    return draw(st.sampled_from([
        f"update {table} set {own} = {number} where {condition}",
        f"update {table} set {own} = {own} where {condition}",
        f"delete from {table} where {condition}",
        f"delete from {table} using opportunity as o where o.id > 0",
        f"insert into {table} select * from {table} where {condition}",
        f"insert into {table} select * from {table} where {condition} on conflict do nothing",
        f"update opportunity set owner_id = {number} where true",
        "update opportunity set owner_id = null, establishment = 'paris'",
        "update opportunity set establishment = 'lyon', owner_id = null",
        f"update event set opportunity_id = {number}, owner_id = null",
        f"update event set opportunity_id = null, owner_id = {number}",
        f"update quote set opportunity_id = {number}",
        f"update affair set opportunity_id = {number}",
        (f"insert into opportunity select ({number}), version, 'C' || random(), name, customer_id, "
        "site_id, origin_type, origin_id, origin_text, status, status_on, opened_on, "
        "expected_signature, production_start, production_end, probability, probability_typed, "
        "currency, establishment, sector, family, subfamily, closed_on, loss_reason, "
        "close_comment, comment, owner_id, amount, margin, search_text from opportunity limit 1"),
        ("insert into event (id, version, kind, subject, comment, search_text) "
         f"values ({number}, 1, 'note', 's', '', 's')"),
        f"update opportunity_version set valid_to = now(), deleted_by = 'x' where {number} > 0",
        f"insert into tagging values ({number}, 9, 'x')",
        f"insert into line (opportunity_id, position, title, quantity) values ({number}, 9, '', 1)",
        f"with gone as (delete from {table} returning *) select * from gone",
        f"copy {table} to stdout",
        f"select nextval('record_id') from {table}",
        "update customer set comment = 'changed', code = code || 'x'",
        "delete from site", "delete from contact",
        f"select * from {table} for update",
    ]))  # fmt: skip


class Impersonation:
    """One connection of the owner's, on which statements of another user are tried and undone.

    What policies ask for, `session_user`, is the other one meanwhile.
    """

    def __init__(self, firm: Firm, everything: dict[str, Rows], user: str) -> None:
        self.connection = psycopg.connect(firm.url(), row_factory=psycopg.rows.dict_row)
        self.user = user
        seen = visible(firm, everything, user, TEAMS[user])
        self.seen = {name: {row[BELONGS[name]] for row in seen[name]} for name in HELD}
        self.hidden = {name: counted(everything[name]) - counted(seen[name]) for name in TABLES}

    def tried(self, sql: str) -> list[Any] | None:
        """What a statement gives; None for one that is refused."""
        self.connection.execute("begin")
        self.connection.execute(f"set session authorization {self.user}".encode())
        self.connection.execute("savepoint before")
        try:
            if sql.startswith("copy"):
                with self.connection.cursor().copy(sql.encode()) as copy:
                    return [bytes(block) for block in copy]
            cursor = self.connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error:
            self.connection.execute("rollback to before")
            return None

    def undone(self) -> None:
        self.connection.execute("rollback")

    def table(self, name: str) -> Rows:
        return self.connection.execute(f'select * from "{name}"'.encode()).fetchall()

    def became_visible(self) -> list[str]:
        """Tables in which rows can be read now that were another's before."""
        return [name for name in HELD if counted(self.table(name)) & self.hidden[name]]

    def harmed(self) -> list[str]:
        """Tables that lack rows, as they were, that are another's."""
        self.connection.execute("reset session authorization")
        return [name for name in TABLES if self.hidden[name] - counted(self.table(name))]


@pytest.fixture(scope="module", params=["ana", "bo"])
def tried(
    request: pytest.FixtureRequest, still_firm: Firm, everything: dict[str, Rows]
) -> Iterator[Impersonation]:
    found = Impersonation(still_firm, everything, request.param)
    yield found
    found.connection.close()


ONCE = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@ONCE
@given(reading=readings())
def test_no_query_returns_a_row_of_another_team(
    reading: tuple[str, str], tried: Impersonation
) -> None:
    sql, table = reading
    rows = tried.tried(sql)
    tried.undone()
    for row in rows or ():
        assert row["whose"] is None or row["whose"] in tried.seen[table], sql


@ONCE
@given(sql=writings())
def test_no_statement_changes_or_opens_a_row_of_another_team(
    sql: str, tried: Impersonation
) -> None:
    tried.tried(sql)
    try:
        assert tried.became_visible() == [], sql
        assert tried.harmed() == [], sql
    finally:
        tried.undone()
