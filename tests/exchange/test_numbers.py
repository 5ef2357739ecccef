"""Numbers and percentages as people and programs write them."""

from decimal import Decimal

import pytest

from oppkit.exchange.numbers import decimal_mark, in_percent, number, probability
from oppkit.exchange.reasons import Reason


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("1234.56", ".", "1234.56"),
        ("1,234.56", ".", "1234.56"),
        ("1,234,567", ".", "1234567"),
        ("1 234,56", ",", "1234.56"),
        ("1\u202f234\u00a0567,8 €", ",", "1234567.8"),
        ("1.234,56", ",", "1234.56"),
        ("1'234.50", ".", "1234.50"),
        ("12,34,567.5", ".", "1234567.5"),
        ("€ 99.9", ".", "99.9"),
        ("USD 1,000.00", ".", "1000.00"),
        ("1.000,00 EUR", ",", "1000.00"),
        ("-5", ".", "-5"),
        ("−5,5", ",", "-5.5"),
        ("5.5-", ".", "-5.5"),
        ("(1,250.00)", ".", "-1250.00"),
        ("+7", ".", "7"),
        (".5", ".", "0.5"),
        ("5,", ",", "5"),
        ("1e5", ".", "1E+5"),
        ("30000.0", ".", "30000.0"),
        # Readable in one way only, whatever the rest of the file proves.
        ("12.50", ",", "12.50"),
        ("0,125", ".", "0.125"),
        ("1234,567", ".", "1234.567"),
        # Three digits after a mark: thousands or decimals, as the file says.
        ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"),
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
    ],
)
def test_a_number_is_read_exactly(text: str, mark: str, expected: str) -> None:
    found = number(text, mark)
    assert str(found) == expected


@pytest.mark.parametrize(
    "text", ["abc", "1..2", "12k", "1,23,4", "--5", "(5", "1 2 x", "-", "€", "."]
)
def test_what_is_no_number_is_a_reason(text: str) -> None:
    found = number(text, ".")
    assert isinstance(found, Reason)
    assert str(found) == f"“{text}” is not a number."


def test_a_number_that_can_be_read_in_two_ways_is_refused_where_nothing_decides() -> None:
    found = number("1,234", None)
    assert isinstance(found, Reason)
    assert found.code == "ambiguous_number"


def test_a_stated_mark_is_never_overruled() -> None:
    assert number("1,234", ".", stated=True) == Decimal(1234)
    assert isinstance(number("12,50", ".", stated=True), Reason)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1 + 0.2, Decimal("0.3")),
        (1234.5, Decimal("1234.5")),
        (7, Decimal(7)),
        (Decimal("0.12345678901234567"), Decimal("0.12345678901234567")),
        (float("nan"), None),
        (None, None),
        ("  ", None),
    ],
)
def test_values_of_a_spreadsheet(value: object, expected: object) -> None:
    assert number(value, ".") == expected


def test_a_truth_value_is_no_number() -> None:
    assert isinstance(number(True, "."), Reason)


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["12.5", "1,234"], "."),
        (["12,5", "1.234"], ","),
        (["1.234,5"], ","),
        (["1,234,567"], "."),
        (["1,234", "5"], None),
        (["12,5", "12.5"], None),
        (["0,125"], ","),
    ],
)
def test_the_decimal_mark_is_what_the_numbers_prove(texts: list[str], mark: str | None) -> None:
    assert decimal_mark(texts) == mark


@pytest.mark.parametrize(
    ("value", "percent", "expected"),
    [
        ("0.4", False, "0.4000"),
        ("40", True, "0.4000"),
        ("40 %", False, "0.4000"),
        ("40,5 %", False, "0.4050"),
        ("40,5\u202f%", True, "0.4050"),
        ("0", True, "0.0000"),
        ("100", True, "1.0000"),
        ("33,333", True, "0.3333"),
        ("0.00005", False, "0.0001"),
        (0.4, False, "0.4000"),
        (12.5, True, "0.1250"),
    ],
)
def test_a_probability_in_any_form(value: object, percent: bool, expected: str) -> None:
    assert str(probability(value, ",", percent)) == expected


@pytest.mark.parametrize("value", ["1000", "101 %", "-5", "1e9"])
def test_a_probability_out_of_range_names_what_the_cell_says(value: str) -> None:
    found = probability(value, ".", True)
    assert str(found) == f"“{value}” is not a probability between 0 and 100%."


def test_a_word_is_no_percentage() -> None:
    assert str(probability("high", ".", True)) == "“high” is not a percentage."


def test_a_column_is_in_percent_when_a_value_without_sign_exceeds_one() -> None:
    assert in_percent(["0.4", "40"], ".")
    assert not in_percent(["0.4", "1", "60 %"], ".")
