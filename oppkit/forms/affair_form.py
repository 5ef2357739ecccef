"""The form of an affair: the project that delivers what was sold, and where it came from."""

from __future__ import annotations

import ipywidgets as widgets

from oppkit.forms.affair_fields import AffairFields
from oppkit.forms.fields import row, section
from oppkit.forms.form import RecordForm
from oppkit.forms.history import HistoryPanel
from oppkit.forms.made_from import MadeFrom
from oppkit.forms.paper_buttons import paper_buttons
from oppkit.forms.record_tabs import RecordTabs, Side
from oppkit.forms.screen import Screen, joined
from oppkit.model import Affair


class AffairForm(RecordForm[Affair]):
    """Edits one affair. A new one is made from an opportunity, in its form."""

    required = ("name", "customer_id", "opened_on", "budget")

    def __init__(self, screen: Screen) -> None:
        self.of = AffairFields(screen)
        super().__init__(screen, Affair, self.of.all())
        self.history = HistoryPanel(screen, self.restore)
        self.documents = widgets.HBox(paper_buttons(self, mail=False))
        self.documents.add_class("opp-documents")
        self.made = MadeFrom(screen)
        self._lay_out_all()

    def heading(self) -> str:
        return joined([self.of.code.widget.value.strip(), self.of.name.widget.value.strip()])

    def adopt(self, record: Affair | None) -> None:
        opportunity_id = record.opportunity_id if record else None
        # What was sold to one customer is not delivered to another.
        self.of.customer.enable(opportunity_id is None)
        self.made.show(opportunity_id, record)
        self.tabs.follow(record is not None)

    def note(self, problems: dict[str, str]) -> None:
        if problems:
            self.tabs.show_fields()
        super().note(problems)

    # -- layout ----------------------------------------------------------------------------------

    def _lay_out_all(self) -> None:
        of, say = self.of, self.screen.text
        fields = widgets.VBox([
            section(
                say("affairs.general"), row(of.code, of.name), row(of.customer, of.site),
                row(of.status, of.opened_on),
            ),
            section(
                say("affairs.production"), row(of.production_start, of.production_end),
                row(of.budget, of.currency),
            ),
            section(
                say("opportunity.classification"),
                row(of.classification.establishment, of.classification.sector),
                row(of.classification.family, of.classification.subfamily),
            ),
            section(say("field.tags"), of.tags),
            section(say("field.responsibles"), of.responsibles),
            section(say("field.participants"), of.participants, of.participants.adders),
            section(say("field.comment"), of.comment),
        ])  # fmt: skip
        self.tabs = RecordTabs(self.screen, say("affairs.details"), fields, [
            Side(say("affairs.history"), self.history, self._show_history),
        ])  # fmt: skip
        self.actions.children = (
            self.button("form.save", self.ask_to_save, "primary"), self.documents,
            self.button("form.delete", self.delete, "danger"),
        )  # fmt: skip
        self.lay_out(self.made, self.tabs)

    def _show_history(self) -> None:
        if self.saved is not None:
            self.history.show(self.saved)
