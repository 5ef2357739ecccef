"""The question before an opportunity is won, lost or abandoned: when, why, and in what words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic import ValidationError

from oppkit import locale
from oppkit.forms.dialog import Answer, Dialog
from oppkit.forms.fields import DateField, Field, ListField, ProseField
from oppkit.forms.notes import note
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.frame import Frame
from oppkit.forms.widgets.plain import Plain
from oppkit.locale.typed import NotUnderstood
from oppkit.model import LossReason, Outcome, UserError

Done = Callable[[date, str | None, str], bool | None]
"""Gets date, reason and comment; false where it cannot be done. What it raises is said beside the
fields."""


class ClosingDialog(Dialog):
    """Date, reason when lost, and comment. It closes once `on_done` has gone through."""

    def __init__(
        self, screen: Screen, outcome: Outcome, on_done: Done, on_cancel: Callable[[], None],
        day: date | None = None, opened_on: date | None = None, name: str = "",
    ) -> None:  # fmt: skip
        self.screen, self.outcome = screen, outcome
        self._on_done, self._on_cancel, self._opened_on = on_done, on_cancel, opened_on
        say = screen.text
        self.closed_on = DateField("closed_on", say(f"closing.{outcome}_on"), screen, required=True)
        self.closed_on.show(day or screen.workbench.today)
        self.loss_reason = ListField("loss_reason", say("field.loss_reason"), screen, LossReason)
        self.comment = ProseField("close_comment", say("field.comment"))
        self.fields: list[Field] = [self.closed_on, self.comment]
        if outcome is Outcome.LOST:
            self.fields.insert(1, self.loss_reason)
        self.frame = Frame(required=["closed_on", "loss_reason"], language=screen.language)
        self.problem = Plain(tone="bad", live=True)
        super().__init__(
            say(f"closing.{outcome}"),
            [Plain(text=name), self.frame, *(field.widget for field in self.fields), self.problem],
            [
                Answer(say(f"closing.do_{outcome}"), self.done, "primary"),
                Answer(say("form.cancel"), self.cancel),
            ],
            screen.guard,
        )  # fmt: skip

    def done(self) -> bool:
        """Hand over what was typed; False, with what is wrong beside the fields."""
        problems: dict[str, str] = {}
        day = self._day(problems)
        reason = self.loss_reason.read() if self.outcome is Outcome.LOST else None
        if self.outcome is Outcome.LOST and not reason:
            problems["loss_reason"] = self.screen.text("closing.reason_missing")
        self._note(problems)
        if day is None or problems:
            return False
        try:
            return self._on_done(day, reason, self.comment.read()) is not False
        except ValidationError as error:
            found = locale.problems(error, self.screen.language)
            self._note({path: " ".join(sentences) for path, sentences in found.items()})
        except UserError as error:
            self.problem.text = self.screen.reason(error)
        return False

    def cancel(self) -> None:
        """Close nothing."""
        self._on_cancel()

    def _day(self, problems: dict[str, str]) -> date | None:
        try:
            day = self.closed_on.read()
        except NotUnderstood as error:
            problems["closed_on"] = str(error)
            return None
        if day is None:
            problems["closed_on"] = self.screen.text("closing.date_missing")
        elif self._opened_on is not None and day < self._opened_on:
            opening = self.screen.date(self._opened_on)
            problems["closed_on"] = self.screen.text("closing.before_opening", date=opening)
        return day

    def _note(self, problems: dict[str, str]) -> None:
        """Say each problem beside its field, and below them those of no field."""
        self.problem.text = note(self.frame, [field.name for field in self.fields], problems)


def closing_dialog(
    screen: Screen, outcome: Outcome, on_done: Done, on_cancel: Callable[[], Any] = lambda: None,
    day: date | None = None, opened_on: date | None = None, name: str = "",
) -> ClosingDialog:  # fmt: skip
    """Ask over the page; `day` is proposed (default: today), and not before `opened_on`.

    `name` says which opportunity. `on_done` gets date, reason and comment; when it gives False or
    raises, the dialog stays open with all that was typed.
    """
    dialog = ClosingDialog(screen, outcome, on_done, on_cancel, day, opened_on, name)
    screen.ask(dialog)
    return dialog
