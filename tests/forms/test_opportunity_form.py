"""The opportunity form through its public methods: every field, every rule, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from oppkit.forms.opportunity_form import OpportunityForm
from oppkit.forms.screen import Screen
from oppkit.forms.tags_field import new_tag
from oppkit.forms.widgets.pick import Choice
from oppkit.model import (
    Customer,
    Employee,
    Event,
    Line,
    Opportunity,
    Outcome,
    Participant,
    Responsible,
    Tag,
)
from oppkit.workbench import Workbench
from tests.clock import TODAY
from tests.forms.conftest import EVIL

Saved = Callable[..., Opportunity]


@pytest.fixture
def form(screen: Screen) -> OpportunityForm:
    shown = OpportunityForm(screen)
    shown.start()
    return shown


def filled(form: OpportunityForm, customer: Customer, name: str = "Portail") -> OpportunityForm:
    form.of.name.widget.value = name
    form.of.customer.show(customer.id)
    return form


def opened(screen: Screen, record: Opportunity) -> OpportunityForm:
    form = OpportunityForm(screen)
    form.show(record)
    return form


def message(screen: Screen) -> str:
    return str(screen.notice.text)


# -- a new one -------------------------------------------------------------------------------------


def test_a_new_one_starts_in_the_first_status_today(form: OpportunityForm) -> None:
    assert form.of.status.read() == "to_qualify"
    assert form.of.opened_on.read() == TODAY
    assert form.of.code.widget.placeholder == "OPP-2026-0001"
    assert form.heading() == "New opportunity"
    assert not form.unsaved
    assert len(form.tabs.children) == 1  # contacts and history come once it is saved


def test_all_that_is_wrong_is_said_at_once(form: OpportunityForm, workbench: Workbench) -> None:
    form.of.opened_on.widget.text = "soon"
    form.of.expected.widget.text = "01/01/2020"
    form.of.probability.widget.value = "140 %"
    form.of.lines.add()
    form.of.lines.type(0, "unit_price", "abc")
    form.of.responsibles.add()
    assert form.save() is None
    assert set(form.frame.notes) == {"name", "customer_id", "opened_on", "probability"}
    assert form.frame.notes["opened_on"] == "Type a date such as 31/12/2026."
    [line] = form.of.lines.grid.notes.values()
    assert line == {"unit_price": "Type a number such as 1,234.50."}
    [person] = form.of.responsibles.grid.notes.values()
    assert person == {"employee_id": "Choose one from the list."}
    assert "6 fields" in message(form.screen)
    # Nothing typed is lost.
    assert form.of.opened_on.widget.text == "soon"
    assert form.of.lines.grid.rows[0].cells["unit_price"] == "abc"
    assert workbench.search().count == 0


def test_what_is_wrong_is_said_in_french(french: Screen) -> None:
    form = OpportunityForm(french)
    form.start()
    form.save()
    assert form.frame.notes["name"] == "Remplissez ce champ."


def test_every_field_is_saved(
    form: OpportunityForm, customer: Customer, owner: Employee, assistant: Employee,
    workbench: Workbench,
) -> None:  # fmt: skip
    of = filled(form, customer).of
    of.code.widget.value = "P-1"
    of.site.widget.value = customer.sites[1].id
    of.origin.type.widget.value = "employee"
    of.origin.pick.choose(Choice(str(owner.id), "Ana Lopez"))
    of.status.widget.value = "proposal"
    of.status_on.widget.text = "15/03/2026"
    of.opened_on.widget.text = "1.3.26"
    of.expected.widget.text = "30 June 2026"
    of.production_start.widget.text = "01/07/2026"
    of.production_end.widget.text = "31/12/2026"
    of.probability.widget.value = "62,5 %"
    of.classification.establishment.widget.value = "lyon"
    of.classification.sector.widget.value = "energy"
    of.classification.family.widget.value = "data"
    of.classification.subfamily.widget.value = "data_platform"
    of.tags.widget.show(("risk", "urgent"))
    for place, cells in enumerate((
        {"sale_type": "consulting", "title": "Étude", "quantity": "12", "unit_price": "850"},
        {"sale_type": "licence", "title": "Licences", "amount": "1 234,50", "margin": "200"},
        {"sale_type": "subscription", "title": "Abonnement", "quantity": "10", "unit_price": "30",
         "recurrence": "monthly", "duration_months": "24"},
    )):  # fmt: skip
        of.lines.add()
        for column, text in cells.items():
            of.lines.type(place, column, text)
    for person, role in ((owner, "sales"), (assistant, "presales")):
        of.responsibles.add()
        key = of.responsibles.grid.rows[-1].key
        of.responsibles.type(len(of.responsibles.grid.rows) - 1, "role", role)
        of.responsibles.picked(key, "employee_id", str(person.id))
    of.comment.widget.value = "Appeler\navant midi"

    saved = form.save()

    assert saved is not None, (form.frame.notes, of.lines.grid.notes, message(form.screen))
    assert saved == workbench.opportunity("P-1")
    expected = {
        "name": "Portail", "customer_id": customer.id, "site_id": customer.sites[1].id,
        "origin_type": "employee", "origin_id": owner.id, "origin_text": "Ana Lopez",
        "status": "proposal", "probability": Decimal("0.625"), "probability_typed": True,
        "establishment": "lyon", "sector": "energy", "family": "data",
        "subfamily": "data_platform", "tags": ("risk", "urgent"),
        "comment": "Appeler\navant midi", "owner_id": owner.id, "amount": Decimal("18634.50"),
    }  # fmt: skip
    assert {name: getattr(saved, name) for name in expected} == expected
    days = [saved.status_on, saved.opened_on, saved.expected_signature, saved.production_start,
            saved.production_end]  # fmt: skip
    assert [day.isoformat() for day in days if day] == [
        "2026-03-15", "2026-03-01", "2026-06-30", "2026-07-01", "2026-12-31",
    ]  # fmt: skip
    assert [(line.title, line.amount) for line in saved.lines] == [
        ("Étude", Decimal(10200)), ("Licences", Decimal("1234.50")), ("Abonnement", Decimal(7200)),
    ]  # fmt: skip
    assert len(form.tabs.children) == 3
    assert not form.unsaved
    assert message(form.screen) == "Saved P-1 · Portail."


def test_a_prospect_is_created_on_the_spot(form: OpportunityForm, workbench: Workbench) -> None:
    create = form.of.customer.widget._make
    assert create is not None
    choice = create("Nouvel Horizon")
    assert choice is not None
    form.of.customer.widget.choose(choice)
    form.of.name.widget.value = "Audit"
    saved = form.save()
    assert saved is not None
    assert workbench.get(Customer, saved.customer_id).kind == "prospect"


def test_a_customer_of_nearly_the_same_name_is_shown_first(
    form: OpportunityForm, customer: Customer, workbench: Workbench
) -> None:
    create = form.of.customer.widget._make
    assert create is not None
    assert create("Energie du Rhone") is None
    dialog = form.screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(0)  # create it all the same
    made = form.of.customer.read()
    assert made not in (None, customer.id)
    assert workbench.get(Customer, made).name == "Energie du Rhone"
    assert form.screen.dialogs.dialog is None


# -- what follows from a choice --------------------------------------------------------------------


def test_a_status_proposes_its_probability(form: OpportunityForm, screen: Screen) -> None:
    form.of.status.widget.value = "negotiation"
    from oppkit.model import Status

    status = screen.lists.get(Status, "negotiation")
    assert status is not None
    assert form.of.probability.read() == status.probability
    assert form.draft.base["probability_typed"] is False


def test_a_typed_probability_stays(form: OpportunityForm) -> None:
    form.of.probability.widget.value = "33"
    form.of.status.widget.value = "negotiation"
    assert form.of.probability.read() == Decimal("0.33")


def test_nothing_else_touches_the_probability(screen: Screen, saved: Saved) -> None:
    form = opened(screen, saved(probability="0"))
    form.of.name.widget.value = "Autre nom"
    done = form.save()
    assert done is not None
    assert (done.probability, done.probability_typed) == (Decimal(0), False)


def test_a_closing_status_asks_for_its_date_and_reason(
    screen: Screen, saved: Saved, workbench: Workbench
) -> None:
    form = opened(screen, saved())
    assert form._closing.layout.display == "none"
    form.of.status.widget.value = "lost"
    assert form._closing.layout.display is None
    assert form.of.closed_on.read() == TODAY
    assert form.save() is None
    assert form.frame.notes == {"loss_reason": "Say why it was lost."}
    form.of.loss_reason.widget.value = "price"
    done = form.save()
    assert done is not None
    assert (done.closed_on, done.loss_reason) == (TODAY, "price")


def test_subfamilies_follow_their_family(form: OpportunityForm) -> None:
    family, subfamily = form.of.classification.family, form.of.classification.subfamily
    family.widget.value = "data"
    assert "data_platform" in {code for _, code in subfamily.widget.options}
    subfamily.widget.value = "data_platform"
    family.widget.value = "training"
    assert subfamily.read() is None
    assert "data_platform" not in {code for _, code in subfamily.widget.options}


def test_sites_follow_their_customer(
    form: OpportunityForm, customer: Customer, workbench: Workbench
) -> None:
    other = workbench.save(Customer(name="Autre"))
    form.of.customer.show(customer.id)
    assert [label for label, _ in form.of.site.widget.options] == [
        "—", "LYO – Lyon", "GRE – Grenoble",
    ]  # fmt: skip
    form.of.site.widget.value = customer.sites[0].id
    form.of.customer.show(other.id)
    assert form.of.site.read() is None


def test_figures_follow_each_keystroke(form: OpportunityForm) -> None:
    lines = form.of.lines
    lines.add()
    lines.type(0, "sale_type", "consulting")
    lines.type(0, "quantity", "3")
    lines.type(0, "unit_price", "0,35")
    form.of.probability.widget.value = "50"
    [row] = lines.grid.rows
    assert "amount" in row.absent  # it is computed
    assert row.figures == {"amount": "€1.05", "weighted_amount": "€0.53", "weighted_margin": ""}
    assert lines.grid.totals["weighted_amount"] == "€0.53"
    form.of.probability.widget.value = "100"
    assert lines.grid.rows[0].figures["weighted_amount"] == "€1.05"
    form.of.currency.widget.value = "TND"
    assert "1.050" in lines.grid.totals["amount"]
    form.of.probability.widget.value = "many"
    assert lines.grid.totals["weighted_amount"] == ""


def test_the_sale_type_decides_the_fields(form: OpportunityForm) -> None:
    lines = form.of.lines
    lines.add()
    for sale_type, absent, hint in (
        ("consulting", {"recurrence"}, "daily rate"), ("licence", {"recurrence"}, "each"),
        ("subscription", set(), "per period"),
    ):  # fmt: skip
        lines.type(0, "sale_type", sale_type)
        [row] = lines.grid.rows
        assert row.absent == absent
        assert row.placeholders["unit_price"] == hint


def test_lines_are_duplicated_moved_and_deleted(screen: Screen, saved: Saved) -> None:
    form = opened(screen, saved(lines=[Line(title=name, amount=1) for name in "ABC"]))
    lines = form.of.lines
    keys = [row.key for row in lines.grid.rows]
    lines.duplicate(keys[0])
    lines.move(keys[2], 0)
    lines.remove(keys[1])
    done = form.save()
    assert done is not None
    assert [line.title for line in done.lines] == ["C", "A", "A"]


@pytest.mark.parametrize("typed", ["9" * 18, "9" * 40, "1e5", "1,2,3,4", "-0.001", "∞"])
def test_no_number_breaks_the_figures(form: OpportunityForm, typed: str) -> None:
    form.of.lines.add()
    for column in ("quantity", "unit_price", "amount", "margin", "duration_months"):
        form.of.lines.type(0, column, typed)
    form.of.probability.widget.value = typed
    assert form.screen.notice.text == ""


# -- origin ----------------------------------------------------------------------------------------


def test_an_origin_may_be_free_text(form: OpportunityForm, customer: Customer) -> None:
    filled(form, customer)
    form.of.origin.type.widget.value = "campaign"
    form.of.origin.pick.text = "Salon de Lyon"
    saved = form.save()
    assert saved is not None
    assert (saved.origin_id, saved.origin_text) == (None, "Salon de Lyon")


def test_campaigns_of_other_opportunities_are_proposed(form: OpportunityForm, saved: Saved) -> None:
    for name in ("Salon de Lyon", "Salon de Lyon", "Énergie 2026"):
        saved(origin_type="campaign", origin_text=name)
    saved(origin_type="customer", origin_text="Salon d’un client")
    form.of.origin.type.widget.value = "campaign"
    assert [one.label for one in form.of.origin._suggest("")] == ["Salon de Lyon", "Énergie 2026"]
    assert [one.label for one in form.of.origin._suggest("energie")] == ["Énergie 2026"]
    form.of.origin.type.widget.value = ""
    assert form.of.origin._suggest("salon") == []


def test_an_origin_of_another_kind_keeps_its_words_only(
    form: OpportunityForm, customer: Customer, owner: Employee
) -> None:
    filled(form, customer)
    form.of.origin.type.widget.value = "employee"
    form.of.origin.pick.choose(Choice(str(owner.id), "Ana Lopez"))
    form.of.origin.type.widget.value = "campaign"
    saved = form.save()
    assert saved is not None
    assert (saved.origin_id, saved.origin_text) == (None, "Ana Lopez")


def test_an_event_brings_an_opportunity(
    screen: Screen, customer: Customer, owner: Employee, workbench: Workbench
) -> None:
    event = workbench.save(Event(
        kind="task", subject="Rappel", customer_id=customer.id, owner_id=owner.id,
        site_id=customer.sites[0].id, contact_id=customer.contacts[0].id,
    ))  # fmt: skip
    form = opened(screen, workbench.from_event(event))
    assert form.unsaved
    saved = form.save()
    assert saved is not None
    assert (saved.origin_id, saved.origin_text, saved.owner_id) == (event.id, "Rappel", owner.id)
    assert saved.site_id == customer.sites[0].id
    assert saved.participants == (Participant(contact_id=customer.contacts[0].id),)


# -- people ----------------------------------------------------------------------------------------


def test_contacts_and_employees_take_part(
    screen: Screen, saved: Saved, customer: Customer, assistant: Employee
) -> None:
    form = opened(screen, saved())
    people = form.of.participants
    people.add_contact(customer.contacts[0].id or 0)
    people.add_contact(customer.contacts[0].id or 0)  # once
    people.add_employee(assistant.id or 0)
    assert [row.figures["name"] for row in people.grid.rows] == ["Léa Dupont", "Bo Berg"]
    done = form.save()
    assert done is not None
    assert done.participants == (
        Participant(contact_id=customer.contacts[0].id), Participant(employee_id=assistant.id),
    )  # fmt: skip
    people.remove(people.grid.rows[0].key)
    done = form.save()
    assert done is not None
    assert done.participants == (Participant(employee_id=assistant.id),)


def test_two_owners_are_refused_beside_the_second(
    screen: Screen, saved: Saved, assistant: Employee
) -> None:
    form = opened(screen, saved())
    people = form.of.responsibles
    people.add()
    key = people.grid.rows[1].key
    people.type(1, "role", "sales")
    people.picked(key, "employee_id", str(assistant.id))
    assert form.save() is None
    assert people.grid.notes == {
        key: {"": "There is one sales responsible: give this one another role."}
    }


# -- saving ----------------------------------------------------------------------------------------


def test_edits_that_do_not_collide_are_merged(
    screen: Screen, saved: Saved, colleague: Workbench
) -> None:
    record = saved()
    form = opened(screen, record)
    colleague.save(record.replace(sector="energy"))
    form.of.name.widget.value = "Nouveau nom"
    done = form.save()
    assert done is not None
    assert (done.name, done.sector, done.version) == ("Nouveau nom", "energy", 3)
    assert form.of.classification.sector.read() == "energy"
    assert "Bo" in message(screen)


def test_a_conflict_is_settled_side_by_side_and_nothing_is_lost(
    screen: Screen, saved: Saved, colleague: Workbench, workbench: Workbench
) -> None:
    record = saved()
    form = opened(screen, record)
    colleague.save(record.replace(name="Le leur"))
    form.of.name.widget.value = "Le mien"
    form.of.comment.widget.value = "À moi"
    assert form.save() is None
    dialog = screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(len(dialog.answers) - 1)  # not now
    assert screen.dialogs.dialog is None
    assert (form.of.name.widget.value, form.of.comment.widget.value) == ("Le mien", "À moi")
    assert workbench.opportunity(record.code or "").name == "Le leur"
    assert form.unsaved


def test_a_code_that_is_taken_is_said_and_nothing_is_lost(
    form: OpportunityForm, customer: Customer, saved: Saved
) -> None:
    other = saved()
    filled(form, customer).of.code.widget.value = other.code or ""
    assert form.screen.guard(form.save)() is None
    assert "already used" in message(form.screen)
    assert form.of.name.widget.value == "Portail"
    assert form.unsaved


def test_an_interrupted_save_loses_nothing(
    form: OpportunityForm, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_record: Any) -> None:
        raise KeyboardInterrupt

    filled(form, customer)
    monkeypatch.setattr(form.screen.workbench, "save", interrupted)
    assert form.screen.guard(form.save)() is None
    assert message(form.screen).startswith("Interrupted")
    assert form.of.name.widget.value == "Portail"
    monkeypatch.undo()
    assert form.save() is not None


def test_an_unexpected_error_reaches_the_message_area_and_the_log(
    form: OpportunityForm, customer: Customer, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def broken(_record: Any) -> None:
        raise OSError("disk on fire")

    filled(form, customer)
    monkeypatch.setattr(form.screen.workbench, "save", broken)
    form.screen.guard(form.save)()
    assert "disk on fire" in message(form.screen)
    assert "Traceback" in caplog.text


# -- what can be done ------------------------------------------------------------------------------


def test_a_duplicate_is_a_copy_that_is_not_saved(
    screen: Screen, saved: Saved, workbench: Workbench
) -> None:
    shown: list[Any] = []
    screen.navigate(shown.append, lambda kind: None)
    opened(screen, saved(tags=("risk",))).duplicate()
    [copy] = shown
    assert (copy.code, copy.version, copy.status, copy.tags) == (None, 0, "to_qualify", ("risk",))
    form = opened(screen, copy)
    assert form.unsaved
    done = form.save()
    assert done is not None
    assert workbench.search().count == 2


def test_deleting_asks_first(screen: Screen, saved: Saved, workbench: Workbench) -> None:
    form = opened(screen, saved())
    gone: list[bool] = []
    form.on_gone(lambda: gone.append(True))
    form.delete()
    assert workbench.search().count == 1
    dialog = screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(0)
    assert workbench.search().count == 0
    assert gone == [True]


def test_deleting_says_what_refers_to_it(
    screen: Screen, saved: Saved, workbench: Workbench
) -> None:
    record = saved()
    quote = workbench.create_quote(record)
    form = opened(screen, record)
    assert quote.code is not None
    assert [link.description.split(" ")[0] for link in form.made.buttons] == [quote.code]
    form.delete()
    dialog = screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(0)
    assert quote.code in message(screen)
    assert workbench.search().count == 1


def test_won_lost_and_reopened(screen: Screen, saved: Saved, workbench: Workbench) -> None:
    record = saved()
    form = opened(screen, record)
    form.of.comment.widget.value = "typed before"
    form.close_as(Outcome.WON)
    dialog = screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(0)
    won = workbench.opportunity(record.code or "")
    assert (won.status, won.closed_on, won.comment) == ("won", TODAY, "typed before")
    form.reopen()
    back = workbench.opportunity(record.code or "")
    assert (back.status, back.closed_on) == ("to_qualify", None)
    assert [v.record.status for v in workbench.history(back)] == ["proposal", "won", "to_qualify"]


def test_quotes_and_affairs_are_made_of_what_is_saved(
    screen: Screen, saved: Saved, workbench: Workbench
) -> None:
    record = saved()
    form = opened(screen, record)
    form.create_quote()
    [quote] = workbench.quotes_of(record)
    assert [link.description.split(" ")[0] for link in form.made.buttons] == [quote.code]
    form.create_affair()
    dialog = screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(0)
    [affair] = workbench.affairs_of(record)
    assert affair.budget == record.amount


def test_leaving_asks_what_becomes_of_unsaved_changes(screen: Screen, saved: Saved) -> None:
    form = opened(screen, saved())
    left: list[str] = []
    form.leave(lambda: left.append("clean"))
    form.of.name.widget.value = "Changé"
    assert form.frame.unsaved
    form.leave(lambda: left.append("saved"))
    dialog = screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(2)  # stay
    assert left == ["clean"]
    form.leave(lambda: left.append("saved"))
    dialog = screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(0)
    assert left == ["clean", "saved"]
    assert not form.unsaved


def test_a_past_version_is_restored_on_top(
    screen: Screen, saved: Saved, workbench: Workbench
) -> None:
    record = saved()
    changed = workbench.save(record.replace(name="Autre", sector="energy"))
    form = opened(screen, changed)
    form.restore(record)
    back = workbench.opportunity(record.code or "")
    assert (back.name, back.sector, back.version) == (record.name, None, 3)
    assert form.of.name.widget.value == record.name


def test_texts_that_are_markup_stay_texts(
    form: OpportunityForm, customer: Customer, workbench: Workbench
) -> None:
    filled(form, customer, EVIL)
    form.of.lines.add()
    form.of.lines.type(0, "title", EVIL)
    form.of.comment.widget.value = EVIL
    form.of.origin.pick.text = EVIL
    saved = form.save()
    assert saved is not None
    assert (saved.name, saved.lines[0].title, saved.origin_text) == (EVIL, EVIL, EVIL)
    assert form.title.text.endswith(EVIL)


def test_an_opened_record_reads_back_as_it_is(
    screen: Screen, french: Screen, saved: Saved, owner: Employee
) -> None:
    record = saved(
        lines=[Line(title="A", quantity="2.5", unit_price="1000.1234"),
               Line(amount="-5.01", margin="1"), Line(title="vide")],
        responsibles=[Responsible(role="sales", employee_id=owner.id)], tags=("risk",),
        expected_signature="2026-12-31", probability="0.1234", family="data",
        subfamily="data_platform", currency="TND",
    )  # fmt: skip
    for page in (screen, french):
        form = opened(page, record)
        assert not form.unsaved
        assert form.draft.read() == record


def test_a_tag_that_a_colleague_added_meanwhile_is_taken_as_it_is(
    screen: Screen, colleague: Workbench
) -> None:
    theirs = Tag(code="salon", label_fr="Salon", label_en="Fair", colour="#123456")
    colleague.lists.save(theirs)
    assert new_tag(screen, "salon") == theirs
    made = new_tag(screen, "Tout neuf")
    assert made.code in {tag.code for tag in colleague.catalogue().all(Tag)}


def test_the_tab_of_what_is_wrong_comes_into_sight(
    screen: Screen, saved: Saved, customer: Customer, workbench: Workbench
) -> None:
    form = opened(screen, saved())
    form.tabs.selected_index = 2
    form.note({"participants.0.contact_id": "Gone."})
    assert form.tabs.selected_index == 1
    form.note({"participants.0.contact_id": "Gone.", "name": "Fill in this field."})
    assert form.tabs.selected_index == 0
    event = Event(
        kind="task", subject="Rappel", customer_id=customer.id,
        contact_id=customer.contacts[0].id,
    )  # fmt: skip
    new = opened(screen, workbench.from_event(workbench.save(event)))
    new.note({"participants.0.contact_id": "Gone."})  # it has no tabs before it is saved
    assert new.tabs.selected_index == 0
