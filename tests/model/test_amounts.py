"""Rules 2 and 3 by hand-checked figures; tests/property/test_model.py has the rest."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from oppkit.model import Line
from oppkit.model.money import decimals, rounded, total, weighted
from oppkit.model.opportunity import Opportunity
from tests.clock import TODAY


def opportunity(*lines: dict[str, Any], **fields: Any) -> Opportunity:
    return Opportunity(
        name="Projet", customer_id=1, status="proposal", opened_on=TODAY, lines=lines, **fields
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"amount": "1000"}, "1000.00"),
        ({}, None),
        ({"quantity": "12.5", "unit_price": "650"}, "8125.00"),  # days × daily rate
        ({"quantity": "3", "unit_price": "100.335"}, "301.01"),  # 301.005
        ({"quantity": "-3", "unit_price": "100.335"}, "-301.01"),
        ({"quantity": "2", "unit_price": "50", "amount": "7"}, "100.00"),  # computed, not typed
        ({"quantity": "4", "unit_price": "0"}, "0.00"),
        ({"quantity": "2", "unit_price": "50", "duration_months": 6}, "100.00"),
        ({"quantity": "2", "unit_price": "50", "duration_months": 6, "recurrence": "monthly"},
         "600.00"),
        ({"unit_price": "100", "duration_months": 7, "recurrence": "quarterly"}, "233.33"),
        ({"unit_price": "100", "duration_months": 8, "recurrence": "quarterly"}, "266.67"),
        ({"unit_price": "1200", "duration_months": 18, "recurrence": "yearly"}, "1800.00"),
        ({"unit_price": "1", "duration_months": 1, "recurrence": "yearly"}, "0.08"),
    ],
)  # fmt: skip
def test_amount_of_a_line(line: dict[str, Any], expected: str | None) -> None:
    found = opportunity(line).lines[0].amount
    assert (None if found is None else str(found)) == expected


@pytest.mark.parametrize(
    ("currency", "value", "expected"),
    [
        ("EUR", "2.345", "2.35"),
        ("EUR", "-2.345", "-2.35"),
        ("EUR", "2.344", "2.34"),
        ("EUR", "0.005", "0.01"),
        ("JPY", "0.5", "1"),
        ("JPY", "-0.5", "-1"),
        ("JPY", "2.5", "3"),
        ("XOF", "1499.499", "1499"),
        ("TND", "1.0005", "1.001"),
        ("TND", "1.2345", "1.235"),
        ("TND", "-1.2345", "-1.235"),
    ],
)
def test_halves_go_away_from_zero(currency: str, value: str, expected: str) -> None:
    assert str(rounded(Decimal(value), currency)) == expected


def test_amounts_are_rounded_to_the_decimals_of_their_currency() -> None:
    line = {"quantity": "1", "unit_price": "10.5555", "margin": "1.555"}
    found = {
        currency: (str(o.lines[0].amount), str(o.lines[0].margin))
        for currency in ("EUR", "JPY", "TND")
        for o in [opportunity(line, currency=currency)]
    }
    assert found == {"EUR": ("10.56", "1.56"), "JPY": ("11", "2"), "TND": ("10.556", "1.555")}


def test_another_currency_rounds_again() -> None:
    euros = opportunity({"quantity": "1", "unit_price": "10.5555"})
    assert euros.amount == Decimal("10.56")
    assert euros.replace(currency="TND").amount == Decimal("10.556")


def test_decimals_of_currencies() -> None:
    assert [decimals(c) for c in ("EUR", "USD", "JPY", "XOF", "TND", "KWD")] == [2, 2, 0, 0, 3, 3]


def test_the_opportunity_sums_its_lines() -> None:
    found = opportunity({"amount": "10"}, {}, {"amount": "5.5", "margin": "1"}, {"margin": "-2"})
    assert (found.amount, found.margin) == (Decimal("15.5"), Decimal(-1))


def test_a_missing_amount_is_not_a_zero() -> None:
    assert opportunity().amount is None
    assert opportunity({"margin": "5"}).amount is None
    assert opportunity({"amount": "0"}).amount == 0
    assert total([]) is None
    assert total([None, Decimal(0)]) == 0


def test_weighted_is_the_sum_of_rounded_lines_and_not_the_rounded_sum() -> None:
    found = opportunity({"amount": "0.01"}, {"amount": "0.01"}, probability="0.5")
    assert found.weighted_amount == Decimal("0.02")
    assert rounded(Decimal("0.02") * Decimal("0.5"), "EUR") == Decimal("0.01")


def test_weighted_margin() -> None:
    found = opportunity({"margin": "33.33"}, {"amount": "8"}, probability="0.5")
    assert (found.weighted_amount, found.weighted_margin) == (Decimal(4), Decimal("16.67"))


@pytest.mark.parametrize(
    ("amount", "chance", "expected"),
    [("100", "0", "0.00"), ("100", "1", "100.00"), ("100", None, None), (None, "0.5", None)],
)
def test_weighted_at_the_ends(amount: str | None, chance: str | None, expected: str | None) -> None:
    value, probability = (None if x is None else Decimal(x) for x in (amount, chance))
    found = weighted(value, probability, "EUR")
    assert (None if found is None else str(found)) == expected
    assert opportunity({"amount": amount}, probability=chance).weighted_amount == found


def test_a_line_that_is_priced_already_stays_the_same_object() -> None:
    line = Line(amount="5.00")
    assert line.priced("EUR") is line
    assert str(Line(amount="5").priced("EUR").amount) == "5.00"
