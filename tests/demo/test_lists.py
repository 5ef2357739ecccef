"""The reference lists that a new workspace gets."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest

from oppkit.model import (
    LISTS,
    Catalogue,
    Country,
    Currency,
    Family,
    LossReason,
    OriginKind,
    OriginType,
    Outcome,
    Pricing,
    Role,
    SaleType,
    Status,
    Subfamily,
    Tag,
)
from oppkit.model.money import decimals
from oppkit.model.references import OWNER_ROLE
from oppkit.resources import folder


@pytest.mark.parametrize("name", LISTS)
def test_the_columns_are_the_fields_of_the_model(name: str) -> None:
    with (folder("data") / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        assert next(csv.reader(rows)) == list(LISTS[name].model_fields)


@pytest.mark.parametrize("name", LISTS)
def test_codes_and_ranks_are_each_given_once(name: str, catalogue: Catalogue) -> None:
    with (folder("data") / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        found = list(csv.DictReader(rows))
    assert len({row["code"] for row in found}) == len(found) == len(catalogue.all(LISTS[name]))
    assert len({row["rank"] for row in found}) == len(found)


def test_the_statuses_lead_from_a_doubt_to_an_outcome(catalogue: Catalogue) -> None:
    statuses = catalogue.all(Status)
    assert [(s.code, s.probability) for s in statuses] == [
        ("to_qualify", Decimal("0.1")), ("qualified", Decimal("0.25")),
        ("proposal", Decimal("0.45")), ("negotiation", Decimal("0.65")),
        ("signing", Decimal("0.9")), ("won", Decimal(1)), ("lost", Decimal(0)),
        ("abandoned", Decimal(0)),
    ]  # fmt: skip
    assert catalogue.first_status().code == "to_qualify"
    for outcome in (Outcome.WON, Outcome.LOST, Outcome.ABANDONED):
        assert catalogue.closing_status(outcome).code == outcome.value


def test_every_currency_has_the_decimals_that_money_is_rounded_to(catalogue: Catalogue) -> None:
    for currency in catalogue.all(Currency):
        assert currency.decimals == decimals(currency.code), currency.code
    assert {c.code for c in catalogue.all(Currency, active_only=True)} > {"EUR", "TND", "JPY"}


def test_the_countries_are_those_of_iso_3166(catalogue: Catalogue) -> None:
    countries = catalogue.all(Country)
    assert len(countries) == 249
    assert all(len(c.code) == 2 and c.label_fr and c.label_en for c in countries)
    assert catalogue.label("country", "TN", "fr") == "Tunisie"


def test_every_kind_of_origin_and_of_pricing_can_be_chosen(catalogue: Catalogue) -> None:
    assert {origin.kind for origin in catalogue.all(OriginType)} == set(OriginKind)
    assert {sale.pricing for sale in catalogue.all(SaleType)} == set(Pricing)


def test_subfamilies_belong_to_a_family(catalogue: Catalogue) -> None:
    families = {family.code for family in catalogue.all(Family)}
    assert {subfamily.family for subfamily in catalogue.all(Subfamily)} == families


def test_the_codes_that_rules_and_imports_name_are_there(catalogue: Catalogue) -> None:
    assert catalogue.get(Role, OWNER_ROLE) is not None
    assert catalogue.get(LossReason, "unspecified") is not None


def test_white_can_be_read_on_every_tag(catalogue: Catalogue) -> None:
    for tag in catalogue.all(Tag):
        assert 1.05 / (_luminance(tag.colour) + 0.05) >= 4.5, tag.code
    assert len({tag.colour for tag in catalogue.all(Tag)}) == len(catalogue.all(Tag))


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
