"""The editor of the reference lists and exchange rates, through what a person can do in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from oppkit.forms.list_form import ValueDialog
from oppkit.forms.list_order import OrderDialog
from oppkit.forms.lists import ListsView
from oppkit.forms.rates import RateDialog
from oppkit.forms.screen import Screen
from oppkit.model import (
    LISTS,
    Currency,
    Opportunity,
    Outcome,
    Pricing,
    Reference,
    Role,
    SaleType,
    Sector,
    Status,
    Subfamily,
    Tag,
)
from oppkit.model.rate import ExchangeRate
from oppkit.workbench import Workbench
from tests.clock import TODAY

EVIL = "<img src=x onerror=alert(1)>"

Saved = Callable[..., Opportunity]


@pytest.fixture
def screen(workbench: Workbench) -> Screen:
    return Screen(workbench, "en")


@pytest.fixture
def view(screen: Screen) -> ListsView:
    return ListsView(screen)


def rows(view: ListsView) -> list[dict[str, Any]]:
    """All rows of the table in sight, as the page would get them."""
    table = view.panel.table
    found = table._source(0, table.total)
    return [{"key": row.key, "cells": list(row.cells), "tone": row.tone} for row in found]


def opened(view: ListsView, code: str) -> ValueDialog:
    """The dialog of a value of the list in sight."""
    view.panel.edit(code)
    dialog = view.screen.dialogs.dialog
    assert isinstance(dialog, ValueDialog)
    return dialog


def new(view: ListsView) -> ValueDialog:
    view.panel.add()
    dialog = view.screen.dialogs.dialog
    assert isinstance(dialog, ValueDialog)
    return dialog


def fill(dialog: Any, **texts: Any) -> None:
    """Type into the fields as a person does."""
    for name, text in texts.items():
        dialog.draft.fields[name].widget.value = text


def standing(workbench: Workbench, kind: Any, code: str) -> Any:
    return workbench.catalogue().get(kind, code)


# -- what is shown -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_list_is_there_with_all_its_values_in_order(
    workbench: Workbench, language: str
) -> None:
    view = ListsView(Screen(workbench, language))
    for name, kind in LISTS.items():
        view.show(name)
        values = workbench.catalogue().all(kind)
        assert [row["key"] for row in rows(view)] == [value.code for value in values]
        assert [row["cells"][0] for row in rows(view)] == [v.label(language) for v in values]
        assert view.panel.table.total == len(values)


@pytest.mark.parametrize(
    ("name", "code", "own"),
    [
        ("status", "proposal", ["Open", "45%"]),
        ("origin_type", "tender", ["Customer"]),
        ("sale_type", "licence", ["Per unit"]),
        ("subfamily", "web", ["Application development"]),
        ("currency", "TND", ["3"]),
    ],
)
def test_the_own_fields_of_a_list_are_told_in_words(
    view: ListsView, name: str, code: str, own: list[str]
) -> None:
    view.show(name)
    row = next(row for row in rows(view) if row["key"] == code)
    assert row["cells"][3:-1] == own


def test_a_tag_is_shown_in_its_colour(view: ListsView) -> None:
    view.show("tag")
    assert rows(view)[0]["cells"][3]["chips"] == [{"text": "Strategic", "colour": "#0072b2"}]


def test_closed_values_are_muted_and_counted(view: ListsView) -> None:
    view.show("tag")
    dialog = opened(view, "risk")
    fill(dialog, active=False)
    dialog.answer(0)
    view.refresh()
    row = next(row for row in rows(view) if row["key"] == "risk")
    assert (row["tone"], row["cells"][-1]) == ("muted", "Closed")
    assert view.panel.table.footer == "10 values · 1 closed"


def test_long_lists_are_searched_without_accents_or_case(view: ListsView) -> None:
    view.show("country")
    view.panel.find.value = "ETATS-UNIS"
    assert [row["key"] for row in rows(view)][:1] == ["US"]
    view.panel.find.value = "nowhere at all"
    assert (view.panel.table.total, view.panel.table.footer) == (0, "0 values")
    view.show("role")
    assert view.panel.find.layout.display == "none"


def test_what_a_colleague_added_comes_with_a_refresh(view: ListsView, colleague: Workbench) -> None:
    view.show("tag")
    colleague.lists.save(Tag(code="theirs", label_fr="Le leur", label_en="Theirs", rank=999))
    view.refresh()
    assert rows(view)[-1]["cells"][0] == "Theirs"


def test_a_value_that_is_gone_is_told(view: ListsView, colleague: Workbench) -> None:
    view.show("tag")
    colleague.lists.delete(standing(colleague, Tag, "risk"))
    view.panel.edit("risk")
    assert view.screen.dialogs.dialog is None
    assert "risk was deleted" in view.screen.notice.text
    assert "risk" not in {row["key"] for row in rows(view)}


# -- adding and changing -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", LISTS.values(), ids=list(LISTS))
def test_a_value_of_every_list_is_added_changed_and_deleted(
    view: ListsView, workbench: Workbench, kind: type[Reference]
) -> None:
    code = {"country": "XX", "currency": "XXA"}.get(kind.list_name, "new")
    view.show(kind.list_name)
    dialog = new(view)
    fill(dialog, label_en=EVIL, label_fr="Neuf", code=code)
    dialog.answer(0)
    assert view.screen.dialogs.dialog is None
    added = standing(workbench, kind, code)
    assert (added.label_en, added.active) == (EVIL, True)
    assert added == workbench.catalogue().all(kind)[-1]  # at the end of the list

    dialog = opened(view, code)
    assert dialog.draft.fields["code"].widget.disabled
    fill(dialog, label_en="New", active=False)
    dialog.answer(0)
    assert standing(workbench, kind, code) == added.replace(label_en="New", active=False)

    dialog = opened(view, code)
    dialog.answer(1)
    asked = view.screen.dialogs.dialog
    assert asked is not None
    asked.answer(0)
    assert view.screen.dialogs.dialog is None
    assert standing(workbench, kind, code) is None


def test_own_fields_are_typed_in_the_readers_format(workbench: Workbench) -> None:
    view = ListsView(Screen(workbench, "fr"))
    dialog = new(view)
    fill(dialog, label_fr="Maquette", label_en="Mock-up", outcome="open", probability="12,5 %")
    dialog.answer(0)
    status = standing(workbench, Status, "maquette")
    assert (status.outcome, status.probability) == (Outcome.OPEN, Decimal("0.125"))


def test_a_code_is_made_from_the_label_and_is_a_free_one(
    view: ListsView, workbench: Workbench
) -> None:
    view.show("sector")
    for code in ("hotels_restaurants", "hotels_restaurants_1"):
        dialog = new(view)
        fill(dialog, label_en="Hôtels & restaurants", label_fr="Hôtels")
        dialog.answer(0)
        assert standing(workbench, Sector, code) is not None


def test_choices_of_a_new_value(view: ListsView, workbench: Workbench) -> None:
    view.show("sale_type")
    dialog = new(view)
    fill(dialog, label_en="a", label_fr="a", pricing="recurring")
    dialog.answer(0)
    assert standing(workbench, SaleType, "a").pricing is Pricing.RECURRING
    view.show("subfamily")
    dialog = new(view)
    fill(dialog, label_en="b", label_fr="b", family="cloud")
    dialog.answer(0)
    assert standing(workbench, Subfamily, "b").family == "cloud"
    view.show("tag")
    dialog = new(view)
    fill(dialog, label_en="c", label_fr="c")
    dialog.draft.fields["colour"].widget.value = "#123456"
    dialog.answer(0)
    assert standing(workbench, Tag, "c").colour == "#123456"


def test_decimals_follow_the_code_of_a_currency(view: ListsView, workbench: Workbench) -> None:
    view.show("currency")
    view.panel.edit("JPY")
    yen = standing(workbench, Currency, "JPY")
    workbench.lists.delete(yen)
    dialog = new(view)
    fill(dialog, label_en="Yen", label_fr="Yen", code="jpy")
    assert dialog.draft.fields["decimals"].widget.disabled
    dialog.answer(0)
    assert standing(workbench, Currency, "JPY").decimals == 0


def test_all_that_is_wrong_is_said_beside_its_field(view: ListsView) -> None:
    dialog = new(view)
    fill(dialog, probability="140 %")
    dialog.answer(0)
    assert view.screen.dialogs.dialog is dialog
    assert dialog.frame.notes == {
        "label_en": "Fill in this field.", "label_fr": "Fill in this field.",
        "code": "Fill in this field.", "probability": "Type a value of at most 100%.",
    }  # fmt: skip
    assert dialog.draft.fields["probability"].widget.value == "140 %"


def test_a_code_that_is_taken_is_said_beside_it(view: ListsView) -> None:
    dialog = new(view)
    fill(dialog, label_en="a", label_fr="a", code="won")
    dialog.answer(0)
    assert list(dialog.frame.notes) == ["code"]
    assert "already used" in dialog.frame.notes["code"]


def test_the_page_hears_of_each_change(view: ListsView) -> None:
    heard = []
    view.screen.on_changed(lambda: heard.append(view.screen.lists.get(Tag, "risk")))
    view.show("tag")
    dialog = opened(view, "risk")
    fill(dialog, label_en=EVIL)
    dialog.answer(0)
    assert [tag.label_en for tag in heard if tag] == [EVIL]
    assert EVIL in view.screen.notice.text


# -- what must stay ------------------------------------------------------------------------------


def test_a_value_in_use_is_closed_instead(
    view: ListsView, workbench: Workbench, saved: Saved
) -> None:
    saved(tags=("risk",))
    view.show("tag")
    dialog = opened(view, "risk")
    assert dialog.uses.text == "Used by 1 record."
    dialog.answer(1)
    assert "cannot be deleted" in dialog.told.text
    dialog.offers.children[0].click()
    assert view.screen.dialogs.dialog is None
    assert not standing(workbench, Tag, "risk").active


def test_what_records_rely_on_cannot_be_typed_over(view: ListsView, saved: Saved) -> None:
    saved()
    dialog = opened(view, "proposal")
    assert dialog.draft.fields["outcome"].widget.disabled
    assert "outcome" in dialog.uses.text
    assert not opened(view, "qualified").draft.fields["outcome"].widget.disabled


def test_records_that_came_meanwhile_are_minded(
    view: ListsView, workbench: Workbench, saved: Saved
) -> None:
    dialog = opened(view, "proposal")
    fill(dialog, outcome="won")
    saved()
    dialog.answer(0)
    assert list(dialog.frame.notes) == ["outcome"]
    assert standing(workbench, Status, "proposal").outcome is Outcome.OPEN


@pytest.mark.parametrize(("name", "code"), [("status", "won"), ("role", "sales")])
def test_what_the_program_needs_can_be_neither_closed_nor_deleted(
    view: ListsView, workbench: Workbench, name: str, code: str
) -> None:
    view.show(name)
    dialog = opened(view, code)
    fill(dialog, active=False)
    dialog.answer(0)
    assert view.screen.dialogs.dialog is dialog
    assert code in dialog.told.text
    dialog.answer(1)
    asked = view.screen.dialogs.dialog
    assert asked is not None
    asked.answer(0)
    assert view.screen.dialogs.dialog is dialog  # back, with the reason
    assert code in dialog.told.text
    kept = standing(workbench, LISTS[name], code)
    assert kept is not None
    assert kept.active


def test_asked_whether_to_delete_one_may_go_back(view: ListsView, workbench: Workbench) -> None:
    view.show("tag")
    dialog = opened(view, "risk")
    fill(dialog, label_en="typed")
    dialog.answer(1)
    asked = view.screen.dialogs.dialog
    assert asked is not None
    asked.answer(1)
    assert view.screen.dialogs.dialog is dialog
    assert dialog.draft.fields["label_en"].widget.value == "typed"
    assert standing(workbench, Tag, "risk") is not None


# -- colleagues ----------------------------------------------------------------------------------


def test_a_colleagues_edit_is_shown_before_it_is_replaced(
    view: ListsView, workbench: Workbench, colleague: Workbench
) -> None:
    view.show("tag")
    dialog = opened(view, "risk")
    fill(dialog, label_en="Mine")
    base = standing(colleague, Tag, "risk")
    colleague.lists.save(base.replace(label_en=EVIL), base)
    dialog.answer(0)
    assert "changed by somebody else" in dialog.told.text
    assert dialog.theirs.rows == [["English label", "Mine", EVIL]]
    assert standing(workbench, Tag, "risk").label_en == EVIL
    dialog.answer(0)  # now it is a decision
    assert view.screen.dialogs.dialog is None
    assert standing(workbench, Tag, "risk").label_en == "Mine"


def test_a_colleagues_edit_may_be_taken(view: ListsView, colleague: Workbench) -> None:
    view.show("tag")
    dialog = opened(view, "risk")
    fill(dialog, label_en="Mine")
    base = standing(colleague, Tag, "risk")
    colleague.lists.save(base.replace(label_en="Theirs"), base)
    dialog.answer(0)
    dialog.offers.children[0].click()
    assert dialog.draft.fields["label_en"].widget.value == "Theirs"
    assert (dialog.told.text, dialog.theirs.rows) == ("", [])


def test_a_value_that_a_colleague_deleted_can_be_added_again(
    view: ListsView, workbench: Workbench, colleague: Workbench
) -> None:
    view.show("tag")
    dialog = opened(view, "risk")
    fill(dialog, label_en="Mine")
    colleague.lists.delete(standing(colleague, Tag, "risk"))
    dialog.answer(0)
    assert "was deleted from the list" in dialog.told.text
    dialog.answer(0)
    assert standing(workbench, Tag, "risk").label_en == "Mine"


# -- order ---------------------------------------------------------------------------------------


def test_the_order_is_changed_by_buttons(view: ListsView, workbench: Workbench) -> None:
    view.show("role")
    codes = [role.code for role in workbench.catalogue().all(Role)]
    view.panel.arrange()
    dialog = view.screen.dialogs.dialog
    assert isinstance(dialog, OrderDialog)
    dialog.choose(codes[0])
    dialog.down()
    assert dialog.codes[:2] == [codes[1], codes[0]]
    assert dialog.select.value == codes[0]
    dialog.last()
    dialog.up()
    dialog.choose(codes[2])
    dialog.first()
    dialog.up()  # it stays at the top
    wanted = [codes[2], codes[1], *codes[3:-1], codes[0], codes[-1]]
    assert dialog.codes == wanted
    assert [role.code for role in workbench.catalogue().all(Role)] == codes
    dialog.answer(0)
    assert [role.code for role in workbench.catalogue().all(Role)] == wanted
    assert [row["key"] for row in rows(view)] == codes  # until the page tells
    view.refresh()
    assert [row["key"] for row in rows(view)] == wanted


# -- rates ---------------------------------------------------------------------------------------


def rate_dialog(view: ListsView, key: str = "") -> RateDialog:
    view.show("rates")
    view.panel.edit(key) if key else view.panel.add()
    dialog = view.screen.dialogs.dialog
    assert isinstance(dialog, RateDialog)
    return dialog


def fill_rate(dialog: RateDialog, currency: str, day: date, rate: str) -> None:
    dialog.draft.fields["currency"].show(currency)
    dialog.draft.fields["valid_from"].show(day)
    fill(dialog, rate=rate)


def test_rates_are_added_changed_and_deleted(view: ListsView, workbench: Workbench) -> None:
    dialog = rate_dialog(view)
    assert "EUR" not in {code for _label, code in dialog.draft.fields["currency"].widget.options}
    fill_rate(dialog, "USD", TODAY, "0.92")
    dialog.answer(0)
    assert [row["cells"] for row in rows(view)] == [["US Dollar (USD)", "16/03/2026", "0.92"]]
    dialog = rate_dialog(view, "USD 2026-03-16")
    fill(dialog, rate="0.93")
    dialog.answer(0)
    assert [rate.rate for rate in workbench.lists.rates()] == [Decimal("0.93")]
    rate_dialog(view, "USD 2026-03-16").answer(1)
    assert workbench.lists.rates() == []
    assert view.panel.table.total == 0


def test_what_is_wrong_with_a_rate_is_said_beside_it(view: ListsView) -> None:
    dialog = rate_dialog(view)
    fill(dialog, rate="-1")
    dialog.answer(0)
    assert dialog.frame.notes == {"rate": "Type a value above 0."}
    fill(dialog, rate="one")
    dialog.answer(0)
    assert list(dialog.frame.notes) == ["rate"]


def test_another_rate_of_that_day_is_shown_before_it_is_replaced(
    view: ListsView, workbench: Workbench
) -> None:
    workbench.lists.save_rate(ExchangeRate(currency="USD", valid_from=TODAY, rate=Decimal("0.9")))
    dialog = rate_dialog(view)
    fill_rate(dialog, "USD", TODAY, "0.8")
    dialog.answer(0)
    assert "Now saved: 0.9" in dialog.told.text
    assert [rate.rate for rate in workbench.lists.rates()] == [Decimal("0.9")]
    dialog.answer(0)
    assert [rate.rate for rate in workbench.lists.rates()] == [Decimal("0.8")]


def test_the_currency_of_totals(view: ListsView, workbench: Workbench) -> None:
    view.show("rates")
    assert view.panel.told.text.endswith("Euro.")
    workbench.lists.set_currency("USD")
    view.refresh()
    assert view.panel.told.text.endswith("US Dollar.")


def test_the_currency_of_totals_stays_while_there_are_rates(
    view: ListsView, workbench: Workbench
) -> None:
    workbench.lists.save_rate(ExchangeRate(currency="USD", valid_from=TODAY, rate=Decimal("0.9")))
    view.show("rates")
    view.panel.choose_currency()
    dialog = view.screen.dialogs.dialog
    assert dialog is not None
    told, box = dialog.children[2].children
    box.children[0].value = "TND"
    dialog.answer(0)
    assert "they would be wrong in TND" in told.text
    assert (view.screen.dialogs.dialog, workbench.currency) == (dialog, "EUR")
