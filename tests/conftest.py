"""A fresh workspace for each test, on a day that does not move, with a few records in it."""

from __future__ import annotations

import csv
import inspect
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, settings

from oppkit import demo
from oppkit.model import (
    LISTS,
    Catalogue,
    Contact,
    Customer,
    Employee,
    Line,
    Opportunity,
    Responsible,
    Site,
)
from oppkit.resources import folder
from oppkit.store.duckdb_session import DuckDBSession
from oppkit.store.opening import Store, open_store
from oppkit.store.postgresql.server import PostgreSQLServer
from oppkit.store.schema import migrate
from oppkit.store.session import Session
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock
from tests.postgresql_server import Server, running

Command = Callable[..., tuple[int, str, str]]

# Tests read English sentences, whatever the language of the machine.
os.environ["OPPKIT_LANG"] = "en"

# Nothing is timed, and a failure seen once is seen again.
settings.register_profile(
    "repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The reference lists as a new workspace gets them."""
    values = []
    for name, kind in LISTS.items():
        with (folder("data") / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
            values += [
                kind.model_validate({k: v for k, v in row.items() if v != ""})
                for row in csv.DictReader(rows)
            ]
    return Catalogue(values)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new workspace, made once: creating one takes a second, copying it a millisecond."""
    path = tmp_path_factory.mktemp("template") / "workspace.duckdb"
    open_store(path)
    with duckdb.connect(path) as connection:
        connection.execute("checkpoint")  # all in one file, nothing left in its log
    return path


@pytest.fixture(scope="session")
def demo_company(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, int], Path]:
    """Copies the demo company of a size to a path; all processes of a run make it only once."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def copied(to: Path, size: int) -> Path:
        made = shared / f"demo-{size}.duckdb"
        demo.ensure(made, size)
        return Path(shutil.copy(made, to))

    return copied


@pytest.fixture
def path(template: Path, tmp_path: Path) -> Path:
    """The file of this test's workspace."""
    return Path(shutil.copy(template, tmp_path / "workspace.duckdb"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server."""
    with running() as found:
        yield found


@pytest.fixture(scope="session")
def template_database(server: Server) -> str:
    """A new workspace on the server, made once."""
    name = server.new()
    engine = open_store(server.url(name)).engine
    assert isinstance(engine, PostgreSQLServer)
    engine.connections.close()
    return name


@pytest.fixture
def database(server: Server, template_database: str) -> Iterator[str]:
    """The address of this test's workspace on the server."""
    name = server.new(template_database)
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def engine_kind() -> str:
    """Where the workspace lies: "file", and in modules marked `both_engines` also "server"."""
    return "file"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    both = metafunc.definition.get_closest_marker("both_engines")
    # A test that asks for the path itself is about files.
    of_files = "path" in inspect.signature(metafunc.function).parameters
    if both and "engine_kind" in metafunc.fixturenames and not of_files:
        metafunc.parametrize("engine_kind", ["file", "server"])


@pytest.fixture
def url(engine_kind: str, request: pytest.FixtureRequest) -> str:
    """Where this test's workspace is: the path of a file, or an address."""
    return str(request.getfixturevalue("path" if engine_kind == "file" else "database"))


@pytest.fixture
def new_database(server: Server) -> Iterator[str]:
    """The address of a database on the server in which there is nothing yet."""
    name = server.new()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def new_url(engine_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Where a workspace can be made: a path, or the address of an empty database."""
    if engine_kind == "file":
        return str(tmp_path / "new.duckdb")
    return str(request.getfixturevalue("new_database"))


@pytest.fixture
def store(url: str) -> Store:
    return open_store(url)


@pytest.fixture
def workbench(store: Store, clock: Clock) -> Workbench:
    """Ana's workbench."""
    return Workbench(store, "Ana", clock)


@pytest.fixture
def colleague(url: str, clock: Clock) -> Workbench:
    """Bo's workbench on the same workspace."""
    return Workbench(open_store(url), "Bo", clock)


@pytest.fixture(scope="session")
def memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """A workspace in memory, for statements that need no file; see `session`."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        migrate(DuckDBSession(connection), "memory")
        yield connection


@pytest.fixture
def session(memory: duckdb.DuckDBPyConnection) -> Iterator[Session]:
    """A transaction in the workspace in memory, undone after the test."""
    memory.execute("begin")
    yield DuckDBSession(memory)
    memory.execute("rollback")


@pytest.fixture
def customer(workbench: Workbench) -> Customer:
    """A prospect with two sites and two contacts."""
    return workbench.save(
        Customer(
            name="Énergie du Rhône",
            sites=(Site(code="LYO", name="Lyon"), Site(code="GRE", name="Grenoble")),
            contacts=(
                Contact(first_name="Léa", last_name="Dupont", site="LYO"),
                Contact(last_name="Martin"),
            ),
        )
    )


@pytest.fixture
def owner(workbench: Workbench) -> Employee:
    return workbench.save(Employee(first_name="Ana", last_name="Lopez"))


@pytest.fixture
def assistant(workbench: Workbench) -> Employee:
    return workbench.save(Employee(first_name="Bo", last_name="Berg"))


@pytest.fixture
def draft(customer: Customer, owner: Employee) -> Callable[..., Opportunity]:
    """Builds an opportunity that is not saved yet; arguments replace its fields."""

    def build(**fields: Any) -> Opportunity:
        return Opportunity(
            **{
                "name": "Supervision des réseaux",
                "customer_id": customer.id,
                "status": "proposal",
                "probability": "0.45",
                "opened_on": TODAY,
                "lines": (Line(title="Étude", amount="1000", margin="200"),),
                "responsibles": (Responsible(role="sales", employee_id=owner.id),),
                **fields,
            }
        )

    return build


@pytest.fixture
def saved(draft: Callable[..., Opportunity], workbench: Workbench) -> Callable[..., Opportunity]:
    """The same, saved."""
    return lambda **fields: workbench.save(draft(**fields))


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Calls the command line in this process; its exit code, output and complaints."""
    from oppkit.cli import main

    def run(*arguments: str | Path, lang: str = "en") -> tuple[int, str, str]:
        monkeypatch.setenv("OPPKIT_LANG", lang)
        monkeypatch.setattr(sys, "argv", ["oppkit", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return run
