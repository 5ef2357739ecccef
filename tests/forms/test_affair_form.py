"""Affairs: created from an opportunity after a look at what they will be, and edited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from oppkit.forms import kinds
from oppkit.forms.affair_creation import AffairDialog
from oppkit.forms.affair_form import AffairForm
from oppkit.forms.opportunity_form import OpportunityForm
from oppkit.forms.screen import Screen
from oppkit.model import (
    Affair,
    AffairStatus,
    Customer,
    CustomerKind,
    Employee,
    Line,
    NotFound,
    Opportunity,
    Participant,
    Quote,
    Record,
    Responsible,
)
from oppkit.workbench import Workbench
from tests.clock import TODAY
from tests.forms.conftest import EVIL

Saved = Callable[..., Opportunity]


@pytest.fixture
def visited(screen: Screen) -> list[Record | str]:
    asked: list[Record | str] = []
    screen.navigate(asked.append, asked.append)
    return asked


@pytest.fixture
def sale(saved: Saved) -> Opportunity:
    return saved(
        production_start=date(2026, 9, 1), production_end=date(2026, 12, 31), tags=("risk",),
        lines=(Line(title="A", amount="1000"), Line(title="B", amount="234.50")),
    )  # fmt: skip


@pytest.fixture
def affair(sale: Opportunity, workbench: Workbench) -> Affair:
    return workbench.create_affair(sale)


def opened(screen: Screen, record: Affair) -> AffairForm:
    form = AffairForm(screen)
    form.show(record)
    return form


def asked(screen: Screen, record: Opportunity) -> AffairDialog:
    """The question that the opportunity's form asks."""
    form = OpportunityForm(screen)
    form.show(record)
    form.create_affair()
    dialog = screen.dialogs.dialog
    assert isinstance(dialog, AffairDialog)
    return dialog


# -- creating one ----------------------------------------------------------------------------------


def test_its_budget_and_code_are_seen_before_it_is_made(
    screen: Screen, sale: Opportunity, customer: Customer, workbench: Workbench
) -> None:
    dialog = asked(screen, sale)
    assert dialog.code.widget.placeholder == "AF26-00001"
    assert dialog.facts.rows == [
        ["Opportunity", f"{sale.code} · {sale.name}"],
        ["Customer", f"{customer.code} · {customer.name}"],
        ["Budget", "€1,234.50, the sum of the forecast amounts of its lines"],
        ["Production start", "01/09/2026"],
        ["Production end", "31/12/2026"],
    ]
    dialog.answer(1)
    assert screen.dialogs.dialog is None
    assert workbench.affairs_of(sale) == []


def test_the_form_of_the_new_one_is_opened(
    screen: Screen, sale: Opportunity, workbench: Workbench, visited: list[Record | str]
) -> None:
    dialog = asked(screen, sale)
    dialog.answer(0)
    [made] = workbench.affairs_of(sale)
    assert visited == [made]
    assert (made.code, made.budget) == ("AF26-00001", Decimal("1234.50"))
    assert screen.notice.text == "The affair AF26-00001 was created."
    assert screen.dialogs.dialog is None
    assert isinstance(kinds.form(made, screen), AffairForm)


def test_a_prospect_is_said_to_become_a_customer_and_a_customer_is_not(
    screen: Screen, french: Screen, sale: Opportunity, customer: Customer, workbench: Workbench
) -> None:
    dialog = asked(screen, sale)
    assert dialog.told.text == (
        f"Énergie du Rhône is still a prospect: it becomes a customer on 16/03/2026 and keeps "
        f"its code {customer.code}."
    )
    assert "devient client le 16/03/2026" in asked(french, sale).told.text
    dialog.answer(0)
    now = workbench.get(Customer, customer.id or 0)
    assert (now.kind, now.customer_since, now.code) == (
        CustomerKind.CUSTOMER, TODAY, customer.code,
    )  # fmt: skip
    assert asked(screen, sale).told.text == ""


def test_its_code_may_be_typed(screen: Screen, sale: Opportunity, workbench: Workbench) -> None:
    dialog = asked(screen, sale)
    dialog.code.widget.value = " P-77 "
    dialog.answer(0)
    assert [made.code for made in workbench.affairs_of(sale)] == ["P-77"]


def test_a_code_that_is_refused_is_said_beside_it(
    screen: Screen, sale: Opportunity, affair: Affair, workbench: Workbench
) -> None:
    dialog = asked(screen, sale)
    for typed, sentence in (
        ("ELEVENSIGNS", "Type at most 10 characters."),
        (affair.code, f"The code {affair.code} is already used by another affair."),
    ):
        dialog.code.widget.value = typed
        dialog.answer(0)
        assert screen.dialogs.dialog is dialog
        assert dialog.frame.notes["code"].startswith(sentence)
    assert workbench.affairs_of(sale) == [affair]
    dialog.code.widget.value = "P-78"
    dialog.answer(0)
    assert len(workbench.affairs_of(sale)) == 2


def test_the_budget_is_that_of_the_lines_as_they_stand(
    screen: Screen, sale: Opportunity, colleague: Workbench, workbench: Workbench
) -> None:
    form = OpportunityForm(screen)
    form.show(sale)
    colleague.save(sale.replace(lines=(Line(title="A", amount="80"),)))
    form.create_affair()
    dialog = screen.dialogs.dialog
    assert isinstance(dialog, AffairDialog)
    assert dialog.facts.rows[2][1].startswith("€80.00")
    dialog.answer(0)
    assert [made.budget for made in workbench.affairs_of(sale)] == [Decimal(80)]


def test_one_of_an_opportunity_that_is_gone_is_refused(
    screen: Screen, sale: Opportunity, colleague: Workbench
) -> None:
    dialog = asked(screen, sale)
    colleague.delete(sale)
    dialog.answer(0)
    assert screen.dialogs.dialog is dialog
    assert dialog.problem.text != ""


def test_what_is_typed_is_saved_before(
    screen: Screen, sale: Opportunity, workbench: Workbench
) -> None:
    form = OpportunityForm(screen)
    form.show(sale)
    form.of.name.widget.value = "Nouveau nom"
    form.create_affair()
    question = screen.dialogs.dialog
    assert question is not None
    assert not isinstance(question, AffairDialog)
    question.answer(0)
    dialog = screen.dialogs.dialog
    assert isinstance(dialog, AffairDialog)
    dialog.answer(0)
    assert [made.name for made in workbench.affairs_of(sale)] == ["Nouveau nom"]


# -- several, and the way between them -------------------------------------------------------------


def test_quotes_and_affairs_of_an_opportunity_are_one_click_away_and_back(
    screen: Screen, sale: Opportunity, affair: Affair, workbench: Workbench,
    visited: list[Record | str],
) -> None:  # fmt: skip
    second = workbench.create_affair(sale)
    form = OpportunityForm(screen)
    form.show(sale)
    form.create_quote()
    [quote] = workbench.quotes_of(sale)
    assert visited == [quote]
    assert len(form.made.buttons) == 3
    for link in form.made.buttons:
        link.click()
    assert visited == [quote, quote, affair, second]
    visited.clear()
    for link in opened(screen, affair).made.buttons:
        link.click()
    assert visited == [sale, quote, second]


def test_an_affair_without_an_opportunity(
    screen: Screen, customer: Customer, affair: Affair, workbench: Workbench
) -> None:
    own = workbench.save(Affair(name="Interne", customer_id=customer.id, opened_on=TODAY))
    form = opened(screen, own)
    assert form.made.buttons == []
    assert form.of.customer.widget.disabled is False
    assert opened(screen, affair).of.customer.widget.disabled is True


# -- its form --------------------------------------------------------------------------------------


def test_every_field_is_saved_and_shown_again(
    screen: Screen, affair: Affair, customer: Customer, assistant: Employee, workbench: Workbench
) -> None:
    form = opened(screen, affair)
    of = form.of
    of.code.widget.value = "P-1"
    of.name.widget.value = "Déploiement"
    of.site.widget.value = customer.sites[1].id
    of.status.widget.value = "in_production"
    of.opened_on.widget.text = "1.3.26"
    of.production_start.widget.text = "01/04/2026"
    of.production_end.widget.text = "30/06/2026"
    of.currency.widget.value = "TND"
    of.budget.widget.value = "12 345,678"
    of.classification.establishment.widget.value = "lyon"
    of.classification.sector.widget.value = "energy"
    of.classification.family.widget.value = "data"
    of.classification.subfamily.widget.value = "data_platform"
    of.tags.widget.show(("urgent",))
    of.responsibles.add()
    of.responsibles.picked(of.responsibles.grid.rows[-1].key, "employee_id", str(assistant.id))
    of.participants.add_contact(customer.contacts[0].id or 0)
    of.comment.widget.value = "Deux\nlignes"
    saved = form.save()
    assert saved is not None, (form.frame.notes, screen.notice.text)
    assert saved == workbench.affair("P-1")
    expected: dict[str, Any] = {
        "name": "Déploiement", "site_id": customer.sites[1].id, "currency": "TND",
        "status": AffairStatus.IN_PRODUCTION, "opened_on": date(2026, 3, 1),
        "production_start": date(2026, 4, 1), "production_end": date(2026, 6, 30),
        "budget": Decimal("12345.678"), "establishment": "lyon", "sector": "energy",
        "family": "data", "subfamily": "data_platform", "tags": ("urgent",),
        "participants": (Participant(contact_id=customer.contacts[0].id),),
        "comment": "Deux\nlignes", "opportunity_id": affair.opportunity_id,
    }  # fmt: skip
    assert {name: getattr(saved, name) for name in expected} == expected
    assert saved.responsibles[-1].employee_id == assistant.id
    assert not form.unsaved
    assert form.draft.read() == saved


def test_one_that_is_opened_reads_back_as_it_is(
    screen: Screen, french: Screen, sale: Opportunity, customer: Customer, owner: Employee,
    workbench: Workbench,
) -> None:  # fmt: skip
    affair = workbench.create_affair(workbench.save(sale.replace(
        site_id=customer.sites[0].id, currency="TND", family="data", subfamily="data_platform",
        participants=(Participant(contact_id=customer.contacts[1].id),),
        responsibles=(Responsible(role="sales", employee_id=owner.id),),
    )))  # fmt: skip
    for page in (screen, french):
        form = opened(page, affair)
        assert not form.unsaved
        assert form.draft.read() == affair
        assert form.heading() == f"{affair.code} · {affair.name}"


@pytest.mark.parametrize(
    ("language", "number", "before"),
    [
        (
            "en", "Type a number such as 1,234.50.",
            "The production must not end before it starts (01/09/2026).",
        ),
        (
            "fr", "Saisissez un nombre comme 1 234,50.",
            "La production ne peut pas finir avant de commencer (01/09/2026).",
        ),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_said_at_once(
    workbench: Workbench, affair: Affair, language: str, number: str, before: str
) -> None:
    form = opened(Screen(workbench, language), affair)
    form.tabs.selected_index = 1
    form.of.name.widget.value = " "
    form.of.production_end.widget.text = "01/01/2026"
    form.of.budget.widget.value = "much"
    assert form.save() is None
    notes = {name: note.replace("\u202f", " ") for name, note in form.frame.notes.items()}
    assert notes.keys() == {"name", "production_end", "budget"}
    assert (notes["budget"], notes["production_end"]) == (number, before)
    assert form.tabs.selected_index == 0
    assert workbench.get(Affair, affair.id or 0) == affair


def test_the_history_tells_the_status_in_words(screen: Screen, affair: Affair) -> None:
    form = opened(screen, affair)
    form.of.status.widget.value = "finished"
    form.save()
    form.tabs.selected_index = 1
    assert len(form.history.versions) == 2
    shown = [list(row) for row in form.history.comparison.facts.rows]
    assert shown == [["Status", screen.text("affair_status.commercial"), "Finished"]]


def test_edits_of_two_people_are_merged(
    screen: Screen, affair: Affair, colleague: Workbench
) -> None:
    form = opened(screen, affair)
    colleague.save(affair.replace(status=AffairStatus.IN_PRODUCTION))
    form.of.comment.widget.value = "Ok"
    saved = form.save()
    assert saved is not None
    assert (saved.status, saved.comment) == (AffairStatus.IN_PRODUCTION, "Ok")
    assert form.of.status.read() == "in_production"


def test_it_is_deleted_after_asking(screen: Screen, affair: Affair, workbench: Workbench) -> None:
    form = opened(screen, affair)
    gone: list[bool] = []
    form.on_gone(lambda: gone.append(True))
    form.delete()
    dialog = screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(0)
    assert gone == [True]
    with pytest.raises(NotFound):
        workbench.get(Affair, affair.id or 0)


def test_what_people_type_stays_text(screen: Screen, saved: Saved, workbench: Workbench) -> None:
    sale = saved(name=EVIL)
    dialog = asked(screen, sale)
    assert dialog.facts.rows[0][1].endswith(EVIL)
    dialog.answer(0)
    [affair] = workbench.affairs_of(sale)
    assert opened(screen, affair).title.text.endswith(EVIL)
    assert isinstance(workbench.create_quote(sale), Quote)
