"""What is asked before an opportunity is closed, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from oppkit.forms.closing import ClosingDialog, closing_dialog
from oppkit.forms.screen import Screen
from oppkit.model import CodeTaken, Opportunity, Outcome
from tests.clock import TODAY
from tests.forms.conftest import EVIL

Answer = tuple[date, str | None, str]


class Asked:
    """A dialog, what it handed over, and how often it was called off."""

    def __init__(self, screen: Screen, outcome: Outcome, answer: Any = None, **more: Any) -> None:
        self.screen = screen
        self.done: list[Answer] = []
        self.cancelled = 0
        self._answer = answer
        self.dialog: ClosingDialog = closing_dialog(
            screen, outcome, self._done, self._cancel, **more
        )

    def _done(self, day: date, reason: str | None, comment: str) -> bool | None:
        self.done.append((day, reason, comment))
        return self._answer() if self._answer else None

    def _cancel(self) -> None:
        self.cancelled += 1

    def confirm(self) -> None:
        self.dialog.answer(0)

    @property
    def is_open(self) -> bool:
        return self.screen.dialogs.dialog is self.dialog


@pytest.mark.parametrize("outcome", [Outcome.WON, Outcome.ABANDONED])
def test_today_is_proposed_and_no_reason_asked(screen: Screen, outcome: Outcome) -> None:
    asked = Asked(screen, outcome)
    assert [field.name for field in asked.dialog.fields] == ["closed_on", "close_comment"]
    asked.dialog.comment.widget.value = EVIL
    asked.confirm()
    assert asked.done == [(TODAY, None, EVIL)]
    assert not asked.is_open


def test_a_loss_needs_its_reason(screen: Screen) -> None:
    asked = Asked(screen, Outcome.LOST, day=TODAY - timedelta(days=3))
    asked.dialog.comment.widget.value = "Too late"
    asked.confirm()
    assert asked.is_open
    assert asked.done == []
    assert asked.dialog.frame.notes == {"loss_reason": "Say why it was lost."}
    assert asked.dialog.comment.read() == "Too late"
    asked.dialog.loss_reason.show("price")
    asked.confirm()
    assert asked.done == [(TODAY - timedelta(days=3), "price", "Too late")]
    assert not asked.is_open


def test_all_that_is_wrong_is_said_at_once(screen: Screen) -> None:
    asked = Asked(screen, Outcome.LOST)
    asked.dialog.closed_on.widget.text = "soon"
    asked.confirm()
    assert asked.dialog.frame.notes.keys() == {"closed_on", "loss_reason"}
    assert asked.dialog.closed_on.widget.text == "soon"
    assert asked.is_open


def test_a_date_is_needed(screen: Screen) -> None:
    asked = Asked(screen, Outcome.WON)
    asked.dialog.closed_on.widget.text = ""
    asked.confirm()
    assert asked.dialog.frame.notes == {"closed_on": "Say on which date it was closed."}
    assert asked.done == []


def test_not_before_the_opening(screen: Screen, french: Screen) -> None:
    for page, words in (
        (screen, "It cannot be closed before its opening (16/03/2026)."),
        (french, "La clôture ne peut pas précéder l'ouverture (16/03/2026)."),
    ):
        asked = Asked(page, Outcome.WON, day=TODAY - timedelta(days=1), opened_on=TODAY)
        asked.confirm()
        assert asked.dialog.frame.notes == {"closed_on": words}
        asked.dialog.closed_on.show(TODAY)
        asked.confirm()
        assert asked.done == [(TODAY, None, "")]


def test_it_stays_open_when_the_closing_is_refused(screen: Screen) -> None:
    asked = Asked(screen, Outcome.WON, answer=lambda: False)
    asked.confirm()
    assert asked.is_open


def test_what_the_rules_refuse_is_said_beside_the_field(screen: Screen, saved: Any) -> None:
    opportunity: Opportunity = saved(opened_on=TODAY)
    before = TODAY - timedelta(days=1)
    asked = Asked(
        screen, Outcome.WON, day=before,
        answer=lambda: bool(screen.workbench.close(opportunity, "won", before)),
    )  # fmt: skip
    asked.confirm()
    assert asked.is_open
    assert asked.dialog.frame.notes == {
        "closed_on": "It cannot be closed before its opening (16/03/2026)."
    }


def test_what_else_is_refused_is_said_in_the_dialog(screen: Screen) -> None:
    def refuse() -> bool:
        raise CodeTaken(key="A", kind="opportunity")

    asked = Asked(screen, Outcome.WON, answer=refuse)
    asked.confirm()
    assert asked.is_open
    assert asked.dialog.problem.text.startswith("The code A is already used")


def test_cancelling_closes_nothing(screen: Screen) -> None:
    asked = Asked(screen, Outcome.LOST)
    asked.dialog.answer(1)
    assert (asked.done, asked.cancelled, asked.is_open) == ([], 1, False)
