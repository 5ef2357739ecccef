"""A bulk edit through its public methods: asked, previewed, applied, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from oppkit.forms.bulk_edit import BulkEditor, PreviewTable
from oppkit.forms.screen import Screen
from oppkit.model import Employee, Opportunity
from oppkit.workbench import Workbench
from tests.clock import TODAY

Saved = Callable[..., Opportunity]
SCRIPT = "<img src=x onerror=alert(1)>"


@pytest.fixture
def screen(workbench: Workbench) -> Screen:
    return Screen(workbench, "en")


@pytest.fixture
def editor(screen: Screen) -> BulkEditor:
    return BulkEditor(screen)


def opened(editor: BulkEditor, *records: Opportunity, **values: Any) -> BulkEditor:
    """The editor on a selection, with these fields filled in."""
    editor.open([record.id or 0 for record in records])
    assert editor.fields is not None
    for name, value in values.items():
        editor.fields.fields[name].show(value)
    return editor


def dialog(screen: Screen) -> Any:
    return screen.dialogs.dialog


def preview_rows(screen: Screen) -> list[list[str]]:
    table = dialog(screen).children[2].children[1]
    assert isinstance(table, PreviewTable)
    return [list(row) for row in table.rows]


def stored(workbench: Workbench, record: Opportunity) -> Opportunity:
    return workbench.get(Opportunity, record.id or 0)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"status": "qualified"}, {"status": "qualified"}),
        ({"expected_signature": date(2026, 9, 1)}, {"expected_signature": date(2026, 9, 1)}),
        ({"expected_signature_months": 2}, {"expected_signature": date(2026, 6, 30)}),
        ({"clear_expected_signature": True}, {"expected_signature": None}),
        ({"production_months": -1}, {"production_start": date(2026, 4, 1)}),
        ({"add_tags": ("risk",)}, {"tags": ("urgent", "risk")}),
        ({"remove_tags": ("urgent",)}, {"tags": ()}),
        ({"establishment": "paris"}, {"establishment": "paris"}),
        ({"sector": "food"}, {"sector": "food"}),
        ({"family": "data", "subfamily": "data_platform"}, {"subfamily": "data_platform"}),
    ],
)  # fmt: skip
def test_every_field_changes_what_it_says(
    editor: BulkEditor, workbench: Workbench, saved: Saved, given: Any, expected: Any
) -> None:
    one = saved(
        tags=("urgent",), expected_signature=date(2026, 4, 30), production_start=date(2026, 5, 1)
    )
    assert opened(editor, one, **given).preview() is not None
    assert editor.apply() is not None
    now = stored(workbench, one)
    assert {name: getattr(now, name) for name in expected} == expected
    assert editor.undo() is not None
    assert stored(workbench, one).replace(version=one.version) == one


def test_a_new_owner(
    editor: BulkEditor, workbench: Workbench, saved: Saved, assistant: Employee
) -> None:
    one = saved()
    opened(editor, one, owner_id=assistant.id).preview()
    [row] = preview_rows(editor.screen)
    assert "Bo Berg" in row[2]
    editor.apply()
    assert stored(workbench, one).owner_id == assistant.id


def test_a_status_that_closes_asks_for_what_closing_needs(
    editor: BulkEditor, workbench: Workbench, saved: Saved
) -> None:
    one = saved()
    opened(editor, one)
    fields = editor.fields
    assert fields is not None
    assert fields._closing.children == ()
    fields.fields["status"].show("won")
    assert len(fields._closing.children[0].children) == 2
    fields.fields["status"].show("lost")
    assert len(fields._closing.children[0].children) == 3
    assert editor.preview() is None
    assert fields._frame.notes == {"loss_reason": "Say why it was lost."}

    fields.fields["loss_reason"].show("price")
    fields.fields["closed_on"].show(TODAY)
    fields.fields["close_comment"].show(SCRIPT)
    assert editor.preview() is not None
    editor.apply()
    now = stored(workbench, one)
    assert (now.loss_reason, now.closed_on, now.close_comment) == ("price", TODAY, SCRIPT)


def test_a_status_that_does_not_close_forgets_the_closing(editor: BulkEditor, saved: Saved) -> None:
    opened(editor, saved(), status="lost", loss_reason="price", closed_on=TODAY)
    fields = editor.fields
    assert fields is not None
    fields.fields["status"].show("qualified")
    change = fields.read()
    assert change is not None
    assert (change.loss_reason, change.closed_on) == (None, None)


def test_nothing_to_change_is_said(editor: BulkEditor, saved: Saved) -> None:
    assert opened(editor, saved()).preview() is None
    assert editor.fields is not None
    assert editor.fields.problem.text.startswith("Nothing is to change yet")


def test_all_that_is_wrong_is_said_beside_the_fields(editor: BulkEditor, saved: Saved) -> None:
    opened(
        editor, saved(), expected_signature=TODAY, clear_expected_signature=True,
        add_tags=("risk",), remove_tags=("risk",),
    )  # fmt: skip
    fields = editor.fields
    assert fields is not None
    fields.fields["production_months"].widget.value = "some"
    assert editor.preview() is None
    assert fields._frame.notes.keys() == {"expected_signature", "remove_tags", "production_months"}


def test_the_preview_tells_changes_refusals_and_what_stays(
    editor: BulkEditor, workbench: Workbench, saved: Saved
) -> None:
    plain = saved(name=SCRIPT)
    there = saved(name="There", status="qualified")
    early = saved(name="Early", expected_signature=TODAY)
    opened(editor, plain, there, early, status="qualified", expected_signature_months=-1)
    editor.preview()
    body = dialog(editor.screen).children[2].children
    assert body[0].text == (
        "1 opportunity will change · 1 already is so · 1 cannot be changed"
    )  # fmt: skip
    refused, changing = preview_rows(editor.screen)
    assert refused[:2] == [early.code, "Early"]
    assert refused[2].startswith("Cannot be changed: Expected signature")
    assert changing[:2] == [plain.code, SCRIPT]
    assert "Status: Proposal → Qualified" in changing[2]
    assert stored(workbench, plain) == plain
    assert [b.description for b in dialog(editor.screen).buttons] == [
        "Change 1 opportunity", "Back", "Cancel",
    ]  # fmt: skip


def test_of_a_long_preview_the_first_are_told(editor: BulkEditor, saved: Saved) -> None:
    records = [saved(name=f"N{number}") for number in range(102)]
    opened(editor, *records, establishment="lyon").preview()
    assert len(preview_rows(editor.screen)) == 100
    table = dialog(editor.screen).children[2].children[1]
    assert table.caption == "and 2 more, not told here"


def test_what_was_filled_in_is_still_there_after_going_back(
    editor: BulkEditor, saved: Saved
) -> None:
    opened(editor, saved(), status="qualified").preview()
    dialog(editor.screen).answer(1)
    assert dialog(editor.screen).children[2].children == (editor.fields,)
    assert editor.fields is not None
    assert editor.fields.fields["status"].read() == "qualified"


def test_when_nothing_would_change_there_is_nothing_to_apply(
    editor: BulkEditor, saved: Saved
) -> None:
    opened(editor, saved(), status="proposal").preview()
    assert [b.description for b in dialog(editor.screen).buttons] == ["Back", "Cancel"]


def test_applying_tells_what_was_refused_and_why(
    editor: BulkEditor, workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    one, two, gone = saved(name="One"), saved(name="Two"), saved(name=SCRIPT)
    told: list[str] = []
    editor.screen.on_changed(lambda: told.append("changed"))
    opened(editor, one, two, gone, establishment="lyon").preview()
    colleague.save(two.replace(establishment="lille"))
    colleague.delete(gone)
    dialog(editor.screen).answer(0)
    assert dialog(editor.screen) is None
    assert told == ["changed"]
    assert stored(workbench, one).establishment == "lyon"
    assert stored(workbench, two).establishment == "lille"
    outcome = editor.outcome
    assert (outcome.said.text, outcome.said.tone) == (
        "1 opportunity was changed · 2 were refused", "warn"
    )  # fmt: skip
    assert [row[1] for row in outcome.refused.rows] == ["Two", SCRIPT]
    assert all("Bo" in row[2] for row in outcome.refused.rows)


def test_undo_puts_back_and_says_what_it_could_not(
    editor: BulkEditor, workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    one, two = saved(name="One"), saved(name="Two")
    opened(editor, one, two, establishment="lyon").preview()
    editor.apply()
    assert editor.outcome.undo_button in editor.outcome.children[0].children
    colleague.save(stored(workbench, two).replace(establishment="lille"))
    editor.outcome.undo_button.click()
    assert stored(workbench, one).establishment is None
    assert stored(workbench, two).establishment == "lille"
    assert editor.outcome.said.text == (
        "1 opportunity was put back as it was · 1 could not be put back"
    )
    assert [row[1] for row in editor.outcome.refused.rows] == ["Two"]
    assert editor.outcome.undo_button not in editor.outcome.children[0].children
    assert editor.undo() is None


def test_many_refusals_are_told_in_part(
    editor: BulkEditor, colleague: Workbench, saved: Saved
) -> None:
    records = [saved(name=f"N{number}") for number in range(53)]
    opened(editor, *records, establishment="lyon").preview()
    for record in records:
        colleague.delete(record)
    editor.apply()
    assert len(editor.outcome.refused.rows) == 50
    assert editor.outcome.refused.caption == "3 more were refused."
    editor.outcome.close_button.click()
    assert editor.outcome.children == ()
