"""The reference lists."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from oppkit.model import (
    LISTS,
    OWNER_ROLE,
    Catalogue,
    Currency,
    Outcome,
    Role,
    Sector,
    Status,
    Subfamily,
    Tag,
)
from oppkit.model.money import decimals


def test_values_come_by_rank_and_closed_ones_on_demand() -> None:
    values = [
        Sector(code=code, label_fr=code, label_en=code, rank=rank, active=active)
        for code, rank, active in [("c", 2, True), ("b", 1, False), ("a", 2, True)]
    ]
    lists = Catalogue(values)
    assert [value.code for value in lists.all(Sector)] == ["b", "a", "c"]
    assert [value.code for value in lists.all(Sector, active_only=True)] == ["a", "c"]
    assert lists.all(Tag) == []


def test_labels_in_both_languages(catalogue: Catalogue) -> None:
    assert catalogue.label("status", "won", "fr") == "Gagnée"
    assert catalogue.label("status", "won", "en") == "Won"
    assert catalogue.label("status", "unheard_of", "fr") == "unheard_of"
    assert catalogue.label("status", None, "fr") == ""


def test_a_code_is_looked_up_in_its_own_list(catalogue: Catalogue) -> None:
    assert catalogue.get(Status, "won") is not None
    assert catalogue.get(Sector, "won") is None
    assert catalogue.get(Status, None) is None


def test_an_unknown_status_counts_as_open(catalogue: Catalogue) -> None:
    assert catalogue.outcome("unheard_of") is Outcome.OPEN
    assert catalogue.outcome("lost") is Outcome.LOST


def test_the_lists_that_ship_hang_together(catalogue: Catalogue) -> None:
    for kind in LISTS.values():
        assert catalogue.all(kind), kind
    assert {s.outcome for s in catalogue.all(Status)} == set(Outcome)
    assert catalogue.first_status().code == "to_qualify"
    assert catalogue.get(Role, OWNER_ROLE) is not None
    families = {value.code for value in catalogue.all(LISTS["family"])}
    assert {value.family for value in catalogue.all(Subfamily)} <= families


def test_currencies_have_the_decimals_that_the_model_rounds_to(catalogue: Catalogue) -> None:
    for currency in catalogue.all(Currency):
        assert currency.decimals == decimals(currency.code), currency.code
    with pytest.raises(ValidationError, match="JPY has 0 decimals"):
        Currency(code="JPY", label_fr="Yen", label_en="Yen", decimals=2)


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#1234567"])
def test_a_colour_is_six_digits(colour: str) -> None:
    with pytest.raises(ValidationError):
        Tag(code="x", label_fr="x", label_en="x", colour=colour)
