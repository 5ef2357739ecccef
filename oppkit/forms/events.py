"""The agenda: tasks, appointments and notes, those of today first."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from oppkit.directory import State
from oppkit.forms.dialog import button
from oppkit.forms.event_form import open_opportunity_from
from oppkit.forms.event_rows import event_row
from oppkit.forms.fields import ChoiceField, readable
from oppkit.forms.listing import Listing
from oppkit.forms.pick_field import PickField
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.table import Column, TableRow
from oppkit.model import Event, EventKind
from oppkit.model.search import Found

_STATES: tuple[State, ...] = ("open", "done")


class EventsView(Listing):
    """Events in the order of the agenda, or sorted; those that are selected can be done."""

    name = "events"
    new_kind = "event"
    first_sort = ""

    def __init__(self, screen: Screen) -> None:
        say = screen.text
        self.state = ChoiceField(
            "state", say("events.show"), [(s, say(f"events.{s}_state")) for s in _STATES],
            say("events.any_state"),
        )  # fmt: skip
        self.state.show("open")
        self.kind = ChoiceField(
            "kinds", say("field.kind"),
            [(kind.value, say(f"event_kind.{kind.value}")) for kind in EventKind],
            say("events.any_kind"),
        )  # fmt: skip
        self.owner = PickField("owner_ids", say("events.owner"), screen, "employee")
        super().__init__(
            screen, _columns(screen, False),
            [self.state.widget, self.kind.widget, self.owner.widget], selectable=True,
        )  # fmt: skip
        self.agenda = button(say("events.agenda"), self.sort_as_agenda, screen.guard)
        self.done = button(say("events.mark_done"), self.mark_done, screen.guard)
        self.opportunity = button(
            say("events.create_opportunity"), self.create_opportunity, screen.guard
        )
        for action in (self.done, self.opportunity, self.agenda):
            action.add_class("opp-outlined")
            self.actions.children += (action,)
        self.table.observe(
            screen.guard(lambda _change: self._offer_actions()), ["selected", "sort"]
        )
        for field in (self.state, self.kind):
            field.on_change(screen.guard(self.look))
        self.owner.on_change(screen.guard(self._owner_typed))
        self._wanted_owner: int | None = None
        self._shown: list[str] = []
        self._offer_actions()

    # -- the list --------------------------------------------------------------------------------

    def found(self, **page: Any) -> Found:
        kind = self.kind.read()
        state: Any = self.state.read() or "all"
        return self.screen.workbench.directory.events(
            self.search.text, state=state, kinds=[kind] if kind else [],
            owner_ids=[self._wanted_owner] if self._wanted_owner else [],
            **page | {"sort": page["sort"] or "agenda"},
        )  # fmt: skip

    def row(self, found: dict[str, Any]) -> TableRow:
        return event_row(self.screen, found, self._zone, self._today, self._shown)

    def opened(self, key: str) -> None:
        self.screen.open(self.screen.workbench.get(Event, int(key)))

    def sort_as_agenda(self) -> None:
        """Return to the order of the agenda."""
        self.table.sort = {"name": "", "descending": False}

    # -- what can be done ------------------------------------------------------------------------

    def mark_done(self) -> None:
        """Mark the selected events as done today; those that were done keep their day."""
        workbench, marked = self.screen.workbench, 0
        try:
            for key in self.table.selected:
                event = workbench.get(Event, int(key))
                if event.done_on is None:
                    workbench.save(event.replace(done_on=workbench.today))
                    marked += 1
        finally:
            self.table.selected = []
            self.screen.changed()
        if marked:
            self.screen.say("events.marked", count=self.screen.count("events", marked))
        else:
            self.screen.say("events.nobody", "info")

    def create_opportunity(self) -> None:
        """Show the opportunity that the selected event brought, to be completed."""
        [key] = self.table.selected
        open_opportunity_from(self.screen, self.screen.workbench.get(Event, int(key)))

    # -- inside ----------------------------------------------------------------------------------

    def _read(self, keep_place: bool) -> None:
        self._zone, self._today = self.screen.workbench.zone, self.screen.workbench.today
        columns = _columns(self.screen, self.state.read() != "open")
        self._shown = [column.name for column in columns]
        self.table.columns = [asdict(column) for column in columns]
        super()._read(keep_place)

    def _owner_typed(self) -> None:
        """A name that is half typed restricts nothing yet."""
        wanted = readable(self.owner)
        if wanted != self._wanted_owner:
            self._wanted_owner = wanted
            self.look()

    def _offer_actions(self) -> None:
        selected = len(self.table.selected)
        self.done.disabled = not selected
        self.opportunity.disabled = selected != 1
        self.agenda.disabled = not self.table.sort["name"]


def _columns(screen: Screen, done: bool) -> list[Column]:
    """Of events to do nobody needs the column that tells when they were done."""
    say = screen.text
    columns = [
        Column("subject", say("field.subject"), width="2.5fr"),
        Column("day", say("events.day"), width="13.5rem"),
        Column("kind", say("field.kind"), width="8.7rem", sortable=False),
        Column("customer", say("field.customer_id"), width="1.6fr"),
        Column("owner", say("field.owner"), width="1.6fr"),
        Column("opportunity", say("field.opportunity_id"), width="10.5rem", sortable=False),
    ]
    return [*columns, Column("done_on", say("field.done_on"), width="8rem")] if done else columns
