"""Ranges in a real browser: what is drawn, told, and pressed."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from oppkit.forms.widgets.ranges import DRAWN, Range, Ranges
from tests.browser.test_widgets_waterfall import CONTRAST_OF_SHAPE
from tests.browser.widget_page import THEMES, Show, WidgetPage

pytestmark = pytest.mark.browser

SCRIPT = "<img src=x onerror=alert(1)>"
WORDS = {"won": "won so far", "band": "eight times out of ten", "middle": "middle",
         "expected": "weighted sum", "target": "target"}  # fmt: skip
COLUMNS = [
    ("period", "Period"), ("opportunities", "Number"), ("weighted", "Weighted"), ("low", "Low"),
    ("middle", "Middle"), ("high", "High"), (DRAWN, "On one scale"), ("won", "Won so far"),
    ("target", "Target"), ("chance", "Chance"),
]  # fmt: skip
AMOUNTS = (
    ("q1", "Q1 2026", 100, 200, 500, 250, 500, 800), ("q2", "Q2 2026", 0, 300, 900, 350, 0, 800),
    ("q3", SCRIPT, 0, 50, 100, 40, 0, None), ("q4", "Q4 $a$ and $b$", 0, 0, 0, 0, 0, None),
)  # fmt: skip


def lines(aimed: bool = True) -> list[Range]:
    made = []
    for key, label, low, middle, high, expected, won, target in AMOUNTS:
        amounts = [Decimal(amount) for amount in (low, middle, high, expected, won)]
        cells = {"opportunities": "12", "weighted": f"€{expected},000", "low": f"€{low}k",
                 "middle": f"€{middle}k", "high": f"€{high}k", "won": f"€{won},000",
                 "target": f"€{target},000" if target else "", "chance": "65%"}  # fmt: skip
        aim = Decimal(target) if target and aimed else None
        made.append(Range(key, label, *amounts, aim, cells, f"{label}: all of it"))
    return made


@pytest.fixture
def ranges() -> Ranges:
    made = Ranges(WORDS, "What is likely", choosable=True)
    made.show(lines(), COLUMNS, "€{}k".format)
    return made


def row(page: WidgetPage, key: str) -> Any:
    return page.all(f".opp-range-row[data-key={key}]")


def button(page: WidgetPage, key: str) -> Any:
    return row(page, key).locator(".opp-range-choose")


def box(page: WidgetPage, key: str, name: str) -> Any:
    return row(page, key).locator(f".opp-range-{name}").bounding_box()


def test_all_lines_share_one_scale(show: Show, ranges: Ranges) -> None:
    page = show(ranges)
    expect(page.all(".opp-range-row")).to_have_count(4)
    tracks = [track.bounding_box() for track in page.all(".opp-range-track").all()]
    assert len({(track["x"], track["width"]) for track in tracks}) == 1
    won, band, target = (box(page, "q1", name) for name in ("won", "band", "target"))
    assert won["width"] == pytest.approx(tracks[0]["width"] / 2, abs=2)
    assert band["x"] == pytest.approx(won["x"] + won["width"] * 1.2, abs=2)
    assert band["x"] + band["width"] == pytest.approx(tracks[0]["x"] + tracks[0]["width"], abs=2)
    assert box(page, "q2", "band")["width"] == pytest.approx(2.25 * band["width"], abs=3)
    assert box(page, "q2", "target")["x"] == target["x"]
    assert row(page, "q3").locator(".opp-range-target, .opp-range-won").count() == 0
    assert row(page, "q4").locator(".opp-range-track > *").count() == 0
    expect(page.all(".opp-range-scale > span")).to_have_text(["€0k", "€1000k"])


def test_it_is_a_table_that_can_be_read_out(show: Show, ranges: Ranges) -> None:
    page = show(ranges)
    table = page.page.get_by_role("table", name="What is likely")
    expect(table.get_by_role("columnheader")).to_have_text([
        "Period", "Number", "Weighted", "Low", "Middle", "High", "On one scale€0k€1000k",
        "Won so far", "Target", "Chance",
    ])  # fmt: skip
    expect(table.get_by_role("rowheader")).to_have_text([label for _, label, *_ in AMOUNTS])
    expect(row(page, "q1").get_by_role("cell")).to_have_text([
        "12", "€250,000", "€100k", "€200k", "€500k", "", "€500,000", "€800,000", "65%",
    ])  # fmt: skip
    expect(row(page, "q1").locator(".opp-range-track")).to_have_attribute(
        "title", "Q1 2026: all of it"
    )
    assert page.all("img").count() == 0


def test_only_what_is_drawn_is_explained(show: Show, ranges: Ranges) -> None:
    page = show(ranges)
    legend = page.all(".opp-range-entry")
    expect(legend).to_have_text(list(WORDS.values()))
    ranges.show(lines(aimed=False)[1:], COLUMNS, str)
    page.flush()
    expect(legend).to_have_text(["eight times out of ten", "middle", "weighted sum"])
    ranges.show([], COLUMNS, str)
    page.flush()
    expect(page.all("table, .opp-range-entry")).to_have_count(0)


def test_a_click_anywhere_in_a_line_chooses_it(show: Show, ranges: Ranges) -> None:
    chosen: list[str] = []
    ranges.on_choose(chosen.append)
    ranges.on_choose(lambda key: setattr(ranges, "selected", key))
    page = show(ranges)
    row(page, "q2").locator(".opp-range-track").click()
    expect(page.all("[aria-pressed=true]")).to_have_text("Q2 2026")
    expect(page.all(".opp-range-pressed")).to_have_attribute("data-key", "q2")
    button(page, "q3").click()
    expect(page.all("[aria-pressed=true]")).to_have_text(SCRIPT)
    assert chosen == ["q2", "q3"]


def test_the_line_that_is_pressed_on_is_the_one_that_is_chosen(show: Show, ranges: Ranges) -> None:
    chosen: list[str] = []
    ranges.on_choose(chosen.append)
    page = show(ranges)
    row(page, "q3").hover()
    page.page.mouse.down()
    ranges.show(lines()[1:], COLUMNS, str)
    page.flush()
    assert page.all(".opp-range-row").count() == 4
    page.page.mouse.up()
    expect(page.all(".opp-range-row")).to_have_count(3)
    assert chosen == ["q3"]


def test_lines_that_cannot_be_chosen_are_no_buttons(show: Show) -> None:
    still = Ranges(WORDS, "What if")
    still.show(lines(), COLUMNS, str)
    page = show(still)
    expect(page.all(".opp-range-row")).to_have_count(4)
    row(page, "q1").click()
    assert (page.all("button").count(), page.asked) == (0, [])


def test_with_the_keyboard(show: Show, ranges: Ranges) -> None:
    chosen: list[str] = []
    ranges.on_choose(chosen.append)
    page = show(ranges)
    keys = page.page.keyboard
    keys.press("Tab")
    expect(button(page, "q1")).to_be_focused()
    keys.press("ArrowUp")
    keys.press("ArrowDown")
    keys.press("Enter")
    keys.press("End")
    expect(button(page, "q4")).to_be_focused()
    keys.press("ArrowDown")
    keys.press(" ")
    keys.press("Home")
    expect(button(page, "q1")).to_be_focused()
    keys.press("Tab")  # one stop for all of them
    expect(page.all(".opp-range-choose:focus")).to_have_count(0)
    assert chosen == ["q2", "q4"]


def test_other_figures_keep_the_focus_on_their_line(show: Show, ranges: Ranges) -> None:
    page = show(ranges)
    button(page, "q2").focus()
    ranges.busy = True
    page.flush()
    expect(page.all(".opp-ranges")).to_have_attribute("aria-busy", "true")
    ranges.show(lines()[1:], COLUMNS[:6], str, "q2")
    ranges.busy = False
    page.flush()
    expect(page.all(".opp-range-row")).to_have_count(3)
    expect(page.all(".opp-ranges")).to_have_attribute("aria-busy", "false")
    expect(button(page, "q2")).to_be_focused()
    expect(button(page, "q2")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("theme", THEMES)
def test_it_can_be_read_in_light_and_dark(
    show: Show, ranges: Ranges, theme: str, pictures: Path
) -> None:
    ranges.selected = "q2"
    page = show(ranges, theme)
    assert page.poor_contrast() == []
    page.page.screenshot(path=pictures / f"ranges-{theme}.png")
    # What is drawn needs 3 to 1 against the page (WCAG 2, 1.4.11).
    fill = "it => { it.style.color = getComputedStyle(it).backgroundColor; }"
    for name in ("won", "band", "expected", "target"):
        shape = row(page, "q1").locator(f".opp-range-{name}")
        shape.evaluate(fill)
        assert shape.evaluate(CONTRAST_OF_SHAPE) >= 3, name


@pytest.mark.parametrize("width", [1280, 850, 700, 650])
def test_the_chance_is_in_sight(show: Show, ranges: Ranges, width: int) -> None:
    page = show(ranges, width=width)
    scroller = page.all(".opp-range-scroller")
    expect(row(page, "q1").locator(".opp-range-of-chance")).to_be_visible()
    assert scroller.evaluate("it => it.scrollWidth - it.clientWidth") <= 0


@pytest.mark.parametrize("width", [1280, 380])
def test_nothing_runs_out_of_the_page(show: Show, ranges: Ranges, width: int) -> None:
    page = show(ranges, width=width)
    expect(page.all(".opp-range-row")).to_have_count(4)
    assert page.page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


def test_what_was_heard_is_let_go(show: Show, ranges: Ranges) -> None:
    page = show(ranges)
    before = page.page.evaluate("() => window.heardBy()")
    page.page.evaluate("() => window.again()")
    expect(page.all(".opp-range-row")).to_have_count(4)
    assert page.page.evaluate("() => window.heardBy()") == before
