"""A fresh workspace for each test, on a day that does not move, with a few records in it."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, settings

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
from oppkit.store.opening import Store, open_store
from oppkit.store.schema import migrate
from oppkit.store.session import Session
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

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


@pytest.fixture
def path(template: Path, tmp_path: Path) -> Path:
    """The file of this test's workspace."""
    return Path(shutil.copy(template, tmp_path / "workspace.duckdb"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(path: Path) -> Store:
    return open_store(path)


@pytest.fixture
def workbench(store: Store, clock: Clock) -> Workbench:
    """Ana's workbench."""
    return Workbench(store, "Ana", clock)


@pytest.fixture
def colleague(store: Store, clock: Clock) -> Workbench:
    """Bo's workbench on the same file."""
    return Workbench(store, "Bo", clock)


@pytest.fixture(scope="session")
def memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """A workspace in memory, for statements that need no file; see `session`."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        migrate(Session(connection), Path("memory"))
        yield connection


@pytest.fixture
def session(memory: duckdb.DuckDBPyConnection) -> Iterator[Session]:
    """A transaction in the workspace in memory, undone after the test."""
    memory.execute("begin")
    yield Session(memory)
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
