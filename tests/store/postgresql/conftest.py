"""A firm of several teams, made once and copied for whoever changes something in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgresql_server import Server
from tests.store.postgresql.firm import Firm, made

_LET_GO = "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}'"


@pytest.fixture(scope="session")
def firm_template(server: Server, template_database: str) -> str:
    """The database of the firm, to be copied."""
    name = server.new(template_database)
    made(server, name)
    server.run(_LET_GO.format(name))
    return name


@pytest.fixture
def firm(server: Server, firm_template: str) -> Iterator[Firm]:
    """The firm, for one test."""
    name = server.new(firm_template)
    yield Firm(server, name)
    server.drop(name)


@pytest.fixture(scope="module")
def still_firm(server: Server, firm_template: str) -> Iterator[Firm]:
    """The firm, for tests that leave it as it is."""
    name = server.new(firm_template)
    yield Firm(server, name)
    server.drop(name)
