"""The view of targets and calls, without a browser: nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from oppkit.forms.screen import Screen
from oppkit.forms.targets_view import TargetsView
from oppkit.model import Employee, Line, Opportunity, Target
from oppkit.workbench import Workbench
from tests.clock import Clock
from tests.forms.conftest import EVIL

Saved = Callable[..., Opportunity]
Q1 = date(2026, 1, 1)


@pytest.fixture
def view(screen: Screen) -> TargetsView:
    view = TargetsView(screen)
    screen.on_changed(view.refresh)
    view.refresh()
    return view


def figures(view: TargetsView, place: int = 0) -> dict[str, str]:
    return dict(view.field.grid.rows[place].figures)


def cells(view: TargetsView, place: int = 0) -> dict[str, str]:
    return {name: text for name, text in view.field.grid.rows[place].cells.items() if text}


def answer(screen: Screen, place: int) -> None:
    dialog = screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(place)


def test_the_quarters_of_the_year_come_first(view: TargetsView) -> None:
    assert [row.figures["aim"] for row in view.field.grid.rows] == [
        "Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026",
    ]  # fmt: skip
    assert view.heading.text == "2026"
    assert not view.unsaved


def test_targets_and_calls_are_saved_with_what_has_come_of_them(
    view: TargetsView, workbench: Workbench, saved: Saved, screen: Screen
) -> None:
    workbench.close(saved(), "won")
    saved(expected_signature=date(2026, 3, 30), lines=(Line(amount="2500"),))
    view.field.type(0, "amount", "2,000")
    view.field.type(0, "committed", "1500")
    view.field.type(0, "note", EVIL)
    view.field.type(3, "amount", "9000")
    assert view.unsaved
    assert view.save()
    assert screen.notice.text == "Saved: 3 targets and calls."
    assert not view.unsaved
    assert cells(view) == {"amount": "2,000", "committed": "1,500", "note": EVIL}
    assert figures(view) == {
        "aim": "Q1 2026", "won": "€1,000", "gap": "€1,000", "attained": "50%", "open": "€2,500",
        "weighted": "€1,125", "coverage": "250%", "said": "16/03/2026",
    }  # fmt: skip
    [row] = view.calls._source(0, 9)
    assert row.cells == [
        "Q1 2026", "16/03/2026", "Ana", "€1,500", "", "€1,000 so far", "", EVIL,
    ]  # fmt: skip
    assert view.save()  # nothing changed: nothing is written
    assert screen.notice.text == "Saved: 0 targets and calls."
    assert len(workbench.targets.outcomes(first=Q1)) == 1


def test_calls_stay_beside_what_happened(
    view: TargetsView, workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    for amount in ("1500", "900"):
        view.field.type(0, "committed", amount)
        view.save()
    workbench.close(saved(), "won")
    clock.advance(days=20)
    view.refresh()
    rows = [row.cells for row in view.calls._source(0, 9)]
    assert [(row[3], row[5], row[6]) for row in rows] == [
        ("€900", "€1,000", {"text": "-€100", "tone": "good"}),
        ("€1,500", "€1,000", {"text": "€500", "tone": "late"}),
    ]
    assert cells(view)["committed"] == "900"


def test_opening_a_call_shows_its_whole_note(view: TargetsView, screen: Screen) -> None:
    note = "Two large ones have slipped. " * 9
    view.field.type(0, "note", note)
    view.save()
    view.calls._open.call("0")
    assert screen.notice.text == note.strip()


def test_what_cannot_be_saved_is_said_beside_it_and_nothing_is_written(
    view: TargetsView, workbench: Workbench, screen: Screen
) -> None:
    view.field.type(0, "amount", "abc")
    view.field.type(1, "committed", "5")
    view.field.type(1, "best_case", "4")
    view.field.type(2, "amount", "7")
    assert view.save() is False
    notes = list(view.field.grid.notes.values())
    assert [list(note) for note in notes] == [["amount"], ["best_case"]]
    assert screen.notice.tone == "bad"
    assert workbench.targets.standing() == ([], [])
    view.field.type(0, "amount", "")
    view.field.type(1, "best_case", "6")
    assert view.save()
    assert view.field.grid.notes == {}
    assert len(workbench.targets.standing()[0]) == 1


def test_what_is_typed_stays_while_figures_follow(
    view: TargetsView, workbench: Workbench, saved: Saved
) -> None:
    view.field.type(0, "amount", "12")
    workbench.close(saved(), "won")
    view.refresh()
    assert (cells(view), figures(view)["won"]) == ({"amount": "12"}, "€1,000")


def test_going_elsewhere_asks_about_what_is_typed(
    view: TargetsView, workbench: Workbench, screen: Screen
) -> None:
    view.field.type(0, "amount", "12")
    view.by.widget.value = "establishment"
    answer(screen, 2)  # stay
    assert (view.by.read(), cells(view)) == ("firm", {"amount": "12"})
    view.kind.widget.value = "month"
    answer(screen, 0)  # save
    assert len(view.field.grid.rows) == 12
    [target] = workbench.targets.standing()[0]
    assert (target.amount, target.period, target.begins) == (12, "quarter", Q1)
    view.field.type(0, "amount", "not a number")
    view.shift(1)
    answer(screen, 0)  # it cannot be saved: nothing moves
    assert view.heading.text == "2026"
    view.shift(1)
    answer(screen, 1)  # discard
    assert (view.heading.text, view.unsaved, cells(view)) == ("2027", False, {})


def test_owners_and_establishments_stand_in_one_period(
    view: TargetsView, workbench: Workbench, owner: Employee, assistant: Employee
) -> None:
    view.by.widget.value = "owner_id"
    assert view.heading.text == "Q1 2026"
    assert [row.figures["aim"] for row in view.field.grid.rows] == ["Bo Berg", "Ana Lopez"]
    view.field.type(0, "amount", "5")
    view.field.type(0, "best_case", "6")
    assert view.save()
    [target] = workbench.targets.standing()[0]
    assert target.owner_id == assistant.id
    assert view.calls._source(0, 1)[0].cells[0] == "Bo Berg · Q1 2026"
    view.shift(-1)
    assert (view.heading.text, cells(view)) == ("Q4 2025", {})
    view.by.widget.value = "establishment"
    assert "Lyon" in [row.figures["aim"] for row in view.field.grid.rows]
    view.by.widget.value = "firm"
    view.kind.widget.value = "year"
    assert [row.figures["aim"] for row in view.field.grid.rows] == ["2024", "2025", "2026"]


def test_a_colleagues_target_is_seen_before_it_is_replaced(
    view: TargetsView, colleague: Workbench, screen: Screen
) -> None:
    view.field.type(0, "amount", "12")
    colleague.targets.save(Target(period="quarter", begins=Q1, currency="EUR", amount=99))
    screen.guard(view.save)()
    assert "Bo has changed this target" in screen.notice.text
    assert (cells(view), view.unsaved) == ({"amount": "12"}, True)
    assert figures(view)["gap"] == "€99"
    assert view.save()  # now it was seen
    assert [one.amount for one in colleague.targets.standing()[0]] == [12]


def test_what_was_typed_in_another_currency_is_told(
    view: TargetsView, workbench: Workbench
) -> None:
    workbench.targets.save(Target(period="quarter", begins=Q1, currency="EUR", amount=99))
    workbench.lists.set_currency("USD")
    view.refresh()
    assert figures(view)["aim"] == "Q1 2026 · typed: €99.00"
    assert cells(view) == {}
    view.field.type(0, "amount", "100")
    assert view.save()
    history = workbench.targets.history(workbench.targets.standing()[0][0].aim)
    assert [(one.amount, one.currency) for one in history] == [(99, "EUR"), (100, "USD")]


def test_it_is_told_in_french(french: Screen) -> None:
    view = TargetsView(french)
    view.refresh()
    view.kind.widget.value = "month"
    assert view.field.grid.rows[1].figures["aim"] == "février 2026"
    assert view.told.text.startswith("Gagné")
