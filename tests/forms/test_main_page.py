"""The whole page without a browser: where one goes, and what is asked on the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oppkit.forms import kinds
from oppkit.forms.affair_form import AffairForm
from oppkit.forms.contact_form import contact_of
from oppkit.forms.gathering import gathered
from oppkit.forms.main_page import Page
from oppkit.forms.opportunity_form import OpportunityForm
from oppkit.model import Customer, Employee, Event, Opportunity
from oppkit.workbench import Workbench

Saved = Callable[..., Opportunity]


@pytest.fixture
def page(workbench: Workbench) -> Page:
    return Page(workbench, "en")


def form_of(page: Page) -> OpportunityForm:
    assert isinstance(page.form, OpportunityForm)
    return page.form


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", list(kinds.VIEWS))
def test_every_view_is_built_when_it_is_first_shown(
    name: str, language: str, workbench: Workbench
) -> None:
    page = Page(workbench, language)
    page.show(name)
    view = page.views[name]
    page.show("opportunities")
    page.show(name)
    assert page.views[name] is view
    assert page.screen.notice.text == ""


@pytest.mark.parametrize("kind", ["opportunity", "customer", "employee", "event"])
def test_every_kind_has_a_form_for_a_new_record(kind: str, page: Page) -> None:
    page.new_record(kind)
    assert page.form is not None
    assert not page.form.unsaved
    page.back()
    assert page.form is None


def test_what_is_made_from_an_opportunity_is_shown_and_leads_back(
    page: Page, saved: Saved, workbench: Workbench
) -> None:
    sale = saved()
    page.open_record(sale)
    form_of(page).create_quote()
    [quote] = workbench.quotes_of(sale)
    assert page.form is not None
    assert page.form.saved == quote
    page.open_record(sale)
    form_of(page).create_affair()
    dialog = page.screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(0)
    [affair] = workbench.affairs_of(sale)
    assert isinstance(page.form, AffairForm)
    assert (page.form.saved, page.screen.dialogs.dialog) == (affair, None)
    page.form.made.buttons[0].click()
    assert form_of(page).saved == sale
    assert page.screen.notice.text == f"The affair {affair.code} was created."


def test_a_saved_record_of_every_kind_is_opened(
    page: Page, saved: Saved, customer: Customer, owner: Employee, workbench: Workbench
) -> None:
    event = workbench.save(Event(kind="note", subject="Appel", customer_id=customer.id))
    sale = saved()
    affair = workbench.create_affair(sale)
    customer = workbench.get(Customer, customer.id or 0)  # it is a customer now
    for record in (sale, customer, owner, event, affair, workbench.quotes.firm):
        page.open_record(record)
        assert page.form is not None
        assert page.form.saved == record
        assert not page.form.unsaved


def test_after_deleting_the_list_is_shown(page: Page, saved: Saved) -> None:
    page.open_record(saved())
    form_of(page).duplicate()
    form_of(page).save()
    form_of(page).delete()
    dialog = page.screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(0)
    assert page.form is None
    assert page.screen.dialogs.dialog is None
    assert page.screen.notice.tone == "good"


def test_after_deleting_nothing_is_asked_about_what_was_typed(page: Page, saved: Saved) -> None:
    page.open_record(saved())
    form_of(page).of.name.widget.value = "Autre nom"
    form_of(page).delete()
    dialog = page.screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(0)
    assert page.form is None
    assert page.screen.dialogs.dialog is None


def test_a_form_that_is_left_leaves_no_widget_behind(page: Page, saved: Saved) -> None:
    with gathered() as found:
        page.open_record(saved())
    assert len(found) > 100
    assert all(widget.comm is not None for widget in found)
    page.new_record("customer")
    assert not [widget for widget in found if widget.comm is not None]
    page.back()
    assert all(view.comm is not None for view in (page, *page.views.values()))


def test_a_view_that_cannot_be_read_leaves_the_form_where_it_is(
    page: Page, saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.open_record(saved())
    form = page.form

    def unreadable() -> None:
        raise OSError("no disk")

    monkeypatch.setattr(page.views["opportunities"], "refresh", unreadable)
    with pytest.raises(OSError, match="no disk"):
        page.back()
    assert page.form is form


def test_leaving_asks_and_going_on_saves(page: Page, saved: Saved, workbench: Workbench) -> None:
    record = saved()
    page.open_record(record)
    form_of(page).of.name.widget.value = "Autre nom"
    page.show("board")
    assert page.form is not None  # asked first
    dialog = page.screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(0)
    assert page.form is None
    assert page.name == "board"
    assert workbench.opportunity(record.code or "").name == "Autre nom"


def test_the_language_is_switched_where_one_stands(page: Page, saved: Saved) -> None:
    record = saved()
    page.show("customers")
    page.open_record(record)
    page.switch_language()
    assert page.screen.language == "fr"
    assert page.name == "customers"
    assert page.form is not None
    assert page.form.saved == record
    assert page.views == {}  # what is not in sight is not read
    page.back()
    assert list(page.views) == ["customers"]


def test_a_workspace_without_anything_is_no_failure(workbench: Workbench) -> None:
    page = Page(workbench, "fr")
    for name in kinds.VIEWS:
        page.show(name)
    assert page.screen.notice.text == ""


def test_contacts_are_opened_by_themselves(page: Page, customer: Customer) -> None:
    page.open_record(contact_of(customer, customer.contacts[0].id or 0))
    assert page.form is not None
    assert not page.form.unsaved
