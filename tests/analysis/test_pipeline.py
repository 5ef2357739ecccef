"""The open pipeline by dimensions, and the mistakes other tools make with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import ibis
import pytest

from oppkit.analysis.dimensions import DIMENSIONS, UnknownDimension, counts_more_than_once
from oppkit.analysis.pipeline import MEASURES, forecast, reconciliation, weighted
from tests.analysis.conftest import Builder
from tests.analysis.rows import Row, found

HUNDRED = Row([("100", "40")], probability="0.33")
FIFTY = Row([("50", "10")], probability="0.66")


def test_a_team_total_weighs_each_opportunity_by_its_own_probability(snapshot: Builder) -> None:
    [total] = found(weighted(snapshot(HUNDRED, FIFTY)))
    # mean(p) × total would give 74.25
    assert total == {
        "opportunities": 2, "amount": Decimal("150.00"), "weighted_amount": Decimal("66.00"),
        "margin": Decimal("50.00"), "weighted_margin": Decimal("19.80"),
    }  # fmt: skip


@pytest.mark.parametrize("outcome", ["won", "lost", "abandoned"])
def test_a_closed_opportunity_is_in_no_total(snapshot: Builder, outcome: str) -> None:
    closed = Row([("1000", "1")], outcome=outcome, probability="1")
    for question in (weighted, forecast):
        [total] = found(question(snapshot(HUNDRED, closed), by=["status"]))
        assert (total["opportunities"], total["amount"]) == (1, Decimal(100))


def test_an_overdue_opportunity_stays_in_the_pipeline(snapshot: Builder) -> None:
    late = Row([("10",)], expected_signature=date(2025, 1, 15))
    [total] = found(weighted(snapshot(late)))
    assert total["amount"] == Decimal(10)


def test_an_opportunity_without_owner_is_in_every_total(snapshot: Builder) -> None:
    orphan = Row([("50",)], owner=None)
    rows = found(weighted(snapshot(HUNDRED, orphan), by=["owner"]))
    assert [(row["owner"], row["amount"]) for row in rows] == [("Ana", 100), (None, 50)]


def test_a_missing_amount_is_not_a_zero(snapshot: Builder) -> None:
    unpriced = Row([(None, None)], owner="Bo")
    empty = Row([], owner="Cy")
    partly = Row([("5", None), (None, "2")], owner="Di")
    rows = found(weighted(snapshot(unpriced, empty, partly), by=["owner"]))
    assert [row["opportunities"] for row in rows] == [1, 1, 1]
    assert [row["amount"] for row in rows] == [None, None, Decimal(5)]
    assert [row["weighted_margin"] for row in rows] == [None, None, Decimal(1)]


def test_an_unknown_probability_is_not_a_zero_and_a_typed_zero_stays(snapshot: Builder) -> None:
    rows = found(
        weighted(
            snapshot(Row([("8",)], probability=None, owner="Bo"), Row([("8",)], probability="0")),
            by=["owner"],
        )
    )
    assert [(row["amount"], row["weighted_amount"]) for row in rows] == [(8, 0), (8, None)]


def test_the_same_month_of_two_years_is_two_buckets(snapshot: Builder) -> None:
    rows = [Row([("1",)], expected_signature=date(year, 9, 9)) for year in (2026, 2027, 2027)]
    months = found(weighted(snapshot(*rows), by=["month"]))
    assert [(row["month"], row["amount"]) for row in months] == [
        (date(2026, 9, 1), 1), (date(2027, 9, 1), 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "first_day"),
    [("month", date(2026, 11, 1)), ("quarter", date(2026, 10, 1)), ("year", date(2026, 1, 1))],
)
def test_a_period_is_the_date_of_its_first_day(snapshot: Builder, by: str, first_day: date) -> None:
    dated, undated = Row(expected_signature=date(2026, 11, 30)), Row(expected_signature=None)
    rows = found(weighted(snapshot(undated, dated), by=[by]))
    assert [row[by] for row in rows] == [first_day, None]


def test_sale_types_split_an_opportunity_by_its_lines(snapshot: Builder) -> None:
    mixed = Row([("70", "7", "days"), ("30", "3", "licence"), ("5", "1", "days")])
    rows = found(weighted(snapshot(mixed), by=["sale_type"]))
    assert [(row["sale_type"], row["opportunities"], row["amount"]) for row in rows] == [
        ("days", 1, 75), ("licence", 1, 30),
    ]  # fmt: skip
    assert not counts_more_than_once(["sale_type", "owner"])


def test_an_opportunity_counts_once_in_each_of_its_tags_and_says_so(snapshot: Builder) -> None:
    both, none = Row([("10",), ("1",)], tags=["key", "new"]), Row([("2",)])
    rows = found(weighted(snapshot(both, none), by=["tag"]))
    assert [(row["tag"], row["opportunities"], row["amount"]) for row in rows] == [
        ("key", 1, 11), ("new", 1, 11), (None, 1, 2),
    ]  # fmt: skip
    assert counts_more_than_once(["month", "tag"])
    [total] = found(weighted(snapshot(both, none)))
    assert total["amount"] == 13


def test_every_dimension_can_be_asked_for_and_comes_first(snapshot: Builder) -> None:
    pipeline = snapshot(Row([("10", "5", "days")], tags=["key"]))
    for name in DIMENSIONS:
        assert weighted(pipeline, by=[name]).columns == (name, *MEASURES)
        assert found(weighted(pipeline, by=[name]))[0]["opportunities"] == 1
    everything = found(weighted(pipeline, by=DIMENSIONS))
    assert [row["amount"] for row in everything] == [10]


def test_an_unknown_dimension_is_refused_with_the_known_ones(snapshot: Builder) -> None:
    for ask in ({"by": ["moon"]}, {"where": {"moon": "full"}}):
        with pytest.raises(UnknownDimension, match=r"no dimension 'moon'.*month.*owner.*tag"):
            weighted(snapshot(), **ask)


def test_an_empty_pipeline_has_no_opportunity_and_no_amount(snapshot: Builder) -> None:
    assert found(weighted(snapshot()))[0] == dict.fromkeys(MEASURES, None) | {"opportunities": 0}
    assert found(forecast(snapshot(), by=["month", "owner"])) == []


class TestWhere:
    """Narrowing a pipeline down."""

    rows = (
        Row([("1",)], owner="Ana", tags=["key"], status="proposal"),
        Row([("2",)], owner="Bo", tags=["key", "new"], status="contact"),
        Row([("4", None, "days"), ("8", None, "licence")], owner=None),
    )

    @pytest.mark.parametrize(
        ("where", "amount"),
        [
            ({}, 15),
            ({"owner": "Ana"}, 1),
            ({"owner": ["Ana", "Bo"]}, 3),
            ({"owner": None}, 12),
            ({"owner": ["Bo", None]}, 14),
            ({"owner": "Ana", "status": "contact"}, None),
            ({"owner": []}, None),
            ({"tag": "key"}, 3),
            ({"tag": ["key", "new"]}, 3),
            ({"tag": None}, 12),
            ({"tag": ["new", None]}, 14),
            ({"sale_type": "licence"}, 8),
            ({"sale_type": None}, 3),
            ({"month": date(2026, 5, 1)}, 15),
            ({"part": ["overdue", "in_horizon"]}, 15),
            ({"quarter": date(2026, 1, 1)}, None),
            (ibis._.owner == "Bo", 2),
            (lambda table: table.month.isnull() | (table.status == "contact"), 2),
        ],
    )  # fmt: skip
    def test_a_condition_keeps_what_it_says(
        self, snapshot: Builder, where: object, amount: int | None
    ) -> None:
        assert found(weighted(snapshot(*self.rows), where=where))[0]["amount"] == amount

    def test_a_condition_may_be_written_on_the_table_itself(self, snapshot: Builder) -> None:
        pipeline = snapshot(*self.rows)
        [total] = found(weighted(pipeline, where=pipeline.opportunity.owner != "Ana"))
        assert total["amount"] == 2

    def test_rows_by_tag_show_the_wanted_tags_only(self, snapshot: Builder) -> None:
        rows = found(weighted(snapshot(*self.rows), by=["tag"], where={"tag": "new"}))
        assert [(row["tag"], row["amount"]) for row in rows] == [("new", 2)]


def test_no_amount_is_too_large(snapshot: Builder) -> None:
    largest = "999999999999999.999"
    amounts = ["99999999999.999", "100000000000.001", largest, f"-{largest}"]
    rows = [Row([(amount, amount)], probability="0.9999", owner=amount) for amount in amounts]
    rows += [Row([(amount,)], probability="1", owner=f"{amount}!") for amount in amounts]
    got = {row["owner"]: row["weighted_amount"] for row in found(
        weighted(snapshot(*rows, decimals=3), by=["owner", "sale_type"])
    )}  # fmt: skip
    for amount in amounts:
        exact = (Decimal(amount) * Decimal("0.9999")).quantize(Decimal("0.001"))
        assert got[amount] == exact
        assert got[f"{amount}!"] == Decimal(amount)


@pytest.mark.parametrize("decimals", [0, 2, 3])
def test_amounts_are_exact_decimals_of_the_currency(snapshot: Builder, decimals: int) -> None:
    pipeline = snapshot(HUNDRED, decimals=decimals)
    for table in (weighted(pipeline, by=["month"]), reconciliation(pipeline)):
        schema = table.to_pyarrow().schema
        for measure in MEASURES[1:]:
            assert str(schema.field(measure).type) == f"decimal128(38, {decimals})"
