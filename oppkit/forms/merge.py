"""Two records that stand for one thing: seen side by side, then made one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import ipywidgets as widgets
from pydantic import ValidationError

from oppkit.forms.dialog import Answer, Dialog
from oppkit.forms.pick_field import PickField
from oppkit.forms.screen import Screen, joined
from oppkit.forms.telling import NOT_TOLD, lowered
from oppkit.forms.widgets.plain import Facts, Plain
from oppkit.forms.wording import NOTHING, Wording
from oppkit.locale.typed import NotUnderstood
from oppkit.model import Customer, Record, UserError

R = TypeVar("R", bound=Record)


class MergeDialog(Dialog):
    """Both records and what would become of them; nothing is done while something forbids it.

    `kept` stays and `other` is deleted, until they are switched.
    """

    def __init__(
        self, screen: Screen, kept: Record, other: Record, on_merged: Callable[[Any], Any]
    ) -> None:
        self.screen, self.kept, self.other = screen, kept, other
        self._pair = (kept, other)
        self._on_merged = on_merged
        self._wording = Wording(screen)
        self.told = Plain(tone="bad", live=True)
        self.facts = Facts().add_class("opp-merge-facts")
        self.same, self.moving = Plain(tone="muted"), Plain()
        self.choice = widgets.RadioButtons(
            options=[(_name(record), place) for place, record in enumerate(self._pair)],
            value=0,
            description=screen.text("merge.stays"),
        ).add_class("opp-merge-choice")
        self.choice.observe(screen.guard(lambda _change: self._choose()), "value")
        super().__init__(
            screen.text("merge.title"),
            [
                Plain(text=screen.text("merge.explained")), self.choice, self.told, self.facts,
                self.same, self.moving,
            ],
            [
                Answer(screen.text("merge.merge"), self.merge, "primary"),
                Answer(screen.text("form.cancel"), lambda: None),
            ],
            screen.guard, wide=True,
        )  # fmt: skip
        self._preview()

    @property
    def possible(self) -> bool:
        """Whether these two can be merged this way round."""
        return not self.buttons[0].disabled

    def switch(self) -> None:
        """Keep the other one."""
        self.choice.value = 1 - self.choice.value

    def merge(self) -> bool:
        """Merge them; False, with the reason in the dialog, when that is refused."""
        try:
            merged = self.screen.workbench.duplicates.merge(self.kept, self.other)
        except (UserError, ValidationError) as error:
            self._refuse(error)
            return False
        gone = _name(self.other)
        self.screen.say("merge.merged", name=gone, into=_name(merged))
        self._on_merged(merged)
        self.screen.changed()
        return True

    def _choose(self) -> None:
        place = self.choice.value
        self.kept, self.other = self._pair[place], self._pair[1 - place]
        self._preview()

    def _preview(self) -> None:
        """Show what merging would make of both; what forbids it stands in the place of that."""
        self.told.text, after = "", None
        self.buttons[0].disabled = False
        try:
            merging = self.screen.workbench.duplicates.preview(self.kept, self.other)
        except (UserError, ValidationError) as error:
            self._refuse(error)
            self.moving.text = ""
        else:
            after = merging.record
            self.moving.text = self._moving(merging.moving)
        self._show(after)

    def _refuse(self, error: UserError | ValidationError) -> None:
        self.buttons[0].disabled = True
        reason = self.screen.reason(error)
        refused = self.screen.text("merge.refused")
        self.told.text = reason if isinstance(error, UserError) else f"{refused} {reason}"

    def _show(self, after: Record | None) -> None:
        codes = [str(record.__dict__["code"]) for record in (self.kept, self.other)]
        headings = [self.screen.text("merge.field"), *codes]
        result = [self.screen.text("merge.after")] if after is not None else []
        rows, same = [], []
        for name in type(self.kept).model_fields:
            mine, theirs = (self._wording.of(r, name) for r in (self.kept, self.other))
            if name in NOT_TOLD or (mine == NOTHING and theirs == NOTHING):
                continue
            if mine == theirs:
                same.append(lowered(self._wording.label(name)))
                continue
            ending = [self._wording.of(after, name)] if after is not None else []
            rows.append([self._wording.label(name), mine, theirs, *ending])
        with self.facts.hold_sync():
            self.facts.headings, self.facts.rows = [*headings, *result], rows
        text = self.screen.text("merge.same", fields=", ".join(same))
        self.same.text = text if same else ""

    def _moving(self, moving: Any) -> str:
        parts = [
            self.screen.text(f"merge.moving_{kind}", number=self.screen.number(count))
            for kind, count in moving.items()
        ]
        if not parts:
            return self.screen.text("merge.nothing_moves")
        return self.screen.text("merge.moves", what=", ".join(parts), into=_name(self.kept))


def merge_dialog(
    screen: Screen, kept: R, other: R, on_merged: Callable[[R], Any]
) -> MergeDialog:  # fmt: skip
    """Ask over the page how two saved customers, or opportunities, become one.

    `on_merged` gets the record that stayed, as it now stands.
    """
    dialog = MergeDialog(screen, kept, other, on_merged)
    screen.ask(dialog)
    return dialog


class WhichDialog(Dialog):
    """Asks for the record to merge a saved one with; then the two are compared."""

    def __init__(self, screen: Screen, record: Record, on_merged: Callable[[Any], Any]) -> None:
        self.screen, self.record = screen, record
        self._on_merged = on_merged
        kind: Literal["customer", "opportunity"]
        kind = "customer" if isinstance(record, Customer) else "opportunity"
        label = screen.text(f"merge.other_{kind}")
        self.field = PickField("other", label, screen, kind, required=True)
        self.told = Plain(tone="bad", live=True)
        super().__init__(
            screen.text("merge.which_title", name=_name(record)),
            [Plain(text=screen.text("merge.which")), self.field.widget, self.told],
            [
                Answer(screen.text("merge.compare"), self.compare, "primary"),
                Answer(screen.text("form.cancel"), lambda: None),
            ],
            screen.guard,
        )  # fmt: skip

    def compare(self) -> bool:
        """Go on to the comparison; False, with the reason, while no other record is chosen."""
        mine = self.record.__dict__["id"]
        try:
            other_id = self.field.read()
        except NotUnderstood as error:
            self.told.text = str(error)
            return False
        self.told.text = self._unfit(mine, other_id)
        if self.told.text or other_id is None:
            return False
        kept, other = (self.screen.workbench.get(type(self.record), i) for i in (mine, other_id))
        merge_dialog(self.screen, kept, other, self._on_merged)
        return True

    def _unfit(self, mine: int, other_id: int | None) -> str:
        if other_id is None:
            return self.screen.text("merge.choose")
        return self.screen.text("merge.itself") if other_id == mine else ""


def merge_with(screen: Screen, record: R, on_merged: Callable[[R], Any]) -> WhichDialog:
    """Ask which record to merge with a saved customer or opportunity, then how."""
    dialog = WhichDialog(screen, record, on_merged)
    screen.ask(dialog)
    return dialog


def _name(record: Record) -> str:
    return joined([str(record.__dict__["code"] or ""), str(record.__dict__["name"])])
