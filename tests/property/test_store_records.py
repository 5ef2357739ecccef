"""What is read is what was saved: records of every kind, one by one and in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oppkit.model import Contact, Customer, Employee, Opportunity, Site
from oppkit.store import bulk, history, records, references
from oppkit.store.duckdb_session import DuckDBSession
from oppkit.store.history import Stamp
from oppkit.store.integrity import findings
from oppkit.store.kinds import KINDS as RECORD_KINDS
from oppkit.store.schema import migrate
from oppkit.store.session import Session
from tests.clock import TODAY
from tests.examples import examples
from tests.generated import KINDS, Known

kind_named = {kind.name: kind for kind in RECORD_KINDS}.__getitem__

STAMP = Stamp("Ana", datetime(2026, 3, 16, 10, tzinfo=UTC))
EXAMPLES = settings(max_examples=examples(25))


class Workspace:
    """A database in memory with a customer, two employees and an opportunity to refer to."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        session = DuckDBSession(connection)
        migrate(session, "memory")
        self.lists = references.catalogue(session)
        customer = self.save(session, Customer(
            name="Client",
            sites=(Site(code="A", name="Lyon"), Site(code="B", name="Tunis")),
            contacts=(Contact(last_name="Dupont"), Contact(last_name="Martin")),
        ))  # fmt: skip
        people = [self.save(session, Employee(last_name=name)) for name in ("Lopez", "Berg")]
        sale = self.save(session, Opportunity(
            name="Projet", customer_id=customer.id, status="proposal", opened_on=TODAY,
        ))  # fmt: skip
        self.known = Known(self.lists, customer, [person.id for person in people], sale.id)

    def save(self, session: Session, record: Any, stamp: Stamp = STAMP) -> Any:
        kind = kind_named(type(record).__name__.lower())
        return records.save(session, kind, record, stamp, self.lists)

    @contextmanager
    def undone(self) -> Iterator[Session]:
        """A transaction that leaves nothing."""
        self.connection.execute("begin")
        try:
            yield DuckDBSession(self.connection)
        finally:
            self.connection.execute("rollback")


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        yield Workspace(connection)


def without_numbering(record: Any) -> dict[str, Any]:
    """The fields that a person fills; new sites and contacts have no identifier yet."""
    return record.model_dump(exclude={
        "id": True, "version": True, "code": True,
        "sites": {"__all__": {"id"}}, "contacts": {"__all__": {"id"}},
    })  # fmt: skip


@pytest.mark.parametrize("name", sorted(KINDS))
@given(data=st.data())
@EXAMPLES
def test_what_is_read_is_what_was_saved(
    name: str, workspace: Workspace, data: st.DataObject
) -> None:
    kind = kind_named(name)
    record = data.draw(KINDS[name](workspace.known))
    with workspace.undone() as session:
        saved = workspace.save(session, record)
        assert records.get(session, kind, saved.id) == saved
        assert without_numbering(saved) == without_numbering(record)
        assert saved.version == 1
        if getattr(record, "code", None):
            assert saved.code == record.code
        [version] = history.versions(session, kind, saved.id)
        assert version.record == saved
        # Saving what was read writes nothing.
        assert workspace.save(session, records.get(session, kind, saved.id)).version == 1
        assert findings(session) == []


@pytest.mark.parametrize("name", sorted(KINDS))
@given(data=st.data())
@EXAMPLES
def test_an_edit_replaces_everything(name: str, workspace: Workspace, data: st.DataObject) -> None:
    kind = kind_named(name)
    before = data.draw(KINDS[name](workspace.known))
    after = data.draw(KINDS[name](workspace.known))
    with workspace.undone() as session:
        first = workspace.save(session, before)
        second = workspace.save(session, after.replace(id=first.id, version=1))
        assert records.get(session, kind, first.id) == second
        assert without_numbering(second) == without_numbering(after)
        chain = history.versions(session, kind, first.id)
        assert [item.record for item in chain] == ([first, second] if second != first else [first])
        assert findings(session) == []


@pytest.mark.parametrize("name", sorted(KINDS))
@given(data=st.data())
@EXAMPLES
def test_in_bulk_as_one_by_one(name: str, workspace: Workspace, data: st.DataObject) -> None:
    kind = kind_named(name)
    strategy = st.lists(KINDS[name](workspace.known), min_size=1, max_size=3)
    drafts = [
        record.replace(code=f"c{place}") if kind.code and name != "quote" else record
        for place, record in enumerate(data.draw(strategy))
    ]
    later = Stamp("Bo", STAMP.now + timedelta(days=1))
    with workspace.undone() as session:
        saved = [workspace.save(session, draft) for draft in drafts]
    with workspace.undone() as session:
        identifiers = bulk.identifiers(session, 20 * len(saved))
        assert len(set(identifiers)) == 20 * len(saved)
        new = [numbered(record, identifiers) for record in saved]
        bulk.write(session, kind, new, [], STAMP, workspace.lists)
        ids = [record.id for record in new]
        assert list(bulk.read(session, kind, ids)) == sorted(new, key=lambda r: r.id)
        assert [records.get(session, kind, record.id) for record in new] == new
        if kind.code:
            assert {record.code: record.id for record in new}.items() <= (
                bulk.codes(session, kind).items()
            )
        changed = [record.model_copy(update={"version": 2}) for record in new[:1]]
        bulk.write(session, kind, [], changed, later, workspace.lists)
        chain = history.versions(session, kind, ids[0])
        assert [(v.version, v.author, v.valid_to) for v in chain] == [
            (1, "Ana", later.now),
            (2, "Bo", None),
        ]
        assert [v.record for v in chain] == [new[0], changed[0]]
        assert set(ids) <= {record.id for record in bulk.read(session, kind)}
        assert findings(session) == []


def numbered(record: Any, identifiers: list[int]) -> Any:
    """The record and what has identifiers in it under new ones."""
    changes: dict[str, Any] = {"id": identifiers.pop()}
    for field in ("sites", "contacts"):
        if hasattr(record, field):
            changes[field] = tuple(
                value.model_copy(update={"id": identifiers.pop()})
                for value in getattr(record, field)
            )
    return record.model_copy(update=changes)
