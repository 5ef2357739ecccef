"""The list of the contacts of all customers."""

from __future__ import annotations

from typing import Any

from oppkit.forms.contact_form import contact_of
from oppkit.forms.fields import CheckField
from oppkit.forms.listing import Listing, named
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.table import Column, TableRow
from oppkit.model import Customer
from oppkit.model.search import Found


class ContactsView(Listing):
    """Contacts by their own name or that of their customer."""

    name = "contacts"
    new_kind = "contact"

    def __init__(self, screen: Screen) -> None:
        say = screen.text
        self.active_only = CheckField("active_only", say("listing.active_only"))
        self.active_only.show(True)
        columns = [
            Column("name", say("field.name"), width="1.6fr"),
            Column("customer", say("field.customer_id"), width="2fr"),
            Column("site", say("field.site"), width="1.1fr", sortable=False),
            Column("job", say("field.job"), width="1.4fr", sortable=False),
            Column("email", say("field.email"), width="2fr", sortable=False),
            Column("phone", say("field.phone"), width="1.2fr", sortable=False),
        ]
        super().__init__(screen, columns, [self.active_only.widget])
        self.active_only.on_change(screen.guard(self.look))

    def found(self, **page: Any) -> Found:
        return self.screen.workbench.directory.contacts(
            self.search.text, active_only=self.active_only.read(), **page
        )

    def row(self, found: dict[str, Any]) -> TableRow:
        return TableRow(
            f"{found['customer_id']}-{found['id']}",
            [
                named(self.screen, found["name"], found["active"]), found["customer"],
                found["site"] or "", found["job"], found["email"] or "", found["phone"],
            ],
            "" if found["active"] else "muted",
        )  # fmt: skip

    def opened(self, key: str) -> None:
        customer_id, contact_id = (int(part) for part in key.split("-"))
        customer = self.screen.workbench.get(Customer, customer_id)
        self.screen.open(contact_of(customer, contact_id))
