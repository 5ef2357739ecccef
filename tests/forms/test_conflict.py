"""Edits that collide, and what is said of those that merge."""

from collections.abc import Callable
from typing import Any

import pytest

from oppkit.forms.conflict import ConflictDialog, conflict_dialog, merged_message
from oppkit.forms.screen import Screen
from oppkit.model import EditConflict, Line, Opportunity
from oppkit.workbench import Workbench

Saved = Callable[..., Opportunity]
SCRIPT = "<img src=x onerror=alert(1)>"


@pytest.fixture
def screen(workbench: Workbench) -> Screen:
    return Screen(workbench, "en")


def collide(
    workbench: Workbench, colleague: Workbench, base: Opportunity,
    mine: dict[str, Any], theirs: dict[str, Any],
) -> EditConflict:  # fmt: skip
    colleague.save(base.replace(**theirs))
    with pytest.raises(EditConflict) as raised:
        workbench.save(base.replace(**mine))
    return raised.value


@pytest.fixture
def conflict(workbench: Workbench, colleague: Workbench, saved: Saved) -> EditConflict:
    mine = {"name": "My name", "probability": "0.5", "comment": "Mine"}
    theirs = {"name": SCRIPT, "probability": "0.6", "tags": ("urgent",)}
    return collide(workbench, colleague, saved(), mine, theirs)


@pytest.fixture
def settled() -> list[Any]:
    return []


@pytest.fixture
def dialog(screen: Screen, conflict: EditConflict, settled: list[Any]) -> ConflictDialog:
    return conflict_dialog(screen, conflict, settled.append)


def texts(dialog: ConflictDialog) -> str:
    body = dialog.children[2]
    return " ".join(child.text for child in body.children if hasattr(child, "text"))


def test_both_values_stand_side_by_side(screen: Screen, dialog: ConflictDialog) -> None:
    assert screen.dialogs.dialog is dialog
    assert dialog.choices.headings == ["Field", "Before", "Mine", "Bo"]
    name, probability = dialog.choices.rows
    assert [name[side]["text"] for side in ("before", "mine", "theirs")] == [
        "Supervision des réseaux", "My name", SCRIPT,
    ]  # fmt: skip
    assert [probability[side]["text"] for side in ("before", "mine", "theirs")] == [
        "45%", "50%", "60%",
    ]  # fmt: skip


def test_what_merged_is_said(dialog: ConflictDialog) -> None:
    assert "Your other changes are kept as well: comment." in texts(dialog)


def test_nothing_is_chosen_for_a_person(
    screen: Screen, dialog: ConflictDialog, settled: list[Any]
) -> None:
    assert dialog.choices.missing == ["name", "probability"]
    dialog.choose("name", "mine")
    assert dialog.count.text == "Chosen: 1 of 2"
    dialog.answer(0)
    assert settled == []
    assert dialog.choices.asked
    assert dialog.count.text == "Choose a value in each row first."
    assert screen.dialogs.dialog is dialog


def test_the_choice_is_saved(
    screen: Screen, workbench: Workbench, dialog: ConflictDialog, settled: list[Any]
) -> None:
    dialog.choose("name", "theirs")
    dialog.choose("probability", "mine")
    dialog.answer(0)
    assert screen.dialogs.dialog is None
    after = workbench.save(settled[0])
    assert (after.name, str(after.probability)) == (SCRIPT, "0.5")
    assert (after.comment, after.tags) == ("Mine", ("urgent",))


@pytest.mark.parametrize(("side", "name"), [("mine", "My name"), ("theirs", SCRIPT)])
def test_all_of_one_side(dialog: ConflictDialog, settled: list[Any], side: Any, name: str) -> None:
    place = ["mine", "theirs"].index(side)
    shortcuts = dialog.children[2].children[1].children
    shortcuts[place].click()
    assert dialog.save()
    assert settled[0].name == name


def test_a_choice_for_another_field(dialog: ConflictDialog) -> None:
    with pytest.raises(KeyError, match="no choice for comment"):
        dialog.choose("comment", "mine")


def test_the_way_out_saves_nothing(
    screen: Screen, conflict: EditConflict, settled: list[Any]
) -> None:
    left: list[str] = []
    dialog = conflict_dialog(screen, conflict, settled.append, lambda: left.append("left"))
    dialog.choose_all("mine")
    dialog.answer(1)
    assert (settled, left, screen.dialogs.dialog) == ([], ["left"], None)


def test_lines_are_small_tables(
    screen: Screen, workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    line = Line(title="Study", quantity=2, unit_price=100)
    base = saved(lines=(line,))
    found = collide(
        workbench, colleague, base,
        {"lines": (line.replace(quantity=3), Line(title=SCRIPT))}, {"lines": ()},
    )  # fmt: skip
    (row,) = ConflictDialog(screen, found, print).choices.rows
    headings = ["Title", "Quantity", "Amount"]
    assert row["before"] == {"headings": headings, "rows": [["Study", "2", "€200.00"]]}
    assert row["mine"]["rows"] == [
        ["Study", "3", "€300.00"], [SCRIPT, "1", "—"],
    ]  # fmt: skip
    assert row["theirs"] == {"text": "—"}


def test_without_what_both_started_from(screen: Screen, conflict: EditConflict) -> None:
    merged = {"lines": (), "name": "Mine"}
    unknown = [type(item)(item.field, None, item.mine, item.theirs) for item in conflict.collisions]
    found = EditConflict("OPP-1", "?", conflict.theirs, tuple(unknown), merged)
    dialog = ConflictDialog(screen, found, print)
    assert dialog.choices.headings[3] == "Somebody else"
    assert dialog.choices.rows[0]["before"] == {"text": "—"}


def test_edits_that_merged_are_said(
    screen: Screen, workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    base = saved()
    mine = base.replace(name="Mine")
    colleague.save(base.replace(tags=("urgent",), comment="Bo's"))
    after = workbench.save(mine)
    assert merged_message(screen, mine, base, after) == (
        "Saved. Bo has changed meanwhile: tags, comment. Both edits are kept."
    )
    assert merged_message(Screen(workbench, "fr"), mine, base, after).startswith("Enregistré.")


def test_a_save_that_met_nobody_has_nothing_to_say(
    screen: Screen, workbench: Workbench, saved: Saved
) -> None:
    base = saved()
    mine = base.replace(name="Mine")
    assert merged_message(screen, mine, base, workbench.save(mine)) == ""
