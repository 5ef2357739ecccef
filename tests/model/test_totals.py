"""The totals of a quote, held to EN 16931: published examples, and a plain recomputation."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from oppkit.model import Quote, QuoteLine, Recurrence
from oppkit.model.totals import net, totals


def line(quantity: str, price: str, rate: str = "0.2", **fields: Any) -> QuoteLine:
    return QuoteLine(quantity=quantity, unit_price=price, vat_rate=rate, **fields)


def rows(typed: str) -> list[QuoteLine]:
    """Lines typed as "quantity price percentage of VAT"."""
    found = [row.split() for row in typed.strip().splitlines()]
    return [line(quantity, price, str(Decimal(rate) / 100)) for quantity, price, rate in found]


def parts(lines: list[QuoteLine], currency: str) -> list[tuple[str, str, str]]:
    found = totals(lines, currency).vat_parts
    return [(f"{part.rate:.0%}", str(part.base), str(part.vat)) for part in found]


# -- published examples ----------------------------------------------------------------------------
#
# Quantities, prices and totals of invoices that CEN's technical committee 434 publishes with the
# standard (repository ConnectingEurope/eInvoicing-EN16931, folders ubl/examples and cii/examples).

# ubl-tc434-example1: a Dutch wholesaler, two rates, a return, tax that does not come out even.
WHOLESALER = """
2 9.95 6
1 9.85 6
1 8.29 6
2 7.23 6
1 35.00 6
1 35.00 6
1 10.65 6
1 1.55 6
3 4.79 6
1 8.29 6
2 8.29 6
1 9.95 6
2 1.65 6
1 10.80 21
1 3.90 6
2 3.80 21
2 4.67 21
1 18.63 21
6 17.02 6
-6 18.33 6
"""


def test_the_wholesaler_of_the_standard() -> None:
    found = totals(rows(WHOLESALER), "EUR")
    assert " ".join(str(amount) for amount in found.lines) == (
        "19.90 9.85 8.29 14.46 35.00 35.00 10.65 1.55 14.37 8.29 16.58 9.95 3.30 10.80 3.90 7.60 "
        "9.34 18.63 102.12 -109.98"
    )
    assert parts(rows(WHOLESALER), "EUR") == [
        ("6%", "183.23", "10.99"), ("21%", "46.37", "9.74"),
    ]  # fmt: skip
    assert [str(v) for v in (found.excluding_tax, found.vat, found.including_tax)] == [
        "229.60", "20.73", "250.33",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "currency", "of_rates", "total"),
    [
        # ubl-tc434-example6: three items, two rates.
        ("1000 1 25\n100 5 25\n500 5 12", "DKK",
         [("12%", "2500.00", "300.00"), ("25%", "1500.00", "375.00")], "4675.00"),
        # sample-discount-price: a price of four decimals, already discounted.
        ("100 0.1212 25", "EUR", [("25%", "12.12", "3.03")], "15.15"),
        # CII-BR-CO-10-RoundingIssue: a flight and its cancellation, where floats left a cent.
        ("1 720.81 19\n1 0.01 0\n-1 720.81 19\n-1 0.01 0", "EUR",
         [("0%", "0.00", "0.00"), ("19%", "0.00", "0.00")], "0.00"),
        # CII_business_example_01, its two lines whose amounts are quantity × price.
        ("1 12122.59 19\n-1 606.13 19\n1 177.41 19", "EUR",
         [("19%", "11693.87", "2221.84")], "13915.71"),
    ],
)  # fmt: skip
def test_examples_of_the_standard(
    typed: str, currency: str, of_rates: list[tuple[str, str, str]], total: str
) -> None:
    assert parts(rows(typed), currency) == of_rates
    assert str(totals(rows(typed), currency).including_tax) == total


def test_tax_is_rounded_once_per_rate_and_not_per_line() -> None:
    """Two lines of 1.24 at 10 %: 0.25 of tax on the sum, 0.24 if each were rounded."""
    found = totals([line("1", "1.24", "0.1"), line("1", "1.24", "0.1")], "EUR")
    assert (found.vat, found.including_tax) == (Decimal("0.25"), Decimal("2.73"))


# -- lines -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_line", "currency", "expected"),
    [
        (line("3", "33.335"), "EUR", "100.01"),  # 100.005, half up
        (line("-3", "33.335"), "EUR", "-100.01"),  # away from zero
        (line("3", "33.335"), "JPY", "100"),
        (line("3", "33.3335"), "TND", "100.001"),
        (line("7", "19.99", discount="0.15"), "EUR", "118.94"),  # 118.9405
        (line("1", "100", discount="1"), "EUR", "0.00"),
        (line("2", "10", recurrence=Recurrence.MONTHLY, duration_months=36), "EUR", "720.00"),
        (line("1", "10", recurrence=Recurrence.YEARLY, duration_months=7), "EUR", "5.83"),
        (line("2", "10", duration_months=36), "EUR", "20.00"),  # a duration alone charges once
    ],
)
def test_net_amounts(given_line: QuoteLine, currency: str, expected: str) -> None:
    assert str(net(given_line, currency)) == expected


def test_a_recurring_line_needs_its_duration() -> None:
    with pytest.raises(ValidationError, match="duration in months"):
        line("1", "10", recurrence=Recurrence.MONTHLY)


def quote(*lines: QuoteLine, currency: str = "EUR") -> Quote:
    return Quote(
        name="Devis", opportunity_id=1, customer_id=1, quoted_on=date(2026, 3, 16), lines=lines,
        currency=currency,
    )  # fmt: skip


def test_an_empty_quote_comes_to_nothing() -> None:
    found = quote().totals
    assert (found.lines, found.vat_parts) == ((), ())
    assert (str(found.excluding_tax), str(found.including_tax)) == ("0.00", "0.00")


def test_products_and_sums_that_cannot_be_kept_are_refused() -> None:
    huge = line("99999999999999", "99999999999999")
    with pytest.raises(ValidationError) as refused:
        quote(line("1", "1"), huge)
    assert [item["loc"] for item in refused.value.errors()] == [("lines", 1, "unit_price")]
    nearly = line("9", "99999999999999", "0")
    with pytest.raises(ValidationError) as refused:
        quote(nearly, nearly)
    assert [item["loc"] for item in refused.value.errors()] == [("lines",)]
    with pytest.raises(ValidationError):  # fits without tax, not with it
        quote(line("9", "99999999999999", "0.2"))


# -- recomputed ------------------------------------------------------------------------------------

figures = st.decimals(-(10**6), 10**6, places=4)
shares = st.sampled_from([Decimal(v) for v in ("0", "0.055", "0.1", "0.2", "0.3333", "1")])
lines_of_any_kind = st.lists(
    st.builds(
        QuoteLine, quantity=figures, unit_price=figures, discount=shares, vat_rate=shares,
        duration_months=st.integers(1, 60), recurrence=st.none() | st.sampled_from(Recurrence),
    ),
    max_size=12,
)  # fmt: skip
MONTHS = {Recurrence.MONTHLY: 1, Recurrence.QUARTERLY: 3, Recurrence.YEARLY: 12}
UNITS = {"EUR": "0.01", "JPY": "1", "TND": "0.001"}


@given(lines_of_any_kind, st.sampled_from(sorted(UNITS)))
def test_totals_equal_a_plain_recomputation(lines: list[QuoteLine], currency: str) -> None:
    unit = Decimal(UNITS[currency])
    with localcontext(prec=80):
        nets = []
        for one in lines:
            exact = one.quantity * one.unit_price * (1 - one.discount)
            if one.recurrence is not None:
                exact = exact * (one.duration_months or 0) / MONTHS[one.recurrence]
            nets.append(exact.quantize(unit, ROUND_HALF_UP))
        taxes = []
        for rate in {one.vat_rate for one in lines}:
            base = sum(n for n, one in zip(nets, lines, strict=True) if one.vat_rate == rate)
            taxes.append((base * rate).quantize(unit, ROUND_HALF_UP))
    found = totals(lines, currency)
    assert list(found.lines) == nets
    assert found.excluding_tax == sum(nets)
    assert found.vat == sum(taxes)
    assert found.including_tax == found.excluding_tax + found.vat
    assert found.excluding_tax == sum(part.base for part in found.vat_parts)
    assert found.vat == sum(part.vat for part in found.vat_parts)


@given(lines_of_any_kind, st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_no_total(lines: list[QuoteLine], random: Any) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)
    one, other = totals(lines, "EUR"), totals(shuffled, "EUR")
    assert (one.vat_parts, one.excluding_tax, one.including_tax) == (
        other.vat_parts, other.excluding_tax, other.including_tax,
    )  # fmt: skip
