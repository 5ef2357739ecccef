"""The copy that analyses start from: its tables, its currency, its day, and when it is reused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oppkit.analysis.snapshot import Snapshot
from oppkit.model import Customer, Employee, Line, Opportunity, Outcome
from oppkit.model.rate import ExchangeRate
from oppkit.store.snapshot import Request
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]


def rows(snapshot: Snapshot, table: str = "opportunity") -> list[dict[str, Any]]:
    return getattr(snapshot, table).to_pyarrow().to_pylist()


def only(snapshot: Snapshot, table: str = "opportunity") -> dict[str, Any]:
    [row] = rows(snapshot, table)
    return row


def test_what_an_opportunity_looks_like(
    workbench: Workbench, saved: Saved, customer: Customer, owner: Employee
) -> None:
    record = saved(
        origin_type="partner", establishment="lyon", sector="energy", family="data",
        subfamily="data_platform", tags=("risk", "urgent"),
        expected_signature=TODAY + timedelta(days=9), production_start=date(2026, 5, 1),
        production_end=date(2026, 6, 30),
        lines=(
            Line(sale_type="licence", title="a", quantity=3, unit_price=10, margin=1),
            Line(sale_type="subscription", title="b", unit_price=5, recurrence="monthly",
                 duration_months=6),
            Line(title="c"),
        ),
    )  # fmt: skip
    snapshot = workbench.snapshot()
    assert (snapshot.as_of, snapshot.currency, snapshot.decimals) == (TODAY, "EUR", 2)
    assert only(snapshot) == {
        "id": record.id, "code": "OPP-2026-0001", "name": record.name, "status": "proposal",
        "outcome": "open", "probability": Decimal("0.45"), "opened_on": TODAY,
        "expected_signature": TODAY + timedelta(days=9), "closed_on": None, "loss_reason": None,
        "currency": "EUR", "has_rate": True, "customer_id": customer.id,
        "customer": "Énergie du Rhône", "owner_id": owner.id, "owner": "Ana Lopez",
        "establishment": "lyon", "sector": "energy", "family": "data",
        "subfamily": "data_platform", "origin_type": "partner",
        "production_start": date(2026, 5, 1), "production_end": date(2026, 6, 30),
        "amount": Decimal(60), "margin": Decimal(1),
        "weighted_amount": Decimal(27), "weighted_margin": Decimal("0.45"),
    }  # fmt: skip
    lines = rows(snapshot, "line")
    assert [(x["position"], x["title"], x["amount"], x["margin"]) for x in lines] == [
        (0, "a", Decimal(30), Decimal(1)),
        (1, "b", Decimal(30), None),
        (2, "c", None, None),
    ]
    assert (lines[1]["recurrence"], lines[1]["duration_months"]) == ("monthly", 6)
    assert {x["tag"] for x in rows(snapshot, "tag")} == {"risk", "urgent"}
    assert {x["label_fr"] for x in rows(snapshot, "label") if x["code"] == "won"} == {"Gagnée"}


def test_no_line_has_an_amount_so_the_opportunity_has_none(
    workbench: Workbench, saved: Saved
) -> None:
    saved(lines=(Line(title="?"),))
    assert only(workbench.snapshot())["amount"] is None


def test_two_of_one_name_stay_two(workbench: Workbench, saved: Saved, owner: Employee) -> None:
    same = workbench.save(Customer(name="Énergie du Rhône"))
    twin = workbench.save(Employee(first_name="Ana", last_name="Lopez"))
    saved()
    saved(customer_id=same.id, responsibles=[{"role": "sales", "employee_id": twin.id}])
    found = rows(workbench.snapshot())
    assert sorted(row["customer"] for row in found) == [
        "Énergie du Rhône (CUS-2026-0001)",
        "Énergie du Rhône (CUS-2026-0002)",
    ]
    assert sorted(row["owner"] for row in found) == [
        "Ana Lopez (EMP-2026-0001)",
        "Ana Lopez (EMP-2026-0002)",
    ]


# -- currencies ----------------------------------------------------------------------------------


def test_amounts_are_converted_line_by_line_at_the_rate_of_the_day(
    workbench: Workbench, saved: Saved
) -> None:
    workbench.lists.save_rate(ExchangeRate(currency="USD", valid_from=date(2026, 1, 1), rate="0.9"))
    workbench.lists.save_rate(ExchangeRate(currency="USD", valid_from=TODAY, rate="0.925"))
    workbench.lists.save_rate(
        ExchangeRate(currency="USD", valid_from=TODAY + timedelta(days=1), rate="5")
    )
    saved(currency="USD", lines=(Line(amount="0.02", margin="-0.02"), Line(amount="100.10")))
    snapshot = workbench.snapshot()
    assert [(x["amount"], x["margin"]) for x in rows(snapshot, "line")] == [
        (Decimal("0.02"), Decimal("-0.02")),  # 0.0185
        (Decimal("92.59"), None),  # 92.5925
    ]
    assert only(snapshot)["amount"] == Decimal("92.61")
    assert only(snapshot)["has_rate"] is True


def test_halves_go_away_from_zero_in_a_conversion(workbench: Workbench, saved: Saved) -> None:
    workbench.lists.save_rate(ExchangeRate(currency="USD", valid_from=TODAY, rate="0.5"))
    saved(currency="USD", lines=(Line(amount="0.01", margin="-0.01"),))
    line = only(workbench.snapshot(), "line")
    assert (line["amount"], line["margin"]) == (Decimal("0.01"), Decimal("-0.01"))


def test_large_amounts_are_converted(workbench: Workbench, saved: Saved) -> None:
    workbench.lists.save_rate(ExchangeRate(currency="USD", valid_from=TODAY, rate="7.00000001"))
    saved(currency="USD", lines=(Line(amount="100000000000000"),))
    assert only(workbench.snapshot())["amount"] == Decimal(700000001000000)


def test_what_is_too_large_once_converted_is_as_without_a_rate(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    workbench.lists.save_rate(ExchangeRate(currency="USD", valid_from=TODAY, rate="1000.5"))
    for _ in range(2):
        half = Line(amount="500000000000", margin="1")
        saved(name="huge", currency="USD", lines=(half, half, Line(title="?")))
        saved(name="large", currency="USD", lines=(Line(amount="900000000000"),))
        clock.advance(days=1)
    for snapshot in (workbench.snapshot(TODAY), workbench.snapshot()):
        told = {(x["name"], x["has_rate"], x["amount"]) for x in rows(snapshot)}
        assert told == {("huge", False, None), ("large", True, Decimal(900450000000000))}
        unknown = [x for x in rows(snapshot, "line") if x["amount"] is None]
        assert len(unknown) == 3 * len(rows(snapshot)) / 2
    assert workbench.movement(TODAY).rows["amount"].iloc[-1] == Decimal(1800900000000000)
    assert len(workbench.replay([TODAY, TODAY + timedelta(days=1)])) == 2


def test_yesterdays_snapshot_keeps_yesterdays_rate(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    workbench.lists.save_rate(ExchangeRate(currency="USD", valid_from=TODAY, rate="0.9"))
    saved(currency="USD", lines=(Line(amount=100),))
    clock.advance(days=1)
    workbench.lists.save_rate(
        ExchangeRate(currency="USD", valid_from=TODAY + timedelta(days=1), rate="0.8")
    )
    assert only(workbench.snapshot(TODAY))["amount"] == Decimal(90)
    assert only(workbench.snapshot())["amount"] == Decimal(80)


def test_without_a_rate_the_amount_is_unknown_and_not_zero(
    workbench: Workbench, saved: Saved
) -> None:
    workbench.lists.save_rate(
        ExchangeRate(currency="USD", valid_from=TODAY + timedelta(days=1), rate="0.9")
    )  # not in force yet
    saved(currency="USD", lines=(Line(amount=100, margin=10),))
    row = only(workbench.snapshot())
    assert (row["has_rate"], row["amount"], row["margin"]) == (False, None, None)


@pytest.mark.parametrize(
    ("base", "decimals", "expected"), [("JPY", 0, "164"), ("TND", 3, "163.647")]
)
def test_the_base_currency_sets_the_decimals(
    base: str, decimals: int, expected: str, workbench: Workbench, saved: Saved
) -> None:
    workbench.set("currency", base)
    workbench.lists.save_rate(ExchangeRate(currency="EUR", valid_from=TODAY, rate="163.6468"))
    saved(lines=(Line(amount=1),))
    snapshot = workbench.snapshot()
    assert (snapshot.currency, snapshot.decimals) == (base, decimals)
    assert only(snapshot)["amount"] == Decimal(expected)


# -- the past ------------------------------------------------------------------------------------


def test_as_it_was_known_on_a_day(workbench: Workbench, saved: Saved, clock: Clock) -> None:
    record = saved(name="Ancien", lines=(Line(title="a", amount=10),), tags=("risk",))
    clock.advance(days=1)
    record = workbench.save(record.replace(name="Nouveau", lines=(), tags=(), customer_id=1))
    clock.advance(days=1)
    record = workbench.close(record, Outcome.LOST, reason="price")
    clock.advance(days=1)
    workbench.delete(record)
    days = [TODAY + timedelta(days=n) for n in range(-1, 4)]
    states = [rows(workbench.snapshot(day)) for day in days]
    assert [[(r["name"], r["outcome"], r["amount"]) for r in found] for found in states] == [
        [],
        [("Ancien", "open", Decimal(10))],
        [("Nouveau", "open", None)],
        [("Nouveau", "lost", None)],
        [],
    ]
    assert states[3][0]["loss_reason"] == "price"
    assert [x["title"] for x in rows(workbench.snapshot(TODAY), "line")] == ["a"]
    assert [x["tag"] for x in rows(workbench.snapshot(TODAY), "tag")] == ["risk"]
    assert rows(workbench.snapshot(days[2]), "tag") == []


def test_the_last_save_of_a_day_counts(workbench: Workbench, saved: Saved, clock: Clock) -> None:
    record = saved(name="matin")
    clock.advance(minutes=30)
    workbench.save(record.replace(name="soir"))
    clock.advance(days=1)
    assert only(workbench.snapshot(TODAY))["name"] == "soir"


def test_a_save_at_midnight_belongs_to_the_new_day(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    record = saved(name="veille")
    clock.now = Request(TODAY, True, "EUR", 2, None).ends_at
    workbench.save(record.replace(name="lendemain"))
    clock.advance(days=2)
    days = (TODAY, TODAY + timedelta(days=1))
    assert [only(workbench.snapshot(day))["name"] for day in days] == ["veille", "lendemain"]


def test_a_restored_one_was_not_there_in_between(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    record = saved()
    clock.advance(days=1)
    workbench.delete(record)
    clock.advance(days=2)
    workbench.restore(Opportunity, record.id or 0)
    counts = [len(rows(workbench.snapshot(TODAY + timedelta(days=n)))) for n in range(4)]
    assert counts == [1, 0, 0, 1]


def test_people_and_customers_have_the_names_of_that_day(
    workbench: Workbench, saved: Saved, clock: Clock, customer: Customer, owner: Employee
) -> None:
    saved()
    clock.advance(days=1)
    workbench.save(workbench.get(Customer, customer.id or 0).replace(name="Rhône Énergie"))
    workbench.save(owner.replace(last_name="Lopez-Berg"))
    clock.advance(days=1)
    told = [
        (row["customer"], row["owner"])
        for row in (only(workbench.snapshot(TODAY + timedelta(days=n))) for n in range(3))
    ]
    new = ("Rhône Énergie", "Ana Lopez-Berg")
    assert told == [("Énergie du Rhône", "Ana Lopez"), new, new]


def test_a_customer_merged_since_keeps_its_name_in_the_past(
    workbench: Workbench, saved: Saved, clock: Clock, customer: Customer
) -> None:
    other = workbench.save(Customer(name="Rhodanienne"))
    saved(customer_id=other.id)
    clock.advance(days=1)
    workbench.duplicates.merge(customer, other)
    assert only(workbench.snapshot(TODAY))["customer"] == "Rhodanienne"
    assert only(workbench.snapshot())["customer"] == "Énergie du Rhône"


def test_those_who_shared_a_name_that_day_are_told_apart_that_day(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    saved()
    twin = workbench.save(Customer(name="Énergie du Rhône"))
    clock.advance(days=1)
    workbench.save(twin.replace(name="Autre"))
    assert only(workbench.snapshot(TODAY))["customer"] == "Énergie du Rhône (CUS-2026-0001)"
    assert only(workbench.snapshot())["customer"] == "Énergie du Rhône"


def test_who_came_into_the_workspace_later_has_the_first_name_that_is_known(
    workbench: Workbench, saved: Saved
) -> None:
    """As after an import: versions of opportunities from before the customer's own."""
    saved()
    with workbench.store.write() as session:
        session.script("update opportunity_version set valid_from = valid_from - interval '9 day'")
    row = only(workbench.snapshot(TODAY - timedelta(days=5)))
    assert (row["customer"], row["owner"]) == ("Énergie du Rhône", "Ana Lopez")


# -- reuse and locking ---------------------------------------------------------------------------


def test_it_is_reused_while_nothing_changes(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    record = saved()
    first, past = workbench.snapshot(), workbench.snapshot(TODAY - timedelta(days=1))
    assert workbench.snapshot() is first
    assert workbench.snapshot(TODAY) is first
    assert workbench.snapshot(TODAY - timedelta(days=1)) is past
    colleague.save(record.replace(name="Autre"))
    second = workbench.snapshot()
    assert only(second)["name"] == "Autre"
    assert only(first)["name"] == record.name, "what was taken does not change under one's feet"


def test_the_file_is_free_while_a_snapshot_is_used(
    workbench: Workbench, saved: Saved, path: Path
) -> None:
    saved()
    snapshot = workbench.snapshot()
    with duckdb.connect(path) as connection:
        connection.execute("delete from opportunity")
    assert len(rows(snapshot)) == 1


def test_a_snapshot_leaves_the_file_as_it_was(
    workbench: Workbench, saved: Saved, path: Path
) -> None:
    saved()
    before = path.read_bytes()
    workbench.snapshot()
    workbench.snapshot(TODAY - timedelta(days=1))
    assert path.read_bytes() == before
