"""The form of an employee."""

from __future__ import annotations

from typing import Any

from oppkit.forms.fields import CheckField, Field, ListField, TextField, row, section
from oppkit.forms.form import RecordForm
from oppkit.forms.history import HistoryPanel
from oppkit.forms.record_tabs import RecordTabs, Side
from oppkit.forms.screen import Screen, joined
from oppkit.model import Employee, Establishment


class EmployeeForm(RecordForm[Employee]):
    """Creates and edits one employee."""

    required = ("last_name",)

    def __init__(self, screen: Screen) -> None:
        say = screen.text
        self.code = TextField("code", say("field.code"), None)
        self.first_name = TextField("first_name", say("field.first_name"))
        self.last_name = TextField("last_name", say("field.last_name"))
        self.email = TextField("email", say("field.email"), None)
        self.phone = TextField("phone", say("field.phone"))
        self.establishment = ListField(
            "establishment", say("field.establishment"), screen, Establishment
        )
        self.active = CheckField("active", say("field.active"))
        super().__init__(screen, Employee, self._fields())
        self.history = HistoryPanel(screen, self.restore)
        self._lay_out_all()

    def start(self, **values: Any) -> None:
        """Show a new employee."""
        self.show_new(Employee.model_construct(**{"last_name": "", **values}).__dict__)

    def heading(self) -> str:
        parts = (self.first_name.widget.value.strip(), self.last_name.widget.value.strip())
        name = " ".join(part for part in parts if part)
        new = "" if self.saved else self.screen.text("employees.new")
        return joined([self.code.widget.value.strip(), name]) or new

    def adopt(self, record: Employee | None) -> None:
        self.code.widget.placeholder = (
            "" if record else self.screen.workbench.proposed_code(Employee)
        )
        self.tabs.follow(record is not None)
        self._delete.layout.display = None if record else "none"

    def note(self, problems: dict[str, str]) -> None:
        if problems:
            self.tabs.show_fields()
        super().note(problems)

    def _fields(self) -> list[Field]:
        return [
            self.code, self.first_name, self.last_name, self.email, self.phone,
            self.establishment, self.active,
        ]  # fmt: skip

    def _lay_out_all(self) -> None:
        say = self.screen.text
        fields = section(
            say("employees.general"),
            row(self.first_name, self.last_name), row(self.code, self.establishment),
            row(self.email, self.phone), row(self.active, columns=2),
        )  # fmt: skip
        self.tabs = RecordTabs(self.screen, say("employees.details"), fields, [
            Side(say("employees.history"), self.history, self._show_history),
        ])  # fmt: skip
        self._delete = self.button("form.delete", self.delete, "danger")
        self.actions.children = (
            self.button("form.save", self.ask_to_save, "primary"),
            self._delete,
        )
        self.lay_out(self.tabs)

    def _show_history(self) -> None:
        if self.saved is not None:
            self.history.show(self.saved)
