"""The form of our own company: what stands on sheets, and what a new quote starts with."""

from __future__ import annotations

import ipywidgets as widgets

from oppkit.forms.address_field import AddressField
from oppkit.forms.conflict import conflict_dialog
from oppkit.forms.fields import (
    Field,
    PercentField,
    ProseField,
    TextField,
    WholeField,
    row,
    section,
)
from oppkit.forms.form import RecordForm
from oppkit.forms.screen import Screen
from oppkit.model import EditConflict, Firm


class FirmForm(RecordForm[Firm]):
    """Edits the one firm of the workspace, which has no number, no version and no history."""

    required = ("vat_rate", "validity_days")

    def __init__(self, screen: Screen) -> None:
        say = screen.text
        self.name = TextField("name", say("field.name"))
        self.address = AddressField("address", screen)
        self.phone = TextField("phone", say("field.phone"))
        self.email = TextField("email", say("field.email"), None)
        self.website = TextField("website", say("field.website"))
        self.vat_number = TextField("vat_number", say("field.vat_number"))
        self.legal = ProseField("legal", say("field.legal"))
        self.bank = ProseField("bank", say("field.bank"))
        self.terms = ProseField("terms", say("field.terms"), rows=6)
        self.vat_rate = PercentField("vat_rate", say("field.vat_rate"), screen)
        self.validity = WholeField("validity_days", say("field.validity_days"), screen)
        super().__init__(screen, Firm, self._fields())
        self.actions.children = (self.button("form.save", self.ask_to_save, "primary"),)
        self._lay_out_all()

    def heading(self) -> str:
        return self.screen.text("field.firm")

    def show(self, record: Firm) -> None:
        self._show(record.__dict__, record)

    def _fields(self) -> list[Field]:
        return [
            self.name, self.address, self.phone, self.email, self.website, self.vat_number,
            self.legal, self.bank, self.terms, self.vat_rate, self.validity,
        ]  # fmt: skip

    def _lay_out_all(self) -> None:
        say = self.screen.text
        self.lay_out(widgets.VBox([
            section(
                say("firm.letterhead"), row(self.name, columns=2), self.address,
                row(self.phone, self.email), row(self.website, self.vat_number),
                row(self.legal, self.bank),
            ),
            section(
                say("firm.quotes"), row(self.vat_rate, self.validity), row(self.terms),
            ),
        ]))  # fmt: skip

    def _write(self, record: Firm, base: Firm | None = None) -> Firm | None:
        """Save over what was read, or over what the person has chosen from in a conflict."""
        try:
            saved = self.screen.workbench.quotes.save_firm(record, base or self.saved)
        except EditConflict as conflict:
            theirs: Firm = conflict.theirs  # type: ignore[assignment]
            conflict_dialog(self.screen, conflict, lambda settled: self._write(settled, theirs))
            return None
        self.show(saved)
        self.screen.say("form.saved_now", name=self.heading())
        self.screen.changed()
        return saved

    def _state(self, unsaved: bool) -> str:
        return self.screen.text("firm.changed" if unsaved else "firm.help")
