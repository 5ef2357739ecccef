"""Questions over the page: what must be answered before going on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import anywidget
import ipywidgets as widgets
import traitlets

from oppkit.forms.widgets.assets import STATIC
from oppkit.forms.widgets.plain import Plain

Style = Literal["", "primary", "danger"]


@dataclass(frozen=True)
class Answer:
    """A button of a dialog: `act` tells whether the dialog may close (None counts as yes)."""

    label: str
    act: Callable[[], bool | None]
    style: Style = ""


class Keeper(anywidget.AnyWidget):
    """Puts the dialog around it over the page, keeps the focus in it, and hears Escape."""

    _esm = STATIC / "dialog.js"

    label = traitlets.Unicode("").tag(sync=True)

    def __init__(self, on_escape: Callable[[], Any], **traits: Any) -> None:
        super().__init__(**traits)
        self._on_escape = on_escape
        self.on_msg(self._received)

    def _received(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if content.get("do") == "escape":
            self._on_escape()


class Dialog(widgets.VBox):
    """A title, any widgets, and answers; the last answer is the way out, which Escape takes too."""

    def __init__(
        self,
        title: str,
        body: Sequence[widgets.Widget],
        answers: Sequence[Answer],
        guard: Callable[[Callable[..., Any]], Callable[..., Any]],
        wide: bool = False,
    ) -> None:
        self.answers = tuple(answers)
        self._guard = guard
        self._closed: list[Callable[[], None]] = []
        self.buttons = [button(a.label, self._acting(a), guard, a.style) for a in answers]
        keeper = Keeper(lambda: self.answer(len(self.answers) - 1), label=title)
        box = widgets.VBox(list(body)).add_class("opp-dialog-body")
        row = widgets.HBox(self.buttons).add_class("opp-dialog-answers")
        super().__init__([keeper, Plain(text=title, level=2), box, row])
        self.add_class("opp-dialog")
        if wide:
            self.add_class("opp-dialog-wide")

    def answer(self, place: int) -> None:
        """Give an answer as its button would."""
        self._guard(self._acting(self.answers[place]))()

    def on_closed(self, callback: Callable[[], None]) -> None:
        """Call when the dialog is done with."""
        self._closed.append(callback)

    def finish(self) -> None:
        """Be done with it, without an answer."""
        for callback in self._closed:
            callback()

    def _acting(self, answer: Answer) -> Callable[[], None]:
        def act() -> None:
            if answer.act() is not False:
                self.finish()

        return act


class DialogPlace(widgets.VBox):
    """Where the dialog of a page lies; a new one replaces the one before."""

    def show(self, dialog: Dialog) -> None:
        """Show a dialog until it is answered."""
        dialog.on_closed(lambda: self._close(dialog))
        self.children = [dialog]

    @property
    def dialog(self) -> Dialog | None:
        """The dialog that is open."""
        found: Dialog | None = next(iter(self.children), None)
        return found

    def _close(self, dialog: Dialog) -> None:
        if self.dialog is dialog:
            self.children = []


def button(
    label: str,
    act: Callable[[], Any],
    guard: Callable[[Callable[..., Any]], Callable[..., Any]],
    style: Style = "",
    tooltip: str = "",
) -> widgets.Button:
    """A button that does one thing; `primary` is filled, `danger` destroys something."""
    made = widgets.Button(description=label, tooltip=tooltip or None)
    made.add_class("opp-button")
    if style:
        made.add_class(f"opp-{style}")
    guarded = guard(act)
    made.on_click(lambda _button: guarded())
    return made
