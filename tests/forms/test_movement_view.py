"""The view of what moved: what is asked, the bars, and who stands behind each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from oppkit.analysis.dimensions import DIMENSIONS
from oppkit.forms import movement_days as days
from oppkit.forms import movement_values as values
from oppkit.forms.main_page import Page
from oppkit.forms.movement_view import MovementView
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.table import Table
from oppkit.model import Line, Opportunity, Outcome, Record
from oppkit.workbench import Workbench
from tests.clock import Clock
from tests.forms.conftest import EVIL

Saved = Callable[..., Opportunity]
SIGNED = date(2026, 5, 4)


@pytest.fixture
def story(saved: Saved, workbench: Workbench, clock: Clock) -> dict[str, Opportunity]:
    """Three in February; last Thursday one grew, one was lost, one deleted, and one came."""
    today = clock.now
    clock.advance(days=-24)
    opened = clock.now.date()
    common = {"opened_on": opened, "expected_signature": SIGNED}
    grown = saved(name="Grown", establishment="paris", tags=("urgent",), **common)
    lost = saved(name="Lost", **common)
    deleted = saved(name="Deleted", **common)
    clock.now = datetime(2026, 3, 12, 10, tzinfo=today.tzinfo)
    lines = (Line(title="a", amount="1200.50"),)
    grown = workbench.save(grown.replace(lines=lines, probability="0.6"))
    workbench.close(lost, Outcome.LOST, reason="price")
    workbench.delete(deleted)
    new = saved(name=EVIL, lines=(Line(title="b", amount="500"),), responsibles=())
    clock.now = today
    return {"grown": grown, "lost": lost, "deleted": deleted, "new": new}


@pytest.fixture
def view(screen: Screen, story: dict[str, Opportunity]) -> MovementView:
    made = MovementView(screen)
    made.refresh()
    return made


def bars(view: MovementView) -> dict[str, str]:
    return {bar["key"]: f"{bar['amount']} · {bar['count']}" for bar in view.chart.bars}


def moves(view: MovementView) -> list[dict[str, Any]]:
    """The rows in sight, by the names of the columns."""
    if view.moves not in view._by_move.children or view._by_move.layout.display == "none":
        return []
    names = [column["name"] for column in view.moves.columns]
    rows = view.moves._source(0, view.moves.total)
    return [dict(zip(names, row.cells, strict=True)) for row in rows]


def groups(view: MovementView) -> list[list[str]]:
    if view._by_group not in view.children:
        return []
    rows = view.groups._source(0, view.groups.total)
    return [[cell if isinstance(cell, str) else cell["text"] for cell in row.cells] for row in rows]


def key_of(table: Table, place: int = 0) -> str:
    return table._source(place, 1)[0].key


def notes(view: MovementView) -> dict[str, str]:
    return view.filters._frame.notes


# -- what is shown ---------------------------------------------------------------------------------


def test_the_parts_of_a_week(view: MovementView) -> None:
    assert bars(view) == {
        "opening": "€3,000.00 · 3 opportunities", "created": "+€500.00 · 1 opportunity",
        "increased": "+€200.50 · 1 opportunity", "lost": "-€1,000.00 · 1 opportunity",
        "removed": "-€1,000.00 · 1 opportunity", "closing": "€1,700.50 · 2 opportunities",
    }  # fmt: skip
    assert view.chart.bars[1]["told"] == "Created: +€500.00, 1 opportunity"
    assert view.lead.text == "The pipeline falls by €1,299.50 and ends at €1,700.50"
    assert view.told.text == (
        "From 9 March 2026 to 16 March 2026, as known in the evening of each day · Gross amount"
    )
    assert (moves(view), groups(view), view.hint.layout.display) == ([], [], None)


def test_weighted_amounts(view: MovementView) -> None:
    view.filters.measure.show("weighted_amount")
    assert bars(view) == {
        "opening": "€1,350.00 · 3 opportunities", "created": "+€225.00 · 1 opportunity",
        "increased": "+€90.23 · 1 opportunity", "probability": "+€180.07 · 1 opportunity",
        "lost": "-€450.00 · 1 opportunity", "removed": "-€450.00 · 1 opportunity",
        "closing": "€945.30 · 2 opportunities",
    }  # fmt: skip
    view.choose("probability")
    assert moves(view)[0]["changed"] == "Probability: 45% → 60%"
    view.filters.measure.show("amount")  # in which there is no such part
    assert (moves(view), view.chart.selected) == ([], "")


def test_whole_amounts_have_no_cents(screen: Screen, saved: Saved) -> None:
    saved()
    view = MovementView(screen)
    view.refresh()
    assert bars(view)["created"] == "+€1,000 · 1 opportunity"
    assert view.lead.text == "The pipeline rises by €1,000 and ends at €1,000"


def test_in_french(french: Screen, story: dict[str, Opportunity]) -> None:
    view = MovementView(french)
    view.refresh()
    assert view.lead.text.replace("\xa0", " ").replace("\u202f", " ") == (
        "Le pipeline recule de 1 299,50 € et finit à 1 700,50 €"
    )
    assert view.chart.label == "Évolution du pipeline"
    view.choose("lost")
    assert view.heading.text == "Perdues"
    assert moves(view)[0]["changed"].replace("\xa0", " ") == (
        "Statut : Proposition → Perdue, Probabilité : 45\u202f% → 0\u202f%"
    )
    view.filters.signed.show("other")
    assert view.filters.period.typed == "2026-T1"
    assert "T1 2026" in view.told.text


def test_an_empty_workspace(screen: Screen) -> None:
    view = MovementView(screen)
    view.refresh()
    assert list(bars(view)) == ["opening", "closing"]
    assert view.lead.text == "The pipeline ends where it began: €0"
    view.choose("closing")
    assert moves(view) == []
    assert view.moves.words["empty"] == "Nothing moved between these two days."
    view.filters.by.show("owner")
    assert view.groups.footer == "0 groups"


# -- behind a bar ----------------------------------------------------------------------------------


def test_a_bar_lists_its_opportunities_with_what_changed(view: MovementView) -> None:
    view.choose("increased")
    assert moves(view) == [{
        "name": "Grown", "code": "OPP-2026-0001", "customer": "Énergie du Rhône",
        "owner": "Ana Lopez", "changed": "Amount: €1,000 → €1,201", "amount": "+€200.50",
    }]  # fmt: skip
    assert (view.heading.text, view.chart.selected) == ("Increased", "increased")
    assert view.hint.layout.display == "none"
    view.choose("created")
    [row] = moves(view)
    assert (row["name"], row["owner"]) == (EVIL, "")
    assert row["changed"] == "Status: Proposal"
    view.choose("removed")
    assert moves(view)[0]["owner"] == "Ana Lopez"
    view.choose("removed")
    assert (moves(view), view.chart.selected, view.hint.layout.display) == ([], "", None)


@pytest.mark.parametrize("end", ["opening", "closing"])
def test_an_end_lists_all_that_moved(view: MovementView, end: str) -> None:
    view.choose(end)
    found = [(row["name"], row["part"], row["amount"]) for row in moves(view)]
    assert sorted(found[:2]) == [
        ("Deleted", "Removed", "-€1,000.00"), ("Lost", "Lost", "-€1,000.00"),
    ]  # fmt: skip
    assert found[2:] == [(EVIL, "Created", "+€500.00"), ("Grown", "Increased", "+€200.50")]
    assert view.moves.footer == "4 opportunities · -€1,299.50"


@pytest.mark.parametrize(
    ("measure", "dimension", "value"),
    [("amount", None, None), ("weighted_amount", None, None), ("amount", "owner", "Ana Lopez"),
     ("amount", "tag", "urgent"), ("weighted_amount", "sale_type", None)],
)  # fmt: skip
def test_the_sum_below_a_list_is_that_of_its_bar(
    view: MovementView, measure: str, dimension: str | None, value: str | None
) -> None:
    view.filters.measure.show(measure)
    if dimension:
        view.filters.restrict(dimension, value)
    assert view.chart.bars
    for key, shown in bars(view).items():
        if key not in ("opening", "closing"):
            view.choose(key)
            amount, count = shown.split(" · ")
            assert view.moves.footer == f"{count} · {amount}"
            assert view.moves.total > 0


def test_a_row_opens_the_form(
    view: MovementView, screen: Screen, workbench: Workbench, story: dict[str, Opportunity]
) -> None:
    asked: list[Record | str] = []
    screen.navigate(asked.append, asked.append)
    view.choose("increased")
    clicked = key_of(view.moves)
    view.choose("removed")
    view.moves._open.call(clicked)  # what was clicked before others stood in its place
    assert asked == [story["grown"]]
    view.moves._open.call(key_of(view.moves))
    assert asked == [story["grown"]]
    assert screen.notice.tone == "bad"
    assert str(story["deleted"].id) in screen.notice.text


def test_what_a_colleague_does_is_seen_and_the_bar_stays_chosen(
    view: MovementView, colleague: Workbench, saved: Saved
) -> None:
    view.choose("created")
    saved(name="Another", lines=(Line(amount=700),))
    view.refresh()
    assert [row["name"] for row in moves(view)] == ["Another", EVIL]
    assert view.chart.selected == "created"


# -- what is asked ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "day"),
    [("monday", date(2026, 3, 9)), ("month", date(2026, 2, 28)), ("quarter", date(2025, 12, 31))],
)
def test_since(view: MovementView, choice: str, day: date) -> None:
    view.filters.since.show(choice)
    question = view.filters.question()
    assert question is not None
    assert question.since == day


def test_monday_of_last_week_is_a_week_ago_or_more() -> None:
    found = {days.since_day("monday", date(2026, 3, day)) for day in range(16, 23)}
    assert found == {date(2026, 3, 9)}


def test_a_day_is_asked_for_once_it_is_written_out(view: MovementView) -> None:
    view.filters.since.show("day")
    day = view.filters.day
    assert (day.typed, day.widget.layout.display) == ("09/03/2026", None)
    for typed in ("1", "12/03/20", "01/02/2026"):
        day.widget.text = typed
    assert view.told.text.startswith("From 1 February 2026 to")
    assert bars(view)["opening"] == "€0.00 · 0 opportunities"
    day.widget.text = "13/03/20"  # the page writes it out when one leaves
    assert view.told.text.startswith("From 1 February 2026 to")
    assert notes(view) == {}


def test_until(view: MovementView) -> None:
    view.filters.until.widget.text = "11/03/2026"
    assert list(bars(view)) == ["opening", "closing"]
    assert view.lead.text == "The pipeline ends where it began: €3,000"
    view.filters.until.widget.text = ""
    assert bars(view)["closing"] == "€1,700.50 · 2 opportunities"


@pytest.mark.parametrize(
    ("typed", "note"),
    [("yesterday", "Type a date such as 31/12/2026."),
     ("01/03/2026",
      "A movement goes from a day to a later one: 09/03/2026 comes after 01/03/2026.")],
)  # fmt: skip
def test_a_day_that_will_not_do(view: MovementView, typed: str, note: str) -> None:
    before = bars(view), view.told.text
    view.filters.until.widget.text = typed
    assert notes(view) == {"until": note}
    assert (bars(view), view.told.text) == before
    view.filters.measure.show("weighted_amount")
    assert (bars(view), view.told.text) == before  # what is shown says what it is of
    view.refresh()
    assert view.filters.until.typed == typed
    view.filters.until.widget.text = ""
    assert notes(view) == {}
    assert bars(view)["opening"] == "€1,350.00 · 3 opportunities"


def test_an_emptied_start_asks_for_a_day(view: MovementView) -> None:
    view.filters.since.show("day")
    view.filters.day.widget.text = ""
    assert notes(view) == {"since_day": "Type a date such as 31/12/2026."}
    view.filters.since.show("monday")
    assert notes(view) == {}
    assert view.filters.day.widget.layout.display == "none"


def test_periods_of_expected_signature(view: MovementView) -> None:
    view.filters.signed.show("next_quarter")
    assert bars(view)["opening"] == "€3,000.00 · 3 opportunities"
    assert view.told.text.endswith("Gross amount · Signatures: Q2 2026")
    view.filters.signed.show("this_month")
    assert bars(view)["opening"] == "€0 · 0 opportunities"
    view.filters.signed.show("undated")
    assert bars(view) == {
        "opening": "€0 · 0 opportunities", "created": "+€500 · 1 opportunity",
        "closing": "€500 · 1 opportunity",
    }  # fmt: skip
    assert view.told.text.endswith("Without a date of signature")


def test_a_typed_period(view: MovementView) -> None:
    assert view.filters.period.widget.layout.display == "none"
    view.filters.signed.show("other")
    assert (view.filters.period.typed, view.filters.period.widget.layout.display) == (
        "2026-Q1", None,
    )  # fmt: skip
    view.filters.period.widget.value = "2026-05"
    assert bars(view)["opening"] == "€3,000.00 · 3 opportunities"
    assert view.told.text.endswith("Signatures: May 2026")
    view.filters.period.widget.value = "spring"
    assert notes(view)["period"].startswith("spring is no period.")
    assert view.told.text.endswith("Signatures: May 2026")
    view.filters.period.widget.value = "2026"
    assert (notes(view), view.told.text[-4:]) == ({}, "2026")


def test_a_period_is_not_read_at_each_key(view: MovementView) -> None:
    assert view.filters.period.widget.continuous_update is False


@pytest.mark.parametrize(
    ("choice", "code"),
    [("all", None), ("undated", None), ("this_month", "2026-12"), ("next_month", "2027-01"),
     ("this_quarter", "2026-Q4"), ("next_quarter", "2027-Q1")],
)  # fmt: skip
def test_periods_around_a_new_year(choice: str, code: str | None) -> None:
    assert days.signed_in(choice, date(2026, 12, 31)) == code


# -- of whom, and by what --------------------------------------------------------------------------


def test_a_value_is_found_as_one_types(view: MovementView) -> None:
    view.filters.dimension.show("establishment")
    assert view.filters.value.layout.display is None
    found = view.filters.value._source("par")
    assert [choice.label for choice in found] == ["Paris"]
    view.filters.value.choose(found[0])
    assert list(bars(view)) == ["opening", "increased", "closing"]
    assert view.told.text.endswith("Establishment: Paris")
    asked: list[str] = []
    view.lead.observe(lambda change: asked.append(view.filters.value.text), "text")
    view.filters.dimension.show("owner")  # of which nothing is chosen yet
    assert asked == [""]  # one may type there while figures are worked out
    assert view.filters.value.choice is None
    assert bars(view)["opening"] == "€3,000.00 · 3 opportunities"
    assert [choice.label for choice in view.filters.value._source("")] == ["Ana Lopez", "No owner"]
    view.filters.dimension.show(None)
    assert view.filters.value.layout.display == "none"


def test_customers_are_found_as_everywhere(view: MovementView) -> None:
    view.filters.dimension.show("customer")
    [found] = view.filters.value._source("energie")
    view.filters.value.choose(found)
    assert bars(view)["closing"] == "€1,700.50 · 2 opportunities"
    assert view.told.text.endswith("Customer: Énergie du Rhône")


def test_what_nobody_owns(view: MovementView) -> None:
    view.filters.restrict("owner", None)
    assert list(bars(view)) == ["opening", "created", "closing"]
    assert view.told.text.endswith("Owner: No owner")


def test_by_owner_and_into_one_of_them(view: MovementView) -> None:
    view.filters.by.show("owner")
    assert groups(view) == [
        ["Ana Lopez", "€3,000.00", "+€200.50", "-€2,000.00", "€1,200.50"],
        ["No owner", "€0.00", "+€500.00", "€0.00", "€500.00"],
    ]  # fmt: skip
    assert [column["label"] for column in view.groups.columns] == [
        "Owner", "At the start", "Added", "Taken away", "At the end",
    ]  # fmt: skip
    assert view.groups.footer == "2 groups"
    view.groups._open.call(key_of(view.groups, 1))
    assert (view.filters.dimension.read(), view.filters.value.text) == ("owner", "No owner")
    assert list(bars(view)) == ["opening", "created", "closing"]
    assert groups(view) == [["No owner", "€0", "+€500", "€0", "€500"]]
    view.filters.by.show(None)
    assert groups(view) == []


def test_by_month_and_into_one_of_them(view: MovementView) -> None:
    view.filters.by.show("month")
    assert [row[0] for row in groups(view)] == ["May 2026", "No date"]
    view.groups._open.call(key_of(view.groups))
    assert (view.filters.signed.read(), view.filters.period.typed) == ("other", "2026-05")
    assert view.told.text.endswith("Signatures: May 2026")
    assert bars(view)["opening"] == "€3,000.00 · 3 opportunities"
    view.filters.signed.show("all")
    view.groups._open.call(key_of(view.groups, 1))
    assert view.filters.signed.read() == "undated"
    assert list(bars(view)) == ["opening", "created", "closing"]


def test_by_tag_says_that_groups_overlap(view: MovementView) -> None:
    view.filters.by.show("tag")
    assert view.groups.footer == "2 groups · an opportunity counts in each of its tags"
    assert [row[0] for row in groups(view)] == ["Urgent", "No tag"]
    clicked = key_of(view.groups)
    view.filters.by.show("owner")
    view.groups._open.call(clicked)  # of groups that are gone
    assert view.filters.value.choice is None


def test_all_dimensions_of_the_choices_are_known() -> None:
    assert {*values.OWN, *values.PERIODS} == {*DIMENSIONS} - {"part"}


@pytest.mark.parametrize("dimension", ["customer", "establishment", "quarter", "sale_type"])
def test_each_group_adds_up(view: MovementView, dimension: str) -> None:
    view.filters.by.show(dimension)
    found = view.groups.groups
    assert found
    for group in found:
        assert group.opening + group.more + group.less == group.closing
    assert sum(group.closing for group in found) == Decimal("1700.50")


def test_reference_lists_keep_their_order(screen: Screen) -> None:
    listed = [one.code for one in screen.lists.all(values.LISTS["status"])]
    assert values.in_order(screen, "status", [None, *sorted(listed), "gone"]) == [
        *listed, "gone", None,
    ]  # fmt: skip


# -- when something fails --------------------------------------------------------------------------


def test_a_failure_is_said_and_nothing_is_lost(
    view: MovementView, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bars(view)

    def fails(*_: Any) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(screen.workbench, "movement", fails)
    view.filters.measure.show("weighted_amount")
    assert screen.notice.tone == "bad"
    assert (bars(view), view.chart.busy) == (before, False)
    assert view.filters.measure.read() == "weighted_amount"


def test_on_the_page(workbench: Workbench, saved: Saved) -> None:
    sale = saved()
    page = Page(workbench, "en")
    page.show("movement")
    view = page.views["movement"]
    view.choose("created")
    view.moves._open.call(key_of(view.moves))
    assert page.form is not None
    assert page.form.saved == sale
    page.back()
    assert view.chart.selected == "created"
    assert [row["name"] for row in moves(view)] == [sale.name]
