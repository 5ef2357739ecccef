"""The fields of a quote, and what follows from one to another while somebody types."""

from __future__ import annotations

from collections.abc import Iterator

from oppkit.forms.classification import Classification
from oppkit.forms.fields import (
    DateField,
    Field,
    FollowingField,
    ListField,
    ProseField,
    TextField,
    readable,
)
from oppkit.forms.people_fields import ParticipantsField, ResponsiblesField
from oppkit.forms.pick_field import PickField
from oppkit.forms.quote_lines import QuoteLinesField, TotalsBlock
from oppkit.forms.screen import Screen
from oppkit.forms.site_field import SiteField
from oppkit.forms.tags_field import TagsField
from oppkit.model import Currency, Customer


class QuoteFields:
    """All fields of a quote. Its code and its customer are given, and never typed."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        say = screen.text
        self.code = TextField("code", say("field.code"), None)
        self.name = TextField("name", say("field.name"))
        self.customer = PickField("customer_id", say("field.customer_id"), screen, "customer")
        self.site = SiteField(screen, self.customer)
        self.contact = FollowingField("contact_id", say("field.contact_id"), self._contacts)
        self.quoted_on = DateField("quoted_on", say("field.quoted_on"), screen, required=True)
        self.valid_until = DateField("valid_until", say("field.valid_until"), screen)
        self.expected = DateField("expected_signature", say("field.expected_signature"), screen)
        self.currency = ListField("currency", say("field.currency"), screen, Currency, none=None)
        self.lines = QuoteLinesField(screen, self.money)
        self.totals = TotalsBlock(screen)
        self.terms = ProseField("terms", say("field.terms"), rows=4)
        self.classification = Classification(screen)
        self.tags = TagsField("tags", say("field.tags"), screen)
        self.responsibles = ResponsiblesField(screen)
        self.participants = ParticipantsField(screen)
        self.comment = ProseField("comment", say("field.comment"))
        self.customer.on_change(screen.guard(self._customer_shown))
        self.currency.on_change(screen.guard(self.lines.follow))
        self.lines.on_change(screen.guard(self.show_totals))

    def all(self) -> list[Field]:
        """The fields in the order in which a record is shown: what others depend on comes first."""
        return [
            self.code, self.name, self.customer, self.site, self.contact, self.quoted_on,
            self.valid_until, self.expected, self.currency, self.lines, self.terms,
            *self.classification.fields, self.tags, self.responsibles, self.participants,
            self.comment,
        ]  # fmt: skip

    def money(self) -> str:
        """The currency that is chosen now."""
        return self.currency.read() or self.screen.workbench.currency

    def enable(self, editable: bool) -> None:
        """Let people type, or not: only a draft is edited."""
        given = (self.code, self.customer)
        for field in self.all():
            field.enable(editable and field not in given)
        self.participants.adders.layout.display = None if editable else "none"

    def show_totals(self) -> None:
        """Work the totals out anew."""
        self.totals.show(self.lines.totals(), self.money())

    def _customer_shown(self) -> None:
        self.participants.customer_id = readable(self.customer)

    def _contacts(self, kept: int | None) -> Iterator[tuple[int, str]]:
        """Those of the customer, who are still there or chosen already."""
        customer_id = readable(self.customer)
        if customer_id is None:
            return
        for contact in self.screen.workbench.get(Customer, customer_id).contacts:
            if contact.id is not None and (contact.active or contact.id == kept):
                yield contact.id, contact.name
