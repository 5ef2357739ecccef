"""What the history tells of each opportunity: stays in statuses, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from oppkit.model import Line, Opportunity, Outcome
from oppkit.model.rate import ExchangeRate
from oppkit.store.journeys import fill_journeys
from oppkit.store.snapshot import Request
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]
Row = dict[str, Any]
Tables = Callable[..., list[Row]]


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.fixture
def rows(workbench: Workbench, clock: Clock) -> Iterator[Tables]:
    """The rows of `journey` or `stay`, as it is now or at the end of a day."""
    with ExitStack() as opened:

        def read(table: str, on: date | None = None) -> list[Row]:
            day = on or clock.now.date()
            request = Request(day, on is not None, "EUR", 2, UTC)
            filled = closing(fill_journeys(workbench.store.engine, request))
            connection = opened.enter_context(filled)
            key = "id" if table == "journey" else "opportunity_id, entered_on"
            found: list[Row] = (
                connection.sql(f"select * from {table} order by {key}").to_arrow_table().to_pylist()
            )
            return found

        yield read


def told(stays: list[Row]) -> list[tuple[Any, ...]]:
    return [(s["status"], s["since"], s["days"], s["next_status"], s["closing"]) for s in stays]


def test_from_status_to_status_to_won(
    workbench: Workbench, saved: Saved, clock: Clock, rows: Tables
) -> None:
    record = saved(status="qualified")
    clock.advance(days=3)
    record = workbench.save(record.replace(name="Another name"))
    clock.advance(days=7)
    record = workbench.change_status(record, "proposal")
    clock.advance(days=5)
    workbench.close(record, Outcome.WON)
    clock.advance(days=100)
    assert told(rows("stay")) == [
        ("qualified", 0, 10, "proposal", None), ("proposal", 0, 5, None, "won"),
    ]  # fmt: skip
    [journey] = rows("journey")
    assert (journey["since"], journey["days"], journey["closing"]) == (0, 15, "won")
    assert not journey["is_open"]
    assert journey["owner"] == "Ana Lopez"


def test_who_is_still_there_is_seen_until_today(saved: Saved, clock: Clock, rows: Tables) -> None:
    saved(status="qualified")
    clock.advance(days=4)
    assert told(rows("stay")) == [("qualified", 0, 4, None, None)]
    [journey] = rows("journey")
    assert (journey["days"], journey["closing"], journey["is_open"]) == (4, None, True)


def test_as_it_was_known_on_a_day(
    workbench: Workbench, saved: Saved, clock: Clock, rows: Tables
) -> None:
    record = saved(status="qualified")
    clock.advance(days=10)
    workbench.close(record, Outcome.LOST, reason="price")
    assert told(rows("stay", after(9))) == [("qualified", 0, 9, None, None)]
    assert told(rows("stay", after(10))) == [("qualified", 0, 10, None, "lost")]
    assert rows("journey", after(9))[0]["is_open"]
    assert rows("stay", after(-1)) == rows("journey", after(-1)) == []


def test_a_deleted_one_is_seen_until_then(
    workbench: Workbench, saved: Saved, clock: Clock, rows: Tables
) -> None:
    record = saved(status="qualified")
    clock.advance(days=6)
    workbench.delete(record)
    clock.advance(days=20)
    assert told(rows("stay")) == [("qualified", 0, 6, None, None)]
    [journey] = rows("journey")
    assert (journey["days"], journey["closing"], journey["is_open"]) == (6, None, False)


def test_a_deletion_that_was_undone_is_none(
    workbench: Workbench, saved: Saved, clock: Clock, rows: Tables
) -> None:
    record = saved(status="qualified")
    clock.advance(days=6)
    workbench.delete(record)
    clock.advance(days=1)
    assert record.id is not None
    workbench.restore(Opportunity, record.id)
    clock.advance(days=3)
    assert told(rows("stay")) == [("qualified", 0, 10, None, None)]
    assert rows("journey")[0]["is_open"]


def test_a_reopened_one_stays_anew(
    workbench: Workbench, saved: Saved, clock: Clock, rows: Tables
) -> None:
    record = saved(status="qualified")
    clock.advance(days=5)
    record = workbench.close(record, Outcome.LOST, reason="price")
    clock.advance(days=30)
    record = workbench.reopen(record, "qualified")
    clock.advance(days=8)
    workbench.close(record, Outcome.WON)
    assert told(rows("stay")) == [
        ("qualified", 0, 5, None, "lost"), ("qualified", 0, 8, None, "won"),
    ]  # fmt: skip
    [journey] = rows("journey")
    assert (journey["days"], journey["closing"]) == (43, "won")


def test_a_closing_counts_on_its_own_day_and_as_last_corrected(
    workbench: Workbench, saved: Saved, clock: Clock, rows: Tables
) -> None:
    record = saved(status="qualified")
    clock.advance(days=20)
    record = workbench.close(record, Outcome.LOST, on=after(12), reason="price")
    assert told(rows("stay")) == [("qualified", 0, 12, None, "lost")]
    clock.advance(days=1)
    workbench.close(record, Outcome.ABANDONED, on=after(14))
    assert told(rows("stay")) == [("qualified", 0, 14, None, "abandoned")]
    assert rows("journey")[0]["days"] == 14


def test_what_was_begun_before_it_was_saved_is_followed_since_the_save(
    saved: Saved, clock: Clock, rows: Tables
) -> None:
    saved(status="qualified", opened_on=after(-40), status_on=after(-15))
    clock.advance(days=5)
    assert told(rows("stay")) == [("qualified", 15, 20, None, None)]
    [journey] = rows("journey")
    assert (journey["since"], journey["days"]) == (40, 45)


def test_openings_are_followed_since_the_first_closing_that_is_known(
    saved: Saved, rows: Tables
) -> None:
    """Closed ones that were entered afterwards tell that the records go back so far."""
    saved(opened_on=after(-100), status="lost", closed_on=after(-60), loss_reason="price")
    saved(opened_on=after(-90), status="qualified")
    saved(opened_on=after(-50), status="qualified")
    journeys = rows("journey")
    assert [(j["since"], j["days"]) for j in journeys] == [(40, 40), (30, 90), (0, 50)]
    assert [s["status"] for s in rows("stay")] == ["qualified", "qualified"]


def test_amounts_are_in_the_base_currency(workbench: Workbench, saved: Saved, rows: Tables) -> None:
    workbench.lists.save_rate(ExchangeRate(currency="USD", valid_from=TODAY, rate=Decimal("0.5")))
    for currency in ("EUR", "USD", "TND"):
        saved(currency=currency, lines=(Line(amount=Decimal("10.01")),))
    amounts = [journey["amount"] for journey in rows("journey")]
    assert amounts == [Decimal("10.01"), Decimal("5.01"), None]
