"""Searching gives what a plain loop over the records gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oppkit.model import Customer, Employee, Opportunity, Outcome, Search, Sort, Status
from oppkit.model.money import total
from oppkit.model.texts import folded
from oppkit.store import records, references
from oppkit.store.duckdb_session import DuckDBSession
from oppkit.store.history import Stamp
from oppkit.store.kinds import CUSTOMER, EMPLOYEE, OPPORTUNITY
from oppkit.store.schema import migrate
from oppkit.store.search import search
from oppkit.store.session import Session
from tests.clock import TODAY
from tests.examples import examples
from tests.generated import Known, opportunities

STAMP = Stamp("Ana", datetime(2026, 3, 16, 10, tzinfo=UTC))


@pytest.fixture(scope="module")
def base() -> Iterator[tuple[Session, Known]]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        session = DuckDBSession(connection)
        migrate(session, "memory")
        lists = references.catalogue(session)
        customer = records.save(
            session, CUSTOMER, Customer(name="Énergie", contacts=[{"last_name": "X"}]), STAMP, lists
        )
        people = [
            records.save(session, EMPLOYEE, Employee(last_name=name), STAMP, lists).id
            for name in ("Lopez", "Berg")
        ]
        yield session, Known(lists, customer, people)


def few(values: list[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


searches = st.fixed_dictionaries({}, optional={
    "text": st.sampled_from(["n", "énergie", "opp 2026", "zz"]),
    "statuses": few(["proposal", "won", "to_qualify"]),
    "outcomes": few(list(Outcome)),
    "any_tags": few(["risk", "urgent", "abroad"]),
    "all_tags": few(["risk", "urgent", "abroad"]),
    "establishments": few(["lyon", "paris"]),
    "opened_from": st.just(TODAY), "expected_to": st.just(TODAY),
    "amount_from": st.just(Decimal(0)), "amount_to": st.just(Decimal("1000.5")),
    "sectors": few(["energy", "food"]), "families": few(["data", "cloud"]),
    "subfamilies": few(["data_platform", "network"]),
    "origin_types": few(["campaign", "inbound_call", "event"]),
    "opened_to": st.just(TODAY), "expected_from": st.just(TODAY),
    "closed_from": st.just(TODAY), "closed_to": st.just(TODAY),
    "overdue": st.booleans(), "undated": st.booleans(),
})  # fmt: skip


def within(day: date | None, first: date | None, last: date | None) -> bool:
    if first is None and last is None:
        return True
    return day is not None and (first or day) <= day <= (last or day)


def matches(record: Opportunity, wanted: Search, known: Known) -> bool:
    """The criteria once more, one by one."""
    status = known.lists.get(Status, record.status)
    assert status is not None
    text = folded(record.code, record.name, known.customer.code, known.customer.name)
    amount, expected = record.amount, record.expected_signature
    return all([
        all(word in text for word in folded(wanted.text).split()),
        not wanted.statuses or record.status in wanted.statuses,
        not wanted.outcomes or status.outcome in wanted.outcomes,
        not wanted.any_tags or set(wanted.any_tags) & set(record.tags),
        set(wanted.all_tags) <= set(record.tags),
        not wanted.establishments or record.establishment in wanted.establishments,
        not wanted.ids or record.id in wanted.ids,
        not wanted.owner_ids or record.owner_id in wanted.owner_ids,
        not wanted.customer_ids or record.customer_id in wanted.customer_ids,
        not wanted.sectors or record.sector in wanted.sectors,
        not wanted.families or record.family in wanted.families,
        not wanted.subfamilies or record.subfamily in wanted.subfamilies,
        not wanted.origin_types or record.origin_type in wanted.origin_types,
        within(record.opened_on, wanted.opened_from, wanted.opened_to),
        within(expected, wanted.expected_from, wanted.expected_to),
        within(record.closed_on, wanted.closed_from, wanted.closed_to),
        not wanted.undated or expected is None,
        wanted.amount_from is None or (amount is not None and amount >= wanted.amount_from),
        wanted.amount_to is None or (amount is not None and amount <= wanted.amount_to),
        not wanted.overdue
        or (status.outcome is Outcome.OPEN and expected is not None and expected < TODAY),
    ])  # fmt: skip


@given(data=st.data())
@settings(max_examples=examples(30))
def test_rows_and_totals_are_those_of_a_plain_loop(
    base: tuple[Session, Known], data: st.DataObject
) -> None:
    session, known = base
    drafts = data.draw(st.lists(opportunities(known), max_size=6))
    wanted = [Search(**fields) for fields in data.draw(st.lists(searches, min_size=3, max_size=3))]
    session.script("begin")
    try:
        stored = [
            records.save(session, OPPORTUNITY, draft.replace(code=None), STAMP, known.lists)
            for draft in drafts
        ]
        some = tuple(record.id for record in stored[::2])
        chosen = data.draw(st.fixed_dictionaries({}, optional={
            "ids": st.just(some), "customer_ids": st.just((known.customer.id,)),
            "owner_ids": few(list(known.employees)),
        }))  # fmt: skip
        for one in [Search(), *wanted, *(one.replace(**chosen) for one in wanted)]:
            check(session, one, [r for r in stored if matches(r, one, known)])
        by_sort(session, stored, data.draw(st.sampled_from(Sort)), data.draw(st.booleans()))
    finally:
        session.script("rollback")


SORTED_BY: dict[Sort, Callable[[Opportunity], Any]] = {
    Sort.CODE: lambda o: o.code,
    Sort.NAME: lambda o: (folded(o.name).encode(), folded(o.code).encode()),
    Sort.OPENED_ON: lambda o: o.opened_on,
    Sort.EXPECTED_SIGNATURE: lambda o: o.expected_signature,
    Sort.CLOSED_ON: lambda o: o.closed_on,
    Sort.PROBABILITY: lambda o: o.probability,
    Sort.AMOUNT: lambda o: o.amount,
    Sort.WEIGHTED_AMOUNT: lambda o: o.weighted_amount,
}


def by_sort(session: Session, stored: list[Opportunity], sort: Sort, descending: bool) -> None:
    """The unknown last, whatever the direction; equal ones by age."""
    if sort not in SORTED_BY:
        return
    key = SORTED_BY[sort]
    known = sorted((o for o in stored if key(o) is not None), key=lambda o: o.id or 0)
    known.sort(key=key, reverse=descending)  # keeps equal ones as they are, in both directions
    unknown = [o for o in stored if key(o) is None]
    rows = search(session, Search(sort=sort, descending=descending), TODAY).rows
    assert [row["id"] for row in rows] == [o.id for o in (*known, *unknown)]


def check(session: Session, wanted: Search, expected: list[Opportunity]) -> None:
    found = search(session, wanted.replace(limit=1), TODAY)
    everything = search(session, wanted.replace(limit=None), TODAY)
    assert [row["id"] for row in everything.rows] == [record.id for record in expected]
    assert found.rows == everything.rows[:1]
    assert found.totals == everything.totals
    for row, record in zip(everything.rows, expected, strict=True):
        assert row["weighted_amount"] == record.weighted_amount
        assert (row["amount"], row["margin"]) == (record.amount, record.margin)
    groups: dict[str, list[Opportunity]] = defaultdict(list)
    for record in expected:
        groups[record.currency].append(record)
    sums: list[tuple[Any, ...]] = [
        (currency, len(group), total(r.amount for r in group),
         total(r.weighted_amount for r in group))
        for currency, group in sorted(groups.items())
    ]  # fmt: skip
    assert [
        (t.currency, t.opportunities, t.amount, t.weighted_amount) for t in found.totals
    ] == sums
