"""The history and the choice between two edits in a real browser: keys, focus, foreign text."""

from typing import Any

import pytest
from playwright.sync_api import expect

from oppkit.forms.widgets.choices import Choice, Choices, Texts
from oppkit.forms.widgets.frame import Frame
from oppkit.forms.widgets.timeline import Moment, Timeline
from tests.browser.widget_page import THEMES, Show, WidgetPage

pytestmark = pytest.mark.browser

SCRIPT = "<img src=x onerror=alert(1)>"
WORDS = {
    "more_changes": "and {number} more", "restore": "Restore", "more": "Older ({number})",
    "restore_version": "Restore version {version}", "timeline": "History",
}  # fmt: skip


class DressedTimeline(Timeline):
    """In the style sheets of a page, which a frame brings otherwise."""

    _css = Frame._css


class DressedChoices(Choices):
    _css = Frame._css


def moment(number: int, changes: int = 5, tone: str = "") -> Moment:
    told = [(f"Field {n}: ", f"old {n}", SCRIPT) for n in range(changes)]
    return Moment(
        f"Moved to {SCRIPT}", f"Ana {SCRIPT}", "16/03/2026, 10:00", f"Version {number}", tone,
        told, number,
    )  # fmt: skip


def dressed(page: WidgetPage) -> WidgetPage:
    page.page.evaluate("() => document.body.classList.add('opp-view')")
    return page


@pytest.fixture
def timeline() -> Timeline:
    shown = DressedTimeline(WORDS)
    shown.show([moment(9, tone="good"), moment(8, tone="late"), moment(7, 2)], "12")
    return shown


@pytest.mark.parametrize("theme", THEMES)
def test_the_history_is_readable(show: Show, timeline: Timeline, theme: str, pictures: Any) -> None:
    page = dressed(show(timeline, theme, width=1024))
    page.all("summary").first.click()
    assert page.all("img").count() == 0
    assert page.poor_contrast() == []
    assert page.page.evaluate("() => document.documentElement.scrollWidth") <= 1024
    page.page.screenshot(path=pictures / f"history-{theme}.png")


def test_what_is_left_unfolds_with_a_key(show: Show, timeline: Timeline) -> None:
    page = dressed(show(timeline))
    fold = page.all("summary").first
    expect(fold).to_have_text("and 2 more")
    hidden = page.page.get_by_text("Field 4:").first
    expect(hidden).not_to_be_visible()
    fold.press("Enter")
    expect(hidden).to_be_visible()


def test_a_version_is_restored_and_more_are_asked_for(show: Show, timeline: Timeline) -> None:
    wanted: list[int] = []
    timeline.on_restore(wanted.append)
    timeline.on_more(lambda: timeline.show([moment(number) for number in (9, 8, 7, 6)]))
    page = dressed(show(timeline))
    page.page.get_by_role("button", name="Restore version 8").press("Enter")
    page.page.get_by_role("button", name="Older (12)").press("Enter")
    expect(page.page.get_by_role("list", name="History").locator(".opp-moment")).to_have_count(4)
    assert wanted == [8]


def test_what_is_there_stays_when_older_ones_come(show: Show, timeline: Timeline) -> None:
    page = dressed(show(timeline))
    page.all("summary").nth(1).click()
    timeline.show([moment(9, tone="good"), moment(8, tone="late"), moment(7, 2), moment(6)])
    page.flush()
    expect(page.all(".opp-moment")).to_have_count(4)
    expect(page.all("details[open]")).to_have_count(1)
    expect(page.all("summary").nth(1)).to_be_focused()
    expect(page.all(".opp-timeline-more")).to_be_hidden()
    expect(page.all(".opp-moment-version")).to_have_text([f"Version {n}" for n in (9, 8, 7, 6)])


def test_keys_do_not_reach_jupyterlab(show: Show, timeline: Timeline) -> None:
    page = dressed(show(timeline))
    page.page.evaluate(
        "() => { window.heard = 0; document.addEventListener('keydown', () => window.heard++); }"
    )
    page.all("summary").first.press("d")
    assert page.page.evaluate("() => window.heard") == 0


@pytest.fixture
def choices() -> Choices:
    lines = Texts(["Title", "Amount"], [["Study", "1 000 €"], [SCRIPT, "12 €"]])
    return DressedChoices(
        ["Field", "Before", "Mine", f"Bo {SCRIPT}"],
        [
            Choice("name", "Name", "Grid", SCRIPT, "Supervision of the grid"),
            Choice("tags", "Tags", "—", "Urgent\nTender", "Urgent"),
            Choice("lines", "Lines", "—", lines, Texts(["Title", "Amount"], [["Study", "900 €"]])),
        ],
    )


@pytest.mark.parametrize("theme", THEMES)
def test_two_edits_are_readable(show: Show, choices: Choices, theme: str, pictures: Any) -> None:
    page = dressed(show(choices, theme, width=1024))
    page.page.get_by_role("radio").nth(0).check()
    page.page.get_by_role("radio").nth(5).check()
    choices.asked = True
    page.flush()
    expect(page.all("tr[data-missing=true]")).to_have_count(1)
    assert page.all("img").count() == 0
    assert page.poor_contrast() == []
    assert page.page.evaluate("() => document.documentElement.scrollWidth") <= 1024
    page.page.screenshot(path=pictures / f"conflict-{theme}.png")


def test_a_choice_by_key_and_by_its_value(show: Show, choices: Choices) -> None:
    page = dressed(show(choices))
    mine = page.page.get_by_role("radio", name=f"Name Mine {SCRIPT}")
    mine.press("Space")
    expect(mine).to_be_checked()
    mine.press("ArrowRight")
    expect(page.page.get_by_role("radio").nth(1)).to_be_checked()
    page.page.get_by_text("Urgent Tender").click()
    expect(page.all("td[data-chosen=true]")).to_have_count(2)
    assert choices.chosen == {"name": "theirs", "tags": "mine"}


def test_all_of_one_side_is_shown(show: Show, choices: Choices) -> None:
    page = dressed(show(choices))
    choices.choose_all("theirs")
    page.flush()
    expect(page.page.get_by_role("radio", checked=True)).to_have_count(3)
    assert choices.missing == []


def test_a_row_without_a_choice_is_told_to_screen_readers(show: Show, choices: Choices) -> None:
    page = dressed(show(choices))
    expect(page.all("[aria-invalid=true]")).to_have_count(0)
    choices.choose("name", "mine")
    choices.asked = True
    page.flush()
    expect(page.all("[aria-invalid=true]")).to_have_count(4)
