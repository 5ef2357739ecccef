"""The fields of an affair, and what follows from one to another while somebody types."""

from __future__ import annotations

from oppkit.forms.classification import Classification
from oppkit.forms.fields import (
    ChoiceField,
    DateField,
    Field,
    ListField,
    NumberField,
    ProseField,
    TextField,
    readable,
)
from oppkit.forms.people_fields import ParticipantsField, ResponsiblesField
from oppkit.forms.pick_field import PickField
from oppkit.forms.screen import Screen
from oppkit.forms.site_field import SiteField
from oppkit.forms.tags_field import TagsField
from oppkit.model import AffairStatus, Currency


class AffairFields:
    """All fields of an affair."""

    def __init__(self, screen: Screen) -> None:
        say = screen.text
        statuses = [(status.value, say(f"affair_status.{status.value}")) for status in AffairStatus]
        self.code = TextField("code", say("field.code"), None)
        self.name = TextField("name", say("field.name"))
        self.customer = PickField(
            "customer_id", say("field.customer_id"), screen, "customer", required=True
        )
        self.site = SiteField(screen, self.customer)
        self.status = ChoiceField("status", say("field.status"), statuses, none=None)
        self.opened_on = DateField("opened_on", say("field.opened_on"), screen, required=True)
        self.production_start = DateField("production_start", say("field.production_start"), screen)
        self.production_end = DateField("production_end", say("field.production_end"), screen)
        self.currency = ListField("currency", say("field.currency"), screen, Currency, none=None)
        self.budget = NumberField("budget", say("field.budget"), screen)
        self.classification = Classification(screen)
        self.tags = TagsField("tags", say("field.tags"), screen)
        self.responsibles = ResponsiblesField(screen)
        self.participants = ParticipantsField(screen)
        self.comment = ProseField("comment", say("field.comment"))
        self.customer.on_change(screen.guard(self._customer_changed))

    def all(self) -> list[Field]:
        """The fields in the order in which a record is shown: what others depend on comes first."""
        return [
            self.code, self.name, self.customer, self.site, self.status, self.opened_on,
            self.production_start, self.production_end, self.currency, self.budget,
            *self.classification.fields, self.tags, self.responsibles, self.participants,
            self.comment,
        ]  # fmt: skip

    def _customer_changed(self) -> None:
        customer_id = readable(self.customer)
        if customer_id != self.participants.customer_id:
            self.participants.customer_id = customer_id
            self.site.follow()
