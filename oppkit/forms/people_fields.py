"""Who answers for an opportunity, and who takes part in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from oppkit.forms.fields import UNREADABLE
from oppkit.forms.grid_field import Cell, GridField, choice_cell, figure_cell
from oppkit.forms.pick_field import choice_of, suggested
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.grid import GridColumn, GridRow
from oppkit.forms.widgets.pick import Choice, Pick
from oppkit.locale.catalogue import text
from oppkit.model import Contact, Customer, Employee, Role
from oppkit.model.references import OWNER_ROLE


class ResponsiblesField(GridField):
    """Employees, each with a role; the one of role sales is the owner."""

    def __init__(self, screen: Screen) -> None:
        say = screen.text
        person = GridColumn("employee_id", say("field.employee_id"), "pick", "2fr", required=True)
        cells = [
            choice_cell("role", say("field.role"), screen.choices(Role), "1fr", required=True),
            Cell(person, lambda _: "", lambda typed: typed),
        ]
        super().__init__(
            "responsibles", screen, cells, say("field.responsibles"),
            {"role": OWNER_ROLE, "employee_id": None}, actions=("add", "delete", "move"),
            suggest=lambda _key, _column, typed: suggested(screen, "employee", typed),
        )  # fmt: skip

    def add(self) -> None:
        # There is one of role sales; the next one gets the next role.
        taken = {row.cells["role"] for row in self.grid.rows}
        roles = [code for code, _ in self.screen.choices(Role)]
        self.blank["role"] = next((code for code in roles if code not in taken), roles[0])
        super().add()

    def values(self, row: GridRow) -> dict[str, Any]:
        person = self._kept[row.key].get("person")
        return {"role": row.cells["role"], "employee_id": person or UNREADABLE}

    def unreadable(self) -> dict[str, str]:
        sentence = text("input.choose_from_list", self.screen.language)
        return {
            f"{place}.employee_id": sentence
            for place, row in enumerate(self.grid.rows)
            if not self._kept[row.key].get("person")
        }

    def picked(self, key: str, column: str, choice: str | None) -> None:
        self._kept[key]["person"] = int(choice) if choice else None
        self._tell()

    def arranged(self, row: GridRow) -> GridRow:
        return replace(row, options={"role": self.screen.choices(Role, [row.cells["role"]])})

    def _new_row(self, values: Mapping[str, Any]) -> GridRow:
        row = super()._new_row(values)
        person = values.get("employee_id")
        self._kept[row.key]["person"] = person
        chosen = choice_of(self.screen, "employee", person)
        return replace(row, cells={**row.cells, "employee_id": chosen.label if chosen else ""})


class ParticipantsField(GridField):
    """Contacts of the customer and employees who take part; two fields add one more of each."""

    def __init__(self, screen: Screen) -> None:
        say = screen.text
        cells = [
            figure_cell("name", say("field.name"), "2fr"),
            figure_cell("kind", say("participants.kind"), "1.4fr"),
            figure_cell("reached", say("participants.reached"), "2fr"),
        ]
        super().__init__(
            "participants", screen, cells, say("field.participants"), {}, actions=("delete",)
        )  # fmt: skip
        self.customer_id: int | None = None
        self.contact = self._adder("contact")
        self.employee = self._adder("employee")
        self.adders = widgets.VBox([self.contact, self.employee]).add_class("opp-adders")

    def add_contact(self, contact_id: int) -> None:
        """Add a contact, once."""
        self._add({"contact_id": contact_id, "employee_id": None})

    def add_employee(self, employee_id: int) -> None:
        """Add an employee, once."""
        self._add({"contact_id": None, "employee_id": employee_id})

    def values(self, row: GridRow) -> dict[str, Any]:
        return dict(self._kept[row.key])

    def _add(self, person: dict[str, int | None]) -> None:
        if person not in [self.values(row) for row in self.grid.rows]:
            self._put([*self.grid.rows, self._new_row(person)])

    def _adder(self, kind: Any) -> Pick:
        def chosen(choice: Choice | None) -> None:
            if choice is None:
                return
            add = self.add_contact if kind == "contact" else self.add_employee
            add(int(choice.key))
            pick.choose(None)

        pick = Pick(
            lambda typed: suggested(
                self.screen, kind, typed, self.customer_id if kind == "contact" else None
            ),
            self.screen.words("pick"), label=self.screen.text(f"participants.add_{kind}"),
            placeholder=self.screen.text(f"pick.find_{kind}"), guard=self.screen.guard,
        )  # fmt: skip
        pick.add_class("opp-field")
        pick.on_choose(chosen)
        return pick

    def _new_row(self, values: Mapping[str, Any]) -> GridRow:
        row = super()._new_row(values)
        return GridRow(row.key, {}, figures=self._described(values))

    def _described(self, values: Mapping[str, Any]) -> dict[str, str]:
        say = self.screen.text
        if employee_id := values.get("employee_id"):
            employee = self.screen.workbench.get(Employee, employee_id)
            return _card(employee, say("record.employee"))
        contact_id = values.get("contact_id")
        found = self._contact(contact_id)
        if found is None:
            return {"name": f"#{contact_id}", "kind": say("record.contact"), "reached": ""}
        job = found.job or say("record.contact")
        return _card(found, job)

    def _contact(self, contact_id: int | None) -> Contact | None:
        if self.customer_id is None:
            return None
        customer = self.screen.workbench.get(Customer, self.customer_id)
        return next((c for c in customer.contacts if c.id == contact_id), None)


def _card(person: Contact | Employee, kind: str) -> dict[str, str]:
    reached = joined([person.email or "", person.phone])
    return {"name": person.name, "kind": kind, "reached": reached}
