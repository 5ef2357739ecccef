"""The list of customers and prospects."""

from __future__ import annotations

from typing import Any

from oppkit.forms.fields import CheckField, ChoiceField
from oppkit.forms.listing import Listing, named
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.table import Column, TableRow
from oppkit.model import Customer, CustomerKind, Sector
from oppkit.model.search import Found


class CustomersView(Listing):
    """Customers and prospects by name, code and town."""

    name = "customers"
    new_kind = "customer"

    def __init__(self, screen: Screen) -> None:
        say = screen.text
        self.kind = ChoiceField(
            "kinds", say("customers.show"),
            [(kind.value, say(f"customers.only_{kind.value}")) for kind in CustomerKind],
            say("customers.any_kind"),
        )  # fmt: skip
        self.active_only = CheckField("active_only", say("listing.active_only"))
        self.active_only.show(True)
        columns = [
            Column("name", say("field.name"), width="3fr"),
            Column("code", say("field.code"), width="7rem"),
            Column("kind", say("field.kind"), width="6.5rem"),
            Column("city", say("field.city"), width="1.4fr"),
            Column("sector", say("field.sector"), width="1.4fr"),
            Column("contacts", say("customers.contacts"), "end", "6.8rem"),
            Column("open_opportunities", say("customers.open_short"), "end", "8rem"),
        ]
        super().__init__(screen, columns, [self.kind.widget, self.active_only.widget])
        for field in (self.kind, self.active_only):
            field.on_change(screen.guard(self.look))

    def found(self, **page: Any) -> Found:
        kind = self.kind.read()
        return self.screen.workbench.directory.customers(
            self.search.text, kinds=[kind] if kind else [],
            active_only=self.active_only.read(), **page,
        )  # fmt: skip

    def row(self, found: dict[str, Any]) -> TableRow:
        return TableRow(
            str(found["id"]),
            [
                named(self.screen, found["name"], found["active"]), found["code"],
                self.screen.text(f"customer_kind.{found['kind']}"), found["city"] or "",
                self.screen.label(Sector, found["sector"]),
                self.screen.number(found["contacts"]),
                self.screen.number(found["open_opportunities"]),
            ],
            "" if found["active"] else "muted",
        )  # fmt: skip

    def opened(self, key: str) -> None:
        self.screen.open(self.screen.workbench.get(Customer, int(key)))
