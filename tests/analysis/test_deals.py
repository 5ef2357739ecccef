"""The pipeline as deals: which, what they are expected to bring, and with other chances."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pytest

from oppkit.analysis.deals import deals, with_chances
from oppkit.analysis.dimensions import UnknownDimension
from tests.analysis.conftest import Builder
from tests.analysis.rows import Row, found

MAY = date(2026, 5, 2)


def told(table: Any, *names: str) -> list[tuple[Any, ...]]:
    names = names or ("opportunity_id", "amount", "probability", "expected")
    return sorted((tuple(row[name] for name in names) for row in found(table)), key=str)


def test_a_deal_is_all_lines_of_an_opportunity(snapshot: Builder) -> None:
    rows = [Row([("100", None), ("50.5", None)], probability="0.3"), Row([("-7",)])]
    assert told(deals(snapshot(*rows))) == [(1, 150.5, 0.3, 45.15), (2, -7.0, 0.5, -3.5)]


def test_what_is_expected_is_rounded_line_by_line(snapshot: Builder) -> None:
    three_cents = Row([("0.01",), ("0.01",), ("0.01",)])
    assert told(deals(snapshot(three_cents)), "amount", "expected") == [(0.03, 0.03)]


def test_rounding_cannot_make_more_than_the_amount(snapshot: Builder) -> None:
    """0.02 − 0.01 − 0.01 at 25 % would weigh 0.01 of nothing."""
    rows = [
        Row([("0.02",), ("-0.01",)], probability="0.4"),
        Row([("0.02",), ("-0.01",), ("-0.01",)], probability="0.25"),
        Row([("-0.02",), ("0.01",)], probability="0.5"),
    ]
    assert told(deals(snapshot(*rows)), "amount", "expected") == [
        (-0.01, 0.0), (0.0, 0.0), (0.01, 0.01)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [
        Row([(None,)]),
        Row([]),
        Row([("5",)], probability=None),
        Row([("5",)], expected_signature=None),
        Row([("5",)], expected_signature=date(2026, 3, 17)),
        Row([("5",)], expected_signature=date(2027, 3, 1)),
        Row([("5",)], has_rate=False),
        Row([("5",)], outcome="won"),
    ],
)
def test_what_the_forecast_leaves_out_is_no_deal(snapshot: Builder, row: Row) -> None:
    built = snapshot(row, Row([("1",)]))
    assert told(deals(built), "opportunity_id") == [(2,)]


def test_by_sale_type_an_opportunity_is_a_deal_of_each(snapshot: Builder) -> None:
    row = Row([("10", None, "a"), ("5", None, "a"), ("1", None, "b"), (None, None, "c")])
    built = snapshot(row)
    assert told(deals(built, ["sale_type"]), "sale_type", "amount") == [("a", 15.0), ("b", 1.0)]
    narrowed = deals(built, where={"sale_type": ["a", "b"]})
    assert told(narrowed, "amount", "expected") == [(16.0, 8.0)]


def test_by_tag_an_opportunity_is_there_for_each(snapshot: Builder) -> None:
    built = snapshot(Row([("10",)], tags=["key", "new"]), Row([("1",)]))
    assert told(deals(built, ["tag"]), "tag", "amount") == [
        ("key", 10.0), ("new", 10.0), (None, 1.0)
    ]  # fmt: skip


def test_periods_are_the_first_days_of_those_of_the_expected_signature(snapshot: Builder) -> None:
    table = deals(snapshot(Row([("10",)], expected_signature=MAY)), ["month", "quarter", "year"])
    [row] = found(table)
    expected = [date(2026, 5, 1), date(2026, 4, 1), date(2026, 1, 1)]
    assert [row[name] for name in ("month", "quarter", "year")] == expected


def test_an_unknown_dimension_is_refused(snapshot: Builder) -> None:
    with pytest.raises(UnknownDimension):
        deals(snapshot(), ["colour"])


def chances() -> Any:
    april, june, july = (date(2026, month, 1) for month in (4, 6, 7))
    return ibis.memtable(
        {
            "opportunity_id": [1, 1, 1, 2, 3],
            "month": [april, june, july, april, april],
            "chance": [0.1, 0.2, 0.4, 0.5, 0.5],
        }
    )


class TestChances:
    """Another chance for each opportunity and month."""

    def test_they_replace_probability_and_expected_signature(self, snapshot: Builder) -> None:
        undated = Row([("100",)], probability=None, expected_signature=None)
        built = snapshot(undated, Row([(None,)]), Row([("10",)], outcome="lost"))
        assert told(with_chances(built, chances(), ["quarter"]), "quarter", "expected") == [
            (date(2026, 4, 1), pytest.approx(30.0)),
            (date(2026, 7, 1), pytest.approx(40.0)),
        ]

    def test_in_all_an_opportunity_is_signed_once(self, snapshot: Builder) -> None:
        built = snapshot(Row([("100",)]), Row([("10",)], owner="Bo"))
        table = with_chances(built, chances(), ["owner"])
        assert told(table, "owner", "probability", "expected") == [
            ("Ana", pytest.approx(0.7), pytest.approx(70.0)),
            ("Bo", 0.5, 5.0),
        ]

    def test_parts_of_the_forecast_make_no_sense_with_them(self, snapshot: Builder) -> None:
        with pytest.raises(UnknownDimension):
            with_chances(snapshot(), chances(), ["part"])
