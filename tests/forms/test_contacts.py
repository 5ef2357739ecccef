"""The list of contacts and their form, without a browser."""

from __future__ import annotations

from typing import Any

import pytest

from oppkit.forms.conflict import ConflictDialog
from oppkit.forms.contact_form import ContactForm, CustomerContact, contact_of
from oppkit.forms.contacts import ContactsView
from oppkit.forms.screen import Screen
from oppkit.model import Contact, Customer, NotFound, Participant, Record
from oppkit.workbench import Workbench
from tests.forms.conftest import EVIL
from tests.forms.listed import column, rows, typed


@pytest.fixture
def lea(customer: Customer) -> CustomerContact:
    return contact_of(customer, customer.contacts[0].id or 0)


@pytest.fixture
def form(screen: Screen, lea: CustomerContact) -> ContactForm:
    shown = ContactForm(screen)
    shown.show(lea)
    return shown


def stored(screen: Screen, customer: Customer) -> Customer:
    return screen.workbench.get(Customer, customer.id or 0)


# -- the list --------------------------------------------------------------------------------------


def test_the_list_finds_by_contact_and_customer(screen: Screen, customer: Customer) -> None:
    screen.workbench.save(Customer(
        name="Other", contacts=(Contact(last_name="Zed", active=False), Contact(last_name="Roy")),
    ))  # fmt: skip
    view = ContactsView(screen)
    view.refresh()
    assert column(view) == ["Léa Dupont", "Martin", "Roy"]
    assert rows(view)[0]["cells"][:3] == ["Léa Dupont", "Énergie du Rhône", "Lyon"]
    assert view.table.footer == "3 contacts"
    view.search.search("other")
    assert column(view) == ["Roy"]
    view.active_only.widget.value = False
    assert view.table.total == 2
    view.search.search("")
    view.table.sort = {"name": "customer", "descending": True}
    assert rows(view)[0]["cells"][1] == "Other"


def test_rows_open_and_a_new_one_is_asked_for(screen: Screen, lea: CustomerContact) -> None:
    asked: list[Record | str] = []
    screen.navigate(asked.append, asked.append)
    view = ContactsView(screen)
    view.refresh()
    view.opened(rows(view)[0]["key"])
    view.create()
    assert asked == [lea, "contact"]


# -- the form --------------------------------------------------------------------------------------


def test_a_contact_is_changed_inside_its_customer(
    screen: Screen, form: ContactForm, customer: Customer
) -> None:
    assert form.of.text.startswith("Contact of Énergie du Rhône,")
    assert form.chosen.widget.disabled
    for name, value in {
        "first_name": "Lise", "last_name": "Durand", "job": "DSI", "email": "l@x.example",
        "phone": "06", "language": "en", "site": "GRE", "active": False,
    }.items():  # fmt: skip
        form.draft.fields[name].show(value)
    assert form.save() is not None
    kept = stored(screen, customer)
    assert kept.contacts[1] == customer.contacts[1]
    assert kept.contacts[0] == Contact(
        id=customer.contacts[0].id, first_name="Lise", last_name="Durand", job="DSI",
        email="l@x.example", phone="06", language="en", site="GRE", active=False,
    )  # fmt: skip
    assert not form.unsaved
    assert form.heading() == "Lise Durand"


def test_a_new_contact_chooses_its_customer_first(
    screen: Screen, customer: Customer, colleague: Workbench
) -> None:
    form = ContactForm(screen)
    form.start()
    assert form.heading() == "New contact"
    assert not form.unsaved
    assert form.save() is None
    assert form.frame.notes == {
        "customer_id": "Choose the customer.", "last_name": "Fill in this field.",
    }  # fmt: skip
    form.chosen.show(customer.id)
    form.last_name.widget.value = "Roy"
    form.site.widget.value = "GRE"
    colleague.save(customer.replace(
        contacts=(*customer.contacts, Contact(last_name="Adam"))
    ))  # fmt: skip
    saved = form.save()
    assert saved is not None
    contacts = stored(screen, customer).contacts
    assert [one.last_name for one in contacts] == ["Dupont", "Martin", "Adam", "Roy"]
    assert (saved.id, saved.site) == (contacts[3].id, "GRE")
    form.job.widget.value = "DSI"  # what was new is now edited in its place
    form.save()
    assert [one.job for one in stored(screen, customer).contacts] == ["", "", "", "DSI"]


def test_sites_follow_the_customer(screen: Screen, customer: Customer) -> None:
    other = screen.workbench.save(Customer(name="Other"))
    form = ContactForm(screen)
    form.start()
    form.chosen.show(customer.id)
    form.site.widget.value = "GRE"
    typed(form.chosen.widget, "oth")  # nothing is chosen yet, and nothing is lost
    assert form.site.read() == "GRE"
    form.chosen.show(other.id)
    assert form.site.read() is None
    assert len(form.site.widget.options) == 1


@pytest.mark.parametrize(
    ("language", "customer_note", "email"),
    [
        ("en", "Choose one from the list.", "Type an e-mail address such as name@example.com."),
        (
            "fr", "Choisissez dans la liste.",
            "Saisissez une adresse e-mail comme nom@exemple.fr.",
        ),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_said_at_once(
    workbench: Workbench, language: str, customer_note: str, email: str
) -> None:
    form = ContactForm(Screen(workbench, language))
    form.start()
    typed(form.chosen.widget, "Nobody")
    form.email.widget.value = "nobody"
    assert form.save() is None
    assert set(form.frame.notes) == {"customer_id", "last_name", "email"}
    assert (form.frame.notes["customer_id"], form.frame.notes["email"]) == (customer_note, email)
    assert (form.chosen.widget.text, form.email.widget.value) == ("Nobody", "nobody")


def test_edits_of_two_people_merge(
    screen: Screen, form: ContactForm, customer: Customer, colleague: Workbench
) -> None:
    first, second = customer.contacts
    colleague.save(customer.replace(phone="04", contacts=(first, second.replace(job="RH"))))
    form.phone.widget.value = "06"
    saved = form.save()
    assert saved is not None
    assert saved.phone == "06"
    kept = stored(screen, customer)
    assert (kept.phone, kept.contacts[1].job) == ("04", "RH")


def test_a_conflict_loses_nothing(
    screen: Screen, form: ContactForm, customer: Customer, colleague: Workbench
) -> None:
    first, second = customer.contacts
    colleague.save(customer.replace(contacts=(first.replace(phone="04"), second)))
    form.phone.widget.value = "06"
    assert form.save() is None
    dialog = screen.dialogs.dialog
    assert isinstance(dialog, ConflictDialog)
    assert form.phone.widget.value == "06"
    assert form.unsaved
    dialog.choose_all("mine")
    dialog.answer(0)
    assert stored(screen, customer).contacts[0].phone == "06"
    assert not form.unsaved


def test_a_contact_is_deleted_and_its_customer_stays(
    screen: Screen, form: ContactForm, customer: Customer
) -> None:
    gone: list[bool] = []
    form.on_gone(lambda: gone.append(True))
    form.delete()
    screen.dialogs.dialog.answer(0)
    assert gone == [True]
    assert [one.last_name for one in stored(screen, customer).contacts] == ["Martin"]


def test_one_who_takes_part_is_not_deleted(
    screen: Screen, form: ContactForm, customer: Customer, saved: Any
) -> None:
    saved(participants=(Participant(contact_id=customer.contacts[0].id),))
    form.delete()
    screen.dialogs.dialog.answer(0)
    assert screen.notice.tone == "bad"
    assert stored(screen, customer) == customer


def test_the_customer_is_one_click_away(
    screen: Screen, form: ContactForm, customer: Customer
) -> None:
    asked: list[Record] = []
    screen.navigate(asked.append, lambda kind: None)
    form.open_customer()
    assert asked == [customer]


def test_a_contact_that_is_gone_is_not_found(customer: Customer) -> None:
    with pytest.raises(NotFound):
        contact_of(customer, 999_999)


def test_what_people_type_stays_text(screen: Screen, customer: Customer) -> None:
    screen.workbench.save(customer.replace(name=EVIL))
    form = ContactForm(screen)
    form.start()
    form.chosen.show(customer.id)
    form.last_name.widget.value = EVIL
    form.job.widget.value = EVIL
    saved = form.save()
    assert saved is not None
    assert (saved.last_name, saved.job) == (EVIL, EVIL)
    assert f"Contact of {EVIL}," in form.of.text
    assert form.title.text == EVIL
    view = ContactsView(screen)
    view.search.search("img")
    assert [EVIL, EVIL] in [row["cells"][:2] for row in rows(view)]
