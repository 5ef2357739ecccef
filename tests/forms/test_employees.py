"""The list of employees and their form, without a browser."""

from __future__ import annotations

import pytest

from oppkit.forms.conflict import ConflictDialog
from oppkit.forms.employee_form import EmployeeForm
from oppkit.forms.employees import EmployeesView
from oppkit.forms.screen import Screen
from oppkit.model import Employee, Establishment, Record
from oppkit.workbench import Workbench
from tests.forms.conftest import EVIL
from tests.forms.listed import column, rows


@pytest.fixture
def form(screen: Screen, owner: Employee) -> EmployeeForm:
    shown = EmployeeForm(screen)
    shown.show(owner)
    return shown


def test_the_list_finds_sorts_and_opens(
    screen: Screen, owner: Employee, assistant: Employee
) -> None:
    asked: list[Record | str] = []
    screen.navigate(asked.append, asked.append)
    screen.workbench.save(assistant.replace(active=False))
    view = EmployeesView(screen)
    view.refresh()
    assert column(view) == ["Ana Lopez"]
    assert view.table.footer == "1 employee"
    view.active_only.widget.value = False
    assert view.table.total == 2
    view.table.sort = {"name": "code", "descending": True}
    assert rows(view)[0]["cells"][0]["text"] == "Bo Berg"
    view.search.search("lopez")
    assert view.table.total == 1
    view.opened(rows(view)[0]["key"])
    view.create()
    assert asked == [owner, "employee"]


def test_every_field_is_saved_and_shown_again(screen: Screen) -> None:
    form = EmployeeForm(screen)
    form.start()
    assert form.code.widget.placeholder == screen.workbench.proposed_code(Employee)
    assert form.heading() == "New employee"
    assert not form.unsaved
    first, _ = screen.choices(Establishment)[0]
    for name, value in {
        "code": "CAM", "first_name": "Camille", "last_name": "Roy", "email": "c@x.example",
        "phone": "06", "establishment": first,
    }.items():  # fmt: skip
        form.draft.fields[name].show(value)
    form.active.widget.value = False
    saved = form.save()
    assert saved is not None
    assert saved == screen.workbench.employee("CAM")
    assert saved.model_dump(exclude={"id", "version"}) == {
        "code": "CAM", "first_name": "Camille", "last_name": "Roy", "email": "c@x.example",
        "phone": "06", "establishment": first, "active": False,
    }  # fmt: skip
    assert form.heading() == "CAM · Camille Roy"
    assert form.draft.read() == saved


@pytest.mark.parametrize(
    ("language", "name", "email"),
    [
        ("en", "Fill in this field.", "Type an e-mail address such as name@example.com."),
        (
            "fr", "Remplissez ce champ.",
            "Saisissez une adresse e-mail comme nom@exemple.fr.",
        ),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_said_at_once(
    workbench: Workbench, language: str, name: str, email: str
) -> None:
    form = EmployeeForm(Screen(workbench, language))
    form.start()
    form.email.widget.value = "nobody"
    assert form.save() is None
    assert form.frame.notes == {"last_name": name, "email": email}
    assert form.email.widget.value == "nobody"


def test_edits_of_two_people_merge(
    form: EmployeeForm, owner: Employee, colleague: Workbench
) -> None:
    colleague.save(owner.replace(phone="04"))
    form.email.widget.value = "ana@x.example"
    saved = form.save()
    assert saved is not None
    assert (saved.phone, saved.email) == ("04", "ana@x.example")


def test_a_conflict_loses_nothing(
    form: EmployeeForm, owner: Employee, colleague: Workbench
) -> None:
    colleague.save(owner.replace(phone="04"))
    form.phone.widget.value = "06"
    assert form.save() is None
    dialog = form.screen.dialogs.dialog
    assert isinstance(dialog, ConflictDialog)
    assert form.phone.widget.value == "06"
    dialog.choose("phone", "mine")
    dialog.answer(0)
    assert form.screen.workbench.get(Employee, owner.id or 0).phone == "06"


def test_the_history_is_read_when_it_is_shown(form: EmployeeForm) -> None:
    assert not form.history.versions
    form.tabs.selected_index = 1
    assert len(form.history.versions) == 1
    form.phone.widget.value = "06"
    form.save()
    assert len(form.history.versions) == 2


def test_what_people_type_stays_text(screen: Screen) -> None:
    form = EmployeeForm(screen)
    form.start()
    form.last_name.widget.value = EVIL
    saved = form.save()
    assert saved is not None
    assert saved.last_name == EVIL
    assert EVIL in form.title.text
    assert EVIL in screen.notice.text
    view = EmployeesView(screen)
    view.refresh()
    assert rows(view)[0]["cells"][0] == EVIL
