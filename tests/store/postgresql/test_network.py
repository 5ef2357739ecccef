"""A connection that breaks: what was saved is saved once, and a sentence tells the rest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from oppkit.model import Customer
from oppkit.store.errors import ConnectionLost, SaveInDoubt, ServerUnreachable
from oppkit.store.opening import open_store
from oppkit.workbench import Workbench
from tests.broken_network import Network, network
from tests.clock import Clock
from tests.postgresql_server import Server

COMMIT, UPDATE = b"commit", b"update customer"


@pytest.fixture
def name(database: str) -> str:
    return database.partition("@/")[2].partition("?")[0]


@pytest.fixture
def line(server: Server) -> Iterator[Network]:
    """The network between us and the server."""
    with network(server.folder / f".s.PGSQL.{server.port}") as made:
        yield made


@pytest.fixture
def workbench(line: Network, name: str) -> Workbench:
    """Ana's workbench, at the other end of the network."""
    address = f"postgresql://oppkit@127.0.0.1:{line.port}/{name}"
    return Workbench(open_store(address, patience=20), "Ana", Clock())


@pytest.fixture
def customer(workbench: Workbench) -> Customer:
    return workbench.save(Customer(name="Client"))


def versions(database: str, customer: Customer) -> list[str]:
    """The names in the history, read past the network."""
    found = Workbench(open_store(database), "Bo", Clock()).history(customer)
    return [version.record.name for version in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("text", [b"begin", UPDATE, COMMIT])
def test_a_connection_that_breaks_once_is_not_even_noticed(
    text: bytes, moment: str, line: Network, workbench: Workbench, customer: Customer, database: str
) -> None:
    line.cut(text, moment)  # type: ignore[arg-type]
    saved = workbench.save(customer.replace(name="Autre"))
    assert (saved.name, saved.version) == ("Autre", 2)
    assert versions(database, customer) == ["Client", "Autre"], "saved, and saved once"
    assert workbench.check() == []


@pytest.mark.parametrize("text", [UPDATE, COMMIT])
def test_a_network_that_is_gone_is_told_and_nothing_is_saved(
    text: bytes, line: Network, workbench: Workbench, customer: Customer, database: str
) -> None:
    line.cut(text, "before", for_good=True)
    with pytest.raises((ServerUnreachable, SaveInDoubt)) as caught:
        workbench.save(customer.replace(name="Autre"))
    assert "\n" not in str(caught.value)
    assert versions(database, customer) == ["Client"]
    line.down = False
    assert workbench.save(customer.replace(name="Autre")).version == 2


def test_where_it_cannot_be_known_whether_it_was_saved_that_is_said(
    line: Network, workbench: Workbench, customer: Customer, database: str
) -> None:
    line.cut(COMMIT, "after", for_good=True)
    with pytest.raises(SaveInDoubt, match="look whether it was saved"):
        workbench.save(customer.replace(name="Autre"))
    line.down = False
    # Saving the same once more is a merge of two edits that are alike: nothing is done twice.
    assert workbench.save(customer.replace(name="Autre")).version == 2
    assert versions(database, customer) == ["Client", "Autre"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_rare_work_is_not_done_again_but_its_fate_is_known(
    moment: str, line: Network, workbench: Workbench, database: str
) -> None:
    """What has the workspace to itself is run once, so a break before the end is told."""
    line.cut(b"insert into setting", moment)  # type: ignore[arg-type]
    with pytest.raises(ConnectionLost, match=r"was lost.*Nothing was saved"):
        workbench.set("currency", "USD")
    assert workbench.currency == "EUR"
    line.cut(COMMIT, "after")
    workbench.set("currency", "USD")
    assert Workbench(open_store(database), "Bo", Clock()).currency == "USD"


def test_reading_goes_on_over_a_new_connection(
    line: Network, workbench: Workbench, customer: Customer
) -> None:
    line.cut(b"from customer", "before")
    with pytest.raises(ConnectionLost):
        workbench.customer(customer.code or "")
    assert workbench.customer(customer.code or "") == customer


def test_connections_that_lay_idle_may_have_died(
    server: Server, name: str, workbench: Workbench, customer: Customer
) -> None:
    """As after the server was started again."""
    ended = server.run(
        f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    )
    assert ended
    assert workbench.customer(customer.code or "") == customer
    server.run(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")
    assert workbench.save(customer.replace(name="Autre")).version == 2


def test_the_server_ends_who_falls_asleep_and_lets_the_others_work(
    server: Server, name: str, workbench: Workbench, database: str
) -> None:
    """What it does with a notebook that was closed in the middle of a save."""

    def asleep() -> None:
        with workbench.store.write() as session:
            session.run("setting.save", name="currency", value="USD")
            server.run(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                f" where datname = '{name}' and state = 'idle in transaction'"
            )
            session.run("setting.changed")

    with pytest.raises(ConnectionLost):
        asleep()
    assert Workbench(open_store(database, patience=5), "Bo", Clock()).save(Customer(name="x")).code
    assert workbench.currency == "EUR"
