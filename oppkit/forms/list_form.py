"""The form of one value of a reference list, in a dialog: nothing stays unsaved behind one's back.

What is refused is said in the dialog, for a message on the page would lie behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from oppkit.forms.dialog import Answer, Dialog, button
from oppkit.forms.draft import Draft, NotReady
from oppkit.forms.fields import row
from oppkit.forms.list_fields import fields, told
from oppkit.forms.notes import note
from oppkit.forms.screen import Screen
from oppkit.forms.telling import lowered
from oppkit.forms.widgets.frame import Frame, css_class
from oppkit.forms.widgets.plain import Facts, Plain
from oppkit.model import Reference, UserError
from oppkit.model.errors import CodeTaken, FixedWhileInUse, ValueChanged, ValueGone
from oppkit.model.list_rules import deciding

_STEP = 10  # between two ranks


class ValueDialog(Dialog):
    """Adds a value to a list, or changes, closes, opens again or deletes the given one.

    `base` is the value as it was last read, None for a new one.
    """

    def __init__(
        self, screen: Screen, kind: type[Reference], value: Reference | None = None,
        on_done: Callable[[], Any] = lambda: None,
    ) -> None:  # fmt: skip
        self.screen, self.kind, self.base = screen, kind, value
        self._on_done = on_done
        self.draft: Draft[Reference] = Draft(screen, kind, fields(screen, kind))
        self.frame = Frame(
            on_save=lambda: self.answer(0), required=["label_fr", "label_en"],
            language=screen.language,
        )  # fmt: skip
        self.told = Plain(tone="bad", live=True)
        self.theirs = Facts(headings=self._headings()).add_class("opp-list-theirs")
        self.uses = Plain(tone="muted")
        self.offers = widgets.HBox().add_class("opp-actions")
        super().__init__(self._title(), [self._form()], self._answers(), screen.guard)
        self._show(value)

    # -- what a person does ----------------------------------------------------------------------

    def save(self) -> bool:
        """Save what is typed; False when it is refused."""
        try:
            value = self.draft.read()
        except NotReady as error:
            self._note(error.problems)
            return False
        return self._trying(self._write, value)

    def delete(self) -> bool:
        """Ask whether to delete the value; while records use it, offer to close it instead."""
        base = self.base
        if base is None:
            return False
        if count := self.screen.workbench.lists.uses(base):
            self._note({}, self.screen.text("lists.in_use", count=self._records(count)))
            self._offer("lists.close_instead", self.close_instead)
            return False
        self.screen.ask(Dialog(
            self.screen.text("lists.delete_title", name=self._title()),
            [Plain(text=self.screen.text("lists.delete_really"))],
            [
                Answer(self.screen.text("form.delete"), self._delete, "danger"),
                Answer(self.screen.text("form.cancel"), self._back),
            ],
            self.screen.guard,
        ))  # fmt: skip
        return False

    def close_instead(self) -> None:
        """Close the value, and save what else was typed."""
        self.draft.fields["active"].show(False)
        self.frame.focus_on(css_class("active"))  # the button that was pressed goes away
        self.answer(0)

    def take_theirs(self) -> None:
        """Show what somebody else has saved in place of what was typed."""
        self._show(self.base)
        self.frame.focus_on(css_class(next(iter(self.draft.fields))))

    # -- layout ----------------------------------------------------------------------------------

    def _title(self) -> str:
        if self.base is None:
            return self.screen.text(f"list_new.{self.kind.list_name}")
        return self.base.label(self.screen.language)

    def _headings(self) -> list[str]:
        return [self.screen.text(f"lists.{name}") for name in ("field", "yours", "stands")]

    def _form(self) -> widgets.VBox:
        rows = [row(field) for field in self.draft.fields.values()]
        form = widgets.VBox([self.frame, self.told, self.theirs, self.offers, *rows, self.uses])
        return form.add_class("opp-form").add_class("opp-list-form")

    def _answers(self) -> list[Answer]:
        say = self.screen.text
        delete = [Answer(say("form.delete"), self.delete, "danger")] if self.base else []
        out = Answer(say("form.cancel"), lambda: None)
        return [Answer(say("form.save"), self.save, "primary"), *delete, out]

    def _offer(self, key: str, act: Callable[[], Any]) -> None:
        made = button(self.screen.text(key), act, self.screen.guard)
        self.offers.children = (made.add_class("opp-outlined"),)

    # -- inside ----------------------------------------------------------------------------------

    def _show(self, value: Reference | None) -> None:
        self._note({})
        self.draft.show(value.__dict__ if value else self._blank())
        self.draft.fields["code"].enable(value is None)
        if "decimals" in self.draft.fields:
            self.draft.fields["decimals"].enable(False)  # they follow from the code
        if value is not None:
            self._tell_uses(value, self.screen.workbench.lists.uses(value))

    def _tell_uses(self, value: Reference, count: int) -> None:
        """Say how much relies on the value, and keep what must not change then."""
        fixed = [name for name in deciding(value) if name != "decimals"]
        for name in fixed:
            self.draft.fields[name].enable(not count)
        key = ("used_fixed" if fixed else "used") if count else "unused"
        names = ", ".join(lowered(self.screen.text(f"field.{name}")) for name in fixed)
        self.uses.text = self.screen.text(f"lists.{key}", count=self._records(count), fields=names)

    def _records(self, count: int) -> str:
        return self.screen.count("list_uses", count)

    def _blank(self) -> Mapping[str, Any]:
        last = max((value.rank for value in self.screen.lists.all(self.kind)), default=0)
        known = {n: f.default for n, f in self.kind.model_fields.items() if not f.is_required()}
        firsts = {name: field.read() for name, field in self.draft.fields.items()
                  if name in ("kind", "pricing", "family")}  # fmt: skip
        return known | firsts | {"rank": last + _STEP}

    def _write(self, value: Reference) -> None:
        self.screen.workbench.lists.save(value, self.base)
        self._done("lists.saved", value)

    def _delete(self) -> bool:
        if self.base is not None and not self._trying(self._remove, self.base):
            self.screen.ask(self)  # where it says why
        return True

    def _remove(self, value: Reference) -> None:
        self.screen.workbench.lists.delete(value)
        self._done("lists.deleted", value)

    def _back(self) -> None:
        self.screen.ask(self)

    def _done(self, key: str, value: Reference) -> None:
        self.screen.refresh_lists()
        self.screen.say(key, name=value.label(self.screen.language))
        self._on_done()
        self.screen.changed()

    def _trying(self, act: Callable[[Reference], None], value: Reference) -> bool:
        """Do it; False when it was refused, which is said beside the field or above all."""
        try:
            act(value)
        except UserError as error:
            sentence = self.screen.reason(error)
            field = _field(error)
            self._note({field: sentence} if field else {}, "" if field else sentence)
            if isinstance(error, ValueGone):
                self.base = None
            if isinstance(error, ValueChanged):
                self._show_both(value, error.theirs)
            return False
        return True

    def _show_both(self, mine: Reference, theirs: Any) -> None:
        """Show both; saving once more is a decision then, and overwrites nothing unseen."""
        self.base = theirs
        self.theirs.rows = [
            [self.screen.text(f"field.{name}"), *(
                told(self.screen, name, getattr(side, name)) for side in (mine, theirs)
            )]
            for name in self.kind.model_fields
            if name != "rank" and getattr(mine, name) != getattr(theirs, name)
        ]  # fmt: skip
        self._offer("lists.take_theirs", self.take_theirs)

    def _note(self, problems: Mapping[str, str], sentence: str = "") -> None:
        """Say what is wrong; the first field concerned gets the cursor."""
        others = note(self.frame, self.draft.fields, problems)
        self.told.text = f"{others} {sentence}".strip()
        self.theirs.rows, self.offers.children = [], ()


def _field(error: UserError) -> str:
    """The field that a refusal is about."""
    if isinstance(error, CodeTaken):
        return "code"
    return str(error.values["fields"]) if isinstance(error, FixedWhileInUse) else ""
