"""A question with one field: what is typed is handed over, and what is wrong is said beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from oppkit import locale
from oppkit.forms.dialog import Answer, Dialog
from oppkit.forms.fields import Field
from oppkit.forms.notes import note
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.frame import Frame
from oppkit.forms.widgets.plain import Plain
from oppkit.locale.typed import NotUnderstood
from oppkit.model import UserError


class FieldDialog(Dialog):
    """Title, text and a field that must be filled in; it closes once `act` has gone through."""

    def __init__(
        self, screen: Screen, title: str, text: str, field: Field, answer: str,
        act: Callable[[Any], Any],
    ) -> None:  # fmt: skip
        self.screen, self.field, self._act = screen, field, act
        self.frame = Frame(
            on_save=lambda: self.answer(0), required=[field.name], language=screen.language
        )
        self.problem = Plain(tone="bad", live=True)
        super().__init__(
            title, [Plain(text=text), self.frame, field.widget, self.problem],
            [
                Answer(answer, self.done, "primary"),
                Answer(screen.text("form.cancel"), lambda: None),
            ],
            screen.guard,
        )  # fmt: skip

    def done(self) -> bool:
        """Hand over what was typed; False, with what is wrong in the dialog, when refused."""
        self._note({})
        try:
            self._act(self.field.read())
        except NotUnderstood as error:
            self._note({self.field.name: str(error)})
        except ValidationError as error:
            found = locale.problems(error, self.screen.language)
            self._note({path: " ".join(sentences) for path, sentences in found.items()})
        except UserError as error:
            self._note({"": self.screen.reason(error)})
        else:
            return True
        return False

    def _note(self, problems: dict[str, str]) -> None:
        self.problem.text = note(self.frame, [self.field.name], problems)
