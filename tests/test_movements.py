"""What became of the pipeline between two days, as a person asks for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from oppkit.answers import NoSuchDimension
from oppkit.model import Employee, Line, Opportunity, Outcome, Responsible
from oppkit.model.rate import ExchangeRate
from oppkit.movements import Movement, MovementBackwards, NoSuchPeriod, period_of
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]
Q2, Q3 = date(2026, 5, 4), date(2026, 8, 3)
ALWAYS = {"opening", "closing"}


def parts(movement: Movement, **group: Any) -> dict[str, tuple[int, Decimal, Decimal]]:
    """The parts of a group in which something is: number, amount, weighted amount."""
    rows = movement.rows
    for name, value in group.items():
        rows = rows[rows[name] == value]
    return {
        row.part: (row.opportunities, row.amount, row.weighted_amount)
        for row in rows.itertuples()
        if row.opportunities or row.part in ALWAYS
    }


def euros(*values: Any) -> tuple[Any, ...]:
    return (values[0], *(Decimal(str(value)) for value in values[1:]))


def test_nothing_moves_in_a_day_on_which_nothing_happens(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    saved()
    clock.advance(days=3)
    found = parts(workbench.movement(TODAY))
    assert found == {"opening": euros(1, 1000, 450), "closing": euros(1, 1000, 450)}
    assert len(workbench.movement(TODAY).rows) == 16
    assert len(workbench.movement(TODAY).details) == 0


def test_one_opportunity_is_in_a_part_for_each_thing_that_changed(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    record = saved(expected_signature=Q2)
    clock.advance(days=1)
    lines = (Line(title="a", amount="1200"),)
    record = workbench.save(record.replace(lines=lines, probability="0.6", expected_signature=Q3))
    whole = parts(workbench.movement(TODAY))
    assert whole == {
        "opening": euros(1, 1000, 450), "increased": euros(1, 200, 90),
        "probability": euros(1, 0, 180), "closing": euros(1, 1200, 720),
    }  # fmt: skip
    assert parts(workbench.movement(TODAY, period="2026-Q2")) == {
        "opening": euros(1, 1000, 450), "pushed_out": euros(1, -1000, -450),
        "closing": euros(0, 0, 0),
    }  # fmt: skip
    assert parts(workbench.movement(TODAY, period="2026-Q3")) == {
        "opening": euros(0, 0, 0), "pulled_in": euros(1, 1000, 450),
        "increased": euros(1, 200, 90), "probability": euros(1, 0, 180),
        "closing": euros(1, 1200, 720),
    }  # fmt: skip


def test_pulled_in_then_lost_is_both(workbench: Workbench, saved: Saved, clock: Clock) -> None:
    record = saved(expected_signature=Q3)
    clock.advance(days=1)
    record = workbench.save(record.replace(expected_signature=Q2))
    workbench.close(record, Outcome.LOST, reason="price")
    movement = workbench.movement(TODAY, period="2026-Q2")
    assert parts(movement) == {
        "opening": euros(0, 0, 0), "pulled_in": euros(1, 1000, 450),
        "lost": euros(1, -1000, -450), "closing": euros(0, 0, 0),
    }  # fmt: skip
    assert list(movement.details["part"]) == ["pulled_in", "lost"]
    assert set(movement.details["probability_before"]) == {Decimal("0.45")}


def test_one_that_is_won_counts_when_it_was_signed(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    record = saved(expected_signature=Q3)
    clock.advance(days=1)
    workbench.close(record, Outcome.WON, on=TODAY + timedelta(days=1))
    assert set(parts(workbench.movement(TODAY, period="2026-Q1"))) == {
        "opening", "pulled_in", "won", "closing",
    }  # fmt: skip
    assert set(parts(workbench.movement(TODAY, period="2026-Q3"))) == {
        "opening", "pushed_out", "closing",
    }  # fmt: skip


def test_created_and_lost_at_once_is_both(workbench: Workbench, saved: Saved, clock: Clock) -> None:
    record = saved()
    workbench.close(record, Outcome.ABANDONED)
    found = parts(workbench.movement(TODAY - timedelta(days=1)))
    assert [found["created"][:2], found["abandoned"][:2]] == [(1, 1000), (1, -1000)]
    assert found["closing"] == euros(0, 0, 0)


def test_what_comes_back_is_reopened_and_not_created(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    lost, gone = saved(), saved()
    workbench.close(lost, Outcome.LOST, reason="price")
    workbench.delete(gone)
    clock.advance(days=1)
    workbench.reopen(workbench.get(Opportunity, lost.id or 0))
    workbench.restore(Opportunity, gone.id or 0)
    assert set(parts(workbench.movement(TODAY))) == {"opening", "reopened", "closing"}


def test_what_is_deleted_is_removed(workbench: Workbench, saved: Saved, clock: Clock) -> None:
    record = saved()
    clock.advance(days=1)
    workbench.delete(record)
    movement = workbench.movement(TODAY)
    assert parts(movement)["removed"] == euros(1, -1000, -450)
    [row] = json.loads(movement.as_json())["details"]
    assert (row["code"], row["status_before"], row["status_after"]) == (
        record.code, "proposal", None,
    )  # fmt: skip


def test_a_rate_that_moves_alone_is_a_currency_effect(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    workbench.lists.save_rate(ExchangeRate(currency="USD", valid_from=TODAY, rate="0.9"))
    day = TODAY + timedelta(days=1)
    workbench.lists.save_rate(ExchangeRate(currency="USD", valid_from=day, rate="0.8"))
    saved(currency="USD")
    record = saved(currency="USD")
    clock.advance(days=1)
    workbench.save(record.replace(lines=(Line(title="a", amount=2000),)))
    assert parts(workbench.movement(TODAY)) == {
        "opening": euros(2, 1800, 810), "increased": euros(1, 900, 405),
        "currency": euros(2, -300, -135), "closing": euros(2, 2400, 1080),
    }  # fmt: skip


def test_another_owner_takes_it_into_another_group(
    workbench: Workbench, saved: Saved, clock: Clock, assistant: Employee
) -> None:
    record = saved()
    clock.advance(days=1)
    new = (Responsible(role="sales", employee_id=assistant.id),)
    workbench.save(record.replace(responsibles=new, probability="0.5"))
    movement = workbench.movement(TODAY, by=["owner"])
    assert parts(movement, owner="Ana Lopez") == {
        "opening": euros(1, 1000, 450), "reassigned_out": euros(1, -1000, -450),
    }  # fmt: skip
    assert parts(movement, owner="Bo Berg") == {
        "reassigned_in": euros(1, 1000, 450), "probability": euros(1, 0, 50),
        "closing": euros(1, 1000, 500),
    }  # fmt: skip
    assert set(parts(workbench.movement(TODAY, where={"owner": "Bo Berg"}))) == {
        "opening", "reassigned_in", "probability", "closing",
    }  # fmt: skip


def test_a_person_who_is_renamed_stays_one_group(
    workbench: Workbench, saved: Saved, clock: Clock, owner: Employee
) -> None:
    saved()
    clock.advance(days=1)
    workbench.save(owner.replace(last_name="Lopez-Berg"))
    movement = workbench.movement(TODAY, by=["owner"])
    assert set(movement.rows["owner"]) == {"Ana Lopez-Berg"}
    assert set(movement.rows["part"]) == {"opening", "closing"}


def test_months_show_where_it_went(workbench: Workbench, saved: Saved, clock: Clock) -> None:
    record = saved(expected_signature=Q2)
    clock.advance(days=1)
    workbench.save(record.replace(expected_signature=Q3))
    rows = workbench.movement(TODAY, by=["month"]).rows
    assert [(row.month.month, row.part) for row in rows.itertuples()] == [
        (5, "opening"), (5, "pushed_out"), (8, "pulled_in"), (8, "closing"),
    ]  # fmt: skip


def test_it_can_be_asked_about_two_days_in_the_past(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    record = saved()
    clock.advance(days=1)
    record = workbench.close(record, Outcome.LOST, reason="price")
    clock.advance(days=1)
    workbench.reopen(record)
    days = [TODAY + timedelta(days=n) for n in range(3)]
    assert "lost" in parts(workbench.movement(days[0], days[1]))
    assert "reopened" in parts(workbench.movement(days[1], days[2]))
    assert set(parts(workbench.movement(days[0]))) >= ALWAYS


def test_labels_stand_for_codes(workbench: Workbench, saved: Saved, clock: Clock) -> None:
    record = saved(status="proposal")
    clock.advance(days=1)
    workbench.change_status(record, "negotiation")
    movement = workbench.movement(TODAY, by=["status"], labels="fr")
    assert list(movement.rows["status"].unique()) == ["Proposition", "Négociation"]
    row = movement.details.iloc[0]
    assert (row["status_before"], row["status_after"]) == ("Proposition", "Négociation")


def test_it_is_kept_as_json_and_csv(workbench: Workbench, saved: Saved, clock: Clock) -> None:
    saved(name="=1+1")
    movement = workbench.movement(TODAY - timedelta(days=1), by=["owner"])
    told = json.loads(movement.as_json())
    assert (told["since"], told["until"], told["currency"]) == ("2026-03-15", "2026-03-16", "EUR")
    assert told["rows"][0]["amount"] == "1000.00"
    assert told["details"][0]["amount_before"] is None
    assert movement.as_csv().splitlines()[0] == "owner,part,opportunities,amount,weighted_amount"


@pytest.mark.parametrize(
    ("words", "first", "beyond"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-t1", date(2026, 1, 1), date(2026, 4, 1)),
        (" 2026-12 ", date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_periods_are_read(words: str, first: date, beyond: date) -> None:
    assert period_of(words) == (first, beyond)


@pytest.mark.parametrize("words", ["", "2026-Q5", "2026-13", "26", "0000", "9999", "2026-1", "Q4"])
def test_what_is_no_period_is_refused(words: str) -> None:
    with pytest.raises(NoSuchPeriod):
        period_of(words)


def test_wrong_questions_are_refused(workbench: Workbench) -> None:
    with pytest.raises(MovementBackwards):
        workbench.movement(TODAY + timedelta(days=1), TODAY)
    with pytest.raises(NoSuchDimension):
        workbench.movement(TODAY, by=["moon"])
    with pytest.raises(NoSuchDimension):
        workbench.movement(TODAY, where={"moon": 1})
