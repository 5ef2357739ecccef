"""A form of one record: shows it, says all that is wrong, saves it, and settles conflicts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Generic, TypeVar

import ipywidgets as widgets

from oppkit.forms.conflict import conflict_dialog, merged_message
from oppkit.forms.dialog import Answer, Dialog, button
from oppkit.forms.draft import Draft, NotReady
from oppkit.forms.fields import Field
from oppkit.forms.notes import note
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.frame import Frame
from oppkit.forms.widgets.plain import Plain
from oppkit.model import EditConflict
from oppkit.model.record import Record

R = TypeVar("R", bound=Record)


class RecordForm(widgets.VBox, Generic[R]):
    """The base of all forms: a header with title, state and actions, above what a form lays out.

    Subclasses build fields and layout, then call `start`. `saved` is the record as it was last
    read or written, None for a new one.
    """

    required: Sequence[str] = ()

    def __init__(self, screen: Screen, record: type[R], fields: Sequence[Field]) -> None:
        super().__init__()
        self.screen = screen
        self.saved: R | None = None
        self.draft: Draft[R] = Draft(screen, record, fields)
        self.frame = Frame(
            on_save=screen.guard(self.save), required=list(self.required),
            language=screen.language,
        )  # fmt: skip
        self.title = Plain(level=2)
        self.state = Plain(level=-1, tone="muted", live=True)
        self.actions = widgets.HBox().add_class("opp-actions")
        self._on_gone: list[Callable[[], None]] = []
        self.draft.on_change(self.redraw)
        self.add_class("opp-form")

    # -- what subclasses say ---------------------------------------------------------------------

    def heading(self) -> str:
        """The title of the form: which record."""
        raise NotImplementedError

    def adopt(self, record: R | None) -> None:
        """Follow a record that was just shown: what there is only for saved ones, say."""

    def redraw(self) -> None:
        """Follow what is typed."""
        unsaved = self.unsaved  # worked out from all fields, at each keystroke
        self.title.text = self.heading()
        self.frame.unsaved = unsaved
        self.state.text = self._state(unsaved)
        self.state.tone = "warn" if unsaved else "muted"

    # -- layout ----------------------------------------------------------------------------------

    def lay_out(self, *parts: widgets.Widget, beside: Sequence[widgets.Widget] = ()) -> None:
        """Put the parts below the header, and what is said `beside` the title into it."""
        title = widgets.HBox([self.title, *beside]).add_class("opp-title") if beside else self.title
        words = widgets.VBox([title, self.state]).add_class("opp-heading")
        header = widgets.HBox([words, self.actions]).add_class("opp-header")
        self.children = (self.frame, header, *parts)

    def button(self, key: str, act: Callable[[], Any], style: Any = "") -> widgets.Button:
        """A button of this form, with the words under a key of the catalogue."""
        made = button(self.screen.text(key), act, self.screen.guard, style)
        made.disabled = key == "form.save" and not self.screen.workbench.may_change
        return made

    # -- records ---------------------------------------------------------------------------------

    @property
    def unsaved(self) -> bool:
        """Whether something typed is not saved."""
        return self.draft.unsaved

    def show(self, record: R) -> None:
        """Show a record: a saved one as it stands, a new one (version 0) to be completed."""
        saved = bool(getattr(record, "version", 0))
        self._show(record.__dict__, record if saved else None, touched=not saved)

    def show_new(self, values: Mapping[str, Any]) -> None:
        """Show a new record of which only some fields are known; leaving it loses nothing."""
        self._show(values, None)

    def _show(
        self, values: Mapping[str, Any], saved: R | None, touched: bool = False,
        kept: Collection[str] = (),
    ) -> None:  # fmt: skip
        self.saved = saved
        self.note({})
        with self.screen.workbench.at_once():  # each field may look up what it shows
            self.draft.show(values, touched, kept)
            self.adopt(saved)
        self.redraw()

    def ask_to_save(self) -> None:
        """Save once the last keystrokes have come: what the button does."""
        self.frame.settle(self.screen.guard(self.save))

    def save(self) -> R | None:
        """Save what is typed; None when something is wrong, which is then said on the page."""
        try:
            record = self.draft.read()
        except NotReady as error:
            self.note(error.problems)
            self.screen.say("form.not_ready", "bad", count=self.screen.count(
                "problems", len(error.problems)
            ))  # fmt: skip
            return None
        self.note({})
        return self._write(record)

    def note(self, problems: dict[str, str]) -> None:
        """Say what is wrong beside each field; the first one gets the cursor."""
        left = dict(problems)
        for name, field in self.draft.fields.items():
            below = {path: words for path, words in left.items() if _below(path, name)}
            rest = field.note({path[len(name) :].lstrip("."): w for path, w in below.items()})
            for path in below:
                del left[path]
            left |= {f"{name}.{path}".rstrip("."): words for path, words in rest.items()}
        places = [place for field in self.draft.fields.values() for place in field.places]
        if others := note(self.frame, places, left):
            self.screen.notice.say(others, "bad")

    def on_gone(self, callback: Callable[[], None]) -> None:
        """Call when the record was deleted, or the form is to be closed."""
        self._on_gone.append(callback)

    def gone(self) -> None:
        """Tell that there is nothing to show any more."""
        self.frame.unsaved = False
        for callback in self._on_gone:
            callback()

    def restore(self, past: R) -> None:
        """Save a record as it once was, on top of the version that stands."""
        version = getattr(self.saved, "version", 0)
        self._write(past.model_copy(update={"version": version}))

    def delete(self) -> None:
        """Ask, then delete; what refers to the record is said when that is refused."""
        saved = self.saved
        if saved is None:
            return

        def act() -> None:
            self.remove(saved)
            self.screen.say("form.deleted", name=self.heading())
            self.gone()
            self.screen.changed()

        text = self.screen.text("form.delete_really", name=self.heading())
        self.ask("form.delete", text, Answer(self.screen.text("form.delete"), act, "danger"))

    def ask(self, title: str, text: str, *answers: Answer) -> None:
        """Ask a question; the way out is added."""
        out = Answer(self.screen.text("form.cancel"), lambda: None)
        self.screen.ask(Dialog(
            self.screen.text(title), [Plain(text=text)], [*answers, out], self.screen.guard
        ))  # fmt: skip

    def leave(self, then: Callable[[], Any]) -> None:
        """Go on with `then`, after asking what becomes of what is not saved."""
        if not self.unsaved:
            then()
            return

        def save_first() -> None:
            if self.save() is not None:
                then()

        def discard() -> None:
            self.frame.unsaved = False
            then()

        say = self.screen.text
        self.ask(
            "form.unsaved", say("form.unsaved_really"),
            Answer(say("form.save"), save_first, "primary"),
            Answer(say("form.discard"), discard, "danger"),
        )  # fmt: skip

    # -- inside ----------------------------------------------------------------------------------

    def _write(self, record: R) -> R | None:
        try:
            saved = self.write(record)
        except EditConflict as conflict:
            conflict_dialog(self.screen, conflict, self._write)
            return None
        before = self.saved
        kept = {name for name in self.draft.fields if _same(record, saved, name)}
        self._show(saved.__dict__, saved, kept=kept)
        self._tell(record, before, saved)
        self.screen.changed()
        return saved

    def write(self, record: R) -> R:
        """Write a record to the workspace."""
        return self.screen.workbench.save(record)

    def remove(self, record: R) -> None:
        """Delete a record from the workspace."""
        self.screen.workbench.delete(record)

    def _tell(self, mine: R, base: R | None, saved: R) -> None:
        """Say that it is saved, and what a colleague's edit added."""
        number = getattr(saved, "version", 0)
        if base is not None and number > getattr(mine, "version", 0) + 1:
            said = merged_message(self.screen, mine, base, saved)
            if said:
                self.screen.notice.say(said, "info")
                return
        self.screen.say("form.saved_now", name=self.heading())

    def _state(self, unsaved: bool) -> str:
        say = self.screen.text
        if not self.screen.workbench.may_change:
            return say("form.read_only")
        if self.saved is None:
            return say("form.new")
        version = getattr(self.saved, "version", 0)
        return say("form.changed" if unsaved else "form.saved", version=version)


def _same(one: Record, other: Record, name: str) -> bool:
    return bool(one.__dict__.get(name) == other.__dict__.get(name))


def _below(path: str, name: str) -> bool:
    return path == name or path.startswith(f"{name}.")
