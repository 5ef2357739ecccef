"""The form of an opportunity: header, contacts, history, and what can be done with it."""

from __future__ import annotations

from datetime import date
from typing import Any

import ipywidgets as widgets

from oppkit.forms.affair_creation import ask_for_affair
from oppkit.forms.closing import closing_dialog
from oppkit.forms.duplicates import DuplicatesHint
from oppkit.forms.fields import readable, row, section
from oppkit.forms.form import RecordForm
from oppkit.forms.history import HistoryPanel
from oppkit.forms.made_from import MadeFrom
from oppkit.forms.merge import merge_with
from oppkit.forms.opportunity_fields import OpportunityFields
from oppkit.forms.paper_buttons import paper_buttons
from oppkit.forms.record_tabs import RecordTabs, Side
from oppkit.forms.screen import Screen
from oppkit.model import Affair, Opportunity, Outcome, Quote, life


class OpportunityForm(RecordForm[Opportunity]):
    """Creates and edits one opportunity."""

    required = ("name", "customer_id", "status", "opened_on")

    def __init__(self, screen: Screen) -> None:
        self.of = OpportunityFields(screen)
        super().__init__(screen, Opportunity, self.of.all())
        self._settling = False
        self._status = ""
        self.of.status.on_change(screen.guard(self._status_changed))
        self.of.probability.on_change(screen.guard(self._probability_typed))
        self.of.name.on_change(screen.guard(self._look_for_duplicates))
        self.of.customer.on_change(screen.guard(self._look_for_duplicates))
        self.duplicates = DuplicatesHint(screen)
        self.duplicates.on_open(lambda key: screen.open(screen.workbench.get(Opportunity, key)))
        self.history = HistoryPanel(screen, self.restore)
        self.documents = widgets.HBox().add_class("opp-documents")
        self.made = MadeFrom(screen)
        self._lay_out_all()

    # -- records ---------------------------------------------------------------------------------

    def start(self, **values: Any) -> None:
        """Show a new opportunity: first status, opened today."""
        workbench = self.screen.workbench
        first = self.screen.lists.first_status()
        today = workbench.today
        fresh = {name: field.get_default() for name, field in Opportunity.model_fields.items()
                 if not field.is_required()}  # fmt: skip
        self.show_new(fresh | {
            "status": first.code, "probability": first.probability, "status_on": today,
            "opened_on": today, "currency": workbench.currency, **values,
        })  # fmt: skip

    def heading(self) -> str:
        code, name = self.of.code.widget.value.strip(), self.of.name.widget.value.strip()
        new = "" if self.saved else self.screen.text("opportunity.new")
        return " · ".join(part for part in (code, name) if part) or new

    def adopt(self, record: Opportunity | None) -> None:
        self._status = self.of.status.read() or ""
        self.of.code.widget.placeholder = (
            "" if record else self.screen.workbench.proposed_code(Opportunity)
        )
        self.tabs.follow(record is not None)
        self.made.show(record.id if record else None)
        self.duplicates.clear()

    def note(self, problems: dict[str, str]) -> None:
        """Say what is wrong beside each field, and show the tab of the first one."""
        if problems:
            others = [path for path in problems if not path.startswith("participants")]
            self.tabs.show_fields()
            if not others:
                self.tabs.show_side(self.screen.text("opportunity.contacts"))
        super().note(problems)

    def redraw(self) -> None:
        super().redraw()
        closed = self.of.outcome is not Outcome.OPEN
        self._closing.layout.display = None if closed else "none"
        lost = self.of.outcome is Outcome.LOST
        self.of.loss_reason.widget.layout.display = None if lost else "none"
        saved = self.saved is not None
        for made in self._for_saved:
            made.layout.display = None if saved else "none"
        for made in self._for_open:
            made.layout.display = None if saved and not closed else "none"
        self._reopen.layout.display = None if saved and closed else "none"

    # -- what can be done ------------------------------------------------------------------------

    def duplicate(self) -> None:
        """Show a copy that is not saved yet: first status, opened today, without a code."""

        def copy() -> None:
            if self.saved is not None:
                made = life.duplicate(self.saved, self.screen.lists, self.screen.workbench.today)
                self.screen.open(made)
                self.screen.say("opportunity.duplicated", "info")

        self.leave(copy)

    def close_as(self, outcome: Outcome) -> None:
        """Ask date, reason and comment, then save everything with that outcome."""

        def done(day: date, reason: str | None, comment: str) -> bool | None:
            self._move_to(self.screen.lists.closing_status(outcome).code, day)
            self.of.closed_on.show(day)
            self.of.loss_reason.show(reason)
            self.of.close_comment.show(comment)
            self.save()
            return None

        opened = readable(self.of.opened_on)
        closing_dialog(self.screen, outcome, done, lambda: None, opened_on=opened)

    def reopen(self) -> None:
        """Open it again in the first status; the closing stays in the history."""
        self._move_to(self.screen.lists.first_status().code, self.screen.workbench.today)
        self.save()

    def create_quote(self) -> None:
        """Make a draft quote of what is saved, and open it."""

        def create() -> None:
            if self.saved is not None:
                quote = self.screen.workbench.create_quote(self.saved)
                self._made_now(quote)
                self.screen.say("opportunity.quote_created", code=quote.code)

        self.leave(create)

    def create_affair(self) -> None:
        """Make the affair that delivers it, after a look at it: a prospect becomes a customer."""
        self.leave(lambda: self.saved and ask_for_affair(self.screen, self.saved, self._made_now))

    def merge(self) -> None:
        """Merge with another opportunity."""

        def go() -> None:
            if self.saved is not None:
                merge_with(self.screen, self.saved, self.show)

        self.leave(go)

    # -- what follows ----------------------------------------------------------------------------

    def _status_changed(self) -> None:
        """Propose the probability of a status that was chosen (rule 4)."""
        if self.draft.showing or self._settling:
            return
        chosen = self.of.status.read()
        if chosen and chosen != self._status:
            self._move_to(chosen, self.screen.workbench.today)

    def _move_to(self, status: str, on: date) -> None:
        values = {
            "status": self._status, "closed_on": readable(self.of.closed_on),
            "probability_typed": self.draft.base["probability_typed"],
        }  # fmt: skip
        changes = life.status_changes(values, status, self.screen.lists, on)
        self._settling = True
        try:
            for name, value in changes.items():
                if name in self.draft.fields:
                    self.draft.fields[name].show(value)
                else:
                    self.draft.base[name] = value
        finally:
            self._settling = False
        self._status = status
        self.redraw()

    def _probability_typed(self) -> None:
        if not (self.draft.showing or self._settling):
            self.draft.base["probability_typed"] = True

    def _look_for_duplicates(self) -> None:
        customer_id = readable(self.of.customer)
        name = self.of.name.widget.value.strip()
        if self.draft.showing or not customer_id or not name:
            self.duplicates.clear()
            return
        saved = self.saved.id if self.saved else None
        self.duplicates.look_for_opportunity(name, customer_id, saved)

    # -- layout ----------------------------------------------------------------------------------

    def _lay_out_all(self) -> None:
        of, say = self.of, self.screen.text
        self._closing = widgets.VBox([
            row(of.closed_on, of.loss_reason), row(of.close_comment)
        ]).add_class("opp-closing")  # fmt: skip
        general = section(
            say("opportunity.general"),
            row(of.code, of.name), self.duplicates, row(of.customer, of.site),
            row(of.origin.type, of.origin.pick), row(of.status, of.status_on), self._closing,
        )  # fmt: skip
        calendar = section(
            say("opportunity.calendar"),
            row(of.opened_on, of.expected), row(of.production_start, of.production_end),
            row(of.probability, columns=2),
        )  # fmt: skip
        classification = section(
            say("opportunity.classification"),
            row(of.classification.establishment, of.classification.sector),
            row(of.classification.family, of.classification.subfamily),
        )  # fmt: skip
        header = widgets.VBox([
            general, calendar, classification,
            section(say("field.tags"), of.tags),
            section(say("field.lines"), row(of.currency, columns=2), of.lines),
            section(say("field.responsibles"), of.responsibles),
            section(say("field.comment"), of.comment),
        ])  # fmt: skip
        contacts = section(say("field.participants"), of.participants, of.participants.adders)
        self.tabs = RecordTabs(self.screen, say("opportunity.header"), header, [
            Side(say("opportunity.contacts"), contacts, lambda: None),
            Side(say("opportunity.history"), self.history, self._show_history),
        ])  # fmt: skip
        self._add_actions()
        self.lay_out(self.made, self.tabs)

    def _add_actions(self) -> None:
        duplicate = self.button("opportunity.duplicate", self.duplicate)
        won = self.button("opportunity.mark_won", lambda: self.close_as(Outcome.WON))
        lost = self.button("opportunity.mark_lost", lambda: self.close_as(Outcome.LOST))
        left = self.button("opportunity.mark_abandoned", lambda: self.close_as(Outcome.ABANDONED))
        self._reopen = self.button("opportunity.reopen", self.reopen)
        self.documents.children = (
            self.button("opportunity.create_quote", self.create_quote),
            self.button("opportunity.create_affair", self.create_affair),
            *paper_buttons(self),
        )
        merge = self.button("opportunity.merge", self.merge)
        delete = self.button("form.delete", self.delete, "danger")
        self._for_open = (won, lost, left)
        self._for_saved = (duplicate, self.documents, merge, delete)
        self.actions.children = (
            self.button("form.save", self.ask_to_save, "primary"), duplicate, won, lost, left,
            self._reopen, self.documents, merge, delete,
        )  # fmt: skip

    def _show_history(self) -> None:
        if self.saved is not None:
            self.history.show(self.saved)

    def _made_now(self, record: Quote | Affair) -> None:
        """Show what was just made from it, and go there."""
        self.made.show(record.opportunity_id)
        self.screen.changed()
        self.screen.open(record)
