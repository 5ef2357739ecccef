"""The fields of an opportunity, and what follows from one to another while somebody types."""

from __future__ import annotations

from decimal import Decimal

from oppkit.forms.classification import Classification
from oppkit.forms.fields import (
    DateField,
    Field,
    ListField,
    PercentField,
    ProseField,
    TextField,
    readable,
)
from oppkit.forms.lines import LinesField
from oppkit.forms.origin import Origin
from oppkit.forms.people_fields import ParticipantsField, ResponsiblesField
from oppkit.forms.pick_field import PickField
from oppkit.forms.prospect import prospect_creator
from oppkit.forms.screen import Screen
from oppkit.forms.site_field import SiteField
from oppkit.forms.tags_field import TagsField
from oppkit.forms.widgets.pick import Choice
from oppkit.model import Currency, LossReason, Outcome, Status


class OpportunityFields:
    """All fields in the order of the form. `follow` is told which one was touched."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        say = screen.text
        self.code = TextField("code", say("field.code"), None, screen.text("opportunity.code_hint"))
        self.name = TextField("name", say("field.name"))
        self.customer = PickField(
            "customer_id", say("opportunity.customer"), screen, "customer", required=True,
            create=prospect_creator(screen, self._choose_customer),
        )  # fmt: skip
        self.site = SiteField(screen, self.customer)
        self.origin = Origin(screen)
        self.status = ListField("status", say("field.status"), screen, Status, none=None)
        self.status_on = DateField("status_on", say("field.status_on"), screen)
        self.closed_on = DateField("closed_on", say("field.closed_on"), screen)
        self.loss_reason = ListField("loss_reason", say("field.loss_reason"), screen, LossReason)
        self.close_comment = ProseField("close_comment", say("field.close_comment"), rows=2)
        self.opened_on = DateField("opened_on", say("field.opened_on"), screen, required=True)
        self.expected = DateField("expected_signature", say("field.expected_signature"), screen)
        self.production_start = DateField("production_start", say("field.production_start"), screen)
        self.production_end = DateField("production_end", say("field.production_end"), screen)
        self.probability = PercentField("probability", say("field.probability"), screen)
        self.classification = Classification(screen)
        self.tags = TagsField("tags", say("field.tags"), screen)
        self.currency = ListField("currency", say("field.currency"), screen, Currency, none=None)
        self.lines = LinesField(screen, self.terms)
        self.responsibles = ResponsiblesField(screen)
        self.participants = ParticipantsField(screen)
        self.comment = ProseField("comment", say("field.comment"))
        self._wire()

    def all(self) -> list[Field]:
        """The fields in the order in which a record is shown: what others depend on comes first."""
        return [
            self.code, self.name, self.customer, self.site, *self.origin.fields, self.status,
            self.status_on, self.closed_on, self.loss_reason, self.close_comment, self.opened_on,
            self.expected, self.production_start, self.production_end, self.probability,
            *self.classification.fields, self.tags, self.currency, self.lines, self.responsibles,
            self.participants, self.comment,
        ]  # fmt: skip

    def terms(self) -> tuple[str, Decimal | None]:
        """The currency and the probability as they are typed now."""
        currency = self.currency.read() or self.screen.workbench.currency
        return currency, readable(self.probability)

    @property
    def outcome(self) -> Outcome:
        """What the status that is chosen means."""
        return self.screen.lists.outcome(self.status.read() or "")

    def _choose_customer(self, choice: Choice) -> None:
        self.customer.widget.choose(choice)

    def _customer_changed(self) -> None:
        customer_id = readable(self.customer)
        if customer_id != self.participants.customer_id:
            self.participants.customer_id = customer_id
            self.site.follow()

    def _wire(self) -> None:
        guard = self.screen.guard
        self.customer.on_change(guard(self._customer_changed))
        self.probability.on_change(guard(self.lines.follow))
        self.currency.on_change(guard(self.lines.follow))
