"""The arithmetic of rules 2 and 3, recomputed with fractions that never round."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from oppkit.model import Line, Opportunity, Recurrence, life
from oppkit.model.catalogue import Catalogue, Status
from oppkit.model.money import LIMIT, decimals, rounded, weighted
from tests.clock import TODAY

CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "XOF", "TND", "KWD"])


def scaled(limit: int, places: int) -> st.SearchStrategy[Decimal]:
    """Decimals of a scale, small ones and halves often."""
    units = st.one_of(st.integers(-2000, 2000), st.integers(-limit, limit))
    return units.map(lambda value: Decimal(value).scaleb(-places))


AMOUNTS = scaled(10**15, 3)
FACTORS = scaled(10**9, 4)
PROBABILITIES = st.one_of(
    st.sampled_from([Decimal(0), Decimal(1), Decimal("0.5"), Decimal("0.25"), Decimal("0.125")]),
    st.integers(0, 10_000).map(lambda units: Decimal(units).scaleb(-4)),
)
LINES = st.one_of(
    st.fixed_dictionaries({}, optional={"amount": AMOUNTS, "margin": AMOUNTS}),
    st.fixed_dictionaries({"quantity": FACTORS, "unit_price": FACTORS, "amount": AMOUNTS}),
    st.fixed_dictionaries({
        "quantity": FACTORS, "unit_price": FACTORS, "recurrence": st.sampled_from(Recurrence),
        "duration_months": st.integers(1, 600),
    }),
)  # fmt: skip


def by_hand(value: Fraction, currency: str) -> Fraction:
    """Rounded to the currency's decimals, halves away from zero."""
    unit = Fraction(1, 10 ** decimals(currency))
    steps, rest = divmod(abs(value), unit)
    if rest * 2 >= unit:
        steps += 1
    return (steps if value >= 0 else -steps) * unit


def amount_by_hand(line: dict[str, Any], currency: str) -> Fraction | None:
    if "unit_price" not in line:
        typed = line.get("amount")
        return None if typed is None else by_hand(Fraction(typed), currency)
    periods = Fraction(1)
    if "recurrence" in line:
        months = {"monthly": 1, "quarterly": 3, "yearly": 12}[line["recurrence"].value]
        periods = Fraction(line["duration_months"], months)
    return by_hand(Fraction(line["quantity"]) * Fraction(line["unit_price"]) * periods, currency)


def opportunity(lines: list[dict[str, Any]], **fields: Any) -> Opportunity:
    return Opportunity(
        name="Projet", customer_id=1, status="proposal", opened_on=TODAY, lines=lines, **fields
    )


def known_sum(values: list[Fraction | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) if known else None


@given(value=AMOUNTS, currency=CURRENCIES)
def test_rounding(value: Decimal, currency: str) -> None:
    found = rounded(value, currency)
    assert Fraction(found) == by_hand(Fraction(value), currency)
    assert -found.as_tuple().exponent == decimals(currency)  # type: ignore[operator]


@given(value=AMOUNTS, probability=PROBABILITIES, currency=CURRENCIES)
def test_weighting(value: Decimal, probability: Decimal, currency: str) -> None:
    found = weighted(value, probability, currency)
    assert found is not None
    assert Fraction(found) == by_hand(Fraction(value) * Fraction(probability), currency)


@given(lines=st.lists(LINES, max_size=5), currency=CURRENCIES, probability=PROBABILITIES)
def test_an_opportunity_is_the_sum_of_its_lines(
    lines: list[dict[str, Any]], currency: str, probability: Decimal
) -> None:
    amounts = [amount_by_hand(line, currency) for line in lines]
    margins = [
        None if line.get("margin") is None else by_hand(Fraction(line["margin"]), currency)
        for line in lines
    ]
    if any(a is not None and abs(a) >= LIMIT for a in [*amounts, known_sum(amounts)]):
        return  # too large to keep: refused, as tests/model/test_validation.py shows
    found = opportunity(lines, currency=currency, probability=probability)
    assert [line.amount for line in found.lines] == amounts
    assert (found.amount, found.margin) == (known_sum(amounts), known_sum(margins))
    chance = Fraction(probability)
    for known, total in ((amounts, found.weighted_amount), (margins, found.weighted_margin)):
        assert total == known_sum(
            [None if value is None else by_hand(value * chance, currency) for value in known]
        )


@given(lines=st.lists(LINES, max_size=3), currency=CURRENCIES)
def test_validating_again_changes_nothing(lines: list[dict[str, Any]], currency: str) -> None:
    prices = [{k: v for k, v in line.items() if k != "unit_price"} for line in lines]
    typed = [{k: v for k, v in line.items() if k != "recurrence"} for line in prices]
    once = opportunity(typed, currency=currency)
    assert once.replace(name=once.name) == once
    assert Opportunity.model_validate_json(once.model_dump_json()) == once


@given(data=st.data(), typed=st.booleans(), probability=PROBABILITIES)
def test_only_a_typed_probability_survives_a_change_of_status(
    data: st.DataObject, typed: bool, probability: Decimal
) -> None:
    lists = Catalogue(
        Status(code=code, label_fr=code, label_en=code, rank=rank, probability=default)
        for rank, (code, default) in enumerate([("a", "0.1"), ("b", None), ("c", "0.9")])
    )
    target = data.draw(st.sampled_from(lists.all(Status)))
    before = opportunity([], probability=probability, probability_typed=typed)
    moved = life.change_status(before, target.code, lists, TODAY)
    assert moved.probability == (probability if typed else target.probability)
    bulk = life.change_status(before, target.code, lists, TODAY, follow=True)
    assert bulk.probability == target.probability


@given(line=LINES)
def test_a_line_without_price_keeps_what_was_typed(line: dict[str, Any]) -> None:
    if "unit_price" not in line:
        assert Line(**line).amount == line.get("amount")
