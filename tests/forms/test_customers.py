"""The list of customers and their form, without a browser."""

from __future__ import annotations

from typing import Any

import pytest

from oppkit.forms.conflict import ConflictDialog
from oppkit.forms.customer_form import CustomerForm
from oppkit.forms.customers import CustomersView
from oppkit.forms.screen import Screen
from oppkit.model import (
    Address,
    Contact,
    Customer,
    CustomerKind,
    Line,
    NotFound,
    Opportunity,
    Record,
    Responsible,
    Site,
)
from oppkit.workbench import Workbench
from tests.clock import TODAY
from tests.forms.conftest import EVIL
from tests.forms.listed import column, rows


def opened(screen: Screen, record: Customer) -> CustomerForm:
    form = CustomerForm(screen)
    form.show(record)
    return form


@pytest.fixture
def form(screen: Screen, customer: Customer) -> CustomerForm:
    return opened(screen, customer)


@pytest.fixture
def new(screen: Screen) -> CustomerForm:
    form = CustomerForm(screen)
    form.start()
    return form


@pytest.fixture
def visited(screen: Screen) -> list[Record | str]:
    """What the page was asked to show: records, and kinds of new ones."""
    asked: list[Record | str] = []
    screen.navigate(asked.append, asked.append)
    return asked


# -- the list --------------------------------------------------------------------------------------


def test_the_list_finds_while_one_types(screen: Screen, customer: Customer) -> None:
    screen.workbench.save(Customer(name="Bâti-Rhône", kind=CustomerKind.CUSTOMER))
    view = CustomersView(screen)
    view.refresh()
    assert column(view) == ["Bâti-Rhône", "Énergie du Rhône"]
    assert view.table.footer == "2 customers and prospects"
    view.search.search("rhone bati")
    assert column(view) == ["Bâti-Rhône"]
    assert view.table.footer == "1 customer or prospect"
    view.search.search("")
    view.kind.widget.value = "prospect"
    assert column(view) == ["Énergie du Rhône"]


def test_the_list_has_closed_customers_when_asked(screen: Screen) -> None:
    screen.workbench.save(Customer(name="Ancien", active=False))
    view = CustomersView(screen)
    view.refresh()
    assert column(view) == []
    view.active_only.widget.value = False
    [row] = rows(view)
    assert row["cells"][0]["chips"] == [{"text": "Inactive", "colour": ""}]
    assert row["tone"] == "muted"


def test_the_list_is_sorted_by_its_headings(screen: Screen) -> None:
    for name, city in (("Alpha", "Vienne"), ("Beta", "Albi"), ("Gamma", "")):
        screen.workbench.save(Customer(name=name, address=Address(city=city)))
    view = CustomersView(screen)
    view.refresh()
    view.table.sort = {"name": "city", "descending": False}
    assert column(view) == ["Beta", "Alpha", "Gamma"]
    view.table.sort = {"name": "name", "descending": True}
    assert column(view) == ["Gamma", "Beta", "Alpha"]
    sortable = [heading["name"] for heading in view.table.columns if heading["sortable"]]
    for name in sortable:
        view.table.sort = {"name": name, "descending": True}
    assert len(sortable) == 7
    assert screen.notice.text == ""


def test_rows_open_and_a_new_one_is_asked_for(
    screen: Screen, customer: Customer, visited: list[Record | str]
) -> None:
    view = CustomersView(screen)
    view.refresh()
    view.opened(rows(view)[0]["key"])
    view.create()
    assert visited == [customer, "customer"]


def test_the_list_reads_further_rows_when_they_are_wanted(screen: Screen) -> None:
    for number in range(65):
        screen.workbench.save(Customer(name=f"Customer {number:03}"))
    view = CustomersView(screen)
    view.refresh()
    assert view.table.total == 65
    assert len(view.table.first) == 60
    assert [row.cells[0] for row in view.rows(60, 5)] == [
        f"Customer {number:03}" for number in range(60, 65)
    ]


# -- the form --------------------------------------------------------------------------------------


def test_every_field_is_saved_and_shown_again(screen: Screen, new: CustomerForm) -> None:
    values: dict[str, Any] = {
        "code": "ACME", "name": "Acme", "email": "info@acme.example", "phone": "04 72",
        "website": "acme.example", "vat_number": "FR12", "comment": "Two\nlines",
    }  # fmt: skip
    for name, value in values.items():
        new.draft.fields[name].show(value)
    new.kind.widget.value = "customer"
    new.since.widget.text = "2.3.2026"
    new.sector.widget.value = new.sector.widget.options[1][1]
    new.active.widget.value = False
    new.address.parts["street"].show("1 rue A\nBP 2")
    new.address.parts["postcode"].show("69001")
    new.address.parts["city"].show("Lyon")
    new.address.parts["country"].show("FR")
    new.sites.add()
    for name, text in (("code", "LYO"), ("name", "Siège"), ("city", "Lyon"), ("country", "FR")):
        new.sites.type(0, name, text)
    new.contacts.add()
    site = new.sites.grid.rows[0].key
    for name, text in (
        ("first_name", "Léa"), ("last_name", "Dupont"), ("job", "DSI"), ("email", "l@a.example"),
        ("phone", "06"), ("language", "en"), ("site", site), ("active", ""),
    ):  # fmt: skip
        new.contacts.type(0, name, text)
    saved = new.save()
    assert saved is not None
    assert saved == screen.workbench.customer("ACME")
    assert {name: getattr(saved, name) for name in values} == values
    assert saved.kind is CustomerKind.CUSTOMER
    assert not saved.active
    assert str(saved.customer_since) == "2026-03-02"
    assert saved.address == Address(
        street="1 rue A\nBP 2", postcode="69001", city="Lyon", country="FR"
    )
    [kept] = saved.sites
    assert (kept.code, kept.name, kept.address) == (
        "LYO", "Siège", Address(city="Lyon", country="FR")
    )  # fmt: skip
    [contact] = saved.contacts
    assert contact.model_dump(exclude={"id"}) == {
        "first_name": "Léa", "last_name": "Dupont", "job": "DSI", "email": "l@a.example",
        "phone": "06", "language": "en", "site": "LYO", "active": False,
    }  # fmt: skip
    assert not new.unsaved
    assert new.draft.read() == saved


def test_a_new_one_is_a_prospect_with_the_proposed_code(new: CustomerForm) -> None:
    assert new.code.widget.placeholder == new.screen.workbench.proposed_code(Customer)
    assert new.heading() == "New customer"
    assert not new.unsaved
    assert len(new.tabs.children) == 1
    new.name.widget.value = "Acme"
    saved = new.save()
    assert saved is not None
    assert saved.kind is CustomerKind.PROSPECT
    assert saved.code
    assert new.code.widget.placeholder == ""
    assert new.tabs.titles == ("Customer", "Dashboard", "History")


@pytest.mark.parametrize(
    ("language", "email", "name", "twice", "number"),
    [
        (
            "en", "Type an e-mail address such as name@example.com.", "Fill in this field.",
            "This customer already has a site LYO.", "5 fields",
        ),
        (
            "fr", "Saisissez une adresse e-mail comme nom@exemple.fr.",
            "Remplissez ce champ.", "Ce client a déjà un site LYO.", "5 champs",
        ),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_said_at_once(
    workbench: Workbench, customer: Customer,
    language: str, email: str, name: str, twice: str, number: str,
) -> None:  # fmt: skip
    form = opened(Screen(workbench, language), customer)
    form.name.widget.value = "  "
    form.email.widget.value = "nobody"
    form.since.widget.text = "soon"
    form.sites.type(1, "code", "LYO")
    form.contacts.type(1, "email", "@")
    form.tabs.selected_index = 2
    assert form.save() is None
    assert form.frame.notes["name"] == name
    assert form.frame.notes["email"] == email
    assert set(form.frame.notes) == {"name", "email", "customer_since"}
    assert form.contacts.grid.notes == {form.contacts.grid.rows[1].key: {"email": email}}
    assert form.sites.grid.notes == {form.sites.grid.rows[1].key: {"code": twice}}
    assert number in form.screen.notice.text
    assert form.tabs.selected_index == 0
    assert workbench.get(Customer, customer.id or 0) == customer
    assert form.since.widget.text == "soon"


def test_a_missing_name_of_a_site_is_no_fault_of_its_contacts(form: CustomerForm) -> None:
    form.sites.type(1, "name", "")
    assert form.save() is None
    assert form.sites.grid.notes == {form.sites.grid.rows[1].key: {"name": "Fill in this field."}}
    assert form.contacts.grid.notes == {}


def test_what_is_wrong_in_an_address_is_said_beside_its_part(form: CustomerForm) -> None:
    form.address.parts["city"].show("x" * 201)
    form.sites.type(0, "city", "y" * 201)
    assert form.save() is None
    sentence = "Type at most 200 characters."
    assert form.frame.notes == {"address.city": sentence}
    assert form.sites.grid.notes == {form.sites.grid.rows[0].key: {"city": sentence}}


def test_a_site_that_is_renamed_keeps_its_contacts(form: CustomerForm) -> None:
    form.sites.type(0, "code", "GRE")  # for a moment like the other one
    form.sites.type(0, "code", "LYN")
    saved = form.save()
    assert saved is not None
    assert [contact.site for contact in saved.contacts] == ["LYN", None]


def test_a_site_cannot_go_while_a_contact_is_there(form: CustomerForm) -> None:
    form.sites.remove(form.sites.grid.rows[0].key)
    assert form.save() is None
    [notes] = form.contacts.grid.notes.values()
    assert notes == {"site": "This customer has no site LYO."}
    form.contacts.type(0, "site", "")
    saved = form.save()
    assert saved is not None
    assert [site.code for site in saved.sites] == ["GRE"]


def test_contacts_follow_a_site_after_it_was_saved(form: CustomerForm) -> None:
    form.sites.add()
    form.sites.type(2, "code", "NIC")
    form.sites.type(2, "name", "Nice")
    assert form.save() is not None
    assert not form.unsaved
    form.sites.type(0, "code", "LYN")
    saved = form.save()
    assert saved is not None
    assert saved.contacts[0].site == "LYN"


def test_sites_that_are_typed_can_be_chosen_at_once(form: CustomerForm) -> None:
    form.sites.add()
    form.sites.type(2, "code", "NIC")
    form.sites.type(2, "name", "Nice")
    key = form.sites.grid.rows[2].key
    assert (key, "NIC – Nice") in list(form.contacts.grid.rows[1].options["site"])
    form.contacts.type(1, "site", key)
    saved = form.save()
    assert saved is not None
    assert saved.contacts[1].site == "NIC"
    assert not form.unsaved


def test_a_colleagues_edit_is_merged_and_told(
    form: CustomerForm, customer: Customer, colleague: Workbench
) -> None:
    first, second = customer.contacts
    added = Contact(last_name="Adam")
    colleague.save(
        customer.replace(phone="04 72", contacts=(first, second.replace(job="RH"), added))
    )
    form.contacts.type(0, "job", "DSI")
    form.sites.type(1, "name", "Grenoble Sud")
    saved = form.save()
    assert saved is not None
    assert (saved.phone, saved.sites[1].name) == ("04 72", "Grenoble Sud")
    assert [contact.job for contact in saved.contacts] == ["DSI", "RH", ""]
    assert "Bo" in form.screen.notice.text


def test_a_conflict_loses_nothing(
    form: CustomerForm, customer: Customer, colleague: Workbench
) -> None:
    colleague.save(customer.replace(phone="04 72"))
    form.phone.widget.value = "06 11"
    form.comment.widget.value = "Typed"
    assert form.save() is None
    dialog = form.screen.dialogs.dialog
    assert isinstance(dialog, ConflictDialog)
    assert (form.phone.widget.value, form.comment.widget.value) == ("06 11", "Typed")
    assert form.unsaved
    dialog.choose("phone", "mine")
    dialog.answer(0)
    kept = form.screen.workbench.get(Customer, customer.id or 0)
    assert (kept.phone, kept.comment) == ("06 11", "Typed")
    assert not form.unsaved


def test_a_code_that_is_taken_loses_nothing(form: CustomerForm, customer: Customer) -> None:
    form.screen.workbench.save(Customer(name="Other", code="OTHER"))
    form.code.widget.value = "OTHER"
    form.screen.guard(form.save)()
    assert "OTHER" in form.screen.notice.text
    assert form.code.widget.value == "OTHER"
    assert form.unsaved


def test_one_without_opportunities_is_deleted_after_asking(
    form: CustomerForm, customer: Customer
) -> None:
    gone: list[bool] = []
    form.on_gone(lambda: gone.append(True))
    form.delete()
    form.screen.dialogs.dialog.answer(0)
    assert gone == [True]
    with pytest.raises(NotFound):
        form.screen.workbench.get(Customer, customer.id or 0)


def test_one_with_opportunities_is_not_deleted(
    form: CustomerForm, customer: Customer, saved: Any
) -> None:
    opportunity = saved()
    form.delete()
    form.screen.dialogs.dialog.answer(0)
    assert opportunity.code in form.screen.notice.text
    assert form.screen.workbench.get(Customer, customer.id or 0) == customer


def test_an_older_version_is_restored(form: CustomerForm, customer: Customer) -> None:
    form.phone.widget.value = "04 72"
    form.save()
    form.tabs.selected_index = 2
    assert len(form.history.versions) == 2
    form.restore(customer)
    assert form.screen.workbench.get(Customer, customer.id or 0).phone == ""
    assert form.phone.widget.value == ""
    assert len(form.history.versions) == 3


def test_what_people_type_stays_text(screen: Screen, new: CustomerForm) -> None:
    new.name.widget.value = EVIL
    new.comment.widget.value = EVIL
    new.address.parts["street"].show(EVIL)
    new.sites.add()
    new.sites.type(0, "code", EVIL)
    new.sites.type(0, "name", EVIL)
    new.contacts.add()
    new.contacts.type(0, "last_name", EVIL)
    new.contacts.type(0, "site", new.sites.grid.rows[0].key)
    saved = new.save()
    assert saved is not None
    assert saved.sites == (Site(id=saved.sites[0].id, code=EVIL, name=EVIL),)
    assert saved.contacts[0] == Contact(
        id=saved.contacts[0].id, last_name=EVIL, language="en", site=EVIL
    )
    assert EVIL in new.title.text
    assert EVIL in new.screen.notice.text
    screen.workbench.save(Opportunity(
        name=EVIL, customer_id=saved.id or 0, status="proposal", opened_on=TODAY,
        lines=(Line(title=EVIL),), responsibles=(Responsible(role="sales", employee_id=1),)[:0],
    ))  # fmt: skip
    new.tabs.selected_index = 1
    assert new.dashboard.opportunities.first[0]["cells"][0] == EVIL
    view = CustomersView(screen)
    view.refresh()
    assert column(view) == [EVIL]
