"""The list of employees."""

from __future__ import annotations

from typing import Any

from oppkit.forms.fields import CheckField
from oppkit.forms.listing import Listing, named
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.table import Column, TableRow
from oppkit.model import Employee, Establishment
from oppkit.model.search import Found


class EmployeesView(Listing):
    """Employees by name and code."""

    name = "employees"
    new_kind = "employee"

    def __init__(self, screen: Screen) -> None:
        say = screen.text
        self.active_only = CheckField("active_only", say("listing.active_only"))
        self.active_only.show(True)
        columns = [
            Column("name", say("field.name"), width="2fr"),
            Column("code", say("field.code"), width="7rem"),
            Column("establishment", say("field.establishment"), width="1.3fr"),
            Column("email", say("field.email"), width="2fr", sortable=False),
            Column("phone", say("field.phone"), width="1.2fr", sortable=False),
        ]
        super().__init__(screen, columns, [self.active_only.widget])
        self.active_only.on_change(screen.guard(self.look))

    def found(self, **page: Any) -> Found:
        return self.screen.workbench.directory.employees(
            self.search.text, active_only=self.active_only.read(), **page
        )

    def row(self, found: dict[str, Any]) -> TableRow:
        return TableRow(
            str(found["id"]),
            [
                named(self.screen, found["name"], found["active"]), found["code"],
                self.screen.label(Establishment, found["establishment"]),
                found["email"] or "", found["phone"],
            ],
            "" if found["active"] else "muted",
        )  # fmt: skip

    def opened(self, key: str) -> None:
        self.screen.open(self.screen.workbench.get(Employee, int(key)))
