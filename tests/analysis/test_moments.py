"""Moment cells against a plain loop, and the statements as other engines get them."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.config import Config

from oppkit.analysis.deals import deals
from oppkit.analysis.moments import KEY, SUMS, cells, singles
from tests.analysis.conftest import Builder
from tests.analysis.rows import Row, found

Deal = tuple[str | None, float, float]

deal = st.tuples(
    st.sampled_from(["Ana", "Bo", None]),
    st.integers(-(10**6), 10**6).map(lambda cents: cents / 100),
    st.integers(0, 1000).map(lambda part: part / 1000),
)


def table(rows: list[Deal]) -> Any:
    return ibis.memtable(
        [
            {"opportunity_id": place, "owner": owner, "amount": amount, "probability": p,
             "expected": amount * p}
            for place, (owner, amount, p) in enumerate(rows)
        ],
        schema={
            "opportunity_id": "int64", "owner": "string", "amount": "float64",
            "probability": "float64", "expected": "float64",
        },
    )  # fmt: skip


@given(rows=st.lists(deal, max_size=30))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_cells_are_those_of_a_plain_loop(rows: list[Deal]) -> None:
    expected: dict[Any, list[float]] = defaultdict(lambda: [0.0] * len(SUMS))
    for owner, a, p in rows:
        if a != 0:
            sums = (1, a, a**2, a**3, a * p, a**2 * p * (1 - p))
            key = (owner, math.floor(4 * math.log2(abs(a))), a > 0)
            expected[key] = [x + y for x, y in zip(expected[key], sums, strict=True)]
    got: dict[Any, list[float]] = defaultdict(lambda: [0.0] * len(SUMS))
    levels = set()
    for row in found(cells(table(rows), ["owner"])):
        # Halves may be rounded to either side, floats being what they are.
        levels.add(row["level"])
        half = 5 if row["level"] >= 100 else 0.5
        assert abs(1000 * row["ap"] / row["a1"] - row["level"]) <= half + 1e-8
        key = (row["owner"], row["bin"], row["sign"] > 0)
        got[key] = [x + row[name] for x, name in zip(got[key], SUMS, strict=True)]
    assert got.keys() == expected.keys()
    for key, sums in expected.items():
        assert got[key] == pytest.approx(sums, rel=1e-12, abs=1e-6)
    assert levels <= {*range(100), *range(100, 1001, 10)}


def test_no_deal_no_cell() -> None:
    assert found(cells(table([]))) == []
    assert found(cells(table([("Ana", 0.0, 0.5)]))) == []


def test_the_deals_of_some_groups_beyond_a_limit() -> None:
    rows: list[Deal] = [("Ana", 5.0, 0.5), ("Ana", -50.0, 0.5), (None, 1.0, 0.5), ("Bo", 9.0, 0.5)]
    limits = [{"owner": "Ana", "least": 10.0}, {"owner": None, "least": 0.0}]
    kept = found(singles(table(rows), ["owner"], limits))
    assert sorted(row["amount"] for row in kept) == [-50.0, 1.0]
    assert {*KEY, "opportunity_id", "owner", "expected"} <= kept[0].keys()
    everywhere = found(singles(table(rows), [], [{"least": 9.0}]))
    assert sorted(row["amount"] for row in everywhere) == [-50.0, 9.0]


class _SparkOptions(Config):
    treat_nan_as_null: bool = False


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> str:
    """Ibis asks for an option of Spark's, which is there only where Spark is installed."""
    monkeypatch.setattr(ibis.options, "pyspark", _SparkOptions())
    return "pyspark"


@pytest.mark.parametrize("by", [(), ("month", "owner"), ("sale_type",), ("tag", "quarter")])
def test_spark_can_be_asked_the_same(snapshot: Builder, spark: str, by: tuple[str, ...]) -> None:
    unbound = deals(snapshot(), by, {"tag": "key"}).unbind()
    assert "GROUP BY" in ibis.to_sql(cells(unbound, by), dialect=spark)
    group = dict.fromkeys(by, None) | {"least": 0.0}
    assert "WHERE" in ibis.to_sql(singles(unbound, by, [group]), dialect=spark)


def test_the_pipeline_is_read_once_and_no_line_of_it(snapshot: Builder) -> None:
    built = snapshot(Row([("5",)]))
    sql = ibis.to_sql(cells(deals(built, ["month"]), ["month"]), dialect="duckdb")
    assert sql.count('FROM "opportunity"') == 1
    assert '"line"' not in sql
    assert "ORDER BY" not in sql
