"""The movement as an expression: what it is made of, on any engine."""

from __future__ import annotations

from datetime import date

import ibis
import pytest
from ibis.backends.sql.compilers import PySparkCompiler

from oppkit.analysis.dimensions import DIMENSIONS
from oppkit.analysis.movement import details, movement
from oppkit.analysis.snapshot import Snapshot
from oppkit.analysis.span import Span
from tests.analysis.rows import AS_OF, snapshot_of


@pytest.fixture(scope="module")
def unbound() -> Span:
    """Tables of no engine, with the columns of a snapshot."""
    with snapshot_of([]) as snapshot:
        names = [name for name in Snapshot.__dataclass_fields__ if hasattr(snapshot, name)]
        tables = {name: getattr(snapshot, name) for name in names}
        schemas = {
            name: table.schema() for name, table in tables.items() if isinstance(table, ibis.Table)
        }
    sides = [
        Snapshot(
            None, as_of=AS_OF, currency="EUR", decimals=2,
            **{name: ibis.table(schema, f"{side}_{name}") for name, schema in schemas.items()},
        )
        for side in ("opening", "closing")
    ]  # fmt: skip
    steady = {"opportunity_id": "int64", "position": "int32", "amount": "decimal(18, 3)"}
    return Span(
        *sides, ibis.table(steady, "steady"), ibis.table({"opportunity_id": "int64"}, "earlier")
    )


@pytest.mark.parametrize("by", [(), *((name,) for name in DIMENSIONS)])
def test_spark_can_be_asked_the_same(unbound: Span, by: tuple[str, ...]) -> None:
    within = (date(2026, 1, 1), date(2026, 4, 1))
    for expression in (
        movement(unbound, by, within, {"tag": "key", "owner": [None]}, "fr"),
        details(unbound, by, within, {"sale_type": "licence"}, "en"),
    ):
        sql = PySparkCompiler().to_sqlglot(expression).sql("spark")
        assert "opening_line" in sql
        assert "closing_line" in sql


def test_the_statement_stays_small(unbound: Span) -> None:
    """A union of all parts would repeat the comparison in each: 400,000 characters."""
    sql = PySparkCompiler().to_sqlglot(movement(unbound, ["owner", "month"])).sql("spark")
    assert len(sql) < 60_000
