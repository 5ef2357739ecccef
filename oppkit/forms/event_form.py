"""The form of an event: a call, a meeting, a note; and the opportunity that comes from it."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from oppkit.forms.dialog import button
from oppkit.forms.event_fields import EventFields
from oppkit.forms.fields import row, section
from oppkit.forms.form import RecordForm
from oppkit.forms.history import HistoryPanel
from oppkit.forms.record_tabs import RecordTabs, Side
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.frame import css_class
from oppkit.forms.widgets.plain import Plain
from oppkit.model import Event, EventKind, Opportunity


class EventForm(RecordForm[Event]):
    """Creates and edits one event."""

    required = ("subject",)

    def __init__(self, screen: Screen) -> None:
        self.of = EventFields(screen)
        super().__init__(screen, Event, self.of.all())
        self.history = HistoryPanel(screen, self.restore)
        self.opportunities = widgets.HBox().add_class("opp-event-opportunities")
        self._lay_out_all()

    def start(self, **values: Any) -> None:
        """Show a new task, due today."""
        blank: dict[str, Any] = {
            "kind": EventKind.TASK, "subject": "", "due_on": self.screen.workbench.today,
        }  # fmt: skip
        self.show_new(Event.model_construct(**blank | values).__dict__)

    def heading(self) -> str:
        return self.of.subject.widget.value.strip() or self.screen.text("events.new")

    def adopt(self, record: Event | None) -> None:
        self.of.keep(record.__dict__ if record else {})
        done = record is None or record.done_on is not None
        self._done.layout.display = "none" if done else None
        for made in self._for_saved:
            made.layout.display = None if record else "none"
        self._show_opportunities()
        self.tabs.follow(record is not None)

    def note(self, problems: dict[str, str]) -> None:
        if problems:
            self.tabs.show_fields()
        super().note(problems)

    # -- what can be done ------------------------------------------------------------------------

    def mark_done(self) -> None:
        """Done today: save it so, with whatever else was typed."""
        self.of.done.show(self.screen.workbench.today)
        self.save()

    def create_opportunity(self) -> None:
        """Show the opportunity that this event brought, to be completed."""
        event = self.save() if self.unsaved else self.saved
        if event is None:
            return
        if event.customer_id is None:
            self.frame.focus_on(css_class("customer_id"))
        open_opportunity_from(self.screen, event)

    # -- layout ----------------------------------------------------------------------------------

    def _lay_out_all(self) -> None:
        of, say = self.of, self.screen.text
        fields = widgets.VBox([
            section(
                say("events.general"), row(of.kind, of.subject),
                row(*of.conditional.values(), of.done, of.owner, columns=2),
            ),
            section(
                say("events.links"), row(of.customer, of.site), row(of.contact, of.opportunity),
                self.opportunities, row(of.comment),
            ),
        ])  # fmt: skip
        self.tabs = RecordTabs(self.screen, say("events.details"), fields, [
            Side(say("events.history"), self.history, self._show_history),
        ])  # fmt: skip
        self._done = self.button("events.done", self.mark_done)
        create = self.button("events.create_opportunity", self.create_opportunity)
        delete = self.button("form.delete", self.delete, "danger")
        self._for_saved = (create, delete)
        self.actions.children = (
            self.button("form.save", self.ask_to_save, "primary"),
            self._done,
            create,
            delete,
        )
        self.lay_out(self.tabs)

    def _show_history(self) -> None:
        if self.saved is not None:
            self.history.show(self.saved)

    def _show_opportunities(self) -> None:
        """Those that it brought, and the one to which it belongs; a click opens each."""
        if self.saved is None:
            self.opportunities.children = ()
            return
        brought = self.screen.workbench.brought_by(self.saved)
        attached = self.saved.opportunity_id
        parts: list[widgets.Widget] = []
        if attached is not None:
            record = self.screen.workbench.get(Opportunity, attached)
            parts += self._links("events.attached", [record])
        if brought:
            parts += self._links("events.brought", brought)
        self.opportunities.children = tuple(parts)

    def _links(self, key: str, records: list[Opportunity]) -> list[widgets.Widget]:
        links = [self._link(record) for record in records]
        return [Plain(text=self.screen.text(key), level=-1, tone="muted"), *links]

    def _link(self, record: Opportunity) -> widgets.Button:
        label = joined([record.code or "", record.name])
        link = button(label, lambda: self.screen.open(record), self.screen.guard)
        return link.add_class("opp-outlined")


def open_opportunity_from(screen: Screen, event: Event) -> None:
    """Show the opportunity that an event brought, not saved yet; it needs the event's customer."""
    if event.customer_id is None:
        screen.say("events.choose_customer", "bad")
    else:
        screen.open(screen.workbench.from_event(event))
