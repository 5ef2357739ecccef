"""The same statements on both engines: every one runs on DuckDB and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import psycopg
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from oppkit.model import (
    LISTS,
    Catalogue,
    Contact,
    Customer,
    Employee,
    Event,
    Firm,
    InUse,
    Line,
    Opportunity,
    Outcome,
    Site,
    Tag,
    life,
    quoting,
)
from oppkit.model.search import Search, Sort
from oppkit.store import (
    directory,
    history,
    merging,
    records,
    references,
    search_texts,
    suggestion,
)
from oppkit.store.attention import Limits, attention
from oppkit.store.duckdb_session import DuckDBSession
from oppkit.store.history import Stamp
from oppkit.store.integrity import findings
from oppkit.store.kinds import KINDS as RECORD_KINDS
from oppkit.store.numbering import next_code, proposed_code
from oppkit.store.postgresql.session import PostgreSQLSession
from oppkit.store.schema import KNOWN, advance, migrate, version
from oppkit.store.search import search
from oppkit.store.session import Session
from oppkit.store.statements import Statement, every_statement, statement
from tests.clock import TODAY
from tests.generated import KINDS, Known
from tests.postgresql_server import Server

kind_named = {kind.name: kind for kind in RECORD_KINDS}.__getitem__

STAMP = Stamp("Ana", datetime(2026, 3, 16, 10, tzinfo=UTC))
# Filling a snapshot is DuckDB's own business.
STATEMENTS = [
    s.name
    for s in every_statement()
    if not s.name.startswith(("snapshot.", "span.", "replay.", "journey.", "panel."))
]
NUMBERS = {"ids", "kept", "owner_ids", "customer_ids", "contact_ids", "employee_ids", "owned_by"}
WORDS = {
    "other_words", "statuses", "outcomes", "establishments", "sectors", "families", "subfamilies",
    "origin_types", "any_tags", "all_tags", "texts", "states",
}  # fmt: skip
VALUES: dict[str, Any] = {
    **{key: ["risk", "won"] for key in WORDS}, **{key: [1, 2] for key in NUMBERS}, "word": "a",
    "all_tags_count": 2, "n": 3, "amount_from": Decimal("1.5"), "amount_to": Decimal(9),
    "expected_from": TODAY, "expected_to": TODAY, "opened_from": TODAY, "opened_to": TODAY,
    "closed_from": TODAY, "closed_to": TODAY, "overdue_on": TODAY, "rate": Decimal("0.9"),
    "version": 7,
    "kinds": ["prospect"], "word_or_customer": "ete", "other_words_or_customer": ["nord", "sud"],
    "typed": "ete", "longest": "ete", "begins": STAMP.now, "ends": STAMP.now, "offset": 60,
    "today": TODAY, "places": ["proposal", "won"], "shown": [1, 2], "since": [TODAY, None],
    "until": [None, TODAY], "first": TODAY, "beyond": TODAY,
    "enough": 1, "patience": 1, "pushes": 1, "low": Decimal("0.3"), "large": Decimal("0.25"),
    "month_end": TODAY, "week_ago": STAMP.now,
}  # fmt: skip
BY_TYPE: dict[str, Any] = {
    "bigint": 1, "integer": 1, "text": "abc", "boolean": True, "date": TODAY,
    "numeric": Decimal("0.5"), "timestamp with time zone": STAMP.now,
}  # fmt: skip


class Engine:
    """A new workspace on one of the engines."""

    def __init__(self, session: Session, lists: Catalogue) -> None:
        self.session = session
        advance(session, 0)
        # Loading whole tables is each engine's own; this is how a value is saved by hand.
        for kind in LISTS.values():
            for value in lists.all(kind):
                references.save_reference(self.session, value)
        self.lists = references.catalogue(self.session)
        self.types = column_types(self.session)

    @contextmanager
    def undone(self) -> Iterator[Session]:
        """A transaction that leaves nothing."""
        self.session.script("begin")
        try:
            yield self.session
        finally:
            self.session.script("rollback")

    def save(self, record: Any, stamp: Stamp = STAMP) -> Any:
        kind = kind_named(type(record).__name__.lower())
        return records.save(self.session, kind, record, stamp, self.lists)

    def base(self) -> Known:
        """Records to refer to."""
        customer = self.save(Customer(
            name="Énergie", sites=(Site(code="A", name="Lyon"), Site(code="B", name="Nice")),
            contacts=(Contact(last_name="Dupont"), Contact(last_name="Martin")),
        ))  # fmt: skip
        people = [self.save(Employee(last_name=name)).id for name in ("Lopez", "Berg")]
        sale = Opportunity(
            name="Été", customer_id=customer.id, status="proposal", opened_on=TODAY,
            probability="0.5", tags=("risk", "urgent"), lines=(Line(amount="0.01"),) * 3,
            establishment="lyon", sector="energy", family="data", subfamily="data_platform",
            origin_type="campaign", expected_signature=TODAY,
            responsibles=[{"role": "sales", "employee_id": people[0]}],
        )  # fmt: skip
        return Known(self.lists, customer, people, self.save(sale).id)


@pytest.fixture(scope="module")
def postgresql(server: Server, catalogue: Catalogue) -> Iterator[Engine]:
    with psycopg.connect(
        server.url(server.new()), autocommit=True, cursor_factory=psycopg.RawCursor
    ) as connection:
        connection.execute("set timezone = 'UTC'")
        yield Engine(PostgreSQLSession(connection, ""), catalogue)


@pytest.fixture(scope="module")
def in_duckdb(catalogue: Catalogue) -> Iterator[Engine]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        yield Engine(DuckDBSession(connection), catalogue)


@pytest.fixture(params=["in_duckdb", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


def column_types(session: Session) -> dict[str, str]:
    """Name of a column → its type, which is the same in every table that has one of this name."""
    rows = session.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_schema in ('public', 'main')"
    ).fetchall()
    return {name: str(kind).partition("(")[0].lower() for name, kind in rows}


def plausible(statement: Statement, types: dict[str, str]) -> list[Any]:
    synonyms = {"decimal": "numeric", "varchar": "text"}
    return [
        VALUES[name] if name in VALUES
        else BY_TYPE[synonyms.get(types[name], types[name])]
        for name in statement.parameters
    ]  # fmt: skip


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_runs_with_values(name: str, engine: Engine) -> None:
    found = statement(name, dialect=engine.session.dialect)
    with engine.undone() as session:
        if name == "schema.create":
            session.script("drop table schema_migration")
        session.execute(found.sql, plausible(found, engine.types))


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_runs_with_nothing_known(name: str, engine: Engine) -> None:
    found = statement(name, dialect=engine.session.dialect)
    # A column that must not be empty refuses; that the statement can be run was found out before.
    refused = (psycopg.errors.NotNullViolation, duckdb.ConstraintException)
    with engine.undone() as session:
        if name == "schema.create":
            session.script("drop table schema_migration")
        with suppress(refused):
            session.execute(found.sql, [None] * len(found.parameters))


def test_the_migrations_are_recorded(engine: Engine) -> None:
    assert version(engine.session) == KNOWN
    assert migrate(engine.session, "workspace") is False
    assert {v.code for v in engine.lists.all(Tag)} >= {"risk", "urgent"}


@pytest.mark.parametrize("name", sorted(KINDS))
@given(data=st.data())
@settings(max_examples=8, phases=(Phase.explicit, Phase.generate))
def test_records_live_the_same_life(
    name: str, in_duckdb: Engine, postgresql: Engine, data: st.DataObject
) -> None:
    kind = kind_named(name)
    lives = []
    for engine in (in_duckdb, postgresql):
        with engine.undone() as session:
            known = engine.base()
            # Identifiers differ between the engines, sequences are not undone: draw once only.
            if not lives:
                before, after = (data.draw(KINDS[name](known)) for _ in range(2))
                first_known = known
            drafts = [renumbered(record, first_known, known) for record in (before, after)]
            first = engine.save(drafts[0])
            second = engine.save(drafts[1].replace(id=first.id, version=1))
            assert records.get(session, kind, first.id) == second
            records.delete(session, kind, second, STAMP)
            third = records.restore(session, kind, first.id, STAMP, engine.lists)
            assert records.get(session, kind, first.id) == third
            versions = history.versions(session, kind, first.id)
            assert [v.record for v in versions][-1] == third
            assert findings(session) == []
            lives.append([
                [(v.version, v.valid_from, v.valid_to, v.author, v.deleted_by) for v in versions],
                [renumbered(v.record, known, first_known, keep_id=False) for v in versions],
            ])  # fmt: skip
    assert lives[0] == lives[1]


def renumbered(record: Any, old: Known, new: Known, keep_id: bool = True) -> Any:
    """The record with what it refers to in `old` replaced by the same in `new`."""
    pairs = [
        *zip(old.customer.sites, new.customer.sites, strict=True),
        *zip(old.customer.contacts, new.customer.contacts, strict=True),
        (old.customer, new.customer),
    ]
    numbers = {before.id: after.id for before, after in pairs}
    numbers |= dict(zip(old.employees, new.employees, strict=True))
    numbers |= {old.opportunity_id: new.opportunity_id}

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: numbers.get(item, item)
                if key.endswith("_id") and key != "origin_id"
                else None
                if key == "id" and not keep_id
                else walk(item)
                for key, item in value.items()
            }
        return [walk(item) for item in value] if isinstance(value, list | tuple) else value

    return type(record).model_validate(walk(record.model_dump()))


SEARCHES: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"text": "ete energie"}, True),
    ({"text": "hiver"}, False),
    ({"statuses": ["proposal"], "outcomes": [Outcome.OPEN]}, True),
    ({"establishments": ["lyon"], "sectors": ["energy"], "families": ["data"]}, True),
    ({"any_tags": ["risk", "abroad"], "all_tags": ["risk", "urgent"]}, True),
    ({"all_tags": ["risk", "abroad"]}, False),
    ({"opened_from": TODAY, "opened_to": TODAY, "expected_from": TODAY}, True),
    ({"expected_to": TODAY - timedelta(days=1)}, False),
    ({"amount_from": "0.03", "amount_to": "0.03"}, True),
    ({"overdue": True}, False),
    ({"undated": True}, False),
    ({"subfamilies": ["data_platform"], "origin_types": ["campaign"]}, True),
    ({"closed_from": TODAY}, False),
    ({"closed_to": TODAY}, False),
    ({"ids": [1]}, False),
    ({"offset": 1}, False),
]


@pytest.mark.parametrize(("criteria", "found"), SEARCHES)
def test_searches(criteria: dict[str, Any], found: bool, engine: Engine) -> None:
    with engine.undone() as session:
        known = engine.base()
        result = search(session, Search(**criteria), TODAY)
        assert [row["id"] for row in result.rows] == [known.opportunity_id] * found
        if found:
            [row] = result.rows
            # Three halves of a cent, each rounded up.
            assert (row["weighted_amount"], row["amount"]) == (Decimal("0.03"), Decimal("0.03"))
            assert result.totals[0].weighted_amount == Decimal("0.03")
    with engine.undone() as session:
        known = engine.base()
        by_people = Search(owner_ids=(known.employees[0],), customer_ids=(known.customer.id or 0,))
        assert search(session, by_people, TODAY).count == 1


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("descending", [True, False])
def test_orders(sort: Sort, descending: bool, engine: Engine) -> None:
    with engine.undone() as session:
        engine.base()
        assert search(session, Search(sort=sort, descending=descending), TODAY).count == 1


@pytest.mark.parametrize("sort", [Sort.NAME, Sort.CUSTOMER, Sort.OWNER])
def test_names_are_ordered_alike(sort: Sort, engine: Engine) -> None:
    wanted = ["école", "Ecole 2", "énergie", "Energie du Nord", "Énergie-Sud", "œuvre", "Zoo"]
    with engine.undone() as session:
        for name in sorted(wanted):
            customer = engine.save(Customer(name=name))
            person = engine.save(Employee(last_name=name))
            engine.save(Opportunity(
                name=name, customer_id=customer.id, status="proposal", opened_on=TODAY,
                responsibles=[{"role": "sales", "employee_id": person.id}],
            ))  # fmt: skip
        found = search(session, Search(sort=sort), TODAY).rows
        assert [row["name"] for row in found] == wanted
        found = search(session, Search(sort=sort, descending=True), TODAY).rows
        assert [row["name"] for row in found] == wanted[::-1]


@pytest.mark.parametrize(
    ("listed", "sort"),
    [(listed, sort) for listed, orders in directory._ORDERS.items() for sort in orders]
    + [("events", "agenda")],
)
def test_lists_of_the_directory(listed: str, sort: str, engine: Engine) -> None:
    by_customer = listed in ("contacts", "events", "quotes", "affairs")
    text = directory.words("e", in_customer=True) if by_customer else directory.words("")
    moments = {"today": TODAY, "begins": STAMP.now, "ends": STAMP.now, "offset": 0}
    none = dict.fromkeys(
        ("active_only", "customer_id", "kinds", "opportunity_id", "owner_ids", "only_open",
         "only_done", "word", "other_words", "word_or_customer", "other_words_or_customer",
         "states", "statuses", "owned_by")
    )  # fmt: skip
    with engine.undone() as session:
        known = engine.base()
        engine.save(Event(kind="task", subject="Été", due_on=TODAY))
        sale = records.get(session, kind_named("opportunity"), known.opportunity_id or 0)
        engine.save(life.create_affair(sale, TODAY))
        engine.save(quoting.create(sale, Firm(), TODAY))
        page = directory.Page(sort, descending=True, limit=5)
        found = directory.listed(session, listed, {**none, **moments, **text}, page)
        assert found.count == len(found.rows) > 0


@pytest.mark.parametrize("kind", sorted(suggestion._ORDERS))
def test_suggestions(kind: str, engine: Engine) -> None:
    with engine.undone() as session:
        known = engine.base()
        engine.save(Event(kind="task", subject="Été", due_on=TODAY))
        sale = records.get(session, kind_named("opportunity"), known.opportunity_id or 0)
        engine.save(life.create_affair(sale, TODAY))
        engine.save(quoting.create(sale, Firm(), TODAY))
        for typed in ("e", ""):
            found = suggestion.suggest(session, kind, typed, 5, None, None)
            assert found
            assert suggestion.named(session, kind, found[0].id, None) == found[0]


@pytest.mark.parametrize(
    "record", [
        Customer(name="Énergie du Sud", address={"city": "Nîmes"}, contacts=[
            Contact(first_name="Léa", last_name="Œuvrard"),
        ]),
        Employee(first_name="Noël", last_name="d’Été"),
    ], ids=["customer", "employee"],
)  # fmt: skip
def test_search_texts_are_written_anew(record: Any, engine: Engine) -> None:
    with engine.undone() as session:
        engine.save(record)
        tables = ("customer", "contact", "employee")
        saved = search_texts_of(engine, tables)
        for table in tables:
            session.script(f"update {table} set search_text = 'x'")
        search_texts.write_anew(session)
        assert search_texts_of(engine, tables) == saved


def search_texts_of(engine: Engine, tables: Sequence[str]) -> list[Any]:
    return [
        engine.session.execute(f"select id, search_text from {table} order by id").fetchall()
        for table in tables
    ]


def test_numbers(engine: Engine) -> None:
    with engine.undone() as session:
        for kind in (kind for kind in RECORD_KINDS if kind.code):
            codes = [next_code(session, kind, 2026) for _ in range(3)]
            assert [code[-1] for code in codes] == ["1", "2", "3"]
            assert proposed_code(session, kind, 2026)[-1] == "4"


def test_a_record_in_use_is_kept(engine: Engine) -> None:
    with engine.undone() as session:
        known = engine.base()
        with pytest.raises(InUse, match="OPP-2026-0001"):
            records.delete(session, kind_named("customer"), known.customer, STAMP)


def test_a_duplicate_is_merged(engine: Engine) -> None:
    with engine.undone() as session:
        known = engine.base()
        twin = engine.save(Customer(
            name="Energie", sites=(Site(code="A", name="Lyon"),), contacts=(Contact(last_name="X"),)
        ))  # fmt: skip
        kept = merging.merge(session, twin, known.customer, STAMP, engine.lists)
        assert [site.code for site in kept.sites] == ["A", "A-2", "B"]
        sale = records.get(session, kind_named("opportunity"), known.opportunity_id or 0)
        assert (sale.customer_id, sale.version) == (twin.id, 2)
        [mark] = merging.merged_into(session, kept)
        assert (mark.id, mark.author) == (known.customer.id, "Ana")
        back = records.restore(
            session, kind_named("customer"), known.customer.id or 0, STAMP, engine.lists
        )
        assert [site.code for site in back.sites] == ["A", "B"]
        assert findings(session) == []


def test_values_in_use_are_counted(engine: Engine) -> None:
    with engine.undone() as session:
        engine.base()
        value = engine.lists.get(Tag, "risk")
        assert value is not None
        assert references.uses(session, value) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "update opportunity set amount = 7, owner_id = null, status = 'x', customer_id = 999",
        "delete from employee",
        "delete from opportunity",
        "delete from opportunity_version",
    ],
)
def test_damage_is_found(damage: str, postgresql: Engine, in_duckdb: Engine) -> None:
    rules: list[set[tuple[str, str]]] = []
    for engine in (postgresql, in_duckdb):
        with engine.undone() as session:
            engine.base()
            session.script(damage)
            rules.append({(finding.rule, finding.problem) for finding in findings(session)})
    assert rules[0]
    assert rules[0] == rules[1]


def test_the_sequence_gives_many_at_once(engine: Engine) -> None:
    taken = [row["id"] for _ in range(2) for row in engine.session.all("setting.next_ids", n=5)]
    assert len(set(taken)) == 10


def test_what_wants_attention(engine: Engine) -> None:
    later = Stamp("Bo", STAMP.now + timedelta(days=2))
    with engine.undone() as session:
        known = engine.base()
        sale = records.get(session, kind_named("opportunity"), known.opportunity_id or 0)
        sale = engine.save(sale.replace(probability="0.1", production_start=TODAY), later)
        engine.save(Event(kind="note", subject="Été", opportunity_id=sale.id), later)
        limits = Limits(patience=1, enough=1)
        for days, owner, found in (
            (0, 0, {"unlikely": None}),
            (2, 0, {"overdue": 2}),
            (9, 0, {"overdue": 9, "idle": 7}),
            (9, 1, {}),
        ):
            rows = attention(
                session, TODAY + timedelta(days=days), None, limits, [known.employees[owner]]
            )
            assert {row["reason"]: row["days"] for row in rows} == found


def test_the_latest_target_and_call_of_a_scope_stand(engine: Engine) -> None:
    aim = {"period": "quarter", "begins": date(2026, 1, 1), "currency": "EUR", "author": "Ana",
           "saved_at": STAMP.now, "establishment": None}  # fmt: skip
    with engine.undone() as session:
        for owner, amount in ((None, 1), (7, 2), (None, 3), (7, None)):
            session.run("target.add", aim, owner_id=owner, amount=amount)
            session.run(
                "forecast_call.add", aim, owner_id=owner, committed=amount, best_case=None,
                note="", said_on=TODAY,
            )  # fmt: skip
        span = {"period": "quarter", "first": date(2026, 1, 1), "beyond": date(2026, 4, 1)}
        for name, column in (
            ("target.latest", "amount"), ("target.standing", "amount"),
            ("forecast_call.standing", "committed"),
        ):  # fmt: skip
            rows = session.all(name, span)
            assert {row["owner_id"]: row[column] for row in rows} == {None: 3, 7: None}
        assert session.all("target.latest", span | {"first": TODAY}) == []
        past = session.all("target.of", aim, owner_id=None)
        assert [row["amount"] for row in past] == [1, 3]
        assert len(session.all("forecast_call.said", span)) == 4


def test_the_latest_record_of_a_day_counts(engine: Engine) -> None:
    with engine.undone() as session:
        for day, content in ((TODAY, "a"), (TODAY, "b"), (TODAY + timedelta(days=3), "c")):
            session.run(
                "forecast_record.add", day=day, content=content, author="Ana", saved_at=STAMP.now
            )
        assert [row["content"] for row in session.all("forecast_record.every")] == ["b", "c"]
        for days, found in ((-1, None), (0, "b"), (2, "b"), (9, "c")):
            row = session.one("forecast_record.at", day=TODAY + timedelta(days=days))
            assert (row and row["content"]) == found
