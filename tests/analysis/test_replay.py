"""The replay as an expression: Spark can be asked the same."""

from __future__ import annotations

from datetime import UTC, datetime

import ibis
import pytest
from ibis.backends.sql.compilers import PySparkCompiler

from oppkit.analysis.dimensions import UnknownDimension
from oppkit.analysis.replay import REPLAYED, History, replay

VERSION = {
    "valid_from": "timestamp('UTC')", "valid_to": "timestamp('UTC')", "status": "string",
    "outcome": "string", "probability": "decimal(5, 4)", "amount": "decimal(18, 3)",
    "currency": "string", "expected_signature": "date", "owner_id": "int64",
    "customer_id": "int64", "establishment": "string", "sector": "string", "family": "string",
    "subfamily": "string", "origin_type": "string",
}  # fmt: skip
LINES = {"amounts": "array<decimal(18, 3)>"}
NAMES = {"id": "int64", "name": "string"}


def history(version: dict[str, str]) -> History:
    rate = {"number": "int32", "currency": "string", "rate": "decimal(18, 8)"}
    origin = {"number": "int32", "day": "date", "ends_at": "timestamp('UTC')"}
    return History(
        ibis.table(version, "version"), ibis.table(origin, "origin"), ibis.table(rate, "rate"),
        ibis.table(NAMES, "person"), ibis.table(NAMES, "customer"),
        [datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 13)], "EUR", 2,
    )  # fmt: skip


@pytest.mark.parametrize("version", [VERSION, VERSION | LINES], ids=["by total", "by line"])
@pytest.mark.parametrize("by", [(), REPLAYED], ids=["total", "all dimensions"])
def test_spark_can_be_asked_the_same(version: dict[str, str], by: tuple[str, ...]) -> None:
    expression = replay(history(version), by)
    sql = PySparkCompiler().to_sqlglot(expression).sql("spark")
    assert sql.count("`version`") >= 1
    assert expression.columns == ("origin", *by, "opportunities", "amount", "weighted_amount")


def test_only_what_a_version_keeps_can_be_asked_for() -> None:
    with pytest.raises(UnknownDimension, match="no dimension 'tag'"):
        replay(history(VERSION), ["tag"])
