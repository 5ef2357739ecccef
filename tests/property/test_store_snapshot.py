"""The history tells the present: a snapshot built from versions equals the live one."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from oppkit.model import Contact, Customer, Employee, Site, UserError
from oppkit.model.money import decimals, total, weighted
from oppkit.store import records, references
from oppkit.store.history import Stamp
from oppkit.store.kinds import CUSTOMER, EMPLOYEE, OPPORTUNITY
from oppkit.store.opening import Store, open_store
from oppkit.store.session import Session
from oppkit.store.snapshot import Request, fill
from tests.clock import TODAY
from tests.examples import examples
from tests.generated import Known, opportunities

START = Stamp("Ana", datetime(2026, 3, 1, 10, tzinfo=UTC))
# A file for each example: too slow to look for the smallest that fails.
PHASES = (Phase.explicit, Phase.generate)
TABLES = ("opportunity", "line", "tag")


@pytest.fixture(scope="module")
def base(template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Known, Path]:
    """A workspace to copy, what generated records may refer to, and a folder for the copies."""
    folder = tmp_path_factory.mktemp("snapshots")
    path = Path(shutil.copy(template, folder / "base.duckdb"))
    with open_store(path).write() as session:
        lists = references.catalogue(session)
        client = Customer(
            name="Client", sites=(Site(code="A", name="A"),), contacts=(Contact(last_name="B"),)
        )
        client = records.save(session, CUSTOMER, client, START, lists)
        twin = records.save(session, CUSTOMER, Customer(name="Client"), START, lists)
        assert twin.id != client.id
        people = [
            records.save(session, EMPLOYEE, Employee(last_name=name), START, lists).id
            for name in ("Lopez", "Lopez", "Berg")
        ]
        for day, rate in ((1, "1.1"), (10, "0.333"), (25, "1.7")):
            session.run(
                "setting.save_rate", currency="USD", valid_from=TODAY.replace(day=day),
                rate=Decimal(rate),
            )  # fmt: skip
    return path, Known(lists, client, people), folder


def edit(session: Session, known: Known, data: st.DataObject) -> None:
    """A history of creations, edits, deletions and restorations, all legal."""
    ids: list[int] = []
    moment = START.now
    for _ in range(data.draw(st.integers(1, 8))):
        moment += data.draw(st.sampled_from([timedelta(0), timedelta(hours=7), timedelta(days=3)]))
        stamp = Stamp("Ana", moment)
        action = data.draw(st.sampled_from(["new", "edit", "delete", "restore"]))
        if action == "new" or not ids:
            draft = data.draw(opportunities(known)).replace(code=None)
            ids.append(records.save(session, OPPORTUNITY, draft, stamp, known.lists).id)
            continue
        chosen = data.draw(st.sampled_from(ids))
        current = records.get(session, OPPORTUNITY, chosen)
        try:
            if action == "delete" and current:
                records.delete(session, OPPORTUNITY, current, stamp)
            elif action == "restore":
                records.restore(session, OPPORTUNITY, chosen, stamp, known.lists)
            elif current:
                draft = data.draw(opportunities(known))
                changed = draft.replace(id=chosen, version=current.version, code=None)
                records.save(session, OPPORTUNITY, changed, stamp, known.lists)
        except UserError as error:  # none of these may be refused
            raise AssertionError(action) from error


def tables(store: Store, request: Request) -> dict[str, list[tuple[Any, ...]]]:
    with closing(fill(store.engine, request)) as connection:
        return {
            name: connection.execute(f"select columns(*) from {name} order by all").fetchall()
            for name in TABLES
        }


@given(data=st.data(), currency=st.sampled_from(["EUR", "USD", "JPY", "TND"]))
@settings(max_examples=examples(20), phases=PHASES)
def test_the_live_tables_are_what_the_history_says(
    base: tuple[Path, Known, Path], data: st.DataObject, currency: str
) -> None:
    path, known, folder = base
    store = open_store(shutil.copy(path, folder / "copy.duckdb"))
    with store.write() as session:
        edit(session, known, data)
    day = TODAY + timedelta(days=60)
    digits = decimals(currency)
    live = tables(store, Request(day, False, currency, digits))
    past = tables(store, Request(day, True, currency, digits))
    assert live == past


@given(data=st.data(), currency=st.sampled_from(["EUR", "USD", "JPY", "TND"]))
@settings(max_examples=examples(20), phases=PHASES)
def test_weighted_amounts_are_those_of_the_lines_by_the_rule_of_the_model(
    base: tuple[Path, Known, Path], data: st.DataObject, currency: str
) -> None:
    path, known, folder = base
    store = open_store(shutil.copy(path, folder / "copy.duckdb"))
    with store.write() as session:
        edit(session, known, data)
    request = Request(TODAY + timedelta(days=60), False, currency, decimals(currency))
    with closing(fill(store.engine, request)) as connection:
        sales = connection.execute(
            "select id, probability, weighted_amount, weighted_margin from opportunity"
        ).fetchall()
        lines = connection.execute("select opportunity_id, amount, margin from line").fetchall()
    for identifier, chance, *found in sales:
        mine = [amounts for owner, *amounts in lines if owner == identifier]
        for place, value in enumerate(found):
            each = [weighted(amounts[place], chance, currency) for amounts in mine]
            assert value == total(each)


@given(data=st.data())
@settings(max_examples=examples(10), phases=PHASES)
def test_a_day_in_the_past_stays_as_it_was_seen_that_day(
    base: tuple[Path, Known, Path], data: st.DataObject
) -> None:
    path, known, folder = base
    store = open_store(shutil.copy(path, folder / "copy.duckdb"))
    with store.write() as session:
        edit(session, known, data)
    day = TODAY + timedelta(days=60)
    seen = tables(store, Request(day, False, "EUR", 2))
    later = Stamp("Bo", datetime(2026, 9, 1, 10, tzinfo=UTC))
    with store.write() as session:
        for row in session.all("opportunity.codes"):
            current = records.get(session, OPPORTUNITY, row["id"])
            changed = data.draw(opportunities(known))
            changed = changed.replace(id=current.id, version=current.version, code=None)
            records.save(session, OPPORTUNITY, changed, later, known.lists)
    assert tables(store, Request(day, True, "EUR", 2)) == seen
