"""Several at work on one server: what collides is done again, and nobody waits without need."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg import errors

from oppkit.model import Customer, Opportunity
from oppkit.model.errors import CodeTaken, InUse, NotFound
from oppkit.store.errors import Busy
from oppkit.store.opening import Store, open_store
from oppkit.store.session import Session
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

SECONDS = 60  # that a test waits before it gives up


@pytest.fixture
def url(database: str) -> str:
    return database


class Meeting:
    """Two that wait for each other, once."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2, timeout=SECONDS)
        self.runs = 0

    def __call__(self) -> None:
        self.runs += 1
        if self.runs <= 2:
            self._barrier.wait()


def both(*works: Callable[[], object]) -> list[object]:
    """What two gave that were done at the same time, or the errors that they raised."""

    def outcome(work: Callable[[], object]) -> object:
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - told to the test, whatever it is
            return error

    with ThreadPoolExecutor(2) as threads:
        return [found.result() for found in [threads.submit(outcome, work) for work in works]]


def test_of_two_that_collide_one_is_done_again(url: str) -> None:
    """Each adds one to what it read: if both had read the same, one of them would be lost."""
    meeting, stores = Meeting(), [open_store(url) for _ in range(2)]
    with stores[0].write() as session:
        session.run("setting.save", name="sum", value="0")

    def add(session: Session) -> None:
        found = {row["name"]: row["value"] for row in session.all("setting.all")}
        meeting()
        session.run("setting.save", name="sum", value=str(int(found["sum"]) + 1))

    assert both(*(lambda store=store: store.transact(add) for store in stores)) == [None, None]
    assert meeting.runs == 3
    with stores[0].read() as session:
        assert session.all("setting.all") == [{"name": "sum", "value": "2"}]


def test_what_only_looks_at_what_another_writes_collides_too(url: str) -> None:
    """Neither changes what the other changes, and yet both cannot have been first."""
    meeting, stores = Meeting(), [open_store(url) for _ in range(2)]

    def put(name: str, other: str) -> Callable[[Session], bool]:
        def work(session: Session) -> bool:
            found = {row["name"] for row in session.all("setting.all")}
            meeting()
            if other not in found:
                session.run("setting.save", name=name, value="alone")
            return other not in found

        return work

    found = both(
        lambda: stores[0].transact(put("a", "b")), lambda: stores[1].transact(put("b", "a"))
    )
    assert sorted(map(bool, found)) == [False, True]


def test_a_deadlock_is_resolved(url: str) -> None:
    meeting, stores = Meeting(), [open_store(url) for _ in range(2)]

    def put(*names: str) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            session.run("setting.save", name=names[0], value="x")
            meeting()
            session.run("setting.save", name=names[1], value="x")

        return work

    for name in ("a", "b"):
        stores[0].transact(lambda session, name=name: session.run(
            "setting.save", name=name, value=""
        ))  # fmt: skip
    found = both(
        lambda: stores[0].transact(put("a", "b")), lambda: stores[1].transact(put("b", "a"))
    )
    assert found == [None, None]
    assert meeting.runs == 3


def test_a_code_typed_by_two_is_given_to_one(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting, benches = Meeting(), [Workbench(open_store(url), name, Clock()) for name in "AB"]
    run = Session.run

    def met(self: Session, name: str, *given: object, **values: object) -> None:
        if name == "customer.add":
            meeting()
        run(self, name, *given, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "run", met)
    found = both(*(
        lambda bench=bench: bench.save(Customer(code="ACME", name=bench.author))
        for bench in benches
    ))  # fmt: skip
    assert {type(one) for one in found} == {Customer, CodeTaken}
    assert meeting.runs == 2


def test_nothing_refers_to_what_another_deletes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting, benches = Meeting(), [Workbench(open_store(url), name, Clock()) for name in "AB"]
    customer = benches[0].save(Customer(name="Client"))
    all_of = Session.all

    def met(self: Session, name: str, *given: object, **values: object) -> object:
        rows = all_of(self, name, *given, **values)  # type: ignore[arg-type]
        if name in ("customer.referrers", "opportunity.strangers"):
            meeting()
        return rows

    monkeypatch.setattr(Session, "all", met)
    sale = Opportunity(name="x", customer_id=customer.id, status="proposal", opened_on=TODAY)
    found = both(lambda: benches[0].delete(customer), lambda: benches[1].save(sale))
    assert {type(one) for one in found} in ({type(None), NotFound}, {InUse, Opportunity})
    assert benches[0].check() == []


def test_a_real_mistake_is_not_hidden_by_trying_again(store: Store) -> None:
    def twice(session: Session) -> None:
        for _ in range(2):
            session.execute("insert into setting values ('a', 'b')")

    with pytest.raises(errors.UniqueViolation):
        store.transact(twice)
    with pytest.raises(ZeroDivisionError):
        store.transact(lambda session: 1 // 0)
    with store.read() as session:
        assert session.all("setting.all") == []


def test_who_is_alone_is_waited_for_and_named(url: str, store: Store) -> None:
    hurried = Workbench(open_store(url, patience=0.1), "Bo", Clock())
    with store.write() as session:
        session.run("setting.save", name="currency", value="USD")
        with pytest.raises(Busy, match=r"in use by oppkit \(process \d+ of the server\)") as caught:
            hurried.save(Customer(name="Client"))
        assert "\n" not in str(caught.value)
        # Readers wait for nobody, and see nothing of what is not done yet.
        assert (hurried.currency, hurried.search().rows) == ("EUR", [])
        assert hurried.snapshot().opportunity.count().execute() == 0
    assert hurried.save(Customer(name="Client")).code == "CUS-2026-0001"
    assert hurried.currency == "USD"


def test_several_things_are_read_as_they_stand_at_one_moment(
    workbench: Workbench, colleague: Workbench
) -> None:
    saved = workbench.save(Customer(name="Avant"))
    with workbench.at_once():
        assert workbench.customer(saved.code or "").name == "Avant"
        assert colleague.save(saved.replace(name="Après")).version == 2, "nobody has to wait"
        assert workbench.customer(saved.code or "").name == "Avant"
    assert workbench.customer(saved.code or "").name == "Après"


def test_nothing_is_written_through_a_view(store: Store) -> None:
    with pytest.raises(Exception, match="read-only"), store.read() as session:
        session.run("setting.save", name="a", value="b")


def test_a_save_that_nobody_disturbs_is_done_once(workbench: Workbench) -> None:
    runs = []
    workbench.store.transact(runs.append)
    assert len(runs) == 1


def test_two_who_open_a_new_database_at_once_make_one_workspace(new_database: str) -> None:
    found = both(*(lambda: open_store(new_database).engine.exists for _ in range(2)))
    assert found == [True, True]
    workbench = Workbench(open_store(new_database), "Ana", Clock())
    assert len(workbench.catalogue().all(type(workbench.catalogue().first_status()))) > 3
    assert workbench.check() == []
