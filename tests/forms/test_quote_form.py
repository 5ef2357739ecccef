"""The form of a quote: what may be typed, what it comes to, and each step of its life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from oppkit.forms.field_dialog import FieldDialog
from oppkit.forms.following_dialog import FollowingDialog
from oppkit.forms.quote_form import QuoteForm
from oppkit.forms.screen import Screen
from oppkit.model import (
    Customer,
    Employee,
    Firm,
    Line,
    Opportunity,
    Outcome,
    Quote,
    QuoteState,
    Recurrence,
    Responsible,
)
from oppkit.model.record import Record
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock
from tests.forms.conftest import EVIL

Saved = Callable[..., Opportunity]


@pytest.fixture
def sale(saved: Saved, customer: Customer) -> Opportunity:
    return saved(
        code="OPP-1", name="Portail", site_id=customer.sites[0].id, tags=("risk",),
        lines=(
            Line(sale_type="consulting", title="Étude", quantity=10, unit_price=850, margin=1000),
            Line(title="Licences", amount="1500"),
        ),
    )  # fmt: skip


@pytest.fixture
def drafted(workbench: Workbench, sale: Opportunity) -> Quote:
    return workbench.quotes.create(sale)


@pytest.fixture
def form(screen: Screen, drafted: Quote) -> QuoteForm:
    return opened(screen, drafted)


@pytest.fixture
def visited(screen: Screen) -> list[Record]:
    asked: list[Record] = []
    screen.navigate(asked.append, lambda _kind: None)
    return asked


def opened(screen: Screen, quote: Quote) -> QuoteForm:
    form = QuoteForm(screen)
    form.show(quote)
    return form


def message(form: QuoteForm) -> str:
    return str(form.screen.notice.text)


def answer(form: QuoteForm, place: int = 0) -> None:
    """Answer the dialog that is open."""
    dialog = form.screen.dialogs.dialog
    assert dialog is not None
    dialog.answer(place)


def asked(form: QuoteForm) -> str:
    """What the dialog that is open says."""
    dialog = form.screen.dialogs.dialog
    assert dialog is not None
    return " ".join(part.text for part in dialog.children[2].children if hasattr(part, "text"))


def validated(form: QuoteForm) -> Quote:
    form.validate()
    answer(form)
    return form.quote


def signed(form: QuoteForm) -> FollowingDialog:
    """Validate and sign; what is then offered."""
    validated(form)
    form.sign()
    answer(form)
    assert form.quote.state is QuoteState.SIGNED
    dialog = form.screen.dialogs.dialog
    assert isinstance(dialog, FollowingDialog)
    return dialog


def offered(form: QuoteForm) -> list[str]:
    """The words on the buttons in sight."""
    shown = [one for one in form.actions.children if one.layout.display != "none"]
    return [one.description for one in shown if one is not form.documents]


# -- a draft ---------------------------------------------------------------------------------------


def test_a_draft_is_shown_as_it_was_made(form: QuoteForm, customer: Customer) -> None:
    assert form.heading() == "DRAFT-2026-0001 · Portail"
    assert form.badge.text == "Draft"
    assert form.told.text == ""
    assert not form.unsaved
    assert form.of.customer.read() == customer.id
    assert form.of.customer.widget.disabled
    assert form.of.code.widget.disabled
    assert not form.of.name.widget.disabled
    assert [row.figures["net"] for row in form.of.lines.grid.rows] == ["€8,500.00", "€1,500.00"]
    assert offered(form) == ["Save", "Validate…", "Archive…", "Delete"]


def test_every_field_is_saved(
    form: QuoteForm, customer: Customer, assistant: Employee, workbench: Workbench
) -> None:
    of = form.of
    of.name.widget.value = "Portail, lot 1"
    of.site.widget.value = customer.sites[1].id
    of.contact.widget.value = customer.contacts[1].id
    of.quoted_on.widget.text = "17/03/2026"
    of.valid_until.widget.text = "30/04/2026"
    of.expected.widget.text = "15/04/2026"
    of.currency.widget.value = "CHF"
    of.lines.add()
    for column, text in {
        "sale_type": "subscription", "title": "Support", "quantity": "2", "unit_price": "99.95",
        "recurrence": "monthly", "duration_months": "12", "discount": "10 %", "vat_rate": "8.1 %",
    }.items():  # fmt: skip
        of.lines.type(2, column, text)
    of.terms.widget.value = "30 days\nnet"
    of.classification.sector.widget.value = "energy"
    of.classification.family.widget.value = "data"
    of.classification.subfamily.widget.value = "data_platform"
    of.tags.widget.show(("urgent",))
    of.responsibles.show((Responsible(role="sales", employee_id=assistant.id),))
    of.participants.add_employee(assistant.id or 0)
    of.comment.widget.value = "Call before noon"

    saved = form.save()

    assert saved is not None, (form.frame.notes, of.lines.grid.notes, message(form))
    assert saved == workbench.quote("DRAFT-2026-0001")
    line = saved.lines[2]
    assert (line.discount, line.vat_rate) == (Decimal("0.1"), Decimal("0.081"))
    assert (line.recurrence, line.duration_months) == (Recurrence.MONTHLY, 12)
    expected = {
        "name": "Portail, lot 1", "site_id": customer.sites[1].id,
        "contact_id": customer.contacts[1].id, "currency": "CHF", "terms": "30 days\nnet",
        "quoted_on": TODAY + timedelta(days=1), "sector": "energy", "family": "data",
        "subfamily": "data_platform", "tags": ("urgent",), "comment": "Call before noon",
    }  # fmt: skip
    assert {name: getattr(saved, name) for name in expected} == expected
    assert saved.responsibles[0].employee_id == assistant.id
    assert saved.participants[-1].employee_id == assistant.id
    assert not form.unsaved


def test_showing_and_saving_changes_nothing(form: QuoteForm, drafted: Quote) -> None:
    saved = form.save()
    assert saved is not None
    assert saved.replace(version=drafted.version) == drafted


def test_all_that_is_wrong_is_said_at_once(form: QuoteForm, workbench: Workbench) -> None:
    form.of.name.widget.value = ""
    form.of.valid_until.widget.text = "01/01/2026"
    form.of.lines.type(0, "discount", "150 %")
    form.of.lines.type(0, "unit_price", "")
    form.of.lines.type(1, "vat_rate", "much")
    assert form.save() is None
    assert set(form.frame.notes) == {"name", "valid_until"}
    first, second = form.of.lines.grid.notes.values()
    assert set(first) == {"discount", "unit_price"}
    assert second == {"vat_rate": "Type a percentage such as 40%."}
    assert form.of.lines.grid.rows[1].cells["vat_rate"] == "much"
    assert workbench.quote("DRAFT-2026-0001").version == 1


# -- totals ----------------------------------------------------------------------------------------


def test_totals_follow_each_keystroke(form: QuoteForm) -> None:
    assert form.of.totals.rows == [
        ["Total excl. tax", "€10,000.00"], ["VAT 20% on €10,000.00", "€2,000.00"],
        ["Total incl. tax", "€12,000.00"],
    ]  # fmt: skip
    form.of.lines.type(1, "vat_rate", "5.5 %")
    form.of.lines.type(1, "discount", "10")
    assert form.of.totals.rows == [
        ["Total excl. tax", "€9,850.00"], ["VAT 5.5% on €1,350.00", "€74.25"],
        ["VAT 20% on €8,500.00", "€1,700.00"], ["Total incl. tax", "€11,624.25"],
    ]  # fmt: skip
    form.of.lines.type(0, "quantity", "x")  # cannot be read: it counts for nothing yet
    assert form.of.lines.grid.rows[0].figures["net"] == ""
    assert form.of.totals.rows[0] == ["Total excl. tax", "€1,350.00"]
    form.of.lines.type(0, "quantity", "")  # no quantity is one
    assert form.of.lines.grid.rows[0].figures["net"] == "€850.00"
    form.of.currency.widget.value = "JPY"
    assert form.of.totals.rows[-1] == ["Total incl. tax", "JP¥2,444"]


def test_totals_are_those_of_the_model(form: QuoteForm, workbench: Workbench) -> None:
    for place, (quantity, price, discount, rate) in enumerate(
        [("3", "33.335", "12.5 %", "20 %"), ("0.333", "17.77", "", "10 %"), ("-1", "5", "", "0")]
    ):
        if place == 2:
            form.of.lines.add()
        for column, text in (
            ("quantity", quantity), ("unit_price", price), ("discount", discount),
            ("vat_rate", rate),
        ):  # fmt: skip
            form.of.lines.type(place, column, text)
    shown = form.of.lines.totals()
    saved = form.save()
    assert saved is not None
    assert saved.totals == shown
    [row] = workbench.directory.quotes().rows
    assert row["including_tax"] == shown.including_tax


def test_numbers_too_long_are_left_out_of_the_totals(form: QuoteForm) -> None:
    form.of.lines.type(0, "quantity", "9" * 13)
    form.of.lines.type(0, "unit_price", "9" * 13)
    assert form.of.totals.rows[0] == ["Total excl. tax", "€1,500.00"]
    assert message(form) == ""
    assert form.save() is None


def test_a_new_line_has_the_rate_of_the_one_before_or_the_firms(
    form: QuoteForm, workbench: Workbench
) -> None:
    workbench.quotes.save_firm(Firm(vat_rate="0.085"))
    form.of.lines.type(1, "vat_rate", "0 %")
    form.of.lines.add()
    assert form.of.lines.grid.rows[2].cells["vat_rate"] == "0%"
    for row in form.of.lines.grid.rows:
        form.of.lines.remove(row.key)
    form.of.lines.add()
    assert form.of.lines.grid.rows[0].cells["vat_rate"] == "8.5%"


# -- validating ------------------------------------------------------------------------------------


def test_validating_saves_what_is_typed_asks_and_freezes(
    form: QuoteForm, workbench: Workbench
) -> None:
    form.of.name.widget.value = "Portail, lot 1"
    form.validate()
    assert "16/03/2026" in asked(form)
    assert workbench.quote("DRAFT-2026-0001").name == "Portail, lot 1"
    answer(form, 1)  # not yet
    assert form.quote.state is QuoteState.DRAFT
    form.validate()
    answer(form)
    assert form.heading() == "QUO-2026-0001 · Portail, lot 1"
    assert (form.badge.text, form.badge.tone) == ("Validated", "validated")
    assert message(form) == "The quote is validated under the number QUO-2026-0001."
    assert form.told.text.startswith("Validated on 16/03/2026.")
    assert offered(form) == ["Mark as signed…", "Revise", "Archive…"]
    assert all(field.widget.disabled for field in form.of.all())
    assert form.of.participants.adders.layout.display == "none"
    form.frame._on_save()
    with pytest.raises(Exception, match="cannot be changed any more"):
        form.save()


def test_validating_what_is_wrong_says_so_and_asks_nothing(form: QuoteForm) -> None:
    form.of.name.widget.value = ""
    form.validate()
    assert form.screen.dialogs.dialog is None
    assert set(form.frame.notes) == {"name"}


def test_validating_nothing_is_refused(screen: Screen, saved: Saved, workbench: Workbench) -> None:
    form = opened(screen, workbench.quotes.create(saved(lines=())))
    screen.guard(form.validate)()
    assert screen.dialogs.dialog is None
    assert "has no lines" in message(form)


def test_a_draft_that_a_colleague_changed_is_looked_at_first(
    form: QuoteForm, drafted: Quote, colleague: Workbench
) -> None:
    form.validate()
    colleague.save(drafted.replace(terms="Prepaid"))
    answer(form)
    assert "Bo has changed DRAFT-2026-0001" in message(form)
    assert form.quote.state is QuoteState.DRAFT
    assert form.of.terms.widget.value == "Prepaid"
    assert validated(form).code == "QUO-2026-0001"


def test_what_has_expired_says_so(form: QuoteForm, clock: Clock) -> None:
    quote = validated(form)
    clock.advance(days=31)
    form.show(quote)
    assert form.told.text.startswith("It was valid until 15/04/2026. Validated on")
    assert form.told.tone == "bad"


# -- signing ---------------------------------------------------------------------------------------


def test_signing_asks_for_its_day(form: QuoteForm) -> None:
    validated(form)
    form.sign()
    dialog = form.screen.dialogs.dialog
    assert isinstance(dialog, FieldDialog)
    for typed in ("", "soon", "15/03/2026"):
        dialog.field.widget.text = typed
        dialog.answer(0)
        assert "signed_on" in dialog.frame.notes
        assert form.quote.state is QuoteState.VALIDATED
    dialog.field.widget.text = "16/03/2026"
    dialog.answer(0)
    assert form.quote.signed_on == TODAY
    assert form.badge.text == "Signed"
    assert message(form) == "QUO-2026-0001 is signed."


def test_nothing_is_done_that_is_not_ticked(form: QuoteForm, workbench: Workbench) -> None:
    before = workbench.opportunity("OPP-1")
    form.of.lines.type(1, "unit_price", "1600")
    dialog = signed(form)
    assert (dialog.won.read(), dialog.amount.read()) == (False, False)
    assert dialog.buttons[0].disabled
    dialog.answer(0)  # as a program could
    assert form.screen.dialogs.dialog is dialog
    dialog.answer(1)
    assert form.screen.dialogs.dialog is None
    assert workbench.opportunity("OPP-1") == before
    assert "Update the opportunity…" in offered(form)  # later is possible too


def test_what_would_change_is_said_and_done_when_ticked(
    form: QuoteForm, workbench: Workbench
) -> None:
    form.of.lines.type(1, "unit_price", "1600")
    dialog = signed(form)
    assert dialog.won.widget.description == "Mark OPP-1 won on 16/03/2026 (now: Proposal)"
    assert "from €10,000.00 to €10,100.00" in dialog.amount.widget.description
    assert ["Amount", "€10,000.00", "€10,100.00"] in dialog.facts.rows
    dialog.won.widget.value = True
    assert not dialog.buttons[0].disabled
    dialog.amount.widget.value = True
    dialog.answer(0)
    sale = workbench.opportunity("OPP-1")
    assert workbench.catalogue().outcome(sale.status) is Outcome.WON
    assert (sale.closed_on, sale.amount) == (TODAY, Decimal(10100))
    assert message(form) == "OPP-1 was updated."
    assert offered(form) == ["Revise"]


def test_one_thing_is_done_without_the_other(form: QuoteForm, workbench: Workbench) -> None:
    form.of.lines.type(1, "unit_price", "1600")
    dialog = signed(form)
    dialog.amount.widget.value = True
    dialog.answer(0)
    sale = workbench.opportunity("OPP-1")
    assert (sale.amount, sale.status) == (Decimal(10100), "proposal")
    form.follow()  # what is left
    again = form.screen.dialogs.dialog
    assert isinstance(again, FollowingDialog)
    assert not again.following.differs
    boxes = again.children[2].children[1].children
    assert list(boxes) == [again.won.widget]


def test_nothing_is_offered_where_nothing_differs(
    form: QuoteForm, sale: Opportunity, workbench: Workbench
) -> None:
    workbench.close(sale, Outcome.WON)
    validated(form)
    form.sign()
    answer(form)
    assert form.screen.dialogs.dialog is None
    assert offered(form) == ["Revise"]


# -- archiving, revising, deleting -----------------------------------------------------------------


def test_archiving_asks_why(form: QuoteForm) -> None:
    validated(form)
    form.archive()
    dialog = form.screen.dialogs.dialog
    assert isinstance(dialog, FieldDialog)
    dialog.answer(0)
    assert dialog.frame.notes == {"archive_reason": "Say why the quote is archived."}
    dialog.field.widget.value = EVIL
    dialog.answer(0)
    assert form.quote.state is QuoteState.ARCHIVED
    assert form.told.text == f"Archived: {EVIL}"
    assert offered(form) == ["Revise"]


def test_archiving_a_draft_asks_what_becomes_of_what_is_typed(form: QuoteForm) -> None:
    form.of.name.widget.value = "Portail, lot 1"
    form.archive()
    answer(form)  # save first
    dialog = form.screen.dialogs.dialog
    assert isinstance(dialog, FieldDialog)
    dialog.field.widget.value = "Too late"
    dialog.answer(0)
    assert (form.quote.name, form.quote.state) == ("Portail, lot 1", QuoteState.ARCHIVED)


def test_revising_opens_a_draft_whose_validation_archives_the_first(
    form: QuoteForm, visited: list[Record], workbench: Workbench
) -> None:
    first = validated(form)
    form.revise()
    [draft] = visited
    assert isinstance(draft, Quote)
    assert draft.parent_id == first.id
    second = opened(form.screen, draft)
    second.validate()
    assert "QUO-2026-0001, which it revises, will be archived." in asked(second)
    answer(second)
    assert second.quote.code == "QUO-2026-0002"
    assert workbench.quote("QUO-2026-0001").state is QuoteState.ARCHIVED


def test_a_revision_that_was_begun_is_offered_first(
    form: QuoteForm, visited: list[Record], workbench: Workbench
) -> None:
    validated(form)
    form.revise()
    form.revise()
    assert len(workbench.directory.quotes().rows) == 2
    answer(form)
    assert visited[0] == visited[1]
    form.revise()
    answer(form, 1)
    assert visited[2] != visited[0]


def test_a_draft_is_deleted_after_asking(form: QuoteForm, workbench: Workbench) -> None:
    gone: list[bool] = []
    form.on_gone(lambda: gone.append(True))
    form.delete()
    answer(form)
    assert gone
    assert workbench.directory.quotes().count == 0


# -- what colleagues do meanwhile ------------------------------------------------------------------


def test_a_draft_that_went_out_meanwhile_is_not_saved_and_nothing_typed_is_lost(
    form: QuoteForm, drafted: Quote, colleague: Workbench
) -> None:
    colleague.quotes.validate(drafted)
    form.of.name.widget.value = "Portail, lot 1"
    form.screen.guard(form.save)()
    assert "is validated and cannot be changed any more" in message(form)
    assert form.of.name.widget.value == "Portail, lot 1"
    assert form.unsaved
    assert colleague.quote("QUO-2026-0001").name == "Portail"


def test_what_was_archived_meanwhile_is_not_signed(form: QuoteForm, colleague: Workbench) -> None:
    quote = validated(form)
    form.sign()
    colleague.quotes.archive(quote, "Price")
    dialog = form.screen.dialogs.dialog
    assert isinstance(dialog, FieldDialog)
    dialog.answer(0)
    assert form.screen.dialogs.dialog is dialog
    assert "cannot be signed" in dialog.problem.text
    assert colleague.quote("QUO-2026-0001").state is QuoteState.ARCHIVED


def test_edits_of_a_draft_that_do_not_collide_are_merged(
    form: QuoteForm, drafted: Quote, colleague: Workbench
) -> None:
    colleague.save(drafted.replace(terms="Prepaid"))
    form.of.lines.type(1, "unit_price", "1600")
    saved = form.save()
    assert saved is not None
    assert (saved.terms, saved.totals.excluding_tax) == ("Prepaid", Decimal(10100))
    assert form.of.terms.widget.value == "Prepaid"


# -- around it -------------------------------------------------------------------------------------


def test_the_customer_and_the_opportunity_are_one_click_away(
    form: QuoteForm, visited: list[Record], customer: Customer, sale: Opportunity
) -> None:
    form._open_customer()
    form.made.buttons[0].click()
    assert visited == [customer, sale]


def test_the_history_tells_states_and_parties_in_words(
    form: QuoteForm, workbench: Workbench
) -> None:
    workbench.quotes.save_firm(Firm(name="Oppkit SARL"))
    validated(form)
    form.archive()
    dialog = form.screen.dialogs.dialog
    assert isinstance(dialog, FieldDialog)
    dialog.field.widget.value = "Price"
    dialog.answer(0)
    form.tabs.selected_index = 1
    entries = form.history.timeline.entries
    assert [(entry["what"], entry["tone"]) for entry in entries] == [
        ("Archived", "late"), ("Validated", ""), ("Created", ""),
    ]  # fmt: skip
    told = {c["label"]: c["after"] for one in entries for c in one["changes"] + one["folded"]}
    assert told["Sender and recipient: "] == "Oppkit SARL → Énergie du Rhône, Lyon"
    assert told["Total incl. tax: "] == "€12,000.00"
    assert {entry["number"] for entry in entries} == {0}  # what went out does not come back


def test_an_earlier_draft_is_restored(form: QuoteForm) -> None:
    form.of.lines.type(1, "unit_price", "1600")
    form.save()
    form.tabs.selected_index = 1
    latest, first = form.history.timeline.entries
    assert {"label": "Total excl. tax: ", "before": "€10,000.00", "after": "€10,100.00"} in (
        latest["changes"] + latest["folded"]
    )
    form.history.restore(first["number"])
    assert form.quote.totals.excluding_tax == Decimal(10000)
    assert form.quote.version == 3


def test_a_quote_is_shown_in_french(french: Screen, drafted: Quote) -> None:
    form = opened(french, drafted)
    assert form.badge.text == "Brouillon"
    assert form.of.totals.rows[0] == ["Total HT", "10\u202f000,00\xa0€"]
    assert form.of.totals.rows[1][0] == "TVA 20\u202f% sur 10\u202f000,00\xa0€"
    assert offered(form) == ["Enregistrer", "Valider…", "Archiver…", "Supprimer"]
