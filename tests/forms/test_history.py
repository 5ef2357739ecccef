"""The history of a record: what is told, compared and restored."""

from collections.abc import Callable
from typing import Any

import pytest

from oppkit.forms.history import PAGE, HistoryPanel
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.timeline import Moment, Timeline
from oppkit.model import Customer, Employee, Event, EventKind, Opportunity, Record
from oppkit.workbench import Workbench
from tests.clock import Clock

Saved = Callable[..., Opportunity]
SCRIPT = "<img src=x onerror=alert(1)>"


class Shown:
    """A history panel, and the records that it handed over."""

    def __init__(self, workbench: Workbench, language: str = "en") -> None:
        self.screen = Screen(workbench, language)
        self.restored: list[Any] = []
        self.panel = HistoryPanel(self.screen, self.restored.append)

    def show(self, record: Record) -> list[dict[str, Any]]:
        self.panel.show(record)
        return self.entries

    @property
    def entries(self) -> list[dict[str, Any]]:
        return list(self.panel.timeline.entries)


@pytest.fixture
def shown(workbench: Workbench) -> Shown:
    return Shown(workbench)


def words(entry: dict[str, Any]) -> tuple[str, str, str]:
    return entry["what"], entry["author"], entry["version"]


def test_the_newest_stands_first(
    shown: Shown, saved: Saved, colleague: Workbench, clock: Clock
) -> None:
    first = saved()
    clock.advance(hours=2)
    second = colleague.save(first.replace(name="Renamed", comment="Call back"))
    newest, oldest = shown.show(second)
    assert words(newest) == ("Changed", "Bo", "Current")
    assert words(oldest) == ("Created", "Ana", "Version 1")
    assert newest["changes"] == [
        {"label": "Name: ", "before": "Supervision des réseaux", "after": "Renamed"},
        {"label": "Comment: ", "before": "—", "after": "Call back"},
    ]
    assert len(oldest["changes"]) == 3
    assert oldest["foldedWords"] == f"and {len(oldest['folded'])} more"
    assert (newest["number"], oldest["number"]) == (0, 1)


def test_the_same_in_french(workbench: Workbench, saved: Saved) -> None:
    record = saved()
    newest, _ = Shown(workbench, "fr").show(workbench.change_status(record, "negotiation"))
    assert newest["what"] == "Passage au statut «\xa0Négociation\xa0»"
    assert newest["changes"][0] == {
        "label": "Statut\xa0: ", "before": "Proposition", "after": "Négociation"
    }  # fmt: skip


def test_a_new_record_has_no_history(shown: Shown, draft: Saved) -> None:
    assert shown.show(draft()) == []
    assert shown.panel.children == (shown.panel.empty,)


@pytest.mark.parametrize("kind", ["customer", "employee", "event"])
def test_other_records_have_a_history_too(
    shown: Shown, workbench: Workbench, customer: Customer, owner: Employee, kind: str
) -> None:
    before: Any = {
        "customer": customer, "employee": owner,
        "event": workbench.save(Event(kind=EventKind.NOTE, subject="Call")),
    }[kind]  # fmt: skip
    after = workbench.save(before.replace(**{"event": {"comment": "x"}}.get(kind, {"phone": "04"})))
    assert [entry["what"] for entry in shown.show(after)] == ["Changed", "Created"]


def test_older_versions_come_when_they_are_wanted(
    shown: Shown, workbench: Workbench, saved: Saved
) -> None:
    record = saved()
    for number in range(PAGE + 4):
        record = workbench.save(record.replace(comment=str(number)))
    assert len(shown.show(record)) == PAGE
    assert shown.panel.timeline.more == "Show older versions (5)"
    shown.panel.show_more()
    assert len(shown.entries) == PAGE + 5
    assert shown.entries[-1]["what"] == "Created"
    assert shown.panel.timeline.more == ""


def test_two_versions_are_compared(shown: Shown, workbench: Workbench, saved: Saved) -> None:
    first = saved()
    second = workbench.save(first.replace(probability="0.5"))
    third = workbench.save(second.replace(probability="0.6", name="Renamed"))
    shown.show(third)
    comparison = shown.panel.comparison
    assert (comparison.old.value, comparison.new.value) == (2, 3)
    comparison.compare(1, 3)
    expected = [
        ["Name", "Supervision des réseaux", "Renamed"], ["Probability", "45%", "60%"],
        ["Weighted amount", "€450.00", "€600.00"],
    ]  # fmt: skip
    assert comparison.facts.rows == expected
    assert comparison.facts.headings == ["Field", "Version 1", "Version 3"]
    comparison.compare(3, 1)
    assert comparison.facts.rows == expected, "then is the older one, whichever was chosen first"
    comparison.compare(3, 3)
    assert comparison.facts.rows == []


def test_a_version_is_restored_on_top_of_the_current_one(
    shown: Shown, workbench: Workbench, saved: Saved
) -> None:
    first = saved()
    second = workbench.save(first.replace(name="Renamed", tags=("urgent",)))
    shown.show(second)
    dialog = shown.panel.ask_restore(1)
    assert shown.screen.dialogs.dialog is dialog
    dialog.answer(1)
    assert shown.restored == []
    shown.panel.ask_restore(1).answer(0)
    (restored,) = shown.restored
    assert (restored.id, restored.version, restored.name) == (second.id, 2, first.name)
    assert workbench.save(restored).tags == ()
    assert [v.version for v in workbench.history(second)] == [1, 2, 3]


def test_a_version_that_is_not_there(shown: Shown, saved: Saved) -> None:
    shown.show(saved())
    with pytest.raises(KeyError, match="no version 9"):
        shown.panel.restore(9)


def test_a_deleted_record_comes_back(shown: Shown, workbench: Workbench, saved: Saved) -> None:
    first = saved()
    second = workbench.save(first.replace(name="Renamed"))
    workbench.delete(second)
    told: list[str] = []
    shown.screen.on_changed(lambda: told.append("changed"))
    assert [words(entry) for entry in shown.show(second)] == [
        ("Deleted", "Ana", ""), ("Changed", "Ana", "Version 2"), ("Created", "Ana", "Version 1"),
    ]  # fmt: skip
    shown.panel.restore(1)
    assert shown.entries[0]["what"] == "Restored"
    assert told == ["changed"]
    assert workbench.save(shown.restored[0]).name == first.name


def test_records_that_were_merged_into_it(
    shown: Shown, workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    kept, other = saved(), saved(name=SCRIPT)
    clock.advance(minutes=1)
    merged = workbench.duplicates.merge(kept, other)
    assert f"Merged with {other.code} {SCRIPT}" in [entry["what"] for entry in shown.show(merged)]


def test_a_request_from_the_page(shown: Shown, workbench: Workbench, saved: Saved) -> None:
    shown.show(workbench.save(saved().replace(name="Renamed")))
    shown.panel.timeline._received(None, {"do": "restore", "version": 1}, [])
    dialog = shown.screen.dialogs.dialog
    assert dialog is not None
    assert dialog.children[1].text == "Restore version 1?"


def test_four_changes_are_not_worth_folding() -> None:
    texts = {
        "more_changes": "and {number} more", "restore": "R", "restore_version": "R {version}",
        "timeline": "T", "more": "M {number}",
    }  # fmt: skip
    timeline = Timeline(texts)
    changes = [("a", "b", "c")] * 5
    timeline.show([Moment("w", "a", "m", changes=changes[:n]) for n in (3, 4, 5)])
    assert [len(entry["folded"]) for entry in timeline.entries] == [0, 0, 2]
