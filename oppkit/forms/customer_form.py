"""The form of a customer or prospect: itself, its sites and contacts, and what it has."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from oppkit.forms.address_field import AddressField
from oppkit.forms.customer_dashboard import CustomerDashboard
from oppkit.forms.customer_grids import ContactsField, SitesField
from oppkit.forms.duplicates import DuplicatesHint
from oppkit.forms.fields import (
    CheckField,
    ChoiceField,
    DateField,
    Field,
    ListField,
    ProseField,
    TextField,
    row,
    section,
)
from oppkit.forms.form import RecordForm
from oppkit.forms.history import HistoryPanel
from oppkit.forms.merge import merge_with
from oppkit.forms.record_tabs import RecordTabs, Side
from oppkit.forms.screen import Screen, joined
from oppkit.model import Customer, CustomerKind, Sector


class CustomerForm(RecordForm[Customer]):
    """Creates and edits one customer; what is like it is shown while its name is typed."""

    required = ("name",)

    def __init__(self, screen: Screen) -> None:
        say = screen.text
        kinds = [(kind.value, say(f"customer_kind.{kind.value}")) for kind in CustomerKind]
        self.code = TextField("code", say("field.code"), None)
        self.name = TextField("name", say("field.name"))
        self.kind = ChoiceField("kind", say("field.kind"), kinds, none=None)
        self.since = DateField("customer_since", say("field.customer_since"), screen)
        self.sector = ListField("sector", say("field.sector"), screen, Sector)
        self.active = CheckField("active", say("field.active"))
        self.address = AddressField("address", screen)
        self.email = TextField("email", say("field.email"), None)
        self.phone = TextField("phone", say("field.phone"))
        self.website = TextField("website", say("field.website"))
        self.vat_number = TextField("vat_number", say("field.vat_number"))
        self.comment = ProseField("comment", say("field.comment"))
        self.sites = SitesField(screen)
        self.contacts = ContactsField(screen, self.sites)
        self.duplicates = DuplicatesHint(screen)
        super().__init__(screen, Customer, self._fields())
        self.history = HistoryPanel(screen, self.restore)
        self.dashboard = CustomerDashboard(screen)
        self.duplicates.on_open(lambda key: screen.open(screen.workbench.get(Customer, key)))
        self.duplicates.on_merged(self.show, self.leave)
        for field in (self.name, self.code, self.address.parts["city"]):
            field.on_change(screen.guard(self._look_for_duplicates))
        self._lay_out_all()

    def start(self, **values: Any) -> None:
        """Show a new prospect."""
        self.show_new(Customer.model_construct(name="", **values).__dict__)

    def heading(self) -> str:
        new = "" if self.saved else self.screen.text("customers.new")
        return joined([self.code.widget.value.strip(), self.name.widget.value.strip()]) or new

    def adopt(self, record: Customer | None) -> None:
        self.code.widget.placeholder = (
            "" if record else self.screen.workbench.proposed_code(Customer)
        )
        self.tabs.follow(record is not None)
        for action in (self._merge, self._delete):
            action.layout.display = None if record else "none"

    def note(self, problems: dict[str, str]) -> None:
        if problems:
            self.tabs.show_fields()
        super().note(problems)

    def _fields(self) -> list[Field]:
        # The sites come before the contacts, which refer to them.
        return [
            self.code, self.name, self.kind, self.since, self.sector, self.active, self.address,
            self.email, self.phone, self.website, self.vat_number, self.comment, self.sites,
            self.contacts,
        ]  # fmt: skip

    def _lay_out_all(self) -> None:
        say = self.screen.text
        details = widgets.VBox([
            section(
                say("customers.general"), row(self.code, self.name), self.duplicates,
                row(self.kind, self.since), row(self.sector, self.active),
            ),
            section(
                say("customers.reached"), self.address, row(self.email, self.phone),
                row(self.website, self.vat_number), row(self.comment),
            ),
            section(say("customers.contacts"), self.contacts),
            section(say("customers.sites"), self.sites),
        ])  # fmt: skip
        self.tabs = RecordTabs(self.screen, say("customers.details"), details, [
            Side(
                say("customers.dashboard"), self.dashboard,
                lambda: self._show_in(self.dashboard),
            ),
            Side(say("customers.history"), self.history, lambda: self._show_in(self.history)),
        ])  # fmt: skip
        self._merge = self.button("duplicates.merge", self.merge)
        self._delete = self.button("form.delete", self.delete, "danger")
        self.actions.children = (
            self.button("form.save", self.ask_to_save, "primary"),
            self._merge,
            self._delete,
        )
        self.lay_out(self.tabs)

    def merge(self) -> None:
        """Ask which customer this one is to be merged with."""
        self.leave(lambda: self.saved and merge_with(self.screen, self.saved, self.show))

    def _look_for_duplicates(self) -> None:
        # A record that is being shown is no news.
        if self.draft.showing:
            self.duplicates.clear()
            return
        address, saved = self.address.read(), self.saved
        self.duplicates.look_for_customer(
            self.name.read() or "",
            self.code.read(),
            address["city"],
            saved.id if saved else None,
        )

    def _show_in(self, side: CustomerDashboard | HistoryPanel) -> None:
        if self.saved is not None:
            side.show(self.saved)
