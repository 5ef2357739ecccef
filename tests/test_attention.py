"""The attention list: each reason alone, and all of them against plain Python."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oppkit.attention import REASONS, Limits
from oppkit.model import Customer, Employee, Event, Line, Opportunity
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]
OPENED = date(2025, 1, 1)
LIMITS = Limits(patience=1, enough=1)


def reasons(workbench: Workbench, **given: Any) -> list[tuple[str, str]]:
    return [(row["reason"], row["name"]) for row in workbench.attention(**given).rows]


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


def test_a_sound_opportunity_is_not_on_the_list(workbench: Workbench, saved: Saved) -> None:
    saved(expected_signature=day(90), production_start=day(90))
    saved(expected_signature=None, probability=None, lines=())
    workbench.close(saved(opened_on=OPENED, expected_signature=day(-90)), "lost", None, "price")
    assert reasons(workbench) == []


def test_what_is_overdue_says_for_how_long(workbench: Workbench, saved: Saved) -> None:
    saved(name="B", opened_on=OPENED, expected_signature=day(-1))
    saved(name="A", opened_on=OPENED, expected_signature=day(-30), lines=(Line(amount=5000),))
    saved(name="today", opened_on=OPENED, expected_signature=TODAY)
    rows = workbench.attention(language="en").rows
    assert [(row["name"], row["days"], row["told"]) for row in rows] == [
        ("A", 30, "The signature was expected on 14/02/2026, 30 days ago."),
        ("B", 1, "The signature was expected on 15/03/2026, 1 day ago."),
    ]


def test_what_closes_this_month_must_be_likely(workbench: Workbench, saved: Saved) -> None:
    for name, days, probability in (
        ("A", 0, "0.29"), ("B", 15, "0"), ("likely", 3, "0.3"), ("April", 16, "0.1"),
        ("unknown", 3, None),
    ):  # fmt: skip
        saved(name=name, expected_signature=day(days), probability=probability)
    rows = workbench.attention(language="fr").rows
    assert [(row["reason"], row["name"]) for row in rows] == [("unlikely", "A"), ("unlikely", "B")]
    assert rows[0]["told"].replace("\u202f", " ") == (
        "Signature prévue le 16/03/2026 avec une probabilité de 29 % seulement."
    )


def test_production_does_not_start_before_the_signature(workbench: Workbench, saved: Saved) -> None:
    saved(name="A", expected_signature=day(60), production_start=day(50))
    [row] = workbench.attention(language="en").rows
    assert (row["reason"], row["days"]) == ("early", 10)
    assert row["told"].startswith("Production starts on 05/05/2026, 10 days before")


def test_what_is_pushed_three_times(workbench: Workbench, saved: Saved, clock: Clock) -> None:
    sale = saved(expected_signature=day(30), probability="0.9")
    for days in (60, 50, 80):  # later, earlier, later
        sale = workbench.save(sale.replace(expected_signature=day(days)))
    assert reasons(workbench) == []
    sale = workbench.save(sale.replace(expected_signature=day(100)))
    [row] = workbench.attention(language="en").rows
    assert (row["reason"], row["times"], row["day_before"]) == ("pushed", 3, day(30))
    workbench.save(sale.replace(expected_signature=None))
    [row] = workbench.attention(language="en").rows
    assert row["told"].endswith("now without a date.")


def test_large_changes_of_the_last_week(workbench: Workbench, saved: Saved, clock: Clock) -> None:
    sales = {name: saved(name=name) for name in ("large", "small", "empty", "dollars", "old")}
    workbench.save(sales["old"].replace(lines=(Line(amount=9000),)))
    clock.advance(days=7, hours=14)  # the day of the save has ended eight days ago by then
    for name, fields in {
        "large": {"lines": (Line(amount="750"),)}, "small": {"lines": (Line(amount="751"),)},
        "empty": {"lines": ()}, "dollars": {"currency": "USD"},
    }.items():  # fmt: skip
        workbench.save(sales[name].replace(**fields))
    saved(name="new", lines=(Line(amount=99_000),))
    found = workbench.attention(language="en")
    assert [(row["name"], row["amount_before"]) for row in found.rows] == [
        ("dollars", 1000), ("large", 1000),
    ]  # fmt: skip
    assert found.rows[1]["told"] == "The amount went from €1,000.00 to €750.00 within a week."
    assert "US$1,000.00" in found.rows[0]["told"]


def test_what_is_usual_is_the_median_of_the_status(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    sale = saved(name="A")
    for days in (2, 4, 6):  # the median is four
        clock.advance(days=days)
        sale = workbench.save(sale.replace(comment=f"{days}"))
    clock.advance(days=8)
    for patience, found in ((1, True), (2, False)):
        limits = Limits(patience=patience, enough=3)
        assert bool(reasons(workbench, limits=limits)) is found
    clock.advance(days=1)
    [row] = workbench.attention(language="en", limits=Limits(enough=3)).rows
    assert (row["reason"], row["days"], row["usual"]) == ("idle", 9, 4)
    assert row["told"].startswith("Nothing for 9 days, against 4 days")
    assert reasons(workbench, limits=Limits(enough=4)) == []  # too seldom seen to be usual


def test_an_event_is_an_activity_once_its_day_has_come(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    sale = saved(name="A")
    clock.advance(days=2)
    sale = workbench.save(sale.replace(comment="x"))
    clock.advance(days=9)
    today = TODAY + timedelta(days=11)
    limits = Limits(patience=1, enough=1)
    for fields, idle in (
        ({"kind": "task", "due_on": today + timedelta(days=1)}, 9),
        ({"kind": "appointment", "starts_at": datetime(2026, 3, 22, 9, tzinfo=UTC)}, 5),
        ({"kind": "task", "due_on": date(2026, 12, 1), "done_on": date(2026, 3, 24)}, 3),
        ({"kind": "note"}, None),
    ):  # fmt: skip
        workbench.save(Event(subject="Appel", opportunity_id=sale.id, **fields))
        found = [row["days"] for row in workbench.attention(limits=limits).rows]
        assert found == ([] if idle is None or idle <= 2 else [idle])


def test_owners_see_their_own(
    workbench: Workbench, saved: Saved, owner: Employee, assistant: Employee
) -> None:
    late = {"opened_on": OPENED, "expected_signature": day(-9)}
    saved(name="A", **late)
    saved(name="B", responsibles=[{"role": "sales", "employee_id": assistant.id}], **late)
    assert reasons(workbench, owner_ids=[owner.id]) == [("overdue", "A")]
    assert reasons(workbench, owner_ids=[owner.id, assistant.id]) == reasons(workbench)
    assert workbench.attention().opportunities == 2


def test_the_list_is_handed_on(workbench: Workbench, saved: Saved, tmp_path: Path) -> None:
    saved(name="=1+1", opened_on=OPENED, expected_signature=day(-9))
    found = workbench.attention()
    [row] = json.loads(found.as_json())["rows"]
    assert (row["amount"], row["days"], row["expected_signature"]) == (
        "1000.000", 9, "2026-03-07",
    )  # fmt: skip
    assert found.write(tmp_path / "list.csv") == 1
    assert "\n=1+1" not in (tmp_path / "list.csv").read_text("utf-8")


STEPS = st.lists(
    st.tuples(
        st.integers(0, 20),  # days later
        st.sampled_from(["to_qualify", "proposal", "won"]),
        st.none() | st.integers(-40, 200),
        st.sampled_from(["0.1", "0.9"]),
        st.sampled_from([None, "100", "124", "200"]),
        st.booleans(),  # with a note
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@given(lives=st.lists(STEPS, max_size=4))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_list_is_what_plain_python_finds(
    workbench: Workbench, customer: Customer, clock: Clock, lives: list[Any]
) -> None:
    sales = []
    for life in lives:
        clock.now = datetime(2026, 1, 1, 10, tzinfo=UTC)
        sale: Opportunity | None = None
        for later, status, signature, probability, amount, noted in life:
            clock.advance(days=later)
            fields = {
                "status": status, "probability": probability,
                "closed_on": clock.now.date() if status == "won" else None,
                "expected_signature": (
                    None if signature is None else date(2026, 4, 1) + timedelta(days=signature)
                ),
                "lines": (Line(amount=amount),), "production_start": date(2026, 5, 1),
            }  # fmt: skip
            sale = sale or Opportunity(name="x", customer_id=customer.id, opened_on=OPENED,
                                       status="proposal")  # fmt: skip
            sale = workbench.save(sale.replace(**fields))
            if noted:
                workbench.save(Event(kind="note", subject="x", opportunity_id=sale.id))
        sales.append(sale)
    clock.now = datetime(2026, 4, 10, 10, tzinfo=UTC)
    found = {
        (row["id"], row["reason"]) for row in workbench.attention(limits=LIMITS).rows
        if row["reason"] != "idle" and row["id"] in {sale.id for sale in sales}
    }  # fmt: skip
    assert found == {
        (sale.id, reason)
        for sale in sales
        for reason in expected(sale, workbench.history(sale), date(2026, 4, 10))
    }
    idle = {
        row["id"]: (row["days"], row["usual"]) for row in workbench.attention(limits=LIMITS).rows
        if row["reason"] == "idle"
    }  # fmt: skip
    assert idle == idle_ones(workbench, date(2026, 4, 10))


def expected(sale: Opportunity, history: Any, today: date) -> set[str]:
    if sale.status == "won":
        return set()
    found = set()
    signature = sale.expected_signature
    if signature and signature < today:
        found.add("overdue")
    if signature and today <= signature < date(2026, 5, 1) and sale.probability < Decimal("0.3"):
        found.add("unlikely")
    if signature and sale.production_start < signature:
        found.add("early")
    days = [one.record.expected_signature for one in history]
    if sum(bool(a and b and b > a) for a, b in pairwise(days)) >= 3:
        found.add("pushed")
    week_ago = datetime(2026, 4, 4, tzinfo=UTC)
    before = [
        one.record.amount for one in history
        if one.valid_from < week_ago and (one.valid_to is None or one.valid_to >= week_ago)
    ]  # fmt: skip
    if before and before[0] and sale.amount is not None:
        change = abs(sale.amount - before[0]) / before[0]
        found |= {"changed"} if change >= Decimal("0.25") else set()
    return found


def idle_ones(workbench: Workbench, today: date) -> dict[int, tuple[int, int]]:
    """Days without activity and the usual ones of the status, of those that exceed them."""
    with workbench.store.read() as session:
        ids = {one for (one,) in session._connection.execute(
            "select distinct opportunity_id from opportunity_version"
        ).fetchall()}  # fmt: skip
        notes = session._connection.execute(
            "select e.opportunity_id, cast(v.valid_from as date) from event as e"
            " inner join record_version as v on v.record_id = e.id"
        ).fetchall()
        histories = {one: session.all("opportunity_version.of", record_id=one) for one in ids}
    gaps: dict[str, list[int]] = {}
    last: dict[int, tuple[int, str]] = {}
    for one, versions in histories.items():
        active = {row["valid_from"].date() for row in versions} | {d for i, d in notes if i == one}
        ordered = sorted(day for day in active if day <= today)
        for place, start in enumerate(ordered):
            status = status_at(versions, start)
            if status is None or status == "won":
                continue
            if place + 1 < len(ordered):
                gaps.setdefault(status, []).append((ordered[place + 1] - start).days)
            else:
                last[one] = ((today - start).days, status)
    usual = {status: statistics.median_low(days) for status, days in gaps.items()}
    open_ids = {row["id"] for row in workbench.search(limit=None, outcomes=("open",)).rows}
    return {
        one: (days, usual[status])
        for one, (days, status) in last.items()
        if one in open_ids and status in usual and days > usual[status]
    }


def status_at(versions: list[Any], day: date) -> str | None:
    """The status at the end of a day."""
    for row in versions:
        ends = row["valid_to"].date() if row["valid_to"] else None
        if row["valid_from"].date() <= day and (ends is None or ends > day):
            return json.loads(row["record"])["status"]  # type: ignore[no-any-return]
    return None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_reason_has_a_title_and_a_sentence(language: str) -> None:
    from oppkit.attention import told

    row = {
        "reason": "", "days": 3, "usual": 2, "times": 4, "day_before": TODAY,
        "expected_signature": TODAY, "probability": Decimal("0.1"), "amount": Decimal(1),
        "currency": "EUR", "amount_before": Decimal(2), "currency_before": "EUR",
    }  # fmt: skip
    sentences = {told({**row, "reason": reason}, language) for reason in REASONS}
    assert len(sentences) == len(REASONS)
