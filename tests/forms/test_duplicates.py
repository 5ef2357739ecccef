"""The hint of likely duplicates below a name."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from oppkit.forms.customer_form import CustomerForm
from oppkit.forms.duplicates import DuplicatesHint
from oppkit.forms.merge import MergeDialog, WhichDialog
from oppkit.forms.screen import Screen
from oppkit.model import Address, Customer, Opportunity
from oppkit.workbench import Workbench

EVIL = "<img src=x onerror=alert(1)>"

Saved = Callable[..., Opportunity]


@pytest.fixture
def hint(workbench: Workbench) -> DuplicatesHint:
    return DuplicatesHint(Screen(workbench, "en"))


def links(hint: DuplicatesHint) -> list[Any]:
    """The rows of buttons below the question."""
    return list(hint.children[1:])


def test_nothing_is_shown_while_nothing_is_alike(hint: DuplicatesHint, customer: Customer) -> None:
    for name in ("", "En", "Somebody else"):
        hint.look_for_customer(name)
        assert (hint.found, hint.layout.display) == ([], "none")


def test_customers_of_nearly_the_same_name(hint: DuplicatesHint, customer: Customer) -> None:
    hint.look_for_customer("energie du rhone sa")
    assert (hint.found, hint.layout.display) == ([customer.id], None)
    assert hint.children[0].text == "Does this already exist?"
    assert links(hint)[0].children[0].description == f"{customer.code} · {customer.name}"
    hint.look_for_customer("energie du")
    assert hint.layout.display == "none"


def test_a_customer_of_the_same_code(hint: DuplicatesHint, customer: Customer) -> None:
    hint.look_for_customer("Another name", code=customer.code)
    assert hint.found == [customer.id]


def test_at_most_five_and_the_town_is_told(hint: DuplicatesHint, workbench: Workbench) -> None:
    for _ in range(7):
        workbench.save(Customer(name=f"Martin {EVIL}", address=Address(city=EVIL)))
    hint.look_for_customer(f"Martin {EVIL}", city=EVIL)
    assert len(hint.found) == len(links(hint)) == 5
    assert links(hint)[0].children[0].description.endswith(f"Martin {EVIL} · {EVIL}")


def test_the_record_itself_is_no_duplicate(hint: DuplicatesHint, customer: Customer) -> None:
    hint.look_for_customer(customer.name, exclude=customer.id)
    assert hint.found == []


def test_opportunities_of_the_customer_with_their_status(
    hint: DuplicatesHint, saved: Saved, customer: Customer
) -> None:
    record = saved(name=f"Réseaux {EVIL}")
    hint.look_for_opportunity(f"reseaux {EVIL}", customer.id)
    assert hint.found == [record.id]
    assert links(hint)[0].children[0].description.endswith(f"{EVIL} · Proposal")
    hint.look_for_opportunity(f"reseaux {EVIL}", None)
    assert hint.found == []
    hint.look_for_opportunity(f"reseaux {EVIL}", customer.id, exclude=record.id)
    assert hint.found == []


def test_a_link_opens_its_record(hint: DuplicatesHint, customer: Customer) -> None:
    opened: list[int] = []
    hint.on_open(opened.append)
    hint.look_for_customer(customer.name)
    links(hint)[0].children[0].click()
    assert opened == [customer.id]


def test_a_saved_record_can_be_merged_with_what_is_like_it(
    hint: DuplicatesHint, workbench: Workbench, customer: Customer
) -> None:
    twin = workbench.save(Customer(name="Energie du Rhone"))
    merged: list[Any] = []
    hint.on_merged(merged.append)
    hint.look_for_customer(twin.name)
    assert len(links(hint)[0].children) == 1  # nothing to merge before it is saved
    hint.look_for_customer(twin.name, exclude=twin.id)
    links(hint)[0].children[1].click()
    dialog = hint.screen.dialogs.dialog
    assert isinstance(dialog, MergeDialog)
    assert (dialog.kept, dialog.other) == (twin, customer)
    dialog.answer(0)
    assert [record.id for record in merged] == [twin.id]


def test_the_same_finding_is_not_drawn_again(hint: DuplicatesHint, customer: Customer) -> None:
    hint.look_for_customer("energie du rhone")
    before = hint.children
    assert links(hint)
    hint.look_for_customer("Énergie du Rhône SA")
    assert hint.children is before
    hint.clear()
    assert hint.found == []


def test_looking_never_gets_in_the_way_of_typing(
    hint: DuplicatesHint, workbench: Workbench, customer: Customer,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    hint.look_for_customer(customer.name)

    def fail(*_: Any) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(workbench.duplicates, "of_customer", fail)
    with caplog.at_level(logging.WARNING, "oppkit"):
        hint.look_for_customer(customer.name)
    assert hint.found == []
    assert hint.screen.notice.text == ""
    assert "duplicates failed" in caplog.text


# -- in the form of a customer ---------------------------------------------------------------------


def test_the_customer_form_shows_them_while_a_name_is_typed(
    workbench: Workbench, customer: Customer
) -> None:
    form = CustomerForm(Screen(workbench, "en"))
    form.start()
    form.name.widget.value = "energie du rhone"
    assert form.duplicates.found == [customer.id]
    form.show(customer)
    assert form.duplicates.found == []


def test_the_customer_form_saves_before_it_merges(workbench: Workbench, customer: Customer) -> None:
    twin = workbench.save(Customer(name="Energie du Rhone"))
    form = CustomerForm(Screen(workbench, "en"))
    form.show(twin)
    form.name.widget.value = "Energie du Rhône"
    form.duplicates.merge(customer.id or 0)
    asked = form.screen.dialogs.dialog
    assert asked is not None
    asked.answer(0)  # save first
    dialog = form.screen.dialogs.dialog
    assert isinstance(dialog, MergeDialog)
    assert dialog.kept.__dict__["name"] == "Energie du Rhône"
    dialog.answer(0)
    assert form.saved is not None
    assert (form.saved.id, len(form.saved.sites)) == (twin.id, 2)


def test_the_customer_form_asks_which_one_to_merge_with(
    workbench: Workbench, customer: Customer
) -> None:
    form = CustomerForm(Screen(workbench, "en"))
    form.show(customer)
    form.merge()
    assert isinstance(form.screen.dialogs.dialog, WhichDialog)
