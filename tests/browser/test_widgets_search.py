"""The search box, chips and downloads in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import expect

from oppkit.forms.widgets.chips import Chip, Chips
from oppkit.forms.widgets.download import Download
from oppkit.forms.widgets.search_box import SearchBox
from tests.browser.widget_page import THEMES, Show, WidgetPage

pytestmark = pytest.mark.browser

SCRIPT = "<img src=x onerror=alert(1)>"
WORDS = {"label": "Active filters", "remove": "Remove {name}", "clear": "Clear all"}


def a_box(**traits: Any) -> tuple[SearchBox, list[str]]:
    box = SearchBox(label="Search", placeholder="Code or name", clear="Empty the search", **traits)
    searched: list[str] = []
    box.on_search(searched.append)
    return box, searched


def answered(page: WidgetPage) -> None:
    expect(page.all(".opp-search-box")).to_have_attribute("aria-busy", "false")


def test_each_keystroke_searches_and_the_last_text_wins(show: Show) -> None:
    box, searched = a_box()
    page = show(box)
    field = page.all("input")
    expect(field).to_have_attribute("aria-label", "Search")
    page.hold()
    field.press_sequentially("phare")
    page.wait("() => window.held.length > 0")
    assert searched == ["p"]  # the others wait until this one is answered
    page.let_go()
    answered(page)
    assert searched == ["p", "phare"]
    expect(field).to_have_value("phare")


def test_what_is_being_typed_is_not_undone_by_an_older_answer(show: Show) -> None:
    box, _ = a_box()
    page = show(box)
    page.hold()
    page.all("input").press_sequentially("ab ")
    page.wait("() => window.held.length > 0")
    page.let_go()
    answered(page)
    expect(page.all("input")).to_have_value("ab ")


def test_python_can_put_a_text_there(show: Show) -> None:
    box, searched = a_box(text="first")
    page = show(box)
    expect(page.all("input")).to_have_value("first")
    box.text = SCRIPT
    page.flush()
    expect(page.all("input")).to_have_value(SCRIPT)
    assert searched == []


def test_the_box_is_emptied_by_button_and_by_escape(show: Show) -> None:
    box, searched = a_box()
    page = show(box)
    button = page.page.get_by_role("button", name="Empty the search")
    expect(button).to_be_hidden()
    page.all("input").fill("a")
    answered(page)
    button.click()
    answered(page)
    expect(page.all("input")).to_have_value("")
    expect(page.all("input")).to_be_focused()
    page.all("input").fill("b")
    answered(page)
    page.all("input").press("Escape")
    expect(button).to_be_hidden()
    answered(page)
    assert searched == ["a", "", "b", ""]


def test_a_search_that_fails_does_not_block_the_box(show: Show) -> None:
    def guard(callback: Any) -> Any:
        def guarded(*values: Any) -> None:
            try:
                callback(*values)
            except ZeroDivisionError as error:
                failed.append(error)

        return guarded

    failed: list[Exception] = []
    box = SearchBox(guard, label="Search")
    box.on_search(lambda _text: 1 / 0)
    page = show(box)
    for text in ("a", "ab"):
        page.all("input").fill(text)
        answered(page)
    assert len(failed) == 2


def some_chips() -> tuple[Chips, list[str]]:
    chips = Chips(WORDS, clearable=True)
    chips.show([
        Chip("statuses:proposal", "Proposal", "Status"),
        Chip("any_tags:x", SCRIPT, "Tag", "#e91e63"),
        Chip("overdue", "Overdue $& $1"),
    ])  # fmt: skip
    told: list[str] = []
    chips.on_remove(told.append)
    chips.on_clear(lambda: told.append("all"))
    return chips, told


def test_a_chip_is_removed_with_one_click_or_key(show: Show) -> None:
    chips, told = some_chips()
    page = show(chips)
    expect(page.page.get_by_role("list", name="Active filters")).to_be_visible()
    page.page.get_by_role("button", name="Remove Status Proposal").click()
    page.page.get_by_role("button", name="Remove Overdue $& $1").press("Delete")
    page.page.get_by_role("button", name="Clear all").click()
    assert told == ["statuses:proposal", "overdue", "all"]


def test_the_focus_stays_near_a_chip_that_was_removed(show: Show) -> None:
    chips, _ = some_chips()

    def remove(key: str) -> None:
        chips.chips = [chip for chip in chips.chips if chip["key"] != key]

    chips.on_remove(remove)
    page = show(chips)
    page.page.get_by_role("button", name="Remove Status Proposal").click()
    expect(page.page.get_by_role("button", name=f"Remove Tag {SCRIPT}")).to_be_focused()
    expect(page.all("li")).to_have_count(2)


def test_without_chips_there_is_nothing(show: Show) -> None:
    chips, _ = some_chips()
    page = show(chips)
    chips.show([])
    page.flush()
    expect(page.all("#here")).to_be_hidden()


@pytest.mark.parametrize("theme", THEMES)
def test_chips_and_box_are_readable(show: Show, theme: str) -> None:
    chips, _ = some_chips()
    assert show(chips, theme).poor_contrast() == []
    box, _ = a_box(text=SCRIPT)
    assert show(box, theme).poor_contrast() == []


def test_a_file_is_saved_by_the_browser(show: Show) -> None:
    page = show(Download())
    with page.page.expect_download() as started:
        send_file(page, "opportunities.csv", b"code\r\nA\r\n")
    assert started.value.suggested_filename == "opportunities.csv"
    assert started.value.path().read_bytes() == b"code\r\nA\r\n"


def send_file(page: WidgetPage, name: str, content: bytes) -> None:
    """The page's model carries no buffers: the message is taken, and its bytes given with it."""
    sent: list[Any] = []
    page.widget.send = lambda *message: sent.append(message)
    page.widget.offer(name, content)  # type: ignore[attr-defined]
    [(message, buffers)] = sent
    page.page.evaluate(
        "([message, bytes]) => window.tell('msg:custom', message, [new DataView("
        "Uint8Array.from(bytes).buffer)])",
        [message, list(buffers[0])],
    )
