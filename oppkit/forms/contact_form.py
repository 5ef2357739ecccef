"""The form of one contact, which is kept inside its customer."""

from __future__ import annotations

from typing import Any

from oppkit.forms.customer_grids import languages
from oppkit.forms.fields import (
    CheckField,
    ChoiceField,
    Field,
    FollowingField,
    TextField,
    row,
    section,
)
from oppkit.forms.form import RecordForm
from oppkit.forms.pick_field import PickField
from oppkit.forms.prospect import prospect_creator
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.pick import Choice
from oppkit.forms.widgets.plain import Plain
from oppkit.locale.typed import NotUnderstood
from oppkit.model import Contact, Customer, NotFound


class CustomerContact(Contact):
    """A contact beside its customer; `version` is the customer's, 0 for a new contact."""

    version: int = 0
    customer_id: int


def contact_of(customer: Customer, contact_id: int) -> CustomerContact:
    """A contact of a customer, to be opened. Raises `NotFound`."""
    found = next((one for one in customer.contacts if one.id == contact_id), None)
    if found is None:
        raise NotFound(kind="contact", key=contact_id)
    return CustomerContact.model_construct(
        **found.__dict__, version=customer.version, customer_id=customer.id
    )


class ContactForm(RecordForm[CustomerContact]):
    """Creates and edits one contact: the customer is saved with it in its place."""

    required = ("customer_id", "last_name")

    def __init__(self, screen: Screen) -> None:
        say = screen.text
        self.customer: Customer | None = None
        self._of: Customer | None = None
        self.chosen = PickField(
            "customer_id", say("field.customer_id"), screen, "customer", required=True,
            create=prospect_creator(screen, self._choose),
        )  # fmt: skip
        self.site = FollowingField("site", say("field.site"), self._sites)
        self.first_name = TextField("first_name", say("field.first_name"))
        self.last_name = TextField("last_name", say("field.last_name"))
        self.job = TextField("job", say("field.job"))
        self.email = TextField("email", say("field.email"), None)
        self.phone = TextField("phone", say("field.phone"))
        self.language = ChoiceField("language", say("field.language"), languages(screen), none=None)
        self.active = CheckField("active", say("field.active"))
        self.of = Plain(tone="muted")
        super().__init__(screen, CustomerContact, self._fields())
        self.chosen.on_change(screen.guard(self._offer_sites))
        self._lay_out_all()

    def start(self, **values: Any) -> None:
        """Show a new contact; its customer is chosen first."""
        blank = {"last_name": "", "language": self.screen.language, "customer_id": None}
        self.show_new(CustomerContact.model_construct(**blank | values).__dict__)

    def heading(self) -> str:
        parts = (self.first_name.widget.value.strip(), self.last_name.widget.value.strip())
        return " ".join(part for part in parts if part) or self.screen.text("contacts.new")

    def show(self, record: CustomerContact) -> None:
        """Show a contact as its customer has it now: the edit starts from there."""
        if record.version and record.id is not None:
            self.customer = self.screen.workbench.get(Customer, record.customer_id)
            self._of = self.customer
            record = contact_of(self.customer, record.id)
        super().show(record)

    def adopt(self, record: CustomerContact | None) -> None:
        self.chosen.enable(record is None)
        for made in self._for_saved:
            made.layout.display = None if record else "none"
        name = self.customer.name if record and self.customer else ""
        self.of.text = self.screen.text("contacts.of", customer=name) if name else ""

    def open_customer(self) -> None:
        """Show the form of the customer, whose history tells of its contacts."""
        if self.saved is not None:
            self.screen.open(self.screen.workbench.get(Customer, self.saved.customer_id))

    def write(self, record: CustomerContact | Customer) -> CustomerContact:
        """Save the customer with this contact, or the one in which a conflict was settled."""
        mine = record if isinstance(record, Customer) else self._customer_with(record)
        saved = self.screen.workbench.save(mine)
        contact = contact_of(saved, self._identifier(mine, saved))
        self.customer = self._of = saved
        return contact

    def remove(self, record: CustomerContact) -> None:
        if self.customer is not None:
            others = tuple(one for one in self.customer.contacts if one.id != record.id)
            self.screen.workbench.save(self.customer.model_copy(update={"contacts": others}))

    def _customer_with(self, record: CustomerContact) -> Customer:
        values = record.model_dump(exclude={"version", "customer_id"})
        contact = Contact(**values)
        if self.saved is None or self.customer is None:
            customer = self.screen.workbench.get(Customer, record.customer_id)
            contacts = (*customer.contacts, contact)
        else:
            customer = self.customer
            contacts = tuple(contact if c.id == contact.id else c for c in customer.contacts)
        return customer.model_copy(update={"contacts": contacts})

    def _identifier(self, mine: Customer, saved: Customer) -> int:
        """Which contact of the saved customer is this one: a new one was numbered just now."""
        if self.saved is not None and self.saved.id is not None:
            return self.saved.id
        known = {one.id for one in mine.contacts}
        new = [one for one in saved.contacts if one.id not in known]
        same = [one for one in new if one.model_copy(update={"id": None}) in mine.contacts]
        return next(one.id for one in [*same, *new] if one.id is not None)

    def _tell(self, mine: Any, base: CustomerContact | None, saved: CustomerContact) -> None:
        self.screen.say("form.saved_now", name=self.heading())

    def _choose(self, choice: Choice) -> None:
        self.chosen.widget.choose(choice)

    def _offer_sites(self) -> None:
        """Offer the sites of the customer that is chosen; while one is typed they stay."""
        try:
            customer_id = self.chosen.read()
        except NotUnderstood:
            return
        if customer_id != (self._of.id if self._of else None):
            self._of = self.screen.workbench.get(Customer, customer_id) if customer_id else None
            self.site.follow()

    def _sites(self, kept: str | None) -> list[tuple[str, str]]:
        sites = self._of.sites if self._of else ()
        return [(s.code, f"{s.code} – {s.name}") for s in sites if s.active or s.code == kept]

    def _fields(self) -> list[Field]:
        return [
            self.chosen, self.first_name, self.last_name, self.job, self.email, self.phone,
            self.language, self.site, self.active,
        ]  # fmt: skip

    def _lay_out_all(self) -> None:
        say = self.screen.text
        customer = self.button("contacts.open_customer", self.open_customer)
        delete = self.button("form.delete", self.delete, "danger")
        self._for_saved = (customer, delete)
        self.actions.children = (
            self.button("form.save", self.ask_to_save, "primary"),
            customer,
            delete,
        )
        self.lay_out(section(
            say("contacts.general"),
            row(self.chosen, self.site), row(self.first_name, self.last_name),
            row(self.job, self.language), row(self.email, self.phone),
            row(self.active, columns=2),
            self.of,
        ))  # fmt: skip
