"""Affairs and days of work in the copy that analyses start from, now and as they were known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from oppkit.model import Affair, AffairStatus, Customer, Employee, Line, Opportunity
from oppkit.model.rate import ExchangeRate
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]

SOLD = (
    Line(sale_type="consulting", quantity=8, unit_price=500, margin=900),
    Line(sale_type="licence", quantity=3, unit_price=10, margin=1),
)


def rows(workbench: Workbench, table: str, day: date | None = None) -> list[dict[str, Any]]:
    return getattr(workbench.snapshot(day), table).to_pyarrow().to_pylist()


def test_what_an_affair_looks_like(
    workbench: Workbench, saved: Saved, customer: Customer, owner: Employee
) -> None:
    sale = saved(
        lines=SOLD, establishment="lyon", sector="energy", family="data", tags=("risk", "urgent"),
        subfamily="data_platform", production_start=date(2026, 5, 1),
        production_end=date(2026, 6, 30),
    )  # fmt: skip
    affair = workbench.create_affair(sale)
    assert rows(workbench, "affair") == [{
        "id": affair.id, "code": affair.code, "name": sale.name, "status": "commercial",
        "opportunity_id": sale.id, "currency": "EUR", "has_rate": True,
        "customer_id": customer.id, "customer": "Énergie du Rhône",
        "owner_id": owner.id, "owner": "Ana Lopez", "establishment": "lyon", "sector": "energy",
        "family": "data", "subfamily": "data_platform", "production_start": date(2026, 5, 1),
        "production_end": date(2026, 6, 30), "amount": Decimal(4030), "margin": Decimal(901),
        "days": Decimal(8),
    }]  # fmt: skip
    tags = rows(workbench, "affair_tag")
    assert [(row["affair_id"], row["tag"]) for row in tags] == [
        (affair.id, "risk"), (affair.id, "urgent"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "days"),
    [
        (Line(sale_type="consulting", quantity="2.5", unit_price=800), Decimal("2.5")),
        (Line(sale_type="consulting", unit_price=800), Decimal(1)),
        (Line(sale_type="fixed_price", quantity=20, amount=9000), Decimal(20)),
        (Line(sale_type="fixed_price", amount=9000), None),  # nobody said how many days
        (Line(sale_type="licence", quantity=20, unit_price=10), None),
        (Line(quantity=20, unit_price=10), None),
    ],
)
def test_days_are_the_quantity_of_what_is_priced_in_days(
    workbench: Workbench, saved: Saved, clock: Clock, line: Line, days: Decimal | None
) -> None:
    saved(lines=(line,))
    clock.advance(days=1)
    assert [row["days"] for row in rows(workbench, "line")] == [days]
    assert [row["days"] for row in rows(workbench, "line", TODAY)] == [days]


def test_margin_and_days_are_unknown_once_the_budget_is_another(
    workbench: Workbench, saved: Saved
) -> None:
    affair = workbench.create_affair(saved(lines=SOLD))
    workbench.save(affair.replace(budget=4000))
    [row] = rows(workbench, "affair")
    assert (row["amount"], row["margin"], row["days"]) == (Decimal(4000), None, None)


def test_margin_and_days_are_not_counted_for_two_affairs(
    workbench: Workbench, saved: Saved
) -> None:
    sale = saved(lines=SOLD)
    workbench.create_affair(sale)
    workbench.create_affair(sale)
    assert [(row["margin"], row["days"]) for row in rows(workbench, "affair")] == [(None, None)] * 2


def test_a_budget_that_nobody_gave_is_not_a_zero(workbench: Workbench, saved: Saved) -> None:
    workbench.create_affair(saved(lines=()))
    [row] = rows(workbench, "affair")
    assert row["amount"] is None


def test_a_budget_is_converted(workbench: Workbench, saved: Saved) -> None:
    workbench.create_affair(saved(currency="USD", lines=SOLD))
    [row] = rows(workbench, "affair")
    assert (row["has_rate"], row["amount"], row["days"]) == (False, None, Decimal(8))
    workbench.lists.save_rate(ExchangeRate(currency="USD", valid_from=TODAY, rate="0.5"))
    [row] = rows(workbench, "affair")
    assert (row["amount"], row["margin"]) == (Decimal(2015), Decimal("450.5"))


def test_what_is_too_large_to_be_kept_stops_no_snapshot(workbench: Workbench, saved: Saved) -> None:
    workbench.lists.save_rate(ExchangeRate(currency="USD", valid_from=TODAY, rate="7"))
    large = Line(sale_type="consulting", quantity="99999999999999", unit_price="0")
    workbench.create_affair(saved(lines=(large, large, Line(amount=5))))
    rich = workbench.create_affair(saved(currency="USD"))
    workbench.save(rich.replace(budget="500000000000000"))
    found = [(row["has_rate"], row["amount"], row["days"]) for row in rows(workbench, "affair")]
    assert found == [(True, Decimal(5), None), (False, None, None)]


def test_affairs_as_they_were_known_on_a_day(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    sale = saved(lines=SOLD, tags=("risk",), establishment="lyon")
    affair = workbench.create_affair(sale)
    first = rows(workbench, "affair")
    clock.advance(days=1)
    affair = workbench.save(
        affair.replace(
            budget=9, status=AffairStatus.IN_PRODUCTION, tags=(), responsibles=(),
            production_start=date(2026, 7, 1), name="Autre",
        )
    )  # fmt: skip
    second = rows(workbench, "affair")
    clock.advance(days=1)
    workbench.delete(affair)
    workbench.create_affair(saved())
    third = rows(workbench, "affair")
    clock.advance(days=1)
    days = [TODAY + timedelta(days=n) for n in range(-1, 3)]
    assert [rows(workbench, "affair", day) for day in days] == [[], first, second, third]
    assert (first[0]["margin"], second[0]["margin"], second[0]["owner"]) == (901, None, None)
    assert [row["tag"] for row in rows(workbench, "affair_tag", TODAY)] == ["risk"]
    assert rows(workbench, "affair_tag", days[2]) == []


def test_a_restored_affair_was_not_there_in_between(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    affair = workbench.create_affair(saved())
    clock.advance(days=1)
    workbench.delete(affair)
    clock.advance(days=1)
    workbench.restore(Affair, affair.id or 0)
    clock.advance(days=1)
    days = [TODAY + timedelta(days=n) for n in range(4)]
    assert [len(rows(workbench, "affair", day)) for day in days] == [1, 0, 1, 1]
