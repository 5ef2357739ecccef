"""Every open opportunity in exactly one part, and the parts adding up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from oppkit.analysis.parts import PARTS, horizon_end
from oppkit.analysis.pipeline import forecast, reconciliation, weighted
from tests.analysis.conftest import Builder
from tests.analysis.rows import AS_OF, Row, found

LAST_DAY = date(2027, 2, 28)  # of twelve calendar months of which March 2026 is the first


@pytest.mark.parametrize(
    ("part", "row"),
    [
        ("in_horizon", Row([("1",)])),
        ("in_horizon", Row([("1",)], expected_signature=AS_OF)),
        ("in_horizon", Row([("1",)], expected_signature=LAST_DAY)),
        ("in_horizon", Row([("1",)], probability="0")),
        ("in_horizon", Row([("0",)])),
        ("beyond", Row([("1",)], expected_signature=date(2027, 3, 1))),
        ("overdue", Row([("1",)], expected_signature=date(2026, 3, 17))),
        ("undated", Row([("1",)], expected_signature=None)),
        ("no_probability", Row([("1",)], probability=None, expected_signature=None)),
        ("no_amount", Row([], probability=None)),
        ("no_amount", Row([(None,)], expected_signature=date(2020, 1, 1))),
        ("no_rate", Row([(None,)], has_rate=False, currency="XXX")),
    ],
)
def test_each_opportunity_is_in_the_first_part_that_applies(
    snapshot: Builder, part: str, row: Row
) -> None:
    counts = {row["part"]: row["opportunities"] for row in found(reconciliation(snapshot(row)))}
    assert counts == dict.fromkeys(PARTS, 0) | {part: 1}


def test_an_empty_part_is_there_with_zeros(snapshot: Builder) -> None:
    rows = found(reconciliation(snapshot()))
    assert [row["part"] for row in rows] == list(PARTS)
    assert {str(row["amount"]) for row in rows} == {"0.00"}


def test_the_parts_add_up_to_the_open_pipeline(snapshot: Builder) -> None:
    rows = [
        Row([("10.01", "1"), (None, "2")]),
        Row([("20.02",)], expected_signature=date(2026, 1, 1)),
        Row([("40.04",)], probability=None),
        Row([(None, "3")]),
        Row([("80.08",)], expected_signature=date(2030, 1, 1)),
        Row([("160.16",)], outcome="lost"),
    ]
    parts, [total] = found(reconciliation(snapshot(*rows))), found(weighted(snapshot(*rows)))
    assert total["opportunities"] == 5
    for measure, value in total.items():
        assert sum(row[measure] for row in parts) == value


def test_the_forecast_is_the_part_in_horizon(snapshot: Builder) -> None:
    rows = [
        Row([("10",)], expected_signature=date(2026, 3, 31)),
        Row([("20",)], expected_signature=date(2026, 4, 1)),
        Row([("40",)], expected_signature=date(2026, 3, 1)),
    ]
    assert [(r["month"], r["amount"]) for r in found(forecast(snapshot(*rows), months=1))] == [
        (date(2026, 3, 1), 10)
    ]
    [part] = [r for r in found(reconciliation(snapshot(*rows), 1)) if r["part"] == "in_horizon"]
    assert part["amount"] == Decimal(10)


def test_a_condition_applies_to_rows_and_parts_alike(snapshot: Builder) -> None:
    rows = [Row([("10", None, "days"), ("5", None, "licence")]), Row([("20",)], owner="Bo")]
    where: dict[str, Any] = {"owner": "Ana", "sale_type": "days"}
    assert sum(r["amount"] for r in found(reconciliation(snapshot(*rows), where=where))) == 10
    assert [r["amount"] for r in found(forecast(snapshot(*rows), where=where))] == [10]


@pytest.mark.parametrize(
    ("as_of", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 1)),
        (date(2026, 3, 18), 12, date(2027, 3, 1)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 12, 31), 25, date(2029, 1, 1)),
    ],
)
def test_the_horizon_counts_calendar_months_the_current_one_first(
    as_of: date, months: int, end: date
) -> None:
    assert horizon_end(as_of, months) == end


def test_a_horizon_of_no_month_is_refused(snapshot: Builder) -> None:
    with pytest.raises(ValueError, match="at least 1 month"):
        forecast(snapshot(), months=0)
