"""The waterfall in a real browser: what is drawn, told, and pressed."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from oppkit.forms.widgets.waterfall import Step, Waterfall
from tests.browser.widget_page import THEMES, Show, WidgetPage

pytestmark = pytest.mark.browser

SCRIPT = "<img src=x onerror=alert(1)>"
WORDS = {"bar": "{name}: {amount}, {count}", "cut": "The ends are cut off below what moved."}
MOVES = (
    ("created", "Created", 300), ("probability", "Effect of probabilities", 40),
    ("pushed_out", SCRIPT, -100), ("won", "Won $a$ and $b$", -200), ("lost", "Lost", 0),
)  # fmt: skip


def steps(opening: int = 700) -> list[Step]:
    closing = opening + sum(value for *_, value in MOVES)
    ends = (
        ("opening", "Pipeline at the start", opening),
        ("closing", "Pipeline at the end", closing),
    )
    return [
        Step(key, label, Decimal(value), f"{value:+},00 €", "12 opportunities",
             key in ("opening", "closing"))
        for key, label, value in (ends[0], *MOVES, ends[1])
    ]  # fmt: skip


@pytest.fixture
def fall() -> Waterfall:
    made = Waterfall(WORDS, "What moved")
    made.show(steps())
    return made


def bar(page: WidgetPage, key: str) -> Any:
    return page.all(f".opp-fall-bar[data-key={key}]")


def edges(page: WidgetPage, key: str) -> tuple[float, float]:
    box = bar(page, key).locator(".opp-fall-shape").bounding_box()
    return box["x"], box["x"] + box["width"]


def test_bars_hang_together(show: Show, fall: Waterfall) -> None:
    page = show(fall)
    expect(page.all(".opp-fall-bar")).to_have_count(7)
    opening, created, pushed = (edges(page, key) for key in ("opening", "created", "pushed_out"))
    probability, closing = edges(page, "probability"), edges(page, "closing")
    assert created[0] == pytest.approx(opening[1], abs=1)
    assert probability[0] == pytest.approx(created[1], abs=1)
    assert pushed[1] == pytest.approx(probability[1], abs=1)
    assert closing[0] == pytest.approx(opening[0], abs=1)
    assert created[1] - created[0] == pytest.approx(3 * (pushed[1] - pushed[0]), abs=3)
    links = [link.bounding_box() for link in page.all(".opp-fall-link").all()]
    assert len(links) == 6
    assert links[0]["x"] == pytest.approx(opening[1], abs=1)
    assert links[2]["x"] == pytest.approx(pushed[1], abs=1)


def test_each_bar_is_a_button_that_tells_all_of_it(show: Show, fall: Waterfall) -> None:
    page = show(fall)
    names = page.page.get_by_role("list", name="What moved").get_by_role("button")
    expect(names).to_have_count(7)
    one = page.page.get_by_role("button", name="Created: +300,00 €, 12 opportunities", exact=True)
    expect(one).to_have_attribute("aria-pressed", "false")
    expect(bar(page, "pushed_out").locator(".opp-fall-label")).to_have_text(SCRIPT)
    expect(bar(page, "won").locator(".opp-fall-label")).to_have_text("Won $a$ and $b$")
    assert page.all("img").count() == 0


def test_a_click_chooses_and_python_says_which_is_pressed(show: Show, fall: Waterfall) -> None:
    chosen: list[str] = []
    fall.on_choose(chosen.append)
    fall.on_choose(lambda key: setattr(fall, "selected", key))
    page = show(fall)
    bar(page, "created").click()
    expect(page.all("[aria-pressed=true]")).to_have_attribute("data-key", "created")
    bar(page, "lost").locator(".opp-fall-amount").click()
    expect(page.all("[aria-pressed=true]")).to_have_attribute("data-key", "lost")
    assert chosen == ["created", "lost"]


def test_with_the_keyboard(show: Show, fall: Waterfall) -> None:
    chosen: list[str] = []
    fall.on_choose(chosen.append)
    page = show(fall)
    keys = page.page.keyboard
    keys.press("Tab")
    expect(bar(page, "opening")).to_be_focused()
    keys.press("ArrowUp")
    expect(bar(page, "opening")).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Enter")
    keys.press("ArrowDown")
    keys.press(" ")
    keys.press("End")
    expect(bar(page, "closing")).to_be_focused()
    keys.press("ArrowDown")
    expect(bar(page, "closing")).to_be_focused()
    keys.press("Home")
    expect(bar(page, "opening")).to_be_focused()
    keys.press("Tab")  # one stop for all of them
    assert page.all(":focus").count() == 0
    assert chosen == ["created", "probability"]


def test_the_bar_that_is_pressed_on_is_the_one_that_is_chosen(show: Show, fall: Waterfall) -> None:
    chosen: list[str] = []
    fall.on_choose(chosen.append)
    page = show(fall)
    bar(page, "won").hover()
    page.page.mouse.down()
    fall.show([step for step in steps(900) if step.key != "created"])
    page.flush()
    assert page.all(".opp-fall-bar").count() == 7
    page.page.mouse.up()
    expect(page.all(".opp-fall-bar")).to_have_count(6)
    assert chosen == ["won"]


def test_other_figures_keep_the_focus_on_their_bar(show: Show, fall: Waterfall) -> None:
    page = show(fall)
    bar(page, "won").focus()
    fall.busy = True
    page.flush()
    expect(page.all(".opp-fall")).to_have_attribute("aria-busy", "true")
    fall.show([step for step in steps(900) if step.key != "created"], "won")
    fall.busy = False
    page.flush()
    expect(page.all(".opp-fall-bar")).to_have_count(6)
    expect(page.all(".opp-fall")).to_have_attribute("aria-busy", "false")
    expect(bar(page, "won")).to_be_focused()
    expect(bar(page, "won")).to_have_attribute("aria-pressed", "true")
    fall.show([step for step in steps(900) if step.end])
    page.flush()
    expect(bar(page, "opening")).to_be_focused()


def test_where_little_moved_the_ends_are_cut(show: Show, fall: Waterfall) -> None:
    page = show(fall)
    expect(page.all(".opp-fall-note")).to_be_hidden()
    assert page.all(".opp-fall-cut").count() == 0
    fall.show(steps(100_000))
    page.flush()
    expect(page.all(".opp-fall-note")).to_have_text(WORDS["cut"])
    assert page.all("[data-kind=end] .opp-fall-cut").count() == 2
    created = edges(page, "created")
    assert created[1] - created[0] > 100


def test_gains_and_losses_differ_without_colour(show: Show, fall: Waterfall) -> None:
    page = show(fall)
    looks = (
        "shape => [getComputedStyle(shape).backgroundImage, getComputedStyle(shape).borderStyle]"
    )
    gain, loss, same = (
        bar(page, key).locator(".opp-fall-shape").evaluate(looks)
        for key in ("created", "won", "lost")
    )
    assert (gain[0], loss[0].startswith("repeating-linear-gradient")) == ("none", True)
    assert (gain[1], same[1]) == ("solid", "dashed")


@pytest.mark.parametrize("theme", THEMES)
def test_it_can_be_read_in_light_and_dark(
    show: Show, fall: Waterfall, theme: str, pictures: Path
) -> None:
    fall.selected = "won"
    page = show(fall, theme)
    assert page.poor_contrast() == []
    page.page.screenshot(path=pictures / f"waterfall-{theme}.png")
    # What is drawn needs 3 to 1 against the page (WCAG 2, 1.4.11).
    for key in ("opening", "created", "won"):
        shape = bar(page, key).locator(".opp-fall-shape")
        assert shape.evaluate(CONTRAST_OF_SHAPE) >= 3, key


@pytest.mark.parametrize("width", [1280, 900, 380])
def test_nothing_runs_out_of_the_page(show: Show, fall: Waterfall, width: int) -> None:
    page = show(fall, width=width)
    assert page.page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    tracks = [track.bounding_box() for track in page.all(".opp-fall-track").all()]
    assert len({(track["x"], track["width"]) for track in tracks}) == 1
    amounts = page.all(".opp-fall-amount").all()
    assert all(one.evaluate("it => it.scrollWidth <= it.clientWidth") for one in amounts)


def test_what_was_heard_is_let_go(show: Show, fall: Waterfall) -> None:
    page = show(fall)
    before = page.page.evaluate("() => window.heardBy()")
    page.page.evaluate("() => window.again()")
    expect(page.all(".opp-fall-bar")).to_have_count(7)
    assert page.page.evaluate("() => window.heardBy()") == before


CONTRAST_OF_SHAPE = """(shape) => {
  const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const light = (colour) => {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  const [low, high] = [ground, light(getComputedStyle(shape).color)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""
