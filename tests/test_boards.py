"""Opportunities in columns, by status and by month: which cards stand where, and what they sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oppkit.boards import Column, Pipeline
from oppkit.model import Customer, Employee, Line, Opportunity, Outcome, Search, Status
from oppkit.store import records
from oppkit.store.kinds import OPPORTUNITY
from oppkit.workbench import Workbench
from tests.clock import TODAY

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]
YESTERDAY = TODAY - timedelta(days=1)


def names(found: Pipeline) -> dict[str, list[str]]:
    return {
        column.key: [row["name"] for row in column.rows] for column in found.columns if column.rows
    }


def column(found: Pipeline, key: str) -> Column:
    return next(column for column in found.columns if column.key == key)


def test_statuses_stand_by_rank_with_the_open_ones_first(workbench: Workbench) -> None:
    value = Status(code="won_early", label_en="Won early", label_fr="x", rank=5, outcome="won")
    workbench.lists.save(value)
    keys = [column.key for column in workbench.boards.by_status().columns]
    assert keys == [
        "to_qualify", "qualified", "proposal", "negotiation", "signing", "won_early", "won",
        "lost", "abandoned",
    ]  # fmt: skip


def test_a_closed_status_is_there_while_it_has_cards(workbench: Workbench, saved: Saved) -> None:
    status = workbench.catalogue().get(Status, "proposal")
    assert status is not None
    saved(name="A")
    workbench.lists.save(status.replace(active=False), status)
    assert names(workbench.boards.by_status()) == {"proposal": ["A"]}
    workbench.change_status(workbench.opportunity("OPP-2026-0001"), "signing")
    assert "proposal" not in [column.key for column in workbench.boards.by_status().columns]


def test_cards_stand_by_expected_signature(workbench: Workbench, saved: Saved) -> None:
    for name, days in (("undated", None), ("late", -1), ("third", 9), ("second", 2)):
        expected = None if days is None else TODAY + timedelta(days=days)
        saved(name=name, opened_on=TODAY - timedelta(days=9), expected_signature=expected)
    found = workbench.boards.by_status()
    assert names(found) == {"proposal": ["late", "second", "third", "undated"]}
    assert (found.today, found.currency) == (TODAY, "EUR")


def test_closed_ones_leave_after_a_while(workbench: Workbench, saved: Saved) -> None:
    opened = TODAY - timedelta(days=90)
    for name, days in (("old", 31), ("recent", 30)):
        record = saved(name=name, opened_on=opened)
        workbench.close(record, "lost", TODAY - timedelta(days=days), "price")
    lost = column(workbench.boards.by_status(), "lost")
    assert ([row["name"] for row in lost.rows], lost.count) == (["recent"], 1)
    assert column(workbench.boards.by_status(closed_days=31), "lost").count == 2


def test_sums_are_over_all_cards_and_per_currency(workbench: Workbench, saved: Saved) -> None:
    for number in range(3):
        saved(name=f"E{number}", lines=(Line(amount="0.01"), Line(amount="100")), probability="0.5")
    saved(name="D", currency="USD", lines=(Line(amount=7),), probability=None)
    saved(name="none", currency="USD", lines=())
    shown = column(workbench.boards.by_status(shown={"proposal": 2}), "proposal")
    assert [row["name"] for row in shown.rows] == ["E0", "E1"]
    assert shown.count == 5
    sums = {
        total.currency: (total.opportunities, total.amount, total.weighted_amount)
        for total in shown.totals
    }
    assert sums == {
        "EUR": (3, Decimal("300.03"), Decimal("150.03")),
        "USD": (2, Decimal(7), None),
    }
    assert shown.rows[0]["weighted_amount"] == Decimal("50.01")


def test_criteria_restrict_cards_and_sums(
    workbench: Workbench, saved: Saved, owner: Employee, assistant: Employee
) -> None:
    other = workbench.save(Customer(name="Été"))
    saved(name="A", establishment="lyon")
    saved(name="B", customer_id=other.id)
    saved(name="C", responsibles=[{"role": "sales", "employee_id": assistant.id}])
    for criteria, found in (
        (Search(text="ETE"), ["B"]),
        (Search(owner_ids=(assistant.id or 0,)), ["C"]),
        (Search(establishments=("lyon",)), ["A"]),
        (Search(text="a energie", owner_ids=(owner.id or 0,), limit=1, offset=1), ["A"]),
    ):
        shown = column(workbench.boards.by_status(criteria), "proposal")
        assert [row["name"] for row in shown.rows] == found
        assert shown.count == len(found)


def test_months_begin_today(workbench: Workbench, saved: Saved) -> None:
    opened = date(2026, 1, 1)
    days = {
        "late": YESTERDAY, "today": TODAY, "end": date(2026, 3, 31), "next": date(2026, 4, 1),
        "last": date(2027, 2, 28), "after": date(2027, 3, 1), "far": date.max, "undated": None,
    }  # fmt: skip
    for name, day in days.items():
        saved(name=name, opened_on=opened, expected_signature=day)
    won = saved(name="won", opened_on=opened, expected_signature=YESTERDAY)
    workbench.close(won, "won")
    assert names(workbench.boards.by_month()) == {
        "overdue": ["late"], "2026-03": ["today", "end"], "2026-04": ["next"],
        "2027-02": ["last"], "later": ["after", "far"], "undated": ["undated"],
    }  # fmt: skip
    keys = [column.key for column in workbench.boards.by_month(months=2).columns]
    assert keys == ["overdue", "2026-03", "2026-04", "later", "undated"]


def test_a_later_window_tells_of_what_is_before_it(workbench: Workbench, saved: Saved) -> None:
    opened = date(2026, 1, 1)
    for day in (YESTERDAY, TODAY, date(2026, 5, 31), date(2026, 6, 1)):
        saved(name=f"{day}", opened_on=opened, expected_signature=day)
    found = workbench.boards.by_month(start=date(2026, 6, 30), months=1)
    assert names(found) == {
        "overdue": ["2026-03-15"], "before": ["2026-03-16", "2026-05-31"],
        "2026-06": ["2026-06-01"],
    }  # fmt: skip
    assert [column.key for column in found.columns] == [
        "overdue", "before", "2026-06", "later", "undated",
    ]  # fmt: skip


def test_a_window_does_not_begin_before_this_month(workbench: Workbench) -> None:
    found = workbench.boards.by_month(start=date(2020, 1, 1), months=1)
    assert [column.key for column in found.columns] == ["overdue", "2026-03", "later", "undated"]


DAYS = st.none() | st.integers(-40, 900).map(lambda days: TODAY + timedelta(days=days))
SALES = st.builds(
    dict,
    status=st.sampled_from(["to_qualify", "proposal", "signing", "won", "lost", "abandoned"]),
    expected_signature=DAYS,
    closed_on=st.integers(0, 60).map(lambda days: TODAY - timedelta(days=days)),
    probability=st.none() | st.decimals(0, 1, places=3),
    currency=st.sampled_from(["EUR", "USD", "JPY", "TND"]),
    amounts=st.lists(st.none() | st.decimals(0, 100_000, places=3), max_size=3),
)


def sale(customer: Customer, values: dict[str, Any]) -> Opportunity:
    fields = dict(values)
    amounts = fields.pop("amounts")
    if fields["status"] not in ("won", "lost", "abandoned"):
        fields.pop("closed_on")
    if fields["status"] == "lost":
        fields["loss_reason"] = "price"
    return Opportunity(
        name="Sale", customer_id=customer.id, opened_on=TODAY - timedelta(days=99),
        lines=tuple(Line(amount=amount) for amount in amounts), **fields,
    )  # fmt: skip


Sums = dict[str, tuple[int, Decimal, Decimal]]


def summed(totals: list[Any]) -> Sums:
    found: Sums = defaultdict(lambda: (0, Decimal(0), Decimal(0)))
    for total in totals:
        count, amount, weighted = found[total.currency]
        found[total.currency] = (
            count + total.opportunities, amount + (total.amount or 0),
            weighted + (total.weighted_amount or 0),
        )  # fmt: skip
    return dict(found)


@given(sales=st.lists(SALES, max_size=8), most=st.integers(1, 3))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_columns_sum_to_what_a_search_finds(
    workbench: Workbench, customer: Customer, sales: list[dict[str, Any]], most: int
) -> None:
    with workbench._desk.write() as session:
        for row in session.all("opportunity.codes"):
            found = records.get(session, OPPORTUNITY, row["id"])
            records.delete(session, OPPORTUNITY, found, workbench._desk.stamp())
        for values in sales:
            workbench._desk.save(session, sale(customer, values))
    since = TODAY - timedelta(days=30)
    closed = Search(outcomes=(Outcome.WON, Outcome.LOST, Outcome.ABANDONED), closed_from=since)
    open_ones = workbench.search(outcomes=(Outcome.OPEN,)).totals
    for read, totals in (
        (workbench.boards.by_status, open_ones + workbench.search(closed).totals),
        (workbench.boards.by_month, open_ones),
    ):
        pipeline = read(shown=dict.fromkeys([column.key for column in read().columns], most))
        assert summed([total for c in pipeline.columns for total in c.totals]) == summed(totals)
        for one in pipeline.columns:
            assert len(one.rows) == min(one.count, most)
