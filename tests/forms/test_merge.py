"""Two records seen side by side, then merged, through what a person can do in the dialog."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oppkit.forms.merge import MergeDialog, WhichDialog, merge_dialog, merge_with
from oppkit.forms.pick_field import choice_of
from oppkit.forms.screen import Screen
from oppkit.model import Contact, Customer, Event, NotFound, Opportunity, Outcome, Record, Site
from oppkit.workbench import Workbench
from tests.clock import TODAY

EVIL = "<img src=x onerror=alert(1)>"

Saved = Callable[..., Opportunity]


@pytest.fixture
def screen(workbench: Workbench) -> Screen:
    return Screen(workbench, "en")


@pytest.fixture
def other(workbench: Workbench) -> Customer:
    """The same customer again."""
    return workbench.save(
        Customer(
            name=EVIL, email="a@example.com", comment=EVIL, sites=[Site(code="PAR", name="Paris")],
            contacts=[Contact(last_name=EVIL)],
        )
    )  # fmt: skip


def opened(screen: Screen, kept: Record, other: Record) -> tuple[MergeDialog, list[Record]]:
    merged: list[Record] = []
    merge_dialog(screen, kept, other, merged.append)
    dialog = screen.dialogs.dialog
    assert isinstance(dialog, MergeDialog)
    return dialog, merged


def facts(dialog: MergeDialog) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in dialog.facts.rows}


def test_both_are_shown_and_what_becomes_of_them(
    screen: Screen, customer: Customer, other: Customer
) -> None:
    dialog, _ = opened(screen, customer, other)
    assert dialog.facts.headings == ["Field", customer.code, other.code, "After merging"]
    shown = facts(dialog)
    assert shown["Name"] == [customer.name, EVIL, customer.name]
    assert shown["E-mail"] == ["—", "a@example.com", "a@example.com"]
    assert shown["Comment"] == ["—", EVIL, EVIL]
    assert "Paris" in shown["Sites"][2]
    assert "Lyon" in shown["Sites"][2]
    assert "Kind" not in shown
    assert "kind" in dialog.same.text


def test_what_goes_along_is_counted(
    screen: Screen, workbench: Workbench, customer: Customer, other: Customer, saved: Saved
) -> None:
    saved(customer_id=other.id)
    quoted = saved(customer_id=other.id)
    workbench.create_quote(quoted)
    dialog, _ = opened(screen, customer, other)
    for part in ("opportunities 2", "quotes 1", "sites 1", "contacts 1"):
        assert part in dialog.moving.text
    dialog.switch()
    assert "opportunities" not in dialog.moving.text
    assert "sites 2" in dialog.moving.text


def test_merging(
    screen: Screen, workbench: Workbench, customer: Customer, other: Customer, saved: Saved
) -> None:
    moved = saved(customer_id=other.id)
    heard: list[str] = []
    screen.on_changed(lambda: heard.append("changed"))
    dialog, merged = opened(screen, customer, other)
    dialog.answer(0)
    assert screen.dialogs.dialog is None
    assert merged == [workbench.get(Customer, customer.id or 0)]
    assert workbench.get(Opportunity, moved.id or 0).customer_id == customer.id
    assert heard == ["changed"]
    assert EVIL in screen.notice.text
    with pytest.raises(NotFound):
        workbench.get(Customer, other.id or 0)


def test_the_other_one_may_be_kept(
    screen: Screen, workbench: Workbench, customer: Customer, other: Customer
) -> None:
    dialog, merged = opened(screen, customer, other)
    dialog.switch()
    assert facts(dialog)["Name"] == [EVIL, customer.name, EVIL]
    dialog.answer(0)
    assert [record.__dict__["id"] for record in merged] == [other.id]
    with pytest.raises(NotFound):
        workbench.get(Customer, customer.id or 0)


def test_what_forbids_merging_is_said_before(
    screen: Screen, workbench: Workbench, saved: Saved
) -> None:
    won = workbench.close(saved(), Outcome.WON)
    dialog, merged = opened(screen, saved(), won)
    assert not dialog.possible
    assert "is won" in dialog.told.text
    assert dialog.facts.headings[-1] == won.code  # there is no "after"
    dialog.answer(0)
    assert (screen.dialogs.dialog, merged) == (dialog, [])
    assert workbench.get(Opportunity, won.id or 0) == won
    dialog.switch()
    assert (dialog.possible, dialog.told.text) == (True, "")
    dialog.answer(0)
    assert [record.__dict__["id"] for record in merged] == [won.id]


def test_won_and_lost_cannot_be_merged_either_way(
    screen: Screen, workbench: Workbench, saved: Saved
) -> None:
    won = workbench.close(saved(), Outcome.WON)
    lost = workbench.close(saved(), Outcome.LOST, reason="price")
    dialog, _ = opened(screen, won, lost)
    for _ in range(2):
        assert not dialog.possible
        assert "Reopen the one that is wrong" in dialog.told.text
        dialog.switch()


def test_what_happens_meanwhile_is_said_and_nothing_is_done(
    screen: Screen, workbench: Workbench, colleague: Workbench, customer: Customer, other: Customer
) -> None:
    dialog, merged = opened(screen, customer, other)
    colleague.delete(other)
    dialog.answer(0)
    assert screen.dialogs.dialog is dialog
    assert "deleted by Bo" in dialog.told.text
    assert merged == []
    assert workbench.get(Customer, customer.id or 0) == customer


def test_the_dialog_speaks_french(
    workbench: Workbench, customer: Customer, other: Customer
) -> None:
    dialog, _ = opened(Screen(workbench, "fr"), customer, other)
    assert dialog.facts.headings[-1] == "Après la fusion"
    assert "sites 1" in dialog.moving.text


def test_a_preview_writes_nothing(
    workbench: Workbench, customer: Customer, other: Customer
) -> None:
    event = workbench.save(
        Event(kind="note", subject="a", starts_at=f"{TODAY} 10:00Z", customer_id=other.id)
    )
    merging = workbench.duplicates.preview(customer, other)
    assert merging.moving == {"event": 1, "site": 1, "contact": 1}
    assert merging.record.email == "a@example.com"
    assert workbench.get(Customer, customer.id or 0) == customer
    assert workbench.event(event.id or 0).customer_id == other.id
    assert workbench.duplicates.merge(customer, other).email == "a@example.com"


# -- which one -----------------------------------------------------------------------------------


def asked(screen: Screen, record: Record) -> tuple[WhichDialog, list[Record]]:
    merged: list[Record] = []
    return merge_with(screen, record, merged.append), merged


def test_the_other_record_is_found_and_compared(
    screen: Screen, customer: Customer, other: Customer
) -> None:
    dialog, merged = asked(screen, customer)
    dialog.field.widget.choose(choice_of(screen, "customer", other.id))
    dialog.answer(0)
    comparing = screen.dialogs.dialog
    assert isinstance(comparing, MergeDialog)
    assert (comparing.kept, comparing.other) == (customer, other)
    comparing.answer(0)
    assert [record.__dict__["id"] for record in merged] == [customer.id]


def test_opportunities_are_merged_with_opportunities(screen: Screen, saved: Saved) -> None:
    one, two = saved(), saved()
    dialog, _ = asked(screen, one)
    dialog.field.widget.choose(choice_of(screen, "opportunity", two.id))
    dialog.answer(0)
    comparing = screen.dialogs.dialog
    assert isinstance(comparing, MergeDialog)
    assert comparing.other == two


def test_without_another_record_nothing_goes_on(screen: Screen, customer: Customer) -> None:
    dialog, _ = asked(screen, customer)
    dialog.answer(0)
    assert dialog.told.text == "Choose the other record in the list."
    dialog.field.widget.choose(choice_of(screen, "customer", customer.id))
    dialog.answer(0)
    assert dialog.told.text == "This is the same record. Choose another one."
    assert screen.dialogs.dialog is dialog
