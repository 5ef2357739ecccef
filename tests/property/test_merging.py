"""Duplicates merged in small companies of every shape: nothing is lost, nothing counted twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oppkit.model import Contact, Customer, Employee, Opportunity, Site
from oppkit.model.errors import OtherIsWon, WonAndLost
from oppkit.model.merging import references as referred
from oppkit.model.merging import repointed
from oppkit.model.texts import folded
from oppkit.store import bulk, history, merging, records, references
from oppkit.store.duckdb_session import DuckDBSession
from oppkit.store.history import Stamp
from oppkit.store.integrity import findings
from oppkit.store.kinds import CUSTOMER, KINDS, OPPORTUNITY, Kind, kind_of
from oppkit.store.schema import migrate
from tests.clock import TODAY
from tests.examples import examples
from tests.generated import Known, affairs, events, opportunities, quotes

STAMP = Stamp("Ana", datetime(2026, 3, 16, 10, tzinfo=UTC))
LATER = Stamp("Bo", datetime(2026, 3, 17, 10, tzinfo=UTC))
EXAMPLES = settings(max_examples=examples(25))

# Few values, so that codes collide and people are the same.
towns = st.sampled_from(["Lyon", "Nice"])
sites = st.lists(
    st.builds(Site, code=st.sampled_from(["A", "A-2", "B"]), name=towns),
    max_size=3, unique_by=lambda site: site.code,
)  # fmt: skip


@st.composite
def customers(draw: st.DrawFn) -> Customer:
    own = draw(sites)
    contacts = st.builds(
        Contact, last_name=st.sampled_from(["Dupont", "DUPONT", "Martin"]),
        email=st.sampled_from([None, "a@b.fr", "A@B.fr", "c@d.fr"]),
        phone=st.sampled_from(["", "04 00", "0400"]),
        job=st.sampled_from(["", "DSI"]), active=st.booleans(),
        site=st.sampled_from([None, *(site.code for site in own)]),
    )  # fmt: skip
    return Customer(
        name=draw(st.sampled_from(["Énergie", "Energie SA"])), sites=own,
        contacts=draw(st.lists(contacts, min_size=1, max_size=4)),
        phone=draw(st.sampled_from(["", "1", "2"])),
        kind=draw(st.sampled_from(["prospect", "customer"])),
        customer_since=draw(st.sampled_from([None, TODAY])), active=draw(st.booleans()),
        address={"city": draw(st.sampled_from(["", "Lyon", "Nice"]))},
    )  # fmt: skip


class Company:
    """A database in memory with the employees; the rest is drawn for each example."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.session = DuckDBSession(connection)
        migrate(self.session, "memory")
        self.lists = references.catalogue(self.session)
        people = [self.save(Employee(last_name=name)) for name in ("Lopez", "Berg")]
        self.employees = [person.id for person in people]

    def save(self, record: Any) -> Any:
        return records.save(self.session, kind_of(record), record, STAMP, self.lists)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """A transaction that leaves nothing."""
        self.connection.execute("begin")
        try:
            yield
        finally:
            self.connection.execute("rollback")

    def fill(self, data: st.DataObject) -> None:
        """Two or three customers, with records of every kind."""
        for draft in data.draw(st.lists(customers(), min_size=2, max_size=3)):
            customer = self.save(draft)
            known = Known(self.lists, customer, self.employees)
            origins = [None, customer.id, *(contact.id for contact in customer.contacts)]
            for _ in range(data.draw(st.integers(1, 2))):
                origin = data.draw(st.sampled_from(origins))
                found = data.draw(opportunities(known))
                sale = self.save(found.replace(code=None, origin_id=origin))
                known = Known(self.lists, customer, self.employees, sale.id)
                for strategy in data.draw(st.lists(st.sampled_from([quotes, affairs, events]))):
                    made = data.draw(strategy(known))
                    extra = {"opportunity_id": sale.id} if strategy is events else {"code": None}
                    self.save(made.replace(**extra))

    def all(self) -> dict[int, Any]:
        """Every record by its identifier."""
        return {record.id: record for kind in KINDS for record in bulk.read(self.session, kind)}

    def merge(self, kept: Any, other: Any) -> Any:
        return merging.merge(self.session, kept, other, LATER, self.lists)


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        yield Company(connection)


def pair(data: st.DataObject, everything: dict[int, Any], kind: Kind) -> tuple[Any, Any]:
    found = [record for record in everything.values() if kind_of(record) is kind]
    kept, other = data.draw(st.permutations(found))[:2]
    return kept, other


def led(before: dict[int, Any], into: dict[int, int]) -> dict[int, Any]:
    """All records as they should be once `into` is where references lead."""
    after = {}
    for key, record in before.items():
        moved = repointed(record, into)
        version = record.version + (moved != record)
        after[key] = moved.model_copy(update={"version": version})
    return after


@given(data=st.data())
@EXAMPLES
def test_merging_customers(company: Company, data: st.DataObject) -> None:
    with company.undone():
        company.fill(data)
        before = company.all()
        kept, other = pair(data, before, CUSTOMER)
        merged = company.merge(kept, other)
        after = company.all()
        people = {contact.id: contact for contact in merged.contacts}
        gone = [contact for contact in other.contacts if contact.id not in people]
        # What was filled in from one contact may be what the next one is known by: a contact may
        # then be the same person as two of the kept ones, and belongs to one of them.
        homes = [
            dict.fromkeys(c.id for c in (*kept.contacts, *merged.contacts) if same(c, contact))
            for contact in gone
        ]
        expected = []
        for chosen in product(*homes):
            into = {other.id: kept.id} | dict(zip([c.id for c in gone], chosen, strict=True))
            expected.append(led(before, into) | {kept.id: merged})
            del expected[-1][other.id]
        assert after in expected
        assert not into.keys() & {key for record in after.values() for key in referred(record)}
        assert {site.id for site in merged.sites} == {
            site.id for site in (*kept.sites, *other.sites)
        }
        assert Counter(site.name for site in merged.sites) == Counter(
            site.name for site in (*kept.sites, *other.sites)
        )
        assert [c.id for c in merged.contacts][: len(kept.contacts)] == [
            c.id for c in kept.contacts
        ]
        assert amounts(after) == amounts(before)
        assert findings(company.session) == []
        comes_back_alone(company, merged, other)


def same(one: Contact, two: Contact) -> bool:
    mail = folded(one.email) == folded(two.email) != ""
    phone = one.phone.replace(" ", "") == two.phone.replace(" ", "") != ""
    return folded(one.last_name) == folded(two.last_name) and (mail or phone)


@given(data=st.data())
@EXAMPLES
def test_merging_opportunities(company: Company, data: st.DataObject) -> None:
    with company.undone():
        company.fill(data)
        before = company.all()
        kept, other = pair(data, before, OPPORTUNITY)
        try:
            merged = company.merge(kept, other)
        except (WonAndLost, OtherIsWon):
            assert company.all() == before
            return
        after = company.all()
        expected = led(before, {other.id: kept.id}) | {kept.id: merged}
        del expected[other.id]
        assert after == expected
        assert set(merged.tags) == {*kept.tags, *other.tags}
        assert set(merged.participants) == {*kept.participants, *other.participants}
        assert {r for r in (*kept.responsibles, *other.responsibles) if r.role != "sales"} == {
            r for r in merged.responsibles if r.role != "sales"
        }
        assert merged.owner_id == (kept.owner_id or other.owner_id)
        assert merged.lines == (kept.lines or other.lines)
        for name in set(Opportunity.model_fields) - {"id", "version"}:
            mine = getattr(kept, name)
            assert mine in (None, "", (), False) or name in JOINED or getattr(merged, name) == mine
        if kept.lines:
            del before[other.id]  # its lines would count the same sale twice
        assert amounts(after) == amounts(before)
        assert findings(company.session) == []
        comes_back_alone(company, merged, other)


JOINED = {"tags", "responsibles", "participants", "currency"}


def amounts(everything: dict[int, Any]) -> dict[tuple[str, str], Decimal]:
    """(kind, currency) → sum of forecast amounts, offered prices and budgets; no zeros."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for record in everything.values():
        kind = kind_of(record).name
        if kind == "opportunity":
            found[kind, record.currency] += record.amount or 0
        elif kind == "quote":
            prices = (line.quantity * line.unit_price for line in record.lines)
            found[kind, record.currency] += sum(prices, Decimal(0))
        elif kind == "affair":
            found[kind, record.currency] += record.budget
    return {key: value for key, value in found.items() if value}


def comes_back_alone(company: Company, merged: Any, other: Any) -> None:
    """The merged record is restored: as it was, and nothing else moves."""
    before = company.all()
    kind = kind_of(other)
    back = records.restore(company.session, kind, other.id, LATER, company.lists)
    assert company.all() == before | {other.id: back}
    assert unnumbered(back) == unnumbered(other)
    assert [v.version for v in history.versions(company.session, kind, other.id)] == [
        *range(1, other.version + 2)
    ]
    [mark] = merging.merged_into(company.session, merged)
    assert (mark.id, mark.code, mark.name, mark.author) == (other.id, other.code, other.name, "Bo")
    assert findings(company.session) == []


def unnumbered(record: Any) -> dict[str, Any]:
    """Sites and contacts that stayed with the kept customer come back as new ones."""
    found: dict[str, Any] = record.model_dump(exclude={
        "version": True, "sites": {"__all__": {"id"}}, "contacts": {"__all__": {"id"}},
    })  # fmt: skip
    return found
