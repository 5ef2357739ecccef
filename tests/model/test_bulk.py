"""One change for many opportunities: what it makes of one of them, and what it may not say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from oppkit.model import Catalogue, Opportunity, Responsible
from oppkit.model.bulk import BulkChange, changed, shifted
from oppkit.model.errors import NoSuchDay
from tests.clock import TODAY

SIGNATURE = date(2026, 8, 31)


def opportunity(**fields: Any) -> Opportunity:
    defaults: dict[str, Any] = {
        "name": "Projet", "customer_id": 1, "status": "proposal", "probability": "0.45",
        "opened_on": TODAY, "status_on": TODAY, "expected_signature": SIGNATURE,
        "tags": ("risk", "urgent"),
    }  # fmt: skip
    return Opportunity(**defaults | fields)


def after(catalogue: Catalogue, before: Opportunity, **change: Any) -> Opportunity:
    return changed(before, BulkChange(**change).checked(catalogue), catalogue, TODAY)


def test_an_empty_change_changes_nothing(catalogue: Catalogue) -> None:
    before = opportunity(family="data", subfamily=None)
    assert after(catalogue, before) == before


def test_the_probability_follows_a_new_status_even_where_one_was_typed(
    catalogue: Catalogue,
) -> None:
    before = opportunity(probability="0.9", probability_typed=True)
    moved = after(catalogue, before, status="qualified")
    assert (moved.status, moved.probability_typed) == ("qualified", False)
    assert moved.probability == Decimal("0.25")
    assert after(catalogue, before, status="proposal") == before, "it stands there already"


def test_closing_with_its_date_reason_and_comment(catalogue: Catalogue) -> None:
    day = TODAY + timedelta(days=3)
    lost = after(
        catalogue, opportunity(), status="lost", closed_on=day, loss_reason="price",
        close_comment="Trop cher",
    )  # fmt: skip
    assert (lost.closed_on, lost.status_on, lost.loss_reason) == (day, day, "price")
    assert lost.close_comment == "Trop cher"
    corrected = after(catalogue, lost, status="lost", closed_on=TODAY, loss_reason="price")
    assert (corrected.closed_on, corrected.close_comment) == (TODAY, "Trop cher")
    assert after(catalogue, opportunity(), status="won").closed_on == TODAY
    reopened = after(catalogue, lost, status="proposal")
    assert (reopened.closed_on, reopened.loss_reason, reopened.close_comment) == (None, None, "")


def test_the_owner_changes_and_nobody_else(catalogue: Catalogue) -> None:
    others = (Responsible(role="presales", employee_id=5),)
    owned = (*others, Responsible(role="sales", employee_id=6))
    new = Responsible(role="sales", employee_id=7)
    assert after(catalogue, opportunity(responsibles=owned), owner_id=7).responsibles == (
        *others, new,
    )  # fmt: skip
    assert after(catalogue, opportunity(responsibles=others), owner_id=7).responsibles == (
        new, *others,
    )  # fmt: skip
    assert after(catalogue, opportunity(responsibles=owned), owner_id=6).responsibles == owned


def test_tags(catalogue: Catalogue) -> None:
    moved = after(catalogue, opportunity(), add_tags=("abroad", "risk"), remove_tags=("urgent",))
    assert moved.tags == ("risk", "abroad")


def test_dates(catalogue: Catalogue) -> None:
    before = opportunity(production_start=date(2026, 10, 31), production_end=date(2027, 1, 31))
    moved = after(catalogue, before, expected_signature_months=-2, production_months=1)
    assert moved.expected_signature == date(2026, 6, 30)
    assert (moved.production_start, moved.production_end) == (
        date(2026, 11, 30), date(2027, 2, 28),
    )  # fmt: skip
    fixed = after(catalogue, before, expected_signature=date(2026, 9, 1))
    assert fixed == before.replace(expected_signature=date(2026, 9, 1))
    assert after(catalogue, before, clear_expected_signature=True).expected_signature is None
    undated = opportunity(expected_signature=None)
    assert after(catalogue, undated, expected_signature_months=2, production_months=2) == undated


def test_a_subfamily_brings_its_family_and_a_family_drops_those_of_others(
    catalogue: Catalogue,
) -> None:
    one, other = subfamilies(catalogue)
    before = opportunity(family=one.family, subfamily=one.code)
    moved = after(catalogue, before, subfamily=other.code)
    assert (moved.family, moved.subfamily) == (other.family, other.code)
    dropped = after(catalogue, before, family=other.family)
    assert (dropped.family, dropped.subfamily) == (other.family, None)
    kept = after(catalogue, before, family=one.family, sector="energy", establishment="lyon")
    assert (kept.subfamily, kept.sector, kept.establishment) == (one.code, "energy", "lyon")


def subfamilies(catalogue: Catalogue) -> tuple[Any, Any]:
    """Two of different families."""
    from oppkit.model import Subfamily

    one, *others = catalogue.all(Subfamily)
    return one, next(other for other in others if other.family != one.family)


def test_what_the_change_makes_of_it_must_be_good(catalogue: Catalogue) -> None:
    with pytest.raises(ValidationError) as caught:
        after(catalogue, opportunity(), expected_signature_months=-12)
    assert [e["type"] for e in caught.value.errors()] == ["signature_before_opening"]
    with pytest.raises(NoSuchDay, match="120 months from 9995-01-31"):
        after(catalogue, opportunity(expected_signature=date(9995, 1, 31)),
              expected_signature_months=120)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"status": "dreaming"}, "status", "unknown_code"),
        ({"status": "lost"}, "loss_reason", "reason_missing"),
        ({"status": "won", "loss_reason": "price"}, "loss_reason", "reason_not_lost"),
        ({"status": "proposal", "closed_on": TODAY}, "closed_on", "closing_without_status"),
        ({"close_comment": "x"}, "close_comment", "closing_without_status"),
        ({"add_tags": ["nowhere"]}, "add_tags", "unknown_code"),
        ({"remove_tags": ["nowhere"]}, "remove_tags", "unknown_code"),
        ({"add_tags": ["risk"], "remove_tags": ["risk"]}, "remove_tags", "tag_both_ways"),
        (
            {"expected_signature": TODAY, "expected_signature_months": 1},
            "expected_signature",
            "one_signature_change",
        ),
        (
            {"expected_signature_months": 1, "clear_expected_signature": True},
            "expected_signature",
            "one_signature_change",
        ),
        ({"production_months": 601}, "production_months", "less_than_equal"),
        ({"establishment": "mars"}, "establishment", "unknown_code"),
    ],
)
def test_changes_that_make_no_sense(
    change: dict[str, Any], field: str, problem: str, catalogue: Catalogue
) -> None:
    with pytest.raises(ValidationError) as caught:
        BulkChange(**change).checked(catalogue)
    assert [(e["loc"][0], e["type"]) for e in caught.value.errors()] == [(field, problem)]


def test_a_subfamily_of_another_family_makes_no_sense(catalogue: Catalogue) -> None:
    one, other = subfamilies(catalogue)
    with pytest.raises(ValidationError) as caught:
        BulkChange(family=one.family, subfamily=other.code).checked(catalogue)
    assert [e["type"] for e in caught.value.errors()] == ["other_family"]


days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
months = st.integers(-600, 600)


@given(days, days, months)
def test_shifting_keeps_the_order_of_days(one: date, two: date, by: int) -> None:
    first, second = sorted((one, two))
    assert shifted(first, by) <= shifted(second, by)


@given(days, months)
def test_shifting_counts_calendar_months(day: date, by: int) -> None:
    moved = shifted(day, by)
    assert (moved.year - day.year) * 12 + moved.month - day.month == by
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)
    if day.day <= 28:
        assert shifted(moved, -by) == day
