"""Mistakes that other tools make with a pipeline, each shown not to be made here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from oppkit.model import Line, Opportunity, Outcome
from oppkit.model.rate import ExchangeRate
from oppkit.workbench import Workbench
from tests.clock import TODAY

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]
SOON = TODAY + timedelta(days=30)


def forecast(workbench: Workbench, *by: str) -> list[dict[str, Any]]:
    return workbench.forecast(by).rows.to_dict("records")


def parts(workbench: Workbench) -> dict[str, tuple[int, Decimal, Decimal]]:
    """Part of the open pipeline → opportunities, amount, weighted amount."""
    rows = workbench.forecast().reconciliation.to_dict("records")
    return {
        row["part"]: (row["opportunities"], row["amount"], row["weighted_amount"]) for row in rows
    }


@pytest.fixture
def sell(saved: Saved) -> Callable[..., Opportunity]:
    """Save an opportunity of one amount, to be signed within the year."""

    def save(amount: str | None, probability: str | None = "0.5", **fields: Any) -> Opportunity:
        lines = (Line(amount=amount),) if amount is not None else ()
        return saved(
            **{"expected_signature": SOON, "lines": lines, "probability": probability} | fields
        )

    return save


def test_a_total_weighs_each_by_its_own_probability(workbench: Workbench, sell: Saved) -> None:
    sell("100", "0.33")
    sell("50", "0.66")
    [row] = forecast(workbench)
    assert row["amount"] == Decimal(150)
    assert row["weighted_amount"] == Decimal(66)  # 33 + 33, and not (0.33 + 0.66) / 2 × 150
    assert row["weighted_amount"] != Decimal("74.25")
    assert workbench.search().totals[0].weighted_amount == Decimal(66)


def test_overdue_ones_do_not_vanish(workbench: Workbench, sell: Saved) -> None:
    sell("100", opened_on=date(2025, 1, 1), expected_signature=TODAY - timedelta(days=1))
    sell("10", opened_on=date(2024, 1, 1), expected_signature=TODAY - timedelta(days=700))
    sell("1")
    found = parts(workbench)
    assert found["overdue"] == (2, Decimal(110), Decimal(55))
    assert found["in_horizon"] == (1, Decimal(1), Decimal("0.5"))
    assert sum(part[1] for part in found.values()) == Decimal(111)


def test_undated_ones_and_those_beyond_the_horizon_do_not_vanish(
    workbench: Workbench, sell: Saved
) -> None:
    sell("100", expected_signature=None)
    sell("10", expected_signature=TODAY + timedelta(days=2000))
    found = parts(workbench)
    assert found["undated"][:2] == (1, Decimal(100))
    assert found["beyond"][:2] == (1, Decimal(10))


@pytest.mark.parametrize("outcome", ["won", "lost", "abandoned"])
def test_a_closed_one_is_not_in_the_forecast(
    outcome: str, workbench: Workbench, sell: Saved
) -> None:
    # A typed probability stays when it is closed: the outcome decides, not the probability.
    sale = sell("100", "0.5", probability_typed=True)
    closed = workbench.close(sale, Outcome(outcome), reason="price" if outcome == "lost" else None)
    assert closed.probability == Decimal("0.5")
    assert forecast(workbench, "month") == []
    assert all(part == (0, 0, 0) for part in parts(workbench).values())
    reopened = workbench.reopen(closed, "proposal")
    assert parts(workbench)["in_horizon"] == (1, Decimal(100), Decimal(50))
    assert reopened.closed_on is None


def test_a_missing_amount_is_not_a_zero(workbench: Workbench, sell: Saved) -> None:
    unknown, nothing = sell(None), sell("0")
    assert (unknown.amount, nothing.amount) == (None, Decimal(0))
    found = parts(workbench)
    assert found["no_amount"] == (1, 0, 0)
    assert found["in_horizon"] == (1, 0, 0)
    rows = {row["id"]: row["amount"] for row in workbench.search().rows}
    assert rows == {unknown.id: None, nothing.id: Decimal(0)}
    assert workbench.search(amount_to="0").count == 1


def test_a_missing_probability_is_not_a_zero(workbench: Workbench, sell: Saved) -> None:
    sell("100", None)
    sell("10", "0")
    found = parts(workbench)
    assert found["no_probability"][:2] == (1, Decimal(100))
    assert found["in_horizon"] == (1, Decimal(10), Decimal(0))


def test_a_missing_rate_is_not_a_rate_of_one(workbench: Workbench, sell: Saved) -> None:
    sell("100", currency="USD")
    assert parts(workbench)["no_rate"][0] == 1
    assert parts(workbench)["in_horizon"][0] == 0
    workbench.lists.save_rate(ExchangeRate(currency="USD", valid_from=TODAY, rate="0.9"))
    assert parts(workbench)["in_horizon"] == (1, Decimal(90), Decimal(45))


@pytest.mark.parametrize("typed", ["0", "0.8", "1"])
def test_a_typed_probability_stays(typed: str, workbench: Workbench, sell: Saved) -> None:
    sale = sell("100", typed, probability_typed=True)
    for status in ("negotiation", "signing", "to_qualify"):
        sale = workbench.change_status(sale, status)
    sale = workbench.save(sale.replace(name="Autre", lines=(Line(amount="200"),)))
    stored = workbench.opportunity(sale.code or "")
    assert (stored.probability, stored.probability_typed) == (Decimal(typed), True)
    assert parts(workbench)["in_horizon"] == (1, Decimal(200), 200 * Decimal(typed))


def test_the_same_month_of_two_years_is_two_buckets(workbench: Workbench, sell: Saved) -> None:
    sell("100", expected_signature=date(2026, 3, 20))
    sell("10", expected_signature=date(2027, 3, 20))
    rows = workbench.forecast(["month"], months=24).rows.to_dict("records")
    assert [(str(row["month"])[:10], row["amount"]) for row in rows] == [
        ("2026-03-01", Decimal(100)),
        ("2027-03-01", Decimal(10)),
    ]


def test_one_without_an_owner_is_in_every_total(workbench: Workbench, sell: Saved) -> None:
    sell("100")
    sell("10", responsibles=())
    [total] = forecast(workbench)
    assert (total["opportunities"], total["amount"]) == (2, Decimal(110))
    by_owner = forecast(workbench, "owner")
    assert sorted(row["amount"] for row in by_owner) == [Decimal(10), Decimal(100)]
    for dimension in ("establishment", "sector", "family", "tag", "origin_type", "sale_type"):
        rows = forecast(workbench, dimension)
        assert sum(row["amount"] for row in rows) == Decimal(110), dimension
    assert workbench.search().totals[0].amount == Decimal(110)


def test_totals_are_of_everything_found_and_not_of_a_page(
    workbench: Workbench, sell: Saved
) -> None:
    for _ in range(5):
        sell("100")
    page = workbench.search(limit=2)
    assert len(page.rows) == 2
    assert page.count == 5
    assert page.totals[0].amount == Decimal(500)
