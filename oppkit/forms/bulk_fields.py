"""What is to change in a selection: fields that are empty leave every opportunity as it is."""

from __future__ import annotations

import ipywidgets as widgets

from oppkit.forms.draft import Draft, NotReady
from oppkit.forms.fields import (
    CheckField,
    DateField,
    Field,
    ListField,
    ProseField,
    WholeField,
    row,
    section,
)
from oppkit.forms.notes import note
from oppkit.forms.pick_field import PickField
from oppkit.forms.screen import Screen
from oppkit.forms.tags_field import TagsField
from oppkit.forms.widgets.frame import Frame
from oppkit.forms.widgets.plain import Plain
from oppkit.model import (
    Establishment,
    Family,
    LossReason,
    Outcome,
    Reference,
    Sector,
    Status,
    Subfamily,
)
from oppkit.model.bulk import BulkChange

_LISTS: dict[str, type[Reference]] = {
    "status": Status, "loss_reason": LossReason, "establishment": Establishment,
    "sector": Sector, "family": Family, "subfamily": Subfamily,
}  # fmt: skip
_CLOSING = ("closed_on", "loss_reason", "close_comment")


class BulkFields(widgets.VBox):
    """The fields of a bulk change; `problem` says what concerns no field."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        fields = self._built()
        self.draft = Draft(screen, BulkChange, fields)
        self.fields = self.draft.fields
        self.problem = Plain(tone="bad", live=True)
        self._frame = Frame(language=screen.language)
        self._wanted: tuple[str, ...] = ()  # of the fields of a closing
        self._closing = widgets.VBox().add_class("opp-bulk-closing")
        super().__init__([
            self._frame, Plain(text=screen.text("bulk.intro"), tone="muted"), *self._sections(),
            self.problem,
        ])  # fmt: skip
        self.add_class("opp-form")
        self.add_class("opp-bulk")
        self.draft.show(BulkChange().__dict__)
        self.draft.on_change(self._follow)
        self._follow()

    def read(self) -> BulkChange | None:
        """The change; None when something is wrong or nothing is to change, which is then said."""
        self.problem.text = ""
        try:
            change = self.draft.read()
        except NotReady as error:
            self._note(error.problems)
            return None
        self._note({})
        if change == BulkChange():
            self.problem.text = self.screen.text("bulk.choose_something")
            return None
        return change

    def _built(self) -> list[Field]:
        screen, leave = self.screen, self.screen.text("bulk.leave")
        return [
            *(ListField(n, self._label(n), screen, kind, leave) for n, kind in _LISTS.items()),
            DateField("closed_on", self._label("closed_on"), screen),
            ProseField("close_comment", self._label("close_comment"), rows=2),
            PickField("owner_id", self._label("owner_id"), screen, "employee"),
            TagsField("add_tags", self._label("add_tags"), screen),
            TagsField("remove_tags", self._label("remove_tags"), screen),
            DateField("expected_signature", screen.text("bulk.expected_signature"), screen),
            WholeField("expected_signature_months", screen.text("bulk.months"), screen),
            CheckField("clear_expected_signature", screen.text("bulk.no_signature")),
            WholeField("production_months", screen.text("bulk.months"), screen),
        ]

    def _sections(self) -> list[widgets.Widget]:
        field, say = self.fields, self.screen.text
        return [
            section(say("bulk.progress"), row(field["status"], field["owner_id"]), self._closing),
            section(say("bulk.signature"), row(
                field["expected_signature"], field["expected_signature_months"],
                field["clear_expected_signature"],
            )),
            section(say("bulk.tags"), row(field["add_tags"], field["remove_tags"])),
            section(
                say("bulk.classification"), row(field["establishment"], field["sector"]),
                row(field["family"], field["subfamily"]),
            ),
            section(say("bulk.production"), row(field["production_months"], columns=3)),
        ]  # fmt: skip

    def _label(self, name: str) -> str:
        return self.screen.text(f"field.{name}")

    def _follow(self) -> None:
        """What a closing needs is asked for only with a status that closes."""
        status = self.fields["status"].read()
        outcome = self.screen.lists.outcome(status) if status else Outcome.OPEN
        wanted = {
            Outcome.OPEN: (), Outcome.WON: ("closed_on", "close_comment"),
            Outcome.LOST: _CLOSING, Outcome.ABANDONED: ("closed_on", "close_comment"),
        }[outcome]  # fmt: skip
        for name in _CLOSING:
            if name not in wanted and self.fields[name].typed:
                self.fields[name].show(None)
        shown = (row(*(self.fields[name] for name in wanted)),) if wanted else ()
        if self._wanted != wanted:
            self._wanted = wanted
            self._closing.children = shown
        self._offer_subfamilies()

    def _offer_subfamilies(self) -> None:
        family, field = self.fields["family"].read(), self.fields["subfamily"]
        if isinstance(field, ListField):
            field.offer([
                (one.code, one.label(self.screen.language))
                for one in self.screen.lists.all(Subfamily, active_only=True)
                if family in (None, one.family)
            ])  # fmt: skip

    def _note(self, problems: dict[str, str]) -> None:
        of_fields = dict[str, str]()
        for path, sentence in problems.items():
            name = path.partition(".")[0]
            of_fields[name] = f"{of_fields.get(name, '')} {sentence}".strip()
        self.problem.text = note(self._frame, self.fields, of_fields)
