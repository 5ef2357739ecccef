"""Our own company: among the lists, and in its form."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from oppkit.forms.conflict import ConflictDialog
from oppkit.forms.firm_form import FirmForm
from oppkit.forms.lists import ListsView
from oppkit.forms.main_page import Page
from oppkit.forms.screen import Screen
from oppkit.model import Address, Firm, Record
from oppkit.model.errors import EditConflict
from oppkit.workbench import Workbench
from tests.forms.conftest import EVIL

FIRM = Firm(
    name="Société Exemple", address=Address(street="1 rue A", postcode="69001", city="Lyon"),
    phone="04 72 00 00 00", email="contact@exemple.example", terms="Net\nà 30 jours",
)  # fmt: skip


@pytest.fixture
def form(screen: Screen, workbench: Workbench) -> FirmForm:
    workbench.quotes.save_firm(FIRM)
    form = FirmForm(screen)
    form.show(workbench.quotes.firm)
    return form


# -- two people ------------------------------------------------------------------------------------


def test_edits_of_different_fields_are_both_kept(
    workbench: Workbench, colleague: Workbench
) -> None:
    workbench.quotes.save_firm(FIRM)
    colleague.quotes.save_firm(FIRM.replace(phone="01"), FIRM)
    saved = workbench.quotes.save_firm(FIRM.replace(website="exemple.example"), FIRM)
    assert saved == FIRM.replace(phone="01", website="exemple.example")
    assert colleague.quotes.firm == saved


def test_a_later_edit_of_the_same_field_does_not_undo_the_earlier(
    workbench: Workbench, colleague: Workbench
) -> None:
    workbench.quotes.save_firm(FIRM)
    theirs = colleague.quotes.save_firm(FIRM.replace(phone="01", bank="IBAN"), FIRM)
    with pytest.raises(EditConflict) as caught:
        workbench.quotes.save_firm(FIRM.replace(phone="02"), FIRM)
    assert workbench.quotes.firm == theirs
    assert [(c.field, c.base, c.mine, c.theirs) for c in caught.value.collisions] == [
        ("phone", FIRM.phone, "02", "01")
    ]
    assert caught.value.settled(["phone"]) == theirs.replace(phone="02")


# -- among the lists -------------------------------------------------------------------------------


def test_it_stands_beside_the_lists(screen: Screen, workbench: Workbench) -> None:
    view = ListsView(screen)
    view.show("firm")
    shown = dict(view.panel.facts.rows)
    assert (shown["Name"], shown["VAT rate"], shown["Terms"]) == ("—", "20%", "—")
    workbench.quotes.save_firm(FIRM)
    view.refresh()
    shown = dict(view.panel.facts.rows)
    assert shown["Address"] == "1 rue A, 69001, Lyon"
    assert shown["Terms"] == "Net\nà 30 jours"
    asked: list[Record] = []
    screen.navigate(asked.append, lambda _kind: None)
    view.panel.edit()
    assert asked == [FIRM]


def test_one_comes_back_to_it_from_its_form(workbench: Workbench) -> None:
    page = Page(workbench, "en")
    page.show("lists")
    page.views["lists"].show("firm")
    page.views["lists"].panel.edit()
    assert isinstance(page.form, FirmForm)
    page.form.name.widget.value = "Nouvelle société"
    page.back()
    dialog = page.screen.dialogs.dialog
    assert dialog is not None  # what is not saved is asked about
    dialog.answer(0)
    assert page.form is None
    assert dict(page.views["lists"].panel.facts.rows)["Name"] == "Nouvelle société"
    page.views["lists"].panel.edit()
    page.switch_language()
    assert page.form is not None
    assert page.form.heading() == "Notre société"


# -- its form --------------------------------------------------------------------------------------


def test_every_field_is_saved_and_shown_again(form: FirmForm, workbench: Workbench) -> None:
    values: dict[str, Any] = {
        "name": "Autre", "phone": "01", "email": "a@b.example", "website": "b.example",
        "vat_number": "FR12", "legal": "SAS\nCapital 1 000 €", "bank": "IBAN FR76", "terms": "Net",
    }  # fmt: skip
    for name, value in values.items():
        form.draft.fields[name].show(value)
    form.address.parts["city"].show("Nice")
    form.address.parts["country"].show("FR")
    form.vat_rate.widget.value = "5,5"
    form.validity.widget.value = "45"
    assert form.unsaved
    saved = form.save()
    assert saved is not None
    assert saved == workbench.quotes.firm
    assert {name: getattr(saved, name) for name in values} == values
    assert (saved.vat_rate, saved.validity_days) == (Decimal("0.055"), 45)
    assert saved.address == Address(street="1 rue A", postcode="69001", city="Nice", country="FR")
    assert not form.unsaved
    assert form.draft.read() == saved
    assert form.screen.notice.text == "Saved Our company."


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_reads_back_as_it_is(language: str, workbench: Workbench) -> None:
    for firm in (Firm(), FIRM):
        form = FirmForm(Screen(workbench, language))
        form.show(firm)
        assert not form.unsaved
        assert form.draft.read() == firm


@pytest.mark.parametrize(
    ("language", "email", "days"),
    [
        (
            "en", "Type an e-mail address such as name@example.com.",
            "Type a value of at least 1.",
        ),
        (
            "fr", "Saisissez une adresse e-mail comme nom@exemple.fr.",
            "Saisissez une valeur d'au moins 1.",
        ),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_said_at_once(
    workbench: Workbench, language: str, email: str, days: str
) -> None:
    form = FirmForm(Screen(workbench, language))
    form.show(workbench.quotes.firm)
    form.email.widget.value = "nobody"
    form.validity.widget.value = "0"
    form.vat_rate.widget.value = "much"
    form.address.parts["city"].show("x" * 201)
    assert form.save() is None
    assert form.frame.notes.keys() == {"email", "validity_days", "vat_rate", "address.city"}
    assert (form.frame.notes["email"], form.frame.notes["validity_days"]) == (email, days)
    assert workbench.quotes.firm == Firm()
    assert form.vat_rate.widget.value == "much"


def test_a_conflict_is_settled_side_by_side(form: FirmForm, colleague: Workbench) -> None:
    colleague.quotes.save_firm(FIRM.replace(phone="01", bank="IBAN"), FIRM)
    form.phone.widget.value = "02"
    form.website.widget.value = "exemple.example"
    assert form.save() is None
    dialog = form.screen.dialogs.dialog
    assert isinstance(dialog, ConflictDialog)
    dialog.answer(1)  # not now
    assert form.phone.widget.value == "02"
    assert form.unsaved
    assert form.save() is None  # and it is asked again: theirs is not undone unseen
    dialog = form.screen.dialogs.dialog
    assert isinstance(dialog, ConflictDialog)
    dialog.choose("phone", "mine")
    dialog.answer(0)
    settled = FIRM.replace(phone="02", bank="IBAN", website="exemple.example")
    assert colleague.quotes.firm == settled
    assert form.saved == settled
    assert form.bank.widget.value == "IBAN"
    assert not form.unsaved


def test_what_people_type_stays_text(form: FirmForm, screen: Screen) -> None:
    form.name.widget.value = EVIL
    form.terms.widget.value = EVIL
    assert form.save() is not None
    view = ListsView(screen)
    view.show("firm")
    shown = dict(view.panel.facts.rows)
    assert (shown["Name"], shown["Terms"]) == (EVIL, EVIL)
