"""The list in a real browser: which rows are drawn, and what keys and mouse do."""

from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import expect

from oppkit.forms.widgets.table import WORDS as NEEDED
from oppkit.forms.widgets.table import Cell, Column, Table, TableRow
from tests.browser.table_page import IN_SIGHT, a_table, in_sight, rows, scroll, shown_row
from tests.browser.widget_page import THEMES, Show, WidgetPage

pytestmark = pytest.mark.browser

SCRIPT = "<img src=x onerror=alert(1)>"


def test_only_the_rows_in_sight_are_there(show: Show) -> None:
    page = show(a_table())
    shown_row(page, 0)
    grid = page.all("[role=grid]")
    expect(grid).to_have_attribute("aria-rowcount", "100001")
    expect(grid).to_have_attribute("aria-label", "Opportunities")
    expect(page.all(".opp-table-footer")).to_have_text("100000 opportunities")
    assert page.all(".opp-table-row").count() < 40

    scroll(page, 0.5)
    shown_row(page, 50_000)
    scroll(page, 1)
    shown_row(page, 99_999)
    assert in_sight(page)[-1] == "OPP-99999"
    assert page.all(".opp-table-row").count() < 40
    assert sum(ask["to"] - ask["from"] for ask in page.asked) < 400
    assert page.bytes < 100_000


def test_a_million_rows_can_be_reached_each(show: Show) -> None:
    page = show(a_table(1_000_000))
    shown_row(page, 0)
    scroll(page, 1)
    shown_row(page, 999_999)
    assert in_sight(page)[-1] == "OPP-999999"
    scroll(page, 0)
    shown_row(page, 0).click()
    page.page.keyboard.press("End")
    shown_row(page, 999_999)
    for number in range(999_998, 999_970, -1):
        page.page.keyboard.press("ArrowUp")
        expect(shown_row(page, number)).to_be_focused()

    scroll(page, 0.5)
    page.wait(f"() => /^OPP-(4999|5000)/.test(({IN_SIGHT})()[0])")
    seen = in_sight(page)
    page.page.mouse.move(400, 300)
    page.page.mouse.wheel(0, 200)  # a short way is not scaled: no row is passed unseen
    page.wait(f"before => ({IN_SIGHT})()[0] !== before", seen[0])
    assert set(seen) & set(in_sight(page))


def test_fast_scrolling_asks_one_question_at_a_time(show: Show) -> None:
    page = show(a_table())
    shown_row(page, 0)
    page.hold()
    asked = len(page.asked)
    for share in (0.2, 0.4, 0.6, 0.8):
        scroll(page, share)
        page.page.evaluate("() => new Promise((done) => requestAnimationFrame(() =>"
                           " requestAnimationFrame(done)))")  # fmt: skip
    page.wait("() => document.querySelector('.opp-table-message').dataset.state === 'loading'")
    assert len(page.asked) == asked + 1
    page.let_go()
    shown_row(page, 80_000)
    assert len(page.asked) == asked + 2  # the latest place; those between are never asked for


def test_answers_of_an_older_result_are_dropped(show: Show) -> None:
    found = ["old"]

    def source(offset: int, limit: int) -> list[TableRow]:
        return [TableRow(f"{found[0]}{n}", [f"{found[0]} {n}"]) for n in range(limit)]

    page = show(a_table(5, source=source))
    expect(page.all(".opp-table-open").first).to_have_text("old 0")
    page.hold()
    page.widget.refresh(5, "5", keep_place=True)
    page.flush()
    page.wait("() => window.held.length === 1")
    found[0] = "new"
    page.widget.refresh(5, "5", keep_place=True)
    page.flush()
    page.wait("() => window.held.length === 2")
    page.let_go()
    expect(page.all(".opp-table-open")).to_have_text([f"new {n}" for n in range(5)])


def test_a_refresh_goes_to_the_top_or_keeps_the_place(show: Show) -> None:
    page = show(a_table())
    scroll(page, 0.5)
    before = shown_row(page, 50_000).bounding_box()
    page.widget.refresh(100_000, "again", keep_place=True)
    page.flush()
    expect(page.all(".opp-table-footer")).to_have_text("again")
    assert shown_row(page, 50_000).bounding_box() == before
    page.widget.refresh(200, "200")
    page.flush()
    shown_row(page, 0)
    assert in_sight(page)[0] == "OPP-0"


def test_a_row_that_is_pressed_on_is_the_one_that_opens(show: Show) -> None:
    opened: list[str] = []
    page = show(a_table(10))
    page.widget.on_open(opened.append)
    shown_row(page, 3).locator(".opp-table-open").hover()
    page.page.mouse.down()
    page.widget._source = lambda offset, limit: rows(offset + 100, limit)
    page.widget.refresh(5, "5")
    page.flush()
    expect(page.all(".opp-table-footer")).to_have_text("5")
    shown_row(page, 3)
    page.page.mouse.up()
    expect(page.all(".opp-table-open")).to_have_text([f"OPP-{n}" for n in range(100, 105)])
    assert opened == ["k3"]


def test_sorting(show: Show) -> None:
    page = show(a_table())
    head = page.all("[role=columnheader]")
    button = page.page.get_by_role("button", name="Amount")
    button.click()
    expect(head.nth(3)).to_have_attribute("aria-sort", "ascending")
    assert page.widget.sort == {"name": "amount", "descending": False}
    button.press("Enter")
    expect(head.nth(3)).to_have_attribute("aria-sort", "descending")
    assert page.widget.sort == {"name": "amount", "descending": True}
    page.page.get_by_role("button", name="Code").click()
    expect(head.nth(3)).to_have_attribute("aria-sort", "none")
    assert page.widget.sort == {"name": "code", "descending": False}
    assert head.nth(2).locator("button").count() == 0


def test_the_keyboard_walks_and_opens(show: Show) -> None:
    opened: list[str] = []
    table = a_table()
    table.on_open(opened.append)
    page = show(table)
    shown_row(page, 0)
    page.all(".opp-table-sort").last.focus()
    page.page.keyboard.press("Tab")
    expect(shown_row(page, 0)).to_be_focused()
    for key, number in [("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("End", 99_999),
                        ("ArrowDown", 99_999), ("Home", 0), ("ArrowUp", 0)]:  # fmt: skip
        page.page.keyboard.press(key)
        expect(shown_row(page, number)).to_be_focused()
    shown_row(page, 3).dblclick()
    shown_row(page, 4).locator(".opp-table-open").click()
    page.page.keyboard.press("PageDown")
    page.page.keyboard.press("PageDown")
    below = page.page.evaluate("() => document.activeElement.oppIndex")
    expect(shown_row(page, below)).to_be_focused()
    assert 20 < below < 40
    assert f"OPP-{below}" in in_sight(page)
    page.page.keyboard.press("PageUp")
    page.page.keyboard.press("Enter")
    page.wait("() => true")
    assert opened == ["k3", "k4", f"k{4 + (below - 4) // 2}"]


def test_tab_comes_back_to_the_row_that_was_left(show: Show) -> None:
    page = show(a_table())
    shown_row(page, 3).click()
    scroll(page, 0.5)
    shown_row(page, 50_000)
    page.all(".opp-table-sort").last.focus()
    page.page.keyboard.press("Tab")
    expect(shown_row(page, 3)).to_be_focused()
    assert "OPP-3" in in_sight(page)


def marked(page: WidgetPage) -> list[str]:
    return page.all("[aria-selected=true] .opp-table-open").all_text_contents()


def test_selecting_rows_and_ranges(show: Show) -> None:
    page = show(a_table(1000, selectable=True))
    box = shown_row(page, 1).get_by_role("checkbox", name="Select OPP-1")
    box.click()
    expect(box).to_be_checked()
    shown_row(page, 3).click(modifiers=["ControlOrMeta"])
    shown_row(page, 6).click(modifiers=["Shift"])
    expect(page.all("[aria-selected=true]")).to_have_count(5)
    assert page.widget.selected == ["k1", "k3", "k4", "k5", "k6"]
    page.page.keyboard.press("Space")
    page.page.keyboard.press("Shift+ArrowDown")
    expect(page.all("[aria-selected=true]")).to_have_count(6)
    assert marked(page) == ["OPP-1", "OPP-3", "OPP-4", "OPP-5", "OPP-6", "OPP-7"]

    shown_row(page, 2).click()
    scroll(page, 1)
    shown_row(page, 999).click(modifiers=["Shift"])  # most rows between were never sent
    head = page.page.get_by_role("checkbox", name="Select all")
    expect(head).to_have_js_property("indeterminate", True)
    expect(shown_row(page, 990)).to_have_attribute("aria-selected", "true")
    assert len(page.widget.selected) == 999
    assert not page.widget.all_selected


def test_selecting_everything_and_nothing(show: Show) -> None:
    page = show(a_table(1000, selectable=True))
    head = page.page.get_by_role("checkbox", name="Select all")
    shown_row(page, 0).click()
    page.page.keyboard.press("Control+a")
    expect(head).to_be_checked()
    assert page.widget.all_selected
    shown_row(page, 2).locator(".opp-table-check").click()
    expect(head).to_have_js_property("indeterminate", True)
    assert len(page.widget.selected) == 999
    head.click()
    expect(head).to_be_checked()
    head.click()
    expect(head).not_to_be_checked()
    expect(head).to_have_js_property("indeterminate", False)
    assert page.widget.selected == []


def test_a_list_without_selection_has_no_boxes(show: Show) -> None:
    page = show(a_table())
    shown_row(page, 0).click()
    page.page.keyboard.press("Space")
    page.page.keyboard.press("Control+a")
    assert page.all("[type=checkbox], [aria-selected]").count() == 0
    assert page.asked == []


def test_empty_and_failed_lists_say_so(show: Show) -> None:
    works = [True]

    def source(offset: int, limit: int) -> Sequence[TableRow]:
        if not works[0]:
            raise OSError("the disk is gone")
        return rows(offset, limit)

    def guard(callback: Any) -> Any:
        def guarded(*values: Any) -> Any:
            try:
                return callback(*values)
            except OSError:
                return None

        return guarded

    page = show(a_table(0, source=source, guard=guard))
    message = page.all(".opp-table-message")
    expect(message).to_have_text("No opportunity matches.")
    works[0] = False
    page.widget.refresh(10, "10")
    page.flush()
    expect(message).to_have_attribute("role", "alert")
    expect(message).to_contain_text("The rows could not be read.")
    works[0] = True
    page.page.get_by_role("button", name="Try again").click()
    shown_row(page, 9)
    expect(message).to_have_text("")


def test_a_result_that_has_shrunk_is_not_asked_for_for_ever(show: Show) -> None:
    page = show(a_table(10, source=lambda offset, limit: rows(offset, min(limit, 4))))
    shown_row(page, 3)
    expect(page.all(".opp-table-coming")).to_have_count(0)
    scroll(page, 1)
    assert len(page.asked) == 1


def test_a_hidden_list_keeps_its_place(show: Show) -> None:
    page = show(a_table())
    scroll(page, 0.5)
    shown_row(page, 50_000)
    before = in_sight(page)
    hide = "shown => { document.querySelector('#here').style.display = shown ? '' : 'none'; }"
    page.page.evaluate(hide, False)
    page.wait("() => document.querySelector('.opp-table-viewport').clientHeight === 0")
    page.page.evaluate(hide, True)
    page.wait("() => document.querySelector('.opp-table-viewport').scrollTop > 1e6")
    shown_row(page, 50_000)
    assert in_sight(page) == before


@pytest.mark.parametrize("width", [1024, 1440])
def test_a_row_fits_the_page(show: Show, width: int) -> None:
    page = show(a_table(), width=width)
    shown_row(page, 0)
    view = page.all(".opp-table-viewport")
    assert view.evaluate("one => one.scrollWidth === one.clientWidth")
    assert page.all(".opp-table-row").first.bounding_box()["height"] < 40  # type: ignore[index]
    cell = shown_row(page, 0).locator(".opp-table-cell").nth(1)
    expect(cell).to_have_attribute("title", "Opportunity 0 of the planning platform")
    amount = shown_row(page, 0).locator(".opp-table-cell").nth(3)
    assert amount.evaluate("one => getComputedStyle(one).fontVariantNumeric") == "tabular-nums"
    assert amount.evaluate("one => getComputedStyle(one).justifyContent") == "flex-end"


@pytest.mark.parametrize("theme", THEMES)
def test_a_list_can_be_read_on_both_themes(show: Show, theme: str) -> None:
    page = show(a_table(selectable=True), theme)
    shown_row(page, 4).click()
    for _ in range(5):
        page.page.keyboard.press("Space")
        page.page.keyboard.press("ArrowDown")
    expect(page.all("[aria-selected=true]")).to_have_count(5)
    assert page.poor_contrast() == []


def test_a_script_in_a_list_is_text(show: Show) -> None:
    chip = {"text": SCRIPT, "colour": f"red;background:url({SCRIPT})"}
    cells: list[Cell] = [SCRIPT, {"text": SCRIPT}, {"chips": [chip]}]  # type: ignore[list-item]
    table = Table(
        [Column(SCRIPT, SCRIPT, width="2fr") for _ in cells],
        lambda offset, limit: [TableRow(SCRIPT, cells)] * limit,
        dict.fromkeys(NEEDED, SCRIPT), selectable=True, label=SCRIPT,
    )  # fmt: skip
    page = show(table)
    expect(page.all(".opp-table-message p")).to_have_text(SCRIPT)
    table.refresh(2, SCRIPT)
    page.flush()
    expect(page.all(".opp-table-open")).to_have_text([SCRIPT] * 2)
    expect(page.all(".opp-table-chip")).to_have_text([SCRIPT] * 2)
    expect(page.all(".opp-table-sort .opp-table-text")).to_have_text([SCRIPT] * 3)
    expect(page.all(".opp-table-footer")).to_have_text(SCRIPT)
    assert page.all("img").count() == 0


def test_a_view_that_is_gone_hears_nothing(show: Show) -> None:
    page = show(a_table())
    heard = page.page.evaluate("() => window.heardBy()")
    page.page.evaluate("() => window.again()")
    assert page.page.evaluate("() => window.heardBy()") == heard
    page.page.evaluate("() => window.cleanup()")
    assert page.page.evaluate("() => window.heardBy()") == 0


def test_keys_stay_in_the_widget(show: Show) -> None:
    page = show(a_table())
    page.page.evaluate("""() => { window.keys = [];
      document.addEventListener('keydown', (event) => window.keys.push(event.key)); }""")
    page.all(".opp-table-row").first.focus()
    for key in ("a", "d", "ArrowDown", "Enter", "Escape"):
        page.page.keyboard.press(key)
    assert page.page.evaluate("() => window.keys") == []
