"""The board by status: what it shows, and what moving a card does to the opportunity."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from oppkit.forms.board_view import BoardView
from oppkit.forms.closing import ClosingDialog
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.pick import Choice
from oppkit.model import Customer, EditConflict, Employee, Line, Opportunity, Status
from oppkit.workbench import Workbench
from tests.clock import TODAY
from tests.forms.conftest import EVIL

Saved = Callable[..., Opportunity]


@pytest.fixture
def view(screen: Screen) -> BoardView:
    return BoardView(screen)


def drop(view: Any, record: Opportunity, old: str, new: str, move: int = 1) -> None:
    message = {"type": "move", "card": str(record.id), "from": old, "to": new}
    view.board._received(view.board, message | {"view": "a", "move": move}, [])


def cards(view: Any) -> dict[str, list[str]]:
    return {key: [card["name"] for card in found] for key, found in view.board.cards.items()
            if found}  # fmt: skip


def head(view: Any, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(column for column in view.board.columns if column["key"] == key)
    return found


def now(workbench: Workbench, record: Opportunity) -> Opportunity:
    return workbench.get(Opportunity, record.id or 0)


def the_dialog(screen: Screen) -> ClosingDialog:
    found = screen.dialogs.dialog
    assert isinstance(found, ClosingDialog)
    return found


# -- what it shows -------------------------------------------------------------------------------


def test_a_card_tells_what_matters(view: BoardView, saved: Saved, screen: Screen) -> None:
    saved(
        name=EVIL, expected_signature=TODAY - timedelta(days=1), lines=(Line(amount="12500.4"),),
        opened_on=TODAY - timedelta(days=9),
    )  # fmt: skip
    view.refresh()
    [card] = view.board.cards["proposal"]
    assert (card["name"], card["customer"]) == (EVIL, "Énergie du Rhône")
    assert (card["amount"], card["owner"], card["initials"]) == ("€12,500", "Ana Lopez", "AL")
    assert (card["day"], card["tone"]) == ("15/03/2026", "late")
    assert (card["share"], card["share_text"]) == (0.45, "45%")


def test_a_closed_card_tells_when_it_was_closed(
    view: BoardView, saved: Saved, workbench: Workbench
) -> None:
    record = saved(expected_signature=TODAY)
    workbench.close(record, "won", TODAY)
    view.refresh()
    [card] = view.board.cards["won"]
    assert (card["day"], card["tone"], card["share"], card["share_text"]) == (
        "16/03/2026", "", None, "",
    )  # fmt: skip
    assert head(view, "won")["label"] == "Won · last 30 days"


def test_in_french(french: Screen, saved: Saved) -> None:
    saved(lines=(), probability="0.455")
    view = BoardView(french)
    view.refresh()
    [card] = view.board.cards["proposal"]
    assert (card["amount"], card["share_text"]) == ("Sans montant", "45,5\u202f%")
    assert head(view, "lost")["label"] == "Perdue · 30 jours"


def test_nothing_is_read_before_it_is_shown(view: BoardView) -> None:
    assert view.board.columns == []


def test_sums_per_currency_forecast_or_weighted(view: BoardView, saved: Saved) -> None:
    saved(lines=(Line(amount=2000),), probability="0.5")
    saved(lines=(Line(amount=9_000_000),), probability="0.5", currency="USD")
    saved(lines=(Line(amount=50),), probability=None, currency="GBP")
    view.refresh()
    assert head(view, "proposal")["sums"] == ["€2.0k", "US$9.0M", "£50"]
    assert head(view, "proposal")["count"] == "3"
    view.filters.measures.show("weighted_amount")
    assert head(view, "proposal")["sums"] == ["€1.0k", "US$4.5M"]
    assert [card["amount"] for card in view.board.cards["proposal"]] == [
        "€1,000", "US$4,500,000", "No amount",
    ]  # fmt: skip


def test_filters(
    view: BoardView, saved: Saved, workbench: Workbench, assistant: Employee
) -> None:  # fmt: skip
    other = workbench.save(Customer(name="Été SA"))
    saved(name="A", establishment="lyon")
    saved(name="B", customer_id=other.id)
    saved(name="C", responsibles=[{"role": "sales", "employee_id": assistant.id}])
    view.refresh()
    view.filters.box.search("ete")
    assert cards(view) == {"proposal": ["B"]}
    view.filters.box.search("")
    view.filters.owner.widget.choose(Choice(str(assistant.id), "Bo Berg"))
    assert cards(view) == {"proposal": ["C"]}
    view.filters.owner.widget.choose(None)
    view.filters.establishment.show("lyon")
    assert cards(view) == {"proposal": ["A"]}
    assert head(view, "proposal")["count"] == "1"


def test_more_cards_on_demand(view: BoardView, workbench: Workbench, draft: Saved) -> None:
    with workbench._desk.write() as session:
        for number in range(60):
            workbench._desk.save(session, draft(name=f"N{number}", lines=(Line(amount=1),)))
    view.refresh()
    column = head(view, "proposal")
    assert len(view.board.cards["proposal"]) == 50
    assert (column["count"], column["sums"]) == ("60", ["€60"])
    assert column["more"] == "Show more (10 left)"
    view.board._received(view.board, {"type": "more", "column": "proposal"}, [])
    assert len(view.board.cards["proposal"]) == 60
    assert head(view, "proposal")["more"] == ""
    view.filters.box.search("n")
    assert len(view.board.cards["proposal"]) == 50


def test_a_card_opens_its_form(view: BoardView, saved: Saved, screen: Screen) -> None:
    opened: list[Any] = []
    screen.navigate(opened.append, lambda kind: None)
    record = saved()
    view.refresh()
    view.board._received(view.board, {"type": "open", "card": str(record.id)}, [])
    assert opened == [record]


# -- moving to an open status ----------------------------------------------------------------------


def test_the_probability_follows(
    view: BoardView, saved: Saved, workbench: Workbench, screen: Screen
) -> None:
    record = saved()
    view.refresh()
    drop(view, record, "proposal", "negotiation")
    after = now(workbench, record)
    assert (after.status, after.probability) == ("negotiation", Decimal("0.65"))
    assert screen.notice.text == (
        "“Supervision des réseaux” moved to Negotiation, probability 65%."
    )
    assert cards(view) == {"negotiation": [record.name]}
    assert view.board.busy == ""


def test_undo(view: BoardView, saved: Saved, workbench: Workbench, screen: Screen) -> None:
    record = saved()
    view.refresh()
    drop(view, record, "proposal", "negotiation")
    assert screen.notice.action == "Undo"
    screen.notice.act()
    after = now(workbench, record)
    assert (after.status, after.probability, after.version) == ("proposal", Decimal("0.45"), 3)
    assert cards(view) == {"proposal": [record.name]}
    assert screen.notice.text == "“Supervision des réseaux” is back where it was."


def test_undo_keeps_what_a_colleague_changed(
    view: BoardView, saved: Saved, workbench: Workbench, colleague: Workbench, screen: Screen
) -> None:
    record = saved()
    view.refresh()
    drop(view, record, "proposal", "negotiation")
    colleague.save(now(workbench, record).replace(name="Renamed"))
    screen.notice.act()
    assert (now(workbench, record).name, now(workbench, record).status) == ("Renamed", "proposal")


def test_undo_is_refused_where_a_colleague_went_on(
    view: BoardView, saved: Saved, workbench: Workbench, colleague: Workbench, screen: Screen
) -> None:
    record = saved()
    view.refresh()
    drop(view, record, "proposal", "negotiation")
    colleague.change_status(now(workbench, record), "signing")
    screen.notice.act()
    assert now(workbench, record).status == "signing"
    assert screen.notice.tone == "bad"
    assert "Bo has changed" in screen.notice.text
    assert cards(view) == {"signing": [record.name]}


def test_a_typed_probability_is_kept_and_the_default_offered(
    view: BoardView, saved: Saved, workbench: Workbench, screen: Screen
) -> None:
    record = saved(probability="0.6", probability_typed=True)
    view.refresh()
    drop(view, record, "proposal", "negotiation")
    assert now(workbench, record).probability == Decimal("0.6")
    assert screen.notice.text == (
        "“Supervision des réseaux” moved to Negotiation. The probability of 60% that was typed is "
        "kept; this status proposes 65%."
    )
    assert screen.notice.action == "Take 65%"
    screen.notice.act()
    after = now(workbench, record)
    assert (after.probability, after.probability_typed) == (Decimal("0.65"), False)
    assert view.board.cards["negotiation"][0]["share"] == 0.65
    assert screen.notice.action == "Undo"
    screen.notice.act()
    assert now(workbench, record).probability == Decimal("0.6")
    assert now(workbench, record).status == "negotiation"


def test_a_typed_probability_that_is_the_default_needs_no_words(
    view: BoardView, saved: Saved, screen: Screen
) -> None:
    record = saved(probability="0.65", probability_typed=True)
    view.refresh()
    drop(view, record, "proposal", "negotiation")
    assert screen.notice.action == "Undo"


def test_a_colleague_may_have_moved_it_before(
    view: BoardView, saved: Saved, workbench: Workbench, colleague: Workbench, screen: Screen
) -> None:
    record = saved()
    view.refresh()
    colleague.change_status(record, "qualified")
    colleague.save(now(workbench, record).replace(name="Renamed"))
    drop(view, record, "proposal", "negotiation")
    after = now(workbench, record)
    assert (after.status, after.name) == ("negotiation", "Renamed")
    assert screen.notice.text.endswith("Bo had moved it to Qualified meanwhile.")


def test_a_save_in_between_is_no_conflict(
    view: BoardView, saved: Saved, workbench: Workbench, colleague: Workbench,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Between reading and saving, somebody moves it too: the drop is made again on the newest."""
    record = saved()
    view.refresh()
    save = workbench.change_status

    def late(found: Opportunity, status: str) -> Opportunity:
        monkeypatch.undo()
        colleague.change_status(found, "signing")
        with pytest.raises(EditConflict) as conflict:
            save(found, status)
        raise conflict.value

    monkeypatch.setattr(workbench, "change_status", late)
    drop(view, record, "proposal", "negotiation")
    assert now(workbench, record).status == "negotiation"


def test_a_deleted_one_is_said_to_be_gone(
    view: BoardView, saved: Saved, colleague: Workbench, screen: Screen
) -> None:
    record = saved()
    view.refresh()
    colleague.delete(record)
    drop(view, record, "proposal", "negotiation")
    assert screen.notice.text == "“Supervision des réseaux” was deleted meanwhile."
    assert (cards(view), view.board.busy) == ({}, "")


def test_what_fails_goes_back_and_says_why(
    view: BoardView, saved: Saved, workbench: Workbench, screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    record = saved()
    view.refresh()
    monkeypatch.setattr(workbench, "change_status", lambda *_: 1 / 0)
    drop(view, record, "proposal", "negotiation")
    assert "ZeroDivisionError" in screen.notice.text
    assert (cards(view), view.board.busy) == ({"proposal": [record.name]}, "")


def test_a_status_that_a_colleague_added(
    view: BoardView, saved: Saved, workbench: Workbench, colleague: Workbench
) -> None:
    record = saved()
    status = Status(code="paused", label_en="Paused", label_fr="En pause", rank=35)
    colleague.lists.save(status)
    view.refresh()
    assert head(view, "paused")["label"] == "Paused"
    drop(view, record, "proposal", "paused")
    assert now(workbench, record).status == "paused"


def test_the_page_hears_of_a_move_once(view: BoardView, saved: Saved, screen: Screen) -> None:
    heard: list[int] = []
    screen.on_changed(view.refresh)
    screen.on_changed(lambda: heard.append(view.board.generation))
    record = saved()
    view.refresh()
    drop(view, record, "proposal", "negotiation")
    assert heard == [2]


# -- closing and reopening -----------------------------------------------------------------------


def test_lost_asks_for_the_reason(
    view: BoardView, saved: Saved, workbench: Workbench, screen: Screen
) -> None:
    record = saved()
    view.refresh()
    drop(view, record, "proposal", "lost")
    dialog = the_dialog(screen)
    dialog.done()
    assert dialog.frame.notes.keys() == {"loss_reason"}
    dialog.loss_reason.show("price")
    dialog.comment.show("Next year")
    dialog.answer(0)
    after = now(workbench, record)
    assert (after.status, after.loss_reason, after.close_comment, after.closed_on) == (
        "lost", "price", "Next year", TODAY,
    )  # fmt: skip
    assert screen.dialogs.dialog is None
    assert cards(view) == {"lost": [record.name]}
    screen.notice.act()
    assert (now(workbench, record).status, now(workbench, record).closed_on) == ("proposal", None)


def test_cancelling_puts_the_card_back(
    view: BoardView, saved: Saved, workbench: Workbench, screen: Screen
) -> None:
    record = saved()
    view.refresh()
    drop(view, record, "proposal", "won")
    assert view.board.busy == str(record.id)
    the_dialog(screen).answer(1)
    assert now(workbench, record) == record
    assert (cards(view), view.board.busy) == ({"proposal": [record.name]}, "")


def test_a_closing_before_the_opening_is_refused_in_the_dialog(
    view: BoardView, saved: Saved, screen: Screen
) -> None:
    record = saved(opened_on=TODAY)
    view.refresh()
    drop(view, record, "proposal", "won")
    dialog = the_dialog(screen)
    dialog.closed_on.show(TODAY - timedelta(days=1))
    dialog.answer(0)
    assert dialog.frame.notes.keys() == {"closed_on"}
    assert screen.dialogs.dialog is dialog


def test_the_second_status_of_an_outcome_is_the_one_dropped_on(
    view: BoardView, saved: Saved, workbench: Workbench, screen: Screen
) -> None:
    workbench.lists.save(
        Status(code="no_bid", label_en="No bid", label_fr="Sans suite", rank=75, outcome="lost")
    )
    record = saved()
    view.refresh()
    drop(view, record, "proposal", "no_bid")
    dialog = the_dialog(screen)
    dialog.loss_reason.show("price")
    dialog.answer(0)
    assert now(workbench, record).status == "no_bid"


def test_a_colleague_may_have_saved_while_one_chose_the_reason(
    view: BoardView, saved: Saved, workbench: Workbench, colleague: Workbench, screen: Screen
) -> None:
    record = saved()
    view.refresh()
    drop(view, record, "proposal", "won")
    colleague.change_status(record, "signing")
    the_dialog(screen).answer(0)
    assert now(workbench, record).status == "won"
    assert screen.notice.text == (
        "“Supervision des réseaux” is won. Bo had moved it to Awaiting signature meanwhile."
    )


def test_deleted_while_one_chose_the_reason(
    view: BoardView, saved: Saved, colleague: Workbench, screen: Screen
) -> None:
    record = saved()
    view.refresh()
    drop(view, record, "proposal", "won")
    colleague.delete(record)
    the_dialog(screen).answer(0)
    assert screen.dialogs.dialog is None
    assert screen.notice.text == "“Supervision des réseaux” was deleted meanwhile."
    assert cards(view) == {}


def test_dropping_a_closed_one_on_an_open_status_reopens_it(
    view: BoardView, saved: Saved, workbench: Workbench, screen: Screen
) -> None:
    record = workbench.close(saved(), "lost", TODAY, "price", "No")
    view.refresh()
    drop(view, record, "lost", "qualified")
    after = now(workbench, record)
    assert (after.status, after.closed_on, after.loss_reason) == ("qualified", None, None)
    assert screen.notice.text == ("“Supervision des réseaux” reopened: Qualified, probability 25%.")
    screen.notice.act()
    assert now(workbench, record).loss_reason == "price"


def test_evil_text_is_text(
    view: BoardView, saved: Saved, workbench: Workbench, screen: Screen
) -> None:
    other = workbench.save(Customer(name=EVIL))
    record = saved(name=EVIL + " {name} {status}", customer_id=other.id)
    view.refresh()
    [card] = view.board.cards["proposal"]
    assert (card["name"], card["customer"]) == (record.name, EVIL)
    drop(view, record, "proposal", "negotiation")
    assert screen.notice.text.startswith(f"“{record.name}” moved to")
