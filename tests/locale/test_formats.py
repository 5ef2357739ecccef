"""Numbers and dates as people write and type them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oppkit.locale import formats, typed

DAY = date(2026, 2, 1)


@pytest.mark.parametrize(
    ("value", "currency", "french", "english"),
    [
        ("1234567.5", "EUR", "1\u202f234\u202f567,50\xa0€", "€1,234,567.50"),
        ("-2.675", "EUR", "-2,68\xa0€", "-€2.68"),
        ("2.5", "JPY", "3\xa0JPY", "JP¥3"),
        ("1.0005", "TND", "1,001\xa0TND", "TND\xa01.001"),
    ],
)
def test_an_amount_has_its_currencys_decimals(
    value: str, currency: str, french: str, english: str
) -> None:
    assert formats.amount(Decimal(value), currency, "fr") == french
    assert formats.amount(Decimal(value), currency, "en") == english


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        ("1934567", "1,9\xa0M€", "€1.9M"),
        ("12345678", "12,3\xa0M€", "€12.3M"),
        ("123456789", "123\xa0M€", "€123M"),
        ("999960", "1,0\xa0M€", "€1.0M"),
        ("620400", "620\xa0k€", "€620k"),
        ("-9450", "-9,5\xa0k€", "-€9.5k"),
        ("999", "999\xa0€", "€999"),
        ("0.4", "0\xa0€", "€0"),
        ("3200000000", "3,2\xa0Md€", "€3.2bn"),
    ],
)
def test_a_short_amount_fits_a_title(value: str, french: str, english: str) -> None:
    assert formats.short(Decimal(value), "EUR", "fr") == french
    assert formats.short(Decimal(value), "EUR", "en") == english


def test_an_axis_has_one_unit() -> None:
    assert formats.unit_for([Decimal(10), Decimal(-2_500_000)], "EUR", "fr") == (10**6, "M€")
    assert formats.unit_for([Decimal(2500)], "EUR", "en") == (1000, "€k")
    assert formats.unit_for([], "TND", "fr") == (1, "TND")


def test_numbers_and_percentages() -> None:
    assert formats.number(Decimal("1234.50"), "fr") == "1\u202f234,5"
    assert formats.number(Decimal("1234.5"), "en", 2) == "1,234.50"
    assert formats.percent(Decimal("0.385"), "fr") == "39\u202f%"
    assert formats.percent(Decimal("0.385"), "en", None) == "38.5%"


def test_dates_and_periods() -> None:
    assert (formats.date(DAY, "fr"), formats.date(DAY, "en")) == ("01/02/2026", "01/02/2026")
    assert formats.long_date(DAY, "fr") == "1er février 2026"
    assert formats.long_date(DAY, "en") == "1 February 2026"
    assert (formats.month(DAY, "fr"), formats.month(DAY, "en")) == ("février 2026", "February 2026")
    assert formats.month(DAY, "fr", short=True) == "févr. 2026"
    assert (formats.quarter(DAY, "fr"), formats.quarter(DAY, "en")) == ("T1 2026", "Q1 2026")


@pytest.mark.parametrize(
    ("words", "french", "english"),
    [
        ("1 234,50", "1234.50", "1234.50"),
        ("1\u202f234,50\xa0€", "1234.50", "1234.50"),
        ("€1,234.50", "1234.50", "1234.50"),
        ("1.234,50", "1234.50", "1234.50"),
        ("1,234", "1.234", "1234"),
        ("1.234.567", "1234567", "1234567"),
        ("-12 EUR", "-12", "-12"),
        ("\u22123", "-3", "-3"),
        (".5", "0.5", "0.5"),
        ("1'000", "1000", "1000"),
        ("  ", None, None),
    ],
)
def test_typed_numbers(words: str, french: str | None, english: str | None) -> None:
    for language, expected in (("fr", french), ("en", english)):
        value = typed.parse_decimal(words, language)
        assert value == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize("words", ["many", "1,2,3", "12,34.5", "1e5", "12 €€ x", "NaN", "1-2"])
def test_what_is_no_number_says_what_to_type(words: str) -> None:
    with pytest.raises(typed.NotUnderstood, match="nombre comme 1 234,50"):
        typed.parse_decimal(words, "fr")


def test_typed_percentages_are_fractions() -> None:
    for words in ("40 %", "40", "40,0\u202f%"):
        assert typed.parse_percent(words, "fr") == Decimal("0.4")
    assert typed.parse_percent("12.5%", "en") == Decimal("0.125")
    assert typed.parse_percent("", "en") is None
    with pytest.raises(typed.NotUnderstood, match="percentage such as 40%"):
        typed.parse_percent("half", "en")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("31/12/2026", date(2026, 12, 31)),
        ("1.2.26", DAY),
        ("1er février 2026", DAY),
        ("1 févr. 2026", DAY),
        ("1 FEVRIER 26", DAY),
        ("2026-02-01", DAY),
        ("", None),
    ],
)
def test_typed_dates(words: str, expected: date | None) -> None:
    assert typed.parse_date(words, "fr") == expected


@pytest.mark.parametrize("words", ["31/02/2026", "3 ju 2026", "tomorrow", "12/2026", "1/2/0"])
def test_what_is_no_date_says_what_to_type(words: str) -> None:
    with pytest.raises(typed.NotUnderstood, match="date such as 31/12/2026"):
        typed.parse_date(words, "en")


@given(
    value=st.decimals(-(10**12), 10**12, places=3, allow_nan=False),
    language=st.sampled_from(["fr", "en"]),
)
def test_what_is_shown_can_be_typed(value: Decimal, language: str) -> None:
    assert typed.parse_decimal(formats.number(value, language, 3), language) == value
    assert typed.parse_decimal(formats.amount(value, "TND", language), language) == value
    assert typed.parse_percent(formats.percent(value, language, None), language) == value


@given(day=st.dates(date(1950, 1, 1), date(2100, 1, 1)), language=st.sampled_from(["fr", "en"]))
def test_dates_shown_can_be_typed(day: date, language: str) -> None:
    assert typed.parse_date(formats.date(day, language), language) == day
    assert typed.parse_date(formats.long_date(day, language), language) == day
