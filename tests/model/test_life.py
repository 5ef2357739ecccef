"""Rules 4 to 8: statuses, closings, copies, and what is made from an opportunity or an event."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from oppkit.model import (
    AffairStatus,
    Catalogue,
    Customer,
    CustomerKind,
    Event,
    Firm,
    Line,
    NoStatus,
    NotFound,
    NotSaved,
    Opportunity,
    Outcome,
    Participant,
    Quote,
    QuoteState,
    Responsible,
    Status,
    life,
    quoting,
)
from tests.clock import TODAY

LATER = TODAY + timedelta(days=30)


def opportunity(**fields: Any) -> Opportunity:
    defaults: dict[str, Any] = {
        "name": "Projet", "customer_id": 1, "status": "proposal", "probability": "0.45",
        "opened_on": TODAY,
    }  # fmt: skip
    return Opportunity(**defaults | fields)


# -- status and probability ----------------------------------------------------------------------


def test_a_status_proposes_its_probability(catalogue: Catalogue) -> None:
    moved = life.change_status(opportunity(), "negotiation", catalogue, LATER)
    assert (moved.status, moved.probability, moved.status_on) == (
        "negotiation", Decimal("0.65"), LATER,
    )  # fmt: skip


@pytest.mark.parametrize("typed", ["0", "0.3", "1"])
def test_a_typed_probability_stays_even_at_zero(typed: str, catalogue: Catalogue) -> None:
    before = opportunity(probability=typed, probability_typed=True)
    moved = life.change_status(before, "negotiation", catalogue, LATER)
    assert (moved.probability, moved.probability_typed) == (Decimal(typed), True)


def test_a_status_changed_in_bulk_takes_its_probability_along(catalogue: Catalogue) -> None:
    before = opportunity(probability="0", probability_typed=True)
    moved = life.change_status(before, "negotiation", catalogue, LATER, follow=True)
    assert (moved.probability, moved.probability_typed) == (Decimal("0.65"), False)


@pytest.mark.parametrize(
    "edit", [{"name": "Autre"}, {"lines": [{"amount": 5}]}, {"expected_signature": LATER}]
)
@pytest.mark.parametrize("probability", ["0", "0.77", "1", None])
def test_editing_anything_else_never_touches_the_probability(
    edit: dict[str, Any], probability: str | None
) -> None:
    before = opportunity(probability=probability)
    assert before.replace(**edit).probability == before.probability


def test_an_open_opportunity_may_stand_at_the_ends(catalogue: Catalogue) -> None:
    for probability in ("0", "1"):
        kept = opportunity(probability=probability).checked(catalogue)
        assert catalogue.outcome(kept.status) is Outcome.OPEN


def test_an_unknown_status_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(NotFound):
        life.change_status(opportunity(), "dreaming", catalogue, LATER)


# -- closing and reopening -----------------------------------------------------------------------


def test_won_at_its_date(catalogue: Catalogue) -> None:
    won = life.close(opportunity(), Outcome.WON, catalogue, LATER, comment="Signé !")
    assert (won.status, won.closed_on, won.probability) == ("won", LATER, Decimal(1))
    assert (won.loss_reason, won.close_comment) == (None, "Signé !")


def test_lost_needs_a_reason(catalogue: Catalogue) -> None:
    with pytest.raises(ValidationError, match="Say why it was lost"):
        life.close(opportunity(), Outcome.LOST, catalogue, LATER)
    lost = life.close(opportunity(), Outcome.LOST, catalogue, LATER, "price")
    assert (lost.status, lost.loss_reason, lost.probability) == ("lost", "price", Decimal(0))


def test_not_closed_before_it_was_opened(catalogue: Catalogue) -> None:
    with pytest.raises(ValidationError, match="before its opening"):
        life.close(opportunity(), Outcome.WON, catalogue, TODAY - timedelta(days=1))


def test_reopening_clears_the_closing(catalogue: Catalogue) -> None:
    lost = life.close(opportunity(), Outcome.LOST, catalogue, LATER, "price", "Trop cher")
    again = life.reopen(lost, catalogue, LATER + timedelta(days=1), "negotiation")
    assert (again.closed_on, again.loss_reason, again.close_comment) == (None, None, "")
    assert (again.status, again.probability) == ("negotiation", Decimal("0.65"))
    assert again.checked(catalogue)
    assert life.reopen(lost, catalogue, LATER).status == "to_qualify"


def test_lost_then_won_counts_at_the_later_date(catalogue: Catalogue) -> None:
    lost = life.close(opportunity(), Outcome.LOST, catalogue, TODAY, "price")
    won = life.change_status(lost, "won", catalogue, LATER)
    assert (won.closed_on, won.loss_reason) == (LATER, None)
    assert life.change_status(won, "won", catalogue, LATER + timedelta(9)).closed_on == LATER


def test_without_a_status_for_an_outcome_it_says_so() -> None:
    lists = Catalogue([Status(code="x", label_fr="x", label_en="x", outcome=Outcome.LOST)])
    with pytest.raises(NoStatus, match="outcome open"):
        lists.first_status()
    with pytest.raises(NoStatus, match="outcome won"):
        life.close(opportunity(), Outcome.WON, lists, TODAY)


# -- duplicate -----------------------------------------------------------------------------------


def full() -> Opportunity:
    return opportunity(
        id=7, version=3, code="OPP-2026-0001", site_id=2, origin_type="event", origin_id=9,
        origin_text="Salon", status="lost", closed_on=LATER, loss_reason="price",
        close_comment="Trop cher", probability="0.8", probability_typed=True,
        expected_signature=LATER, production_start=date(2026, 6, 1),
        production_end=date(2026, 9, 30), currency="TND", establishment="tunis",
        sector="energy", family="data", subfamily="data_platform", tags=("risk",),
        lines=(Line(title="Étude", quantity="3", unit_price="100"), Line(amount="50", margin="5")),
        responsibles=(
            Responsible(role="presales", employee_id=4), Responsible(role="sales", employee_id=5),
        ),
        participants=(Participant(employee_id=4), Participant(contact_id=11)),
        comment="À suivre",
    )  # fmt: skip


def test_a_duplicate_is_everything_but_its_past(catalogue: Catalogue) -> None:
    original, today = full(), TODAY + timedelta(days=7)
    copy = life.duplicate(original, catalogue, today)
    new = {
        "id": None, "version": 0, "code": None, "status": "to_qualify", "status_on": today,
        "opened_on": today, "probability": Decimal("0.1"), "probability_typed": False,
        "closed_on": None, "loss_reason": None, "close_comment": "",
    }  # fmt: skip
    assert copy == original.replace(**new)
    assert copy.checked(catalogue)


def test_a_duplicate_has_no_signature_before_its_opening(catalogue: Catalogue) -> None:
    copy = life.duplicate(full(), catalogue, LATER + timedelta(days=1))
    assert copy.expected_signature is None


# -- from an event -------------------------------------------------------------------------------


def test_an_opportunity_from_an_event(catalogue: Catalogue) -> None:
    event = Event(
        id=9, kind="appointment", subject="Salon de Lyon", owner_id=5, customer_id=1, site_id=2,
        contact_id=11,
    )  # fmt: skip
    found = life.from_event(event, catalogue, TODAY)
    assert (found.name, found.customer_id, found.site_id) == ("Salon de Lyon", 1, 2)
    assert (found.origin_type, found.origin_id, found.origin_text) == ("event", 9, "Salon de Lyon")
    assert found.owner_id == 5
    assert found.participants == (Participant(contact_id=11),)
    assert (found.status, found.probability, found.opened_on) == (
        "to_qualify", Decimal("0.1"), TODAY,
    )  # fmt: skip
    assert found.checked(catalogue)


def test_an_event_with_a_customer_only(catalogue: Catalogue) -> None:
    event = Event(id=9, kind="note", subject="Appel", customer_id=1)
    found = life.from_event(event, catalogue, TODAY)
    assert (found.owner_id, found.participants, found.site_id) == (None, (), None)


def test_an_event_without_a_customer_cannot_become_one(catalogue: Catalogue) -> None:
    with pytest.raises(NotFound):
        life.from_event(Event(kind="note", subject="Appel"), catalogue, TODAY)


# -- affairs and quotes --------------------------------------------------------------------------

CARRIED = (
    "name", "customer_id", "site_id", "currency", "establishment", "sector", "family", "subfamily",
    "tags", "responsibles", "participants",
)  # fmt: skip


def test_an_affair_carries_the_opportunity_over() -> None:
    sale = full()
    affair = life.create_affair(sale, LATER)
    assert {name: getattr(affair, name) for name in CARRIED} == {
        name: getattr(sale, name) for name in CARRIED
    }
    assert (affair.production_start, affair.production_end) == (
        sale.production_start, sale.production_end,
    )  # fmt: skip
    assert (affair.opportunity_id, affair.opened_on) == (7, LATER)
    assert affair.status is AffairStatus.COMMERCIAL
    assert affair.budget == Decimal(350) == sale.amount


def test_an_unpriced_opportunity_gives_an_empty_budget() -> None:
    assert life.create_affair(opportunity(id=7), TODAY).budget == 0


def test_a_quote_carries_the_opportunity_over() -> None:
    sale = full()
    quote = quoting.create(sale, Firm(), LATER)
    assert {name: getattr(quote, name) for name in CARRIED} == {
        name: getattr(sale, name) for name in CARRIED
    }
    assert quote.state is QuoteState.DRAFT
    assert (quote.opportunity_id, quote.quoted_on, quote.contact_id) == (7, LATER, 11)
    assert quote.expected_signature == sale.expected_signature
    assert [(line.title, line.quantity, line.unit_price) for line in quote.lines] == [
        ("Étude", Decimal(3), Decimal(100)),
        ("", Decimal(1), Decimal(50)),
    ]


def quoting_today(sale: Opportunity, day: date) -> Quote:
    return quoting.create(sale, Firm(), day)


@pytest.mark.parametrize("make", [life.create_affair, quoting_today])
def test_an_unsaved_opportunity_gives_neither(make: Any) -> None:
    with pytest.raises(NotSaved):
        make(opportunity(), TODAY)


def test_a_prospect_becomes_a_customer_and_keeps_its_code() -> None:
    prospect = Customer(id=1, version=1, code="CUS-1", name="Client")
    customer = prospect.become_customer(LATER)
    assert (customer.kind, customer.customer_since, customer.code) == (
        CustomerKind.CUSTOMER, LATER, "CUS-1",
    )  # fmt: skip
    assert customer.become_customer(LATER + timedelta(days=9)) is customer
