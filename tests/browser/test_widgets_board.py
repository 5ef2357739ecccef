"""The board in a real browser: what keys, mouse and fingers do with its cards."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from oppkit.forms.widgets.board import WORDS as NEEDED
from oppkit.forms.widgets.board import Board, BoardColumn, Card
from tests.browser.widget_page import THEMES, Show, WidgetPage

pytestmark = pytest.mark.browser

SCRIPT = "<img src=x onerror=alert(1)>"

BOARD_WORDS = {
    "back": "{name} is back in {column}.", "cancelled": "{name} stays.",
    "dropped": "{name} put into {column}.", "empty": "Nothing here.",
    "help": "Space picks up.", "late": "Overdue:", "more": "{number} more",
    "moved": "{name}: {column}", "picked": "{name} picked up from {column}.",
    "refused": "{name} cannot go to {column}.", "saving": "Saving",
}  # fmt: skip
LABELS = ("Overdue", "New", "Proposal", "Won", "Lost", "Abandoned")


def column(number: int) -> BoardColumn:
    return BoardColumn(
        f"c{number}", LABELS[number], 3, ["175 000 €", "weighted 80 000 €"],
        tone="late" if number == 0 else "", droppable=number != 0, more=7 if number == 2 else 0,
    )  # fmt: skip


def card(name: str, *barred: str) -> Card:
    return Card(
        name, f"Card {name}", "Noël & Cie", "12 500 €", "Zoé Martin", "11/11/2026", 0.4, "40 %",
        "late" if name == "a" else "", barred,
    )  # fmt: skip


class Deals:
    """Which card stands where, and a board that shows it and keeps to it."""

    def __init__(self) -> None:
        self.places = {"a": 0, "b": 1, "c": 1, "d": 2}
        self.moves: list[tuple[str, str, str]] = []
        self.opened: list[str] = []
        self.wanted: list[str] = []
        self.board = Board(BOARD_WORDS, "Opportunities by status")
        self.board.on_open(self.opened.append)
        self.board.on_more(self.wanted.append)
        self.show()

    def show(self) -> None:
        cards = {
            f"c{number}": [
                card(name, *(["c3"] if name == "c" else []))
                for name, place in self.places.items()
                if place == number
            ]
            for number in range(len(LABELS))
        }
        self.board.show([column(number) for number in range(len(LABELS))], cards)

    def keep(self, name: str, old: str, new: str) -> None:
        self.moves.append((name, old, new))
        self.places[name] = int(new[1:])
        self.show()

    def wait(self, name: str, old: str, new: str) -> None:
        """Remember the move, as one that asks for a reason first."""
        self.moves.append((name, old, new))


@pytest.fixture
def deals() -> Deals:
    return Deals()


def cards_in(page: WidgetPage, number: int) -> Any:
    return page.all(".opp-board-column").nth(number).locator(".opp-card-name")


def the_card(page: WidgetPage, name: str) -> Any:
    return page.all(".opp-board-columns .opp-card").filter(has_text=f"Card {name}")


def said(page: WidgetPage, text: str) -> None:
    expect(page.all(".opp-board-live")).to_have_text(text)


def carry(page: Page, card: Any, column: Any, press: bool = True) -> None:
    """Press on a card, unless it is, and move it over a column, without letting go."""
    start, end = card.bounding_box(), column.bounding_box()
    if press:
        page.mouse.move(start["x"] + 60, start["y"] + 40)
        page.mouse.down()
    page.mouse.move(start["x"] + 80, start["y"] + 50, steps=3)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 120, steps=5)


def test_a_column_shows_its_figures(show: Show, deals: Deals) -> None:
    page = show(deals.board)
    head = page.all(".opp-board-head").nth(2)
    expect(head.locator("h2")).to_have_text("Proposal")
    expect(head.locator(".opp-board-count")).to_have_text("3")
    expect(head.locator(".opp-board-sums span")).to_have_text(["175 000 €", "weighted 80 000 €"])
    expect(page.all(".opp-board-column").nth(4)).to_contain_text("Nothing here.")
    page.page.get_by_role("button", name="7 more").click()
    page.page.get_by_role("button", name="Card a Noël & Cie 12 500 € 40 %").press("Enter")
    the_card(page, "b").dblclick(position={"x": 100, "y": 50})
    the_card(page, "d").locator(".opp-card-open").click()
    page.wait("() => true")
    assert (deals.wanted, deals.opened) == (["c2"], ["a", "b", "d"])


def test_a_card_is_dragged_to_another_column(show: Show, deals: Deals) -> None:
    deals.board.on_move(deals.keep)
    page = show(deals.board)
    carry(page.page, the_card(page, "b"), page.all(".opp-board-column").nth(2))
    expect(page.all(".opp-board-over h2")).to_have_text("Proposal")
    page.page.mouse.up()
    expect(cards_in(page, 2)).to_have_text(["Card b", "Card d"])
    expect(cards_in(page, 1)).to_have_text(["Card c"])
    expect(the_card(page, "b")).to_be_focused()
    said(page, "Card b put into Proposal.")
    assert deals.moves == [("b", "c1", "c2")]
    assert deals.opened == []
    assert page.all(".opp-card-ghost, .opp-board-over, .opp-card-dragged").count() == 0


def test_what_is_under_a_pressed_pointer_stays_until_it_is_let_go(show: Show, deals: Deals) -> None:
    deals.board.on_move(deals.keep)
    page = show(deals.board)
    the_card(page, "c").locator(".opp-card-open").hover()
    page.page.mouse.down()
    del deals.places["b"]  # what was below it takes its place
    deals.show()
    page.flush()
    expect(cards_in(page, 1)).to_have_text(["Card b", "Card c"])
    page.page.mouse.up()
    expect(cards_in(page, 1)).to_have_text(["Card c"])
    page.wait("() => true")
    assert deals.opened == ["c"]

    start = the_card(page, "c").bounding_box()
    page.page.mouse.move(start["x"] + 60, start["y"] + 40)
    page.page.mouse.down()
    deals.places = {"e": 1, **deals.places}
    deals.show()
    page.flush()
    carry(page.page, the_card(page, "c"), page.all(".opp-board-column").nth(2), press=False)
    expect(page.all(".opp-card-ghost")).to_contain_text("Card c")
    page.page.mouse.up()
    expect(cards_in(page, 2)).to_have_text(["Card c", "Card d"])
    expect(cards_in(page, 1)).to_have_text(["Card e"])
    assert deals.moves == [("c", "c1", "c2")]


def test_a_dropped_card_waits_and_jumps_back_if_it_must(show: Show, deals: Deals) -> None:
    deals.board.on_move(deals.wait)
    page = show(deals.board)
    carry(page.page, the_card(page, "b"), page.all(".opp-board-column").nth(3))
    page.page.mouse.up()
    saving = page.all(".opp-board-column").nth(3).locator(".opp-card-saving")
    expect(saving).to_contain_text("Saving")
    expect(saving).to_have_attribute("aria-busy", "true")
    saving.press("Enter")
    saving.press("Space")  # it cannot be opened or moved until it is saved
    deals.show()
    page.flush()
    expect(cards_in(page, 1)).to_have_text(["Card b", "Card c"])
    expect(the_card(page, "b")).to_be_focused()
    said(page, "Card b is back in New.")
    assert (deals.moves, deals.opened) == ([("b", "c1", "c3")], [])


def test_a_later_drop_is_not_undone_by_the_answer_to_an_earlier(show: Show, deals: Deals) -> None:
    deals.board.on_move(deals.keep)
    page = show(deals.board)
    page.hold()
    for name, number in [("b", 2), ("c", 4)]:
        carry(page.page, the_card(page, name), page.all(".opp-board-column").nth(number))
        page.page.mouse.up()
    page.wait("() => window.held.length === 2")
    page.page.evaluate("() => window.apply(window.held.shift())")
    expect(page.all(".opp-card-saving")).to_have_count(1)
    expect(cards_in(page, 4)).to_have_text(["Card c"])
    page.let_go()
    expect(page.all(".opp-card-saving")).to_have_count(0)
    expect(cards_in(page, 2)).to_have_text(["Card b", "Card d"])
    expect(cards_in(page, 4)).to_have_text(["Card c"])


@pytest.mark.parametrize(("name", "number"), [("b", 0), ("c", 3)])
def test_a_closed_column_takes_no_card(show: Show, deals: Deals, name: str, number: int) -> None:
    deals.board.on_move(deals.keep)
    page = show(deals.board)
    carry(page.page, the_card(page, name), page.all(".opp-board-column").nth(number))
    expect(page.all(".opp-board-closed h2")).to_have_text(LABELS[number])
    page.page.mouse.up()
    said(page, f"Card {name} cannot go to {LABELS[number]}.")
    expect(cards_in(page, 1)).to_have_text(["Card b", "Card c"])
    assert page.asked == []


def test_escape_ends_a_drag(show: Show, deals: Deals) -> None:
    page = show(deals.board)
    carry(page.page, the_card(page, "b"), page.all(".opp-board-column").nth(2))
    page.page.keyboard.press("Escape")
    expect(page.all(".opp-card-ghost, .opp-board-over")).to_have_count(0)
    page.page.mouse.up()
    said(page, "Card b stays.")
    expect(cards_in(page, 1)).to_have_text(["Card b", "Card c"])
    assert page.asked == []


def test_a_drag_scrolls_the_board_sideways(show: Show, deals: Deals) -> None:
    deals.board.on_move(deals.keep)
    page = show(deals.board, width=800)
    start = the_card(page, "b").bounding_box()
    page.page.mouse.move(start["x"] + 60, start["y"] + 40)
    page.page.mouse.down()
    page.page.mouse.move(start["x"] + 90, start["y"] + 40, steps=3)
    page.page.mouse.move(778, start["y"] + 40, steps=5)
    page.wait("""() => { const board = document.querySelector('.opp-board-columns');
      return board.scrollLeft > board.scrollWidth - board.clientWidth - 2; }""")
    expect(page.all(".opp-board-over h2")).to_have_text("Abandoned")
    page.page.mouse.up()
    expect(cards_in(page, 5)).to_have_text(["Card b"])


def test_a_finger_that_rests_picks_up_and_one_that_moves_scrolls(show: Show, deals: Deals) -> None:
    deals.board.on_move(deals.keep)
    page = show(deals.board, has_touch=True)
    wire = page.page.context.new_cdp_session(page.page)
    start = the_card(page, "b").bounding_box()
    end = page.all(".opp-board-column").nth(2).bounding_box()
    assert end is not None
    at = {"x": start["x"] + 60, "y": start["y"] + 40}

    def touch(kind: str, *points: dict[str, float]) -> None:
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", at)
    touch("touchMove", at | {"y": at["y"] + 60})
    touch("touchEnd")
    # A browser takes a touch back from a page that is slow to answer: then try again.
    page.page.evaluate("() => addEventListener('pointercancel', () => { window.taken = true; })")
    taken = True
    while taken:
        page.page.evaluate("window.taken = false")
        touch("touchStart", at)
        page.page.wait_for_function("window.taken || document.querySelector('.opp-card-ghost')")
        touch("touchMove", {"x": end["x"] + 60, "y": at["y"]})
        page.page.wait_for_function("window.taken || document.querySelector('.opp-board-over')")
        taken = page.page.evaluate("window.taken")
        if taken:
            touch("touchEnd")
    expect(page.all(".opp-board-over h2")).to_have_text("Proposal")
    touch("touchEnd")
    expect(cards_in(page, 2)).to_have_text(["Card b", "Card d"])
    assert deals.moves == [("b", "c1", "c2")]


def test_the_keyboard_walks_between_cards(show: Show, deals: Deals) -> None:
    page = show(deals.board)
    page.page.keyboard.press("Tab")
    expect(the_card(page, "a")).to_be_focused()
    for key, name in [("Tab", "b"), ("ArrowDown", "c"), ("ArrowDown", "c"), ("ArrowRight", "d"),
                      ("ArrowRight", "d"), ("ArrowLeft", "b"), ("End", "c"), ("ArrowLeft", "a"),
                      ("Tab", "c"), ("Home", "b")]:  # fmt: skip
        page.page.keyboard.press(key)
        expect(the_card(page, name)).to_be_focused()


def test_a_card_is_moved_by_keyboard(show: Show, deals: Deals) -> None:
    deals.board.on_move(deals.keep)
    page = show(deals.board)
    the_card(page, "c").focus()
    page.page.keyboard.press("Space")
    said(page, "Card c picked up from New.")
    page.page.keyboard.press("ArrowRight")
    said(page, "Card c: Proposal")
    expect(cards_in(page, 2)).to_have_text(["Card c", "Card d"])
    expect(the_card(page, "c")).to_be_focused()
    page.page.keyboard.press("ArrowRight")
    said(page, "Card c: Lost")  # Won is barred for it
    assert page.asked == []
    page.page.keyboard.press("Enter")
    said(page, "Card c put into Lost.")
    expect(the_card(page, "c")).to_be_focused()
    expect(cards_in(page, 4)).to_have_text(["Card c"])
    assert deals.moves == [("c", "c1", "c4")]


@pytest.mark.parametrize("keys", [["Escape"], ["Tab"], ["ArrowLeft", "Space"]])
def test_a_picked_card_can_be_left_where_it_was(show: Show, deals: Deals, keys: list[str]) -> None:
    page = show(deals.board)
    the_card(page, "b").focus()
    for key in ["Space", "ArrowRight", *keys]:
        page.page.keyboard.press(key)
    if keys == ["Tab"]:
        page.page.evaluate("() => document.activeElement.blur()")
    said(page, "Card b stays.")
    expect(cards_in(page, 1)).to_have_text(["Card b", "Card c"])
    assert page.asked == []


def test_focus_goes_on_when_its_card_is_gone(show: Show, deals: Deals) -> None:
    page = show(deals.board)
    the_card(page, "b").focus()
    del deals.places["b"]
    deals.show()
    page.flush()
    expect(the_card(page, "c")).to_be_focused()


@pytest.mark.parametrize("theme", THEMES)
def test_a_board_can_be_read_on_both_themes(show: Show, deals: Deals, theme: str) -> None:
    page = show(deals.board, theme, width=1024)
    assert page.poor_contrast() == []
    assert page.all(".opp-board-column").first.bounding_box()["width"] >= 208  # type: ignore[index]
    carry(page.page, the_card(page, "c"), page.all(".opp-board-column").nth(3))
    assert page.poor_contrast() == []
    page.page.mouse.up()
    carry(page.page, the_card(page, "b"), page.all(".opp-board-column").nth(2))
    expect(page.all(".opp-board-over")).to_have_count(1)
    assert page.poor_contrast() == []


def test_a_script_on_a_board_is_text(show: Show) -> None:
    board = Board(dict.fromkeys(NEEDED, SCRIPT), SCRIPT)
    columns = [BoardColumn(f"{SCRIPT}{n}", SCRIPT, 1, [SCRIPT], more=1) for n in range(2)]
    text = [SCRIPT] * 5
    board.show(columns, {f"{SCRIPT}0": [Card(SCRIPT, *text, 0.5, SCRIPT, "late")]})
    page = show(board)
    page.all(".opp-card").focus()
    for key in ("Space", "ArrowRight", "Enter"):
        page.page.keyboard.press(key)
        expect(page.all(".opp-card-name")).to_have_text(SCRIPT)
    said(page, SCRIPT)
    expect(page.all(".opp-board-label")).to_have_text([SCRIPT] * 2)
    assert page.all("img").count() == 0


def test_a_view_that_is_gone_hears_nothing(show: Show, deals: Deals) -> None:
    page = show(deals.board)
    heard = page.page.evaluate("() => window.heardBy()")
    page.page.evaluate("() => window.again()")
    assert page.page.evaluate("() => window.heardBy()") == heard
    page.page.evaluate("() => window.cleanup()")
    assert page.page.evaluate("() => window.heardBy()") == 0


def test_keys_stay_in_the_widget(show: Show, deals: Deals) -> None:
    page = show(deals.board)
    page.page.evaluate("""() => { window.keys = [];
      document.addEventListener('keydown', (event) => window.keys.push(event.key)); }""")
    page.all(".opp-card").first.focus()
    for key in ("a", "d", "ArrowDown", "Enter", "Escape"):
        page.page.keyboard.press(key)
    assert page.page.evaluate("() => window.keys") == []


def test_a_late_card_says_so_in_a_word_that_is_seen(show: Show, deals: Deals) -> None:
    page = show(deals.board)
    expect(page.all(".opp-card-late .opp-card-day")).to_have_text("Overdue: 11/11/2026")
    expect(page.all(".opp-card-late-word")).to_be_in_viewport()


def test_a_card_keeps_its_identifier_when_it_is_drawn_anew(show: Show, deals: Deals) -> None:
    """A dialog that was opened by a move gives the focus back by it."""
    page = show(deals.board)
    card = cards_in(page, 1).first.locator("xpath=ancestor::*[@id]").last
    known = card.get_attribute("id")
    deals.keep("b", "c1", "c2")
    page.flush()
    expect(page.all(".opp-board-column").nth(2).locator(f"[id='{known}']")).to_have_count(1)
