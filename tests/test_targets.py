"""Targets and calls: what stands, what has come of them, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from oppkit.model import (
    Call,
    Customer,
    Employee,
    Establishment,
    InUse,
    Line,
    Opportunity,
    PeriodKind,
    Target,
    TargetStands,
)
from oppkit.model.rate import ExchangeRate
from oppkit.store.errors import InUseValue
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]
Q1, Q2 = date(2026, 1, 1), date(2026, 4, 1)


def quarter(**fields: Any) -> Target:
    return Target(**{"period": "quarter", "begins": Q1, "currency": "EUR", "amount": 5000} | fields)


def call(**fields: Any) -> Call:
    return Call(**{"period": "quarter", "begins": Q1, "currency": "EUR"} | fields)


@pytest.mark.parametrize(
    ("fields", "path", "code"),
    [
        ({"begins": date(2026, 2, 1)}, ("begins",), "no_period_start"),
        ({"period": "year", "begins": Q2}, ("begins",), "no_period_start"),
        ({"owner_id": 1, "establishment": "lyon"}, ("establishment",), "one_scope"),
        ({"amount": -1}, ("amount",), "greater_than_equal"),
    ],
)
def test_what_a_target_is_refused_for(fields: dict[str, Any], path: Any, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        quarter(**fields)
    assert [(item["loc"], item["type"]) for item in refused.value.errors()] == [(path, code)]


def test_a_best_case_is_not_below_the_commitment() -> None:
    with pytest.raises(ValidationError, match="best case"):
        call(committed=2, best_case=1)
    assert call(committed=2).best_case is None


def test_lists_are_looked_at_when_it_is_saved(workbench: Workbench) -> None:
    for fields in ({"establishment": "nowhere"}, {"currency": "XXX"}):
        with pytest.raises(ValidationError, match="no value"):
            workbench.targets.save(quarter(**fields))
    assert workbench.targets.standing() == ([], [])


@given(st.sampled_from(PeriodKind), st.dates(date(1, 1, 1), date(9998, 1, 1)), st.integers(0, 5))
def test_every_day_lies_in_one_period(kind: PeriodKind, day: date, count: int) -> None:
    begins = kind.start(day)
    assert begins <= day < kind.after(begins)
    assert kind.start(kind.after(begins) - timedelta(days=1)) == begins
    later = begins
    for _ in range(count):
        later = kind.after(later)
    assert kind.after(begins, count) == later


def test_a_target_is_changed_and_withdrawn_and_its_past_stays(
    workbench: Workbench, clock: Clock
) -> None:
    targets = workbench.targets
    first = targets.save(quarter())
    clock.advance(days=1)
    second = targets.save(quarter(amount=7000), first)
    targets.save(quarter(amount=None), second)
    [found] = targets.attainments(first=Q1)
    assert (found.target, found.gap, found.attained, found.coverage) == (None,) * 4
    assert [(one.amount, one.author) for one in targets.history(first.aim)] == [
        (5000, "Ana"), (7000, "Ana"), (None, "Ana"),
    ]  # fmt: skip
    assert targets.standing() == ([], [])
    assert targets.save(quarter(amount=1)).amount == 1  # nothing stands: no base is needed


def test_a_colleagues_target_is_not_replaced_unseen(
    workbench: Workbench, colleague: Workbench
) -> None:
    mine = workbench.targets.save(quarter())
    theirs = colleague.targets.save(quarter(amount=6000), mine)
    for base in (None, mine):
        with pytest.raises(TargetStands, match="Bo has changed") as refused:
            workbench.targets.save(quarter(amount=1), base)
        assert refused.value.theirs == theirs
    assert workbench.targets.history(mine.aim) == [mine, theirs]


def test_what_has_come_of_a_target(workbench: Workbench, saved: Saved) -> None:
    opened = date(2026, 1, 1)
    for amount, on in (("1200", TODAY), ("300.50", date(2026, 1, 2)), ("77", date(2025, 12, 31))):
        sale = saved(opened_on=date(2025, 12, 1), lines=(Line(amount=amount),))
        workbench.close(sale, "won", on)
    lines = (Line(amount="0.01"),) * 3
    saved(opened_on=opened, expected_signature=date(2026, 2, 1), lines=lines, probability="0.5")
    saved(opened_on=opened, expected_signature=date(2026, 3, 31), lines=(Line(amount="2999.97"),))
    saved(opened_on=opened, expected_signature=Q2)  # of the next quarter
    saved(opened_on=opened)  # of none
    saved(opened_on=opened, expected_signature=TODAY, lines=())
    workbench.close(saved(opened_on=opened, expected_signature=TODAY), "lost", None, "price")
    workbench.targets.save(quarter(amount="4500.50"))
    found, following = workbench.targets.attainments(first=date(2026, 2, 9), count=2)
    assert (found.won, found.open, found.weighted) == (
        Decimal("1500.50"), Decimal(3000), Decimal("1350.02"),
    )  # fmt: skip
    assert (found.gap, found.attained, found.coverage) == (
        Decimal(3000), Decimal("0.3334"), Decimal(1),
    )  # fmt: skip
    assert (found.unvalued, found.over, following.open) == (1, False, Decimal(1000))


def test_charts_get_what_was_won_until_now(workbench: Workbench, saved: Saved) -> None:
    workbench.close(saved(), "won")
    workbench.targets.save(quarter(begins=Q2))
    found = workbench.targets.frame("quarter", date(2025, 12, 1), 3)
    assert [day.date() for day in found["quarter"]] == [date(2025, 10, 1), Q1, Q2]
    assert found["won"].tolist() == [0, 1000, None]
    assert found["target"].tolist() == [None, None, 5000]


def test_a_target_that_is_reached_has_no_coverage(workbench: Workbench, saved: Saved) -> None:
    workbench.close(saved(), "won")
    workbench.targets.save(quarter(amount=900))
    [found] = workbench.targets.attainments(first=Q1)
    assert (found.gap, found.coverage, found.attained) == (-100, None, Decimal("1.1111"))


def test_owners_and_establishments_have_their_own(
    workbench: Workbench, saved: Saved, owner: Employee, assistant: Employee
) -> None:
    saved(expected_signature=TODAY, establishment="lyon")
    saved(expected_signature=TODAY, responsibles=())
    workbench.targets.save(quarter(amount=1))
    workbench.targets.save(quarter(amount=2, owner_id=assistant.id))
    workbench.targets.save(quarter(amount=3, establishment="lyon"))
    workbench.targets.say(call(owner_id=owner.id, committed=9))
    by_owner = {
        one.aim[2]: (one.target, one.open, one.call and one.call.committed)
        for one in workbench.targets.attainments(first=Q1, by="owner_id")
    }
    assert by_owner == {owner.id: (None, 1000, 9), assistant.id: (2, 0, None)}
    places = {
        one.aim[3]: (one.target, one.open)
        for one in workbench.targets.attainments(first=Q1, by="establishment")
    }
    assert places.keys() == {value.code for value in workbench.catalogue().all(Establishment)}
    assert places["lyon"] == (3, 1000)
    [firm] = workbench.targets.attainments(first=Q1)
    assert (firm.target, firm.open, firm.call) == (1, 2000, None)


def test_what_left_still_shows_its_figures(
    workbench: Workbench, saved: Saved, assistant: Employee
) -> None:
    workbench.targets.save(quarter(owner_id=assistant.id))
    workbench.targets.save(quarter(establishment="lyon"))
    workbench.save(assistant.replace(active=False))
    lyon = workbench.catalogue().get(Establishment, "lyon")
    assert lyon is not None
    workbench.lists.save(lyon.replace(active=False), lyon)
    for by, place, expected in (("owner_id", 2, assistant.id), ("establishment", 3, "lyon")):
        found = workbench.targets.attainments(first=Q1, by=by)  # type: ignore[arg-type]
        assert [one.target for one in found if one.aim[place] == expected] == [5000]
        [past] = workbench.targets.attainments(first=Q2, by=by, count=1)[:1]  # type: ignore[arg-type]
        assert past.aim[place] != expected


def test_who_has_a_target_is_not_deleted(workbench: Workbench, assistant: Employee) -> None:
    workbench.targets.save(quarter(owner_id=assistant.id))
    workbench.targets.say(call(establishment="lyon", committed=1))
    with pytest.raises(InUse):
        workbench.delete(assistant)
    lyon = workbench.catalogue().get(Establishment, "lyon")
    assert lyon is not None
    with pytest.raises(InUseValue):
        workbench.lists.delete(lyon)
    assert workbench.check() == []


def test_another_currency_of_totals_keeps_what_was_typed(
    workbench: Workbench, saved: Saved
) -> None:
    first = workbench.targets.save(quarter())
    workbench.targets.say(call(committed=1000, note="Prudent"))
    workbench.lists.set_currency("USD")
    [found] = workbench.targets.attainments(first=Q1)
    assert (found.set, found.target, found.gap, found.currency) == (first, None, None, "USD")
    workbench.lists.save_rate(ExchangeRate(currency="EUR", valid_from=TODAY, rate="1.1"))
    [found] = workbench.targets.attainments(first=Q1)
    assert (found.target, found.set) == (5500, first)
    [outcome] = workbench.targets.outcomes(first=Q1)
    assert (outcome.missed, outcome.call.note) == (1100, "Prudent")


def test_calls_stay_beside_what_happened(
    workbench: Workbench, colleague: Workbench, saved: Saved, clock: Clock
) -> None:
    workbench.targets.say(call(committed=3000, best_case=9000))
    clock.advance(days=7)
    colleague.targets.say(call(committed=1500, note="Two have slipped"))
    workbench.close(saved(), "won")
    clock.advance(days=30)
    outcomes = workbench.targets.outcomes(first=Q1)
    assert [
        (one.call.committed, one.call.author, one.call.said_on, one.won, one.missed, one.over)
        for one in outcomes
    ] == [
        (1500, "Bo", TODAY + timedelta(days=7), 1000, 500, True),
        (3000, "Ana", TODAY, 1000, 2000, True),
    ]  # fmt: skip
    [found] = workbench.targets.attainments(first=Q1)
    assert found.call == outcomes[0].call
    assert workbench.targets.outcomes(first=Q1, by="owner_id") == []


SALES = st.lists(
    st.tuples(
        st.sampled_from(["proposal", "signing", "won", "lost"]),
        st.none() | st.integers(-200, 200).map(lambda days: TODAY + timedelta(days=days)),
        st.lists(st.none() | st.decimals(0, 10_000, places=2), max_size=3),
        st.none() | st.decimals(0, 1, places=4),
    ),
    max_size=8,
)


@given(sales=SALES, kind=st.sampled_from(PeriodKind))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_period_adds_up(
    workbench: Workbench, customer: Customer, sales: list[Any], kind: PeriodKind
) -> None:
    """Won and open of each period, against a loop over the records."""
    for row in workbench.search(limit=None).rows:
        workbench.delete(workbench.opportunity(row["code"]))
    made = [
        workbench.save(Opportunity(
            name="Sale", customer_id=customer.id, opened_on=date(2025, 1, 1), status=status,
            expected_signature=day, lines=tuple(Line(amount=amount) for amount in amounts),
            probability=probability,
            **({"closed_on": min(day or TODAY, TODAY)} if status in ("won", "lost") else {}),
            **({"loss_reason": "price"} if status == "lost" else {}),
        ))
        for status, day, amounts, probability in sales
    ]  # fmt: skip
    first = kind.start(TODAY - timedelta(days=400))
    found = workbench.targets.attainments(kind, first, 1 + 800 // (kind.months * 28))
    for one in found:
        inside = [
            sale for sale in made
            if (day := sale.closed_on if sale.status == "won" else sale.expected_signature)
            and one.aim[1] <= day < kind.after(one.aim[1])
        ]  # fmt: skip
        won = [sale.amount or 0 for sale in inside if sale.status == "won"]
        still = [sale for sale in inside if sale.status in ("proposal", "signing")]
        assert one.won == sum(won)
        assert one.open == sum(sale.amount or 0 for sale in still)
        assert one.weighted == sum(sale.weighted_amount or 0 for sale in still)
