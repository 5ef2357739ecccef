"""The signature calendar: its months, and what moving a card does to the expected signature."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from oppkit.forms.calendar_view import CalendarView, day_in
from oppkit.forms.screen import Screen
from oppkit.model import Line, Opportunity
from oppkit.workbench import Workbench
from tests.clock import TODAY
from tests.forms.test_board_view import cards, drop, head, now

Saved = Callable[..., Opportunity]
OPENED = date(2025, 1, 1)


@pytest.fixture
def view(screen: Screen) -> CalendarView:
    return CalendarView(screen)


@pytest.fixture
def dated(saved: Saved) -> Callable[[date | None], Opportunity]:
    return lambda day: saved(name=f"{day}", opened_on=OPENED, expected_signature=day)


def labels(view: CalendarView) -> list[str]:
    return [column["label"] for column in view.board.columns]


def test_overdue_then_twelve_months_later_and_undated(view: CalendarView) -> None:
    view.refresh()
    assert labels(view) == [
        "Overdue", "March 2026", "April 2026", "May 2026", "June 2026", "July 2026",
        "August 2026", "September 2026", "October 2026", "November 2026", "December 2026",
        "January 2027", "February 2027", "From Mar 2027 on", "No date",
    ]  # fmt: skip
    closed = {column["label"] for column in view.board.columns if not column["droppable"]}
    assert closed == {"Overdue", "From Mar 2027 on"}


def test_in_french(french: Screen, dated: Any) -> None:
    view = CalendarView(french)
    dated(date(2026, 3, 1))
    view.refresh()
    assert labels(view)[:3] == ["En retard", "Mars 2026", "Avril 2026"]
    assert labels(view)[-2:] == ["Dès mars 2027", "Sans date"]
    assert view.window.text == "Mars 2026 – Février 2027"
    assert head(view, "overdue")["tone"] == "late"


def test_only_open_ones_stand_there_by_their_date(
    view: CalendarView, dated: Any, workbench: Workbench
) -> None:
    for day in (date(2026, 3, 15), date(2026, 3, 31), date(2026, 3, 17), date(2027, 3, 1), None):
        dated(day)
    workbench.close(dated(date(2026, 4, 1)), "won")
    view.refresh()
    assert cards(view) == {
        "overdue": ["2026-03-15"], "2026-03": ["2026-03-17", "2026-03-31"],
        "later": ["2027-03-01"], "undated": ["None"],
    }  # fmt: skip
    assert view.board.cards["overdue"][0]["tone"] == "late"
    assert head(view, "2026-03")["sums"] == ["€2.0k"]


@pytest.mark.parametrize(
    ("day", "column", "becomes"),
    [
        (date(2026, 5, 20), "2026-06", date(2026, 6, 20)),
        (date(2026, 5, 31), "2026-06", date(2026, 6, 30)),
        (date(2026, 12, 31), "2027-02", date(2027, 2, 28)),
        (date(2026, 5, 20), "2026-03", date(2026, 3, 20)),
        (date(2026, 5, 10), "2026-03", date(2026, 3, 31)),  # the tenth has passed
        (date(2026, 5, 16), "2026-03", TODAY),
        (date(2025, 7, 1), "2026-04", date(2026, 4, 1)),  # overdue
        (date(2028, 2, 29), "2026-04", date(2026, 4, 29)),  # later
        (None, "2026-04", date(2026, 4, 30)),
        (date(2026, 5, 20), "undated", None),
    ],
)
def test_a_drop_sets_the_expected_signature(
    view: CalendarView, dated: Any, workbench: Workbench, screen: Screen,
    day: date | None, column: str, becomes: date | None,
) -> None:  # fmt: skip
    record = dated(day)
    view.refresh()
    [old] = cards(view)
    drop(view, record, old, column)
    after = now(workbench, record)
    assert after == record.model_copy(update={"expected_signature": becomes, "version": 2})
    assert cards(view) == {column: [record.name]}
    said = f"{becomes:%d/%m/%Y}" if becomes else "no expected signature any more"
    assert said in screen.notice.text
    screen.notice.act()
    assert now(workbench, record).expected_signature == day
    assert cards(view) == {old: [record.name]}


def test_every_day_of_a_month_can_be_reached() -> None:
    for day in range(1, 32):
        chosen = day_in(date(2026, 3, 1), date(2026, 1, day), TODAY)
        assert TODAY <= chosen <= date(2026, 3, 31)


def test_not_before_the_opening(
    view: CalendarView, saved: Saved, workbench: Workbench, screen: Screen
) -> None:
    record = saved(opened_on=date(2026, 5, 10), expected_signature=date(2026, 6, 1))
    view.refresh()
    drop(view, record, "2026-06", "2026-05")
    assert now(workbench, record) == record
    assert screen.notice.tone == "bad"
    assert screen.notice.text == (
        "Expected signature: The expected signature must not be before the opening (10/05/2026)."
    )
    assert (cards(view), view.board.busy) == ({"2026-06": [record.name]}, "")


def test_the_window_moves_by_a_quarter(view: CalendarView, dated: Any) -> None:
    for day in (date(2026, 3, 15), date(2026, 3, 20), date(2026, 6, 1), date(2027, 4, 1)):
        dated(day)
    view.refresh()
    assert (view.earlier.disabled, view.present.disabled) == (True, True)
    view.later.click()
    assert labels(view)[:3] == ["Overdue", "Before Jun 2026", "June 2026"]
    assert labels(view)[-2:] == ["From Jun 2027 on", "No date"]
    assert cards(view) == {
        "overdue": ["2026-03-15"], "before": ["2026-03-20"], "2026-06": ["2026-06-01"],
        "2027-04": ["2027-04-01"],
    }  # fmt: skip
    assert head(view, "before")["droppable"] is False
    assert view.window.text == "June 2026 – May 2027"
    view.later.click()
    view.earlier.click()
    assert view.window.text == "June 2026 – May 2027"
    view.present.click()
    assert view.window.text == "March 2026 – February 2027"
    view.earlier.click()
    assert view.window.text == "March 2026 – February 2027"


def test_the_last_edit_of_a_colleague_stays(
    view: CalendarView, dated: Any, workbench: Workbench, colleague: Workbench
) -> None:
    record = dated(date(2026, 5, 20))
    view.refresh()
    colleague.save(record.replace(lines=(Line(amount=7),), expected_signature=date(2026, 7, 4)))
    drop(view, record, "2026-05", "2026-06")
    after = now(workbench, record)
    assert (after.amount, after.expected_signature) == (7, date(2026, 6, 4))


def test_closed_meanwhile(
    view: CalendarView, dated: Any, workbench: Workbench, colleague: Workbench, screen: Screen
) -> None:
    record = dated(date(2026, 5, 20))
    view.refresh()
    won = colleague.close(record, "won", TODAY)
    drop(view, record, "2026-05", "2026-06")
    assert now(workbench, record) == won
    assert screen.notice.text == "“2026-05-20” was closed meanwhile (Won)."
    assert cards(view) == {}


def test_deleted_meanwhile(
    view: CalendarView, dated: Any, colleague: Workbench, screen: Screen
) -> None:
    record = dated(date(2026, 5, 20))
    view.refresh()
    colleague.delete(record)
    drop(view, record, "2026-05", "2026-06")
    assert screen.notice.text == "“2026-05-20” was deleted meanwhile."
    assert cards(view) == {}
