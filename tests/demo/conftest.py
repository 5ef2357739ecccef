"""Companies made once for all tests: the usual one in a workspace file, a larger one in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from oppkit import demo
from oppkit.demo.company import Company, company
from oppkit.demo.truth import Truth


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The usual company, in a file."""
    path = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    demo.write(path)
    return path


@pytest.fixture
def database(written: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """That file, to be asked questions."""
    with duckdb.connect(written, read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


@pytest.fixture(scope="session")
def large() -> Company:
    """Enough opportunities for rates to settle."""
    return company(20_000, Truth(demo.TODAY), 5)


@pytest.fixture
def history(large: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of the large company, and its true chances as `chances`."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for name, rows in large.tables.items():
            connection.register(name, rows)
        connection.register("chances", large.chances)
        yield connection
