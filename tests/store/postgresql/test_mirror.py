"""The copy in memory that analyses read: always the same as what is on the server."""

from __future__ import annotations

import gc
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from oppkit.model import Customer, Employee, Line, Opportunity, Outcome, Search, Tag
from oppkit.model.bulk import BulkChange
from oppkit.model.errors import UserError
from oppkit.model.rate import ExchangeRate
from oppkit.store.layout import layout
from oppkit.store.opening import open_store
from oppkit.store.postgresql import mirror
from oppkit.store.postgresql.arrow import ArrowReader
from oppkit.store.postgresql.server import PostgreSQLServer
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock
from tests.postgresql_server import Server

TABLES = (
    "opportunity", "line", "tagging", "responsible", "participant", "customer", "employee",
    "affair", "quote", "reference", "exchange_rate", "opportunity_version", "record_version",
)  # fmt: skip
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def url(database: str) -> str:
    return database


@pytest.fixture
def engine(workbench: Workbench) -> PostgreSQLServer:
    found = workbench.store.engine
    assert isinstance(found, PostgreSQLServer)
    return found


def mirrored(engine: PostgreSQLServer, tables: tuple[str, ...] = TABLES) -> Rows:
    with engine.attached(tables) as connection:
        return {
            table: sorted(connection.execute(f"from live.{table}").fetchall(), key=repr)
            for table in tables
        }


def stored(url: str, tables: tuple[str, ...] = TABLES) -> Rows:
    """The same by plain queries."""
    with open_store(url).read() as session:
        return {
            table: sorted(session.execute(f"select {columns(table)} from {table}"), key=repr)
            for table in tables
        }


def columns(table: str) -> str:
    return ", ".join(name for name in layout()[table].names if name not in mirror._UNREAD)


def same(found: Rows, wanted: Rows) -> bool:
    assert found.keys() == wanted.keys()
    for table, rows in wanted.items():
        # Texts differ where moments are shown in zones of different makes.
        assert sorted(found[table], key=str) == sorted(rows, key=str), table
    return True


# -- in step -------------------------------------------------------------------------------------


class Company:
    """Random work of a colleague on a workspace."""

    def __init__(self, bench: Workbench, dice: random.Random) -> None:
        self.bench, self.dice = bench, dice
        self.customers = [bench.save(Customer(name=name)) for name in ("Énergie", "Eau", "Gaz")]
        self.owner = bench.save(Employee(last_name="Lopez"))
        for _ in range(4):
            self.create()

    def any_sale(self) -> Opportunity | None:
        found = self.bench.search_ids(Search())
        return self.bench.get(Opportunity, self.dice.choice(found)) if found else None

    def create(self) -> None:
        self.bench.save(Opportunity(
            name="Projet", customer_id=self.dice.choice(self.customers).id, status="proposal",
            opened_on=TODAY, probability=Decimal(self.dice.randrange(101)) / 100,
            tags=self.dice.sample(["risk", "urgent"], self.dice.randrange(3)),
            responsibles=[{"role": "sales", "employee_id": self.owner.id}],
            lines=[Line(amount=Decimal(self.dice.randrange(10**6)) / 100, title='"é,\n')
                   for _ in range(self.dice.randrange(4))],
        ))  # fmt: skip

    def edit(self) -> None:
        if sale := self.any_sale():
            lines = [Line(title="x", amount=self.dice.randrange(9))] * self.dice.randrange(3)
            self.bench.save(sale.replace(name=f"n{self.dice.random()}", lines=lines, tags=["risk"]))

    def delete(self) -> None:
        if sale := self.any_sale():
            self.bench.delete(sale)

    def come_back(self) -> None:
        if sale := self.any_sale():
            self.bench.delete(sale)
            self.bench.restore(Opportunity, sale.id or 0)

    def sell(self) -> None:
        if sale := self.any_sale():
            self.bench.create_affair(sale)
            self.bench.create_quote(sale)

    def close(self) -> None:
        if sale := self.any_sale():
            self.bench.close(sale, Outcome.WON)

    def rename(self) -> None:
        self.owner = self.bench.save(self.owner.replace(first_name=f"n{self.dice.random()}"))

    def merge(self) -> None:
        kept, other = (self.bench.save(Customer(name=name)) for name in ("Énergie SA", "Energie"))
        self.bench.save(Opportunity(
            name="Double", customer_id=other.id, status="proposal", opened_on=TODAY
        ))  # fmt: skip
        self.bench.duplicates.merge(kept, other)

    def many(self) -> None:
        ids = self.bench.search_ids(Search())
        self.bench.bulk.apply(self.bench.bulk.preview(ids, BulkChange(sector="energy")))

    def rate(self) -> None:
        day = TODAY.replace(day=self.dice.randrange(1, 17))
        rate = Decimal(self.dice.randrange(1, 10**8)) / 10**8
        self.bench.lists.save_rate(ExchangeRate(currency="USD", valid_from=day, rate=rate))

    def tag(self) -> None:
        found = self.bench.catalogue().get(Tag, "risk")
        assert found is not None
        self.bench.lists.save(found.model_copy(update={"label_en": f"{self.dice.random()}"}), found)

    def work(self) -> None:
        deed: Callable[[], None] = getattr(self, self.dice.choice(DEEDS))
        # A sale with a quote is not deleted, and a rate that stands not replaced.
        with suppress(UserError):
            deed()


DEEDS = (
    "create", "edit", "edit", "delete", "come_back", "sell", "close", "rename", "merge", "many",
    "rate", "tag",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_it_keeps_in_step_with_whatever_others_do(
    seed: int, engine: PostgreSQLServer, colleague: Workbench, url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    dice = random.Random(seed)
    company = Company(colleague, dice)
    assert same(mirrored(engine), stored(url))
    if seed == 0:
        monkeypatch.setattr(mirror, "_MANY", 1)
    for _ in range(10):
        for _ in range(dice.randrange(4)):
            company.work()
        assert same(mirrored(engine), stored(url))
    assert colleague.check() == []


def test_a_table_of_very_many_rows_arrives_whole(
    engine: PostgreSQLServer, server: Server, url: str
) -> None:
    """More than DuckDB puts into one group of rows."""
    name = url.partition("@/")[2].partition("?")[0]
    server.run("insert into tagging select 1, n, 'risk' from generate_series(1, 150000) as n", name)
    with engine.attached(["tagging"]) as connection:
        found = connection.execute("select count(*), sum(position) from live.tagging").fetchall()
        assert found == [(150_000, 150_000 * 150_001 // 2)]
        assert len(connection.execute("select tag from live.tagging limit 2").fetchall()) == 2


@pytest.fixture
def sale(colleague: Workbench, customer: Customer) -> Opportunity:
    return colleague.save(Opportunity(
        name="Avant", customer_id=customer.id, status="proposal", opened_on=TODAY,
        lines=[Line(amount=1)],
    ))  # fmt: skip


def names(engine: PostgreSQLServer) -> list[str]:
    with engine.attached(["opportunity"]) as connection:
        return [
            name for (name,) in connection.execute("select name from live.opportunity").fetchall()
        ]


def test_a_save_that_began_before_a_look_and_ended_after_it_is_seen_next_time(
    engine: PostgreSQLServer, colleague: Workbench, sale: Opportunity
) -> None:
    """Its transaction is older than what was seen: counting alone would miss it."""
    written, looked = threading.Event(), threading.Event()

    def slowly() -> None:
        with colleague.store.write() as session:
            colleague._desk.save(session, sale.replace(name="Pendant"))
            written.set()
            looked.wait(60)

    saving = threading.Thread(target=slowly)
    saving.start()
    assert written.wait(60)
    with engine.connections.begun("begin; select pg_current_xact_id()") as (connection, _):
        connection.execute("commit")  # another one comes and goes meanwhile
    assert names(engine) == ["Avant"]
    looked.set()
    saving.join(60)
    assert names(engine) == ["Pendant"]


def test_only_what_is_asked_for_is_fetched_and_only_when_something_changed(
    engine: PostgreSQLServer, workbench: Workbench, sale: Opportunity,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    fetched: list[tuple[str, bool]] = []
    copy = ArrowReader.copy

    def noted(self: ArrowReader, table: str, *given: Any) -> None:
        fetched.append((table, "insert" in given[2]))
        copy(self, table, *given)

    monkeypatch.setattr(ArrowReader, "copy", noted)
    workbench.snapshot()
    assert ("line", False) in fetched
    assert not {"opportunity_version", "quote"} & {table for table, _ in fetched}
    fetched.clear()
    workbench.forecast()
    names(engine)
    assert fetched == []
    workbench.save(sale.replace(name="Après"))
    assert names(engine) == ["Après"]
    assert ("line", True) in fetched
    assert ("line", False) not in fetched


def test_a_look_that_fails_leaves_it_as_it_was(
    engine: PostgreSQLServer, workbench: Workbench, sale: Opportunity, url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    mirrored(engine)
    workbench.save(sale.replace(name="Après", tags=["risk"]))
    copy = ArrowReader.copy

    def failing(self: ArrowReader, table: str, *given: Any) -> None:
        if table == "tagging":
            raise MemoryError
        copy(self, table, *given)

    with monkeypatch.context() as patched:
        patched.setattr(ArrowReader, "copy", failing)
        with pytest.raises(MemoryError):
            mirrored(engine)
    assert same(mirrored(engine), stored(url))


# -- beside each other ---------------------------------------------------------------------------


def databases(engine: PostgreSQLServer) -> int:
    with engine.attached([]) as connection:
        return len(connection.execute("from duckdb_databases()").fetchall())


def test_what_an_analysis_made_goes_with_it(
    engine: PostgreSQLServer, workbench: Workbench, sale: Opportunity
) -> None:
    before = databases(engine)
    taken = [open_snapshot(workbench, name) for name in ("a", "b", "c")]
    assert [row["name"] for snapshot in taken for row in rows(snapshot)] == ["a", "b", "c"]
    assert databases(engine) > before
    del taken
    workbench._snapshots._made.clear()
    gc.collect()
    assert databases(engine) == before


def open_snapshot(workbench: Workbench, name: str) -> Any:
    [sale] = (workbench.get(Opportunity, found) for found in workbench.search_ids(Search()))
    workbench.save(sale.replace(name=name))
    return workbench.snapshot()


def rows(snapshot: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = snapshot.opportunity.to_pyarrow().to_pylist()
    return found


def test_several_threads_ask_at_once(
    workbench: Workbench, colleague: Workbench, sale: Opportunity
) -> None:
    told: list[object] = []

    def look() -> None:
        own = Workbench(workbench.store, "Cléo", Clock())
        try:
            for _ in range(5):
                told.append(len(rows(own.snapshot(TODAY))))
                told.append(len(own.funnel().rows))
        except BaseException as error:  # noqa: BLE001 - told to the test, whatever it is
            told.append(error)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(5):
        sale = colleague.save(sale.replace(comment=str(number)))
    for thread in threads:
        thread.join()
    assert told == [1] * 30
