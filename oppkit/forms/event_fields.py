"""The fields of an event, and which of them its kind calls for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from oppkit.forms.fields import (
    ChoiceField,
    DateField,
    Field,
    FollowingField,
    ProseField,
    TextField,
)
from oppkit.forms.moment_field import MomentField
from oppkit.forms.pick_field import PickField
from oppkit.forms.prospect import prospect_creator
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.pick import Choice
from oppkit.locale.typed import NotUnderstood
from oppkit.model import Customer, EventKind, Opportunity

_CALLED_FOR: Mapping[str, Collection[str]] = {
    EventKind.TASK: ("due_on",),
    EventKind.APPOINTMENT: ("starts_at", "ends_at"),
    EventKind.NOTE: (),
}


class ConditionalField(Field):
    """A field that only some kinds have. Out of sight it keeps its text and gives nothing."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.in_use = True
        super().__init__(field.name, field.widget)

    def use(self, in_use: bool) -> None:
        """Show the field or not."""
        self.in_use = in_use
        self.widget.layout.display = None if in_use else "none"

    def show(self, value: Any) -> None:
        self.field.show(value)

    def read(self) -> Any:
        return self.field.read() if self.in_use else None

    @property
    def typed(self) -> Any:
        return self.field.typed

    def on_change(self, callback: Callable[[], Any]) -> None:
        self.field.on_change(callback)

    def enable(self, enabled: bool) -> None:
        self.field.enable(enabled)


class EventFields:
    """All fields of an event, and what follows from one to another while somebody types."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        say = screen.text
        kinds = [(kind.value, say(f"event_kind.{kind.value}")) for kind in EventKind]
        self.kind = ChoiceField("kind", say("field.kind"), kinds, none=None)
        self.subject = TextField("subject", say("field.subject"))
        self.starts = MomentField("starts_at", say("field.starts_at"), screen)
        self.ends = MomentField("ends_at", say("field.ends_at"), screen, self.starts)
        self.due = DateField("due_on", say("field.due_on"), screen)
        self.done = DateField("done_on", say("field.done_on"), screen)
        self.owner = PickField("owner_id", say("field.owner_id"), screen, "employee")
        self.customer = PickField(
            "customer_id", say("field.customer_id"), screen, "customer",
            create=prospect_creator(screen, self._choose),
        )  # fmt: skip
        self._of: Customer | None = None
        self.site = FollowingField("site_id", say("field.site_id"), self._sites)
        self.contact = FollowingField("contact_id", say("field.contact_id"), self._contacts)
        self.opportunity = PickField(
            "opportunity_id", say("field.opportunity_id"), screen, "opportunity"
        )
        self.comment = ProseField("comment", say("field.comment"), rows=6)
        self.conditional = {
            field.name: ConditionalField(field) for field in (self.starts, self.ends, self.due)
        }
        self._kept: frozenset[str] = frozenset()
        self._kind_kept = ""
        self.kind.on_change(screen.guard(self.follow_kind))
        self.customer.on_change(screen.guard(self.offer_places))
        self.opportunity.on_change(screen.guard(self.take_customer))

    def all(self) -> list[Field]:
        """The fields in the order in which a record is shown: what others depend on comes first."""
        return [
            self.kind, self.subject, *self.conditional.values(), self.done, self.owner,
            self.customer, self.site, self.contact, self.opportunity, self.comment,
        ]  # fmt: skip

    def keep(self, values: Mapping[str, Any]) -> None:
        """Remember what a record of this kind holds beyond its kind: an import may bring it."""
        self._kind_kept = self.kind.read() or ""
        self._kept = frozenset(name for name in self.conditional if values.get(name) is not None)
        self.follow_kind()

    def follow_kind(self) -> None:
        """Show what the kind calls for."""
        kind = self.kind.read() or ""
        kept = self._kept if kind == self._kind_kept else frozenset()
        for name, field in self.conditional.items():
            field.use(name in _CALLED_FOR.get(kind, ()) or name in kept)

    def offer_places(self) -> None:
        """Offer sites and contacts of the customer; while one is being typed they stay."""
        try:
            customer_id = self.customer.read()
        except NotUnderstood:
            return
        self.opportunity.customer_id = customer_id
        if customer_id == (self._of.id if self._of else None):
            return
        self._of = self.screen.workbench.get(Customer, customer_id) if customer_id else None
        self.site.follow()
        self.contact.follow()

    def take_customer(self) -> None:
        """An opportunity brings its customer along where none was chosen."""
        choice = self.opportunity.widget.choice
        if choice is None or self.customer.typed:
            return
        chosen = self.screen.workbench.get(Opportunity, int(choice.key))
        self.customer.show(chosen.customer_id)

    def _choose(self, choice: Choice) -> None:
        self.customer.widget.choose(choice)

    def _sites(self, kept: int | None) -> list[tuple[int | None, str]]:
        sites = self._of.sites if self._of else ()
        return [(s.id, f"{s.code} – {s.name}") for s in sites if s.active or s.id == kept]

    def _contacts(self, kept: int | None) -> list[tuple[int | None, str]]:
        contacts = self._of.contacts if self._of else ()
        return [(c.id, c.name) for c in contacts if c.active or c.id == kept]
