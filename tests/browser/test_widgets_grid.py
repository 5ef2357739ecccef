"""The grid in a real browser: what typing, keys and the pointer do to its rows."""

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from oppkit.forms.widgets.grid import WORDS as NEEDED
from oppkit.forms.widgets.grid import EditGrid, GridColumn, GridRow, Kind
from oppkit.forms.widgets.pick import Choice
from tests.browser.grid_page import COLUMNS, WORDS, Lines, line
from tests.browser.widget_page import THEMES, Show, WidgetPage

pytestmark = pytest.mark.browser

SCRIPT = "<img src=x onerror=alert(1)>"
PEOPLE = (Choice("e1", "Zoé Martin", "Sales", "ZM"), Choice("e2", "Émile Petit", SCRIPT, SCRIPT))


def cell(page: WidgetPage, column: str, number: int) -> Any:
    return page.page.get_by_label(f"{column}, row {number}", exact=True)


def titles(page: WidgetPage) -> Any:
    return page.page.evaluate(
        "() => [...document.querySelectorAll('.opp-grid-text')].map((input) => input.value)"
    )


def wait_for_titles(page: WidgetPage, *wanted: str) -> None:
    page.wait(
        """wanted => JSON.stringify(wanted) === JSON.stringify(
        [...document.querySelectorAll('.opp-grid-text')].map((input) => input.value))""",
        list(wanted),
    )


def pressed(page: WidgetPage, *keys: str) -> None:
    for key in keys:
        page.page.keyboard.press(key)


def second_view(page: WidgetPage) -> None:
    """Show the widget once more in the same page, beside the first."""
    page.page.evaluate("""async () => {
      const first = document.querySelector('#here');
      const again = document.createElement('main');
      first.removeAttribute('id'); again.id = 'here';
      document.body.append(again);
      window.cleanup = undefined;
      await window.again();
    }""")


def test_each_keystroke_reaches_python_and_its_figures_the_page(show: Show) -> None:
    lines = Lines("Portal", "Support")
    page = show(lines.grid)
    cell(page, "Quantity", 2).fill("")
    cell(page, "Quantity", 2).press_sequentially("12")
    expect(page.all(".opp-grid-row").nth(1)).to_contain_text("12 × 1250")
    expect(page.all(".opp-grid-total")).to_have_text("Amountsum 12")
    assert lines.edits == [("k2", "quantity", text) for text in ("", "1", "12")]
    assert lines.texts("quantity") == ["2", "12"]


def test_choices_and_checks_are_told(show: Show) -> None:
    columns = (
        GridColumn("role", "Role", "choice", options=(("a", "A"), ("b", "B"))),
        GridColumn("main", "Main", "check"),
    )
    grid = EditGrid(columns, WORDS)
    told: list[tuple[str, ...]] = []
    grid.on_edit(lambda *edit: told.append(edit))
    own = (("b", "B of this row"), ("c", "C"))
    grid.show(
        [GridRow("k1", {"role": "gone"}), GridRow("k2", {"role": "c"}, options={"role": own})]
    )
    page = show(grid)
    expect(cell(page, "Role", 1).locator("option")).to_have_text(["gone", "A", "B"])
    expect(cell(page, "Role", 2).locator("option")).to_have_text(["B of this row", "C"])
    expect(cell(page, "Role", 2)).to_have_value("c")
    cell(page, "Role", 1).select_option("b")
    cell(page, "Main", 2).check()
    cell(page, "Main", 2).uncheck()
    page.wait("() => true")
    assert told == [("k1", "role", "b"), ("k2", "main", "true"), ("k2", "main", "")]
    expect(cell(page, "Role", 1)).to_have_value("b")


def test_a_late_answer_does_not_undo_what_was_typed_since(show: Show) -> None:
    lines = Lines("", "Support")
    lines.grid.on_edit(
        lambda _key, _column, text: lines.keep(
            replace(row, cells={**row.cells, "price": f"after {text}"}) for row in lines.grid.rows
        )
    )
    page = show(lines.grid)
    page.hold()
    cell(page, "Title", 1).press_sequentially("Portal")
    page.wait("() => window.held.length === 6")
    for left in range(5, -1, -1):
        page.page.evaluate("() => window.apply(window.held.shift())")
        page.wait("left => window.held.length === left", left)
        assert titles(page) == ["Portal", "Support"]
        expect(cell(page, "Unit price", 1)).to_have_value(f"after {'Portal'[: 6 - left]}")
    assert lines.texts("title") == ["Portal", "Support"]


def test_what_the_owner_writes_is_shown_and_the_cursor_stays(show: Show) -> None:
    lines = Lines("Portal", "Support")
    page = show(lines.grid)
    title = cell(page, "Title", 2)
    title.focus()
    page.page.keyboard.press("Home")
    page.page.keyboard.press("ArrowRight")
    lines.keep([line("k0", "First"), line("k2", "Support"), line("k1", "New name")])
    page.flush()
    wait_for_titles(page, "First", "Support", "New name")
    expect(title).to_be_focused()
    page.page.keyboard.type("~")
    wait_for_titles(page, "First", "S~upport", "New name")


def test_a_second_view_shows_what_is_typed_and_so_does_a_page_that_is_opened_again(
    show: Show,
) -> None:
    lines = Lines("", "Support")
    page = show(lines.grid)
    cell(page, "Title", 1).fill("Portal")
    second_view(page)
    wait_for_titles(page, "Portal", "Support", "Portal", "Support")
    cell(page, "Title", 1).nth(1).press("End")
    pressed(page, "s")
    wait_for_titles(page, "Portals", "Support", "Portals", "Support")
    again = show(lines.grid)
    assert titles(again) == ["Portals", "Support"]


def test_of_two_views_the_one_that_python_hears_last_stands(show: Show) -> None:
    lines = Lines("", "Support")
    page = show(lines.grid)
    second_view(page)
    page.hold()
    cell(page, "Title", 1).nth(0).fill("one")
    page.wait("() => window.held.length === 1")
    cell(page, "Title", 1).nth(1).fill("two")
    page.wait("() => window.held.length === 2")
    page.page.evaluate("() => window.apply(window.held.shift())")
    expect(cell(page, "Title", 1).nth(1)).to_have_value("two")
    page.let_go()
    wait_for_titles(page, "two", "Support", "two", "Support")
    assert lines.texts("title") == ["two", "Support"]


def test_tab_goes_through_the_cells_that_apply(show: Show) -> None:
    lines = Lines("Portal", "Support")
    page = show(lines.grid)
    cell(page, "Sale type", 1).focus()
    for column in ("Title", "Quantity", "Unit price"):
        pressed(page, "Tab")
        expect(cell(page, column, 1)).to_be_focused()
    for name in ("Duplicate row 1 Portal", "Delete row 1 Portal"):
        pressed(page, "Tab")
        expect(page.page.get_by_role("button", name=name)).to_be_focused()
    pressed(page, "Tab")
    expect(cell(page, "Sale type", 2)).to_be_focused()


def test_a_cell_that_no_longer_applies_keeps_its_text(show: Show) -> None:
    lines = Lines("Portal")
    page = show(lines.grid)
    expect(cell(page, "Months", 1)).to_be_hidden()
    lines.grid.set_figures({}, absent={"k1": frozenset({"quantity"})})
    page.flush()
    expect(cell(page, "Months", 1)).to_have_value("12")
    expect(cell(page, "Quantity", 1)).to_be_hidden()
    lines.grid.set_figures({"k1": {"quantity": "worked out"}})
    page.flush()
    expect(page.all(".opp-grid-row")).to_contain_text("worked out")
    lines.grid.set_figures({}, absent={"k1": frozenset()})
    page.flush()
    expect(page.all(".opp-grid-row")).not_to_contain_text("worked out")
    expect(cell(page, "Quantity", 1)).to_have_value("2")
    assert lines.texts("quantity") == ["2"]


def test_enter_in_the_last_cell_adds_a_row_and_goes_there(show: Show) -> None:
    lines = Lines("Portal")
    page = show(lines.grid)
    cell(page, "Quantity", 1).press("Enter")
    cell(page, "Unit price", 1).press("Enter")
    expect(cell(page, "Sale type", 2)).to_be_focused()
    page.page.get_by_role("button", name="Add a line").press("Enter")
    expect(cell(page, "Sale type", 3)).to_be_focused()
    assert len(lines.keys) == 3


def test_the_cursor_is_not_taken_from_who_went_on(show: Show) -> None:
    lines = Lines("Portal")
    page = show(lines.grid)
    page.hold()
    page.page.get_by_role("button", name="Add a line").click()
    cell(page, "Title", 1).press_sequentially("s")
    page.wait("() => window.held.length === 2")
    page.let_go()
    expect(page.all(".opp-grid-row")).to_have_count(2)
    expect(cell(page, "Title", 1)).to_be_focused()


def test_a_copy_gets_the_cursor(show: Show) -> None:
    lines = Lines("Portal", "Support")
    page = show(lines.grid)
    page.page.get_by_role("button", name="Duplicate row 1 Portal").click()
    expect(cell(page, "Sale type", 2)).to_be_focused()
    assert titles(page) == ["Portal", "Portal", "Support"]


def test_after_a_deletion_the_neighbour_has_the_cursor(show: Show) -> None:
    lines = Lines("Portal", "Support")
    page = show(lines.grid)
    page.page.get_by_role("button", name="Delete row 1 Portal").press("Enter")
    expect(page.page.get_by_role("button", name="Delete row 1 Support")).to_be_focused()
    expect(page.page.get_by_role("status")).to_have_text("Row 1 Portal deleted.")
    pressed(page, "Enter")
    expect(page.page.get_by_role("button", name="Add a line")).to_be_focused()
    expect(page.all(".opp-grid-empty")).to_have_text("No line yet.")


def test_rows_are_moved_by_keyboard(show: Show) -> None:
    lines = Lines("a", "b", "c")
    page = show(lines.grid)
    page.hold()
    cell(page, "Title", 1).focus()
    pressed(page, "Alt+ArrowUp", "Alt+ArrowDown", "Alt+ArrowDown", "Alt+ArrowDown")
    assert titles(page) == ["b", "c", "a"]  # at once
    expect(cell(page, "Title", 3)).to_be_focused()
    expect(page.page.get_by_role("status")).to_have_text("a is now row 3.")
    page.wait("() => window.held.length === 2")
    page.page.evaluate("() => window.apply(window.held.shift())")
    assert titles(page) == ["b", "c", "a"]
    page.let_go()
    assert titles(page) == ["b", "c", "a"]
    assert lines.keys == ["k2", "k3", "k1"]


def test_a_row_that_cannot_move_goes_back(show: Show) -> None:
    grid = EditGrid(COLUMNS, WORDS, actions=["move"])
    grid.show([line("k1", "a"), line("k2", "b")])
    page = show(grid)
    cell(page, "Title", 1).press("Alt+ArrowDown")
    wait_for_titles(page, "a", "b")
    expect(cell(page, "Title", 1)).to_be_focused()


def drag(page: WidgetPage, number: int, to: int, below: int) -> None:
    """Press on the handle of a row and carry it over another, without letting go."""
    start = page.all(".opp-grid-handle").nth(number - 1).bounding_box()
    end = page.all(".opp-grid-handle").nth(to - 1).bounding_box()
    assert start is not None
    assert end is not None
    page.page.mouse.move(start["x"] + 8, start["y"] + 14)
    page.page.mouse.down()
    page.page.mouse.move(end["x"] + 8, end["y"] + 14 + below, steps=4)


def test_a_row_is_dragged_by_its_handle(show: Show) -> None:
    lines = Lines("a", "b", "c")
    page = show(lines.grid)
    drag(page, 1, to=3, below=8)
    expect(page.all(".opp-grid-line")).to_have_count(1)
    page.page.mouse.up()
    wait_for_titles(page, "b", "c", "a")
    drag(page, 3, to=2, below=-8)
    page.page.mouse.up()
    wait_for_titles(page, "b", "a", "c")
    assert lines.keys == ["k2", "k1", "k3"]
    expect(page.all(".opp-grid-line, .opp-grid-dragged")).to_have_count(0)


def test_a_finger_drags_a_row(show: Show) -> None:
    lines = Lines("a", "b", "c")
    page = show(lines.grid, has_touch=True)
    wire = page.page.context.new_cdp_session(page.page)
    start = page.all(".opp-grid-handle").first.bounding_box()
    assert start is not None

    def touch(kind: str, *heights: int) -> None:
        points = [{"x": start["x"] + 8, "y": start["y"] + height} for height in heights]
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 14)
    touch("touchMove", 30)
    touch("touchMove", 90)
    expect(page.all(".opp-grid-line")).to_have_count(1)
    touch("touchEnd")
    wait_for_titles(page, "b", "c", "a")
    assert lines.keys == ["k2", "k3", "k1"]


def test_escape_ends_a_drag(show: Show) -> None:
    lines = Lines("a", "b", "c")
    page = show(lines.grid)
    drag(page, 1, to=3, below=8)
    pressed(page, "Escape")
    expect(page.all(".opp-grid-line, .opp-grid-dragged")).to_have_count(0)
    page.page.mouse.up()
    assert (titles(page), page.asked) == (["a", "b", "c"], [])


def test_notes_stand_below_their_cells_and_are_read_with_them(show: Show) -> None:
    lines = Lines("Portal", "")
    page = show(lines.grid)
    lines.grid.set_notes({"k2": {"title": "Give it a title.", "": "Ends too late."}})
    page.flush()
    expect(cell(page, "Title", 2)).to_have_attribute("aria-invalid", "true")
    expect(cell(page, "Title", 2)).to_have_accessible_description("Give it a title.")
    expect(cell(page, "Sale type", 2)).to_have_accessible_description("Ends too late.")
    control, note = cell(page, "Title", 2).bounding_box(), page.all(".opp-grid-own").bounding_box()
    assert control is not None
    assert note is not None
    assert note["y"] >= control["y"] + control["height"]
    lines.grid.set_notes({})
    page.flush()
    expect(page.all(".opp-grid-note")).to_have_count(0)
    expect(cell(page, "Title", 2)).not_to_have_attribute("aria-invalid", "true")
    expect(cell(page, "Title", 2)).to_have_accessible_description("")


def test_the_owner_puts_the_cursor_into_a_cell_that_is_just_being_shown(show: Show) -> None:
    lines = Lines("Portal")
    page = show(lines.grid)
    lines.keep([*lines.grid.rows, line("new", "")])
    lines.grid.focus_on("new", "quantity")
    page.flush()
    expect(cell(page, "Quantity", 2)).to_be_focused()
    page.page.evaluate("() => { document.body.hidden = true; }")  # as a tab that is not in front
    lines.grid.focus_on("k1")
    page.flush()
    page.page.evaluate("() => { document.body.hidden = false; }")
    expect(cell(page, "Sale type", 1)).to_be_focused()


def test_only_what_can_be_done_is_offered(show: Show) -> None:
    lines = Lines("Portal", "Support", actions=["delete"])
    page = show(lines.grid)
    expect(page.page.get_by_role("button")).to_have_count(2)
    cell(page, "Unit price", 2).press("Enter")
    cell(page, "Unit price", 2).press("Alt+ArrowUp")
    expect(page.all(".opp-grid-handle")).to_have_count(0)
    assert page.asked == []
    lines.grid.disabled = True
    page.flush()
    expect(cell(page, "Title", 1)).to_be_disabled()
    expect(page.page.get_by_role("button", disabled=False)).to_have_count(0)


def test_it_is_a_table_for_screen_readers(show: Show) -> None:
    page = show(Lines("Portal").grid)
    table = page.page.get_by_role("table", name="Lines")
    expect(table.get_by_role("columnheader")).to_have_count(9)
    expect(table.get_by_role("row").nth(1).get_by_role("cell")).to_have_count(9)
    expect(cell(page, "Title", 1)).to_have_attribute("aria-required", "true")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [912, 1280])
def test_a_grid_can_be_read_on_both_themes(show: Show, theme: str, width: int) -> None:
    lines = Lines("Portal", "")
    lines.grid.set_figures({}, {"amount": "31 020,00 €", "weighted": "12 408,00 €"})
    lines.grid.set_notes({"k2": {"title": "Give it a title.", "": "Ends too late."}})
    page = show(lines.grid, theme, width=width)
    assert page.poor_contrast() == []
    scrolled = "() => document.querySelector('.opp-grid-scroller').scrollWidth"
    seen = "() => document.querySelector('.opp-grid-scroller').clientWidth"
    assert page.page.evaluate(scrolled) == page.page.evaluate(seen)
    lines.grid.disabled = True
    page.flush()
    expect(cell(page, "Title", 1)).to_be_disabled()
    assert page.poor_contrast() == []


def test_below_what_can_be_read_the_grid_scrolls_not_the_page(show: Show) -> None:
    page = show(Lines("Portal").grid, width=500)
    assert page.page.evaluate("""() => {
      const { scrollWidth, clientWidth } = document.querySelector('.opp-grid-scroller');
      return scrollWidth > clientWidth && document.documentElement.scrollWidth <= innerWidth;
    }""")


def test_a_script_in_a_grid_is_text(show: Show) -> None:
    kinds: tuple[Kind, ...] = ("text", "number", "choice", "figure", "check")
    columns = [
        GridColumn(kind, SCRIPT, kind, options=[(SCRIPT, SCRIPT)], hint=SCRIPT, required=True)
        for kind in kinds
    ]
    grid = EditGrid(
        columns, dict.fromkeys(NEEDED, SCRIPT), SCRIPT, actions=["add", "delete", "move"]
    )
    grid.show([GridRow(SCRIPT, dict.fromkeys(kinds, SCRIPT), figures={"figure": SCRIPT})])
    grid.set_figures({}, {"figure": SCRIPT})
    grid.set_notes({SCRIPT: {"text": SCRIPT, "": SCRIPT}})
    page = show(grid)
    page.all(".opp-grid-text").fill(f"{SCRIPT}2")
    page.all(".opp-grid-delete").click()
    expect(page.all(".opp-grid-note")).to_have_text([SCRIPT] * 2)
    assert grid.rows[0].cells["text"] == f"{SCRIPT}2"
    assert page.all("img").count() == 0


def test_keys_stay_in_the_grid_but_the_one_that_saves(show: Show) -> None:
    page = show(Lines("Portal").grid)
    page.page.evaluate("""() => { window.keys = [];
      document.addEventListener('keydown', (event) => {
        window.keys.push(event.key); event.preventDefault(); }); }""")
    cell(page, "Title", 1).focus()
    pressed(page, "a", "d", "ArrowDown", "Enter", "Escape", "Control+a", "Control+s")
    assert page.page.evaluate("() => window.keys") == ["s"]


def test_a_view_that_is_gone_hears_nothing(show: Show) -> None:
    page = show(Lines("Portal").grid)
    heard = page.page.evaluate("() => window.heardBy()")
    page.page.evaluate("() => window.again()")
    assert page.page.evaluate("() => window.heardBy()") == heard
    page.page.evaluate("() => window.cleanup()")
    assert page.page.evaluate("() => window.heardBy()") == 0


def test_a_keystroke_in_a_long_grid_leaves_the_other_rows_alone(show: Show) -> None:
    lines = Lines(*(f"Line {number}" for number in range(300)))
    page = show(lines.grid)
    page.page.evaluate("""() => {
      window.touched = new Set();
      new MutationObserver((changes) => changes.forEach(({ target }) =>
        window.touched.add((target.closest ? target : target.parentElement)
          .closest('.opp-grid-row')?.oppRow.key ?? 'elsewhere')))
        .observe(document.body, { subtree: true, childList: true, attributes: true,
          characterData: true });
    }""")
    page.bytes = 0
    cell(page, "Quantity", 150).fill("77")
    expect(page.all(".opp-grid-row").nth(149)).to_contain_text("77 × 1250")
    assert sorted(page.page.evaluate("() => [...window.touched]")) == ["elsewhere", "k150"]
    assert page.bytes < 40_000


class Team:
    """Responsibles: a role, and an employee who is found by name."""

    def __init__(self) -> None:
        columns = (
            GridColumn("role", "Role", "choice", options=(("sales", "Sales"),)),
            GridColumn("employee", "Employee", "pick", hint="Name"),
        )
        self.told: list[tuple[str | None, ...]] = []
        self.grid = EditGrid(columns, WORDS, suggest=self.find, actions=["add", "move"])
        self.grid.on_pick(lambda *pick: self.told.append(pick))
        self.grid.on_add(lambda: self.told.append(("add",)))
        self.grid.show(
            [GridRow("r1", {"role": "sales"}), GridRow("r2", {"employee": "Zoé Martin"})]
        )

    def find(self, key: str, column: str, typed: str) -> list[Choice]:
        assert (key[0], column) == ("r", "employee")
        return [choice for choice in PEOPLE if typed.lower() in choice.label.lower()]


def test_an_employee_is_found_and_picked_by_keyboard(show: Show) -> None:
    team = Team()
    page = show(team.grid)
    employee = cell(page, "Employee", 1)
    employee.press_sequentially("mar")
    expect(page.all(".opp-combo-option")).to_have_text(["Zoé Martin ZM Sales"])
    pressed(page, "Enter")
    expect(employee).to_have_value("Zoé Martin")
    expect(page.all(".opp-combo-option")).to_have_count(0)
    assert team.told == [("r1", "employee", None)] * 3 + [("r1", "employee", "e1")]
    pressed(page, "Backspace")
    expect(page.all(".opp-combo-option")).to_have_count(1)
    assert team.told[-1] == ("r1", "employee", None)
    assert team.grid.rows[0].cells["employee"] == "Zoé Marti"


def test_a_name_that_was_chosen_does_not_hide_the_others(show: Show) -> None:
    team = Team()
    page = show(team.grid)
    cell(page, "Employee", 2).click()
    options = page.all(".opp-combo-option")
    expect(options).to_have_count(2)
    assert page.all("img").count() == 0
    options.nth(1).click()
    expect(cell(page, "Employee", 2)).to_have_value("Émile Petit")
    assert team.told == [("r2", "employee", "e2")]
    pressed(page, "Enter")  # the list is closed: this is the last cell
    page.wait("() => true")
    assert team.told[-1] == ("add",)


def test_a_list_that_is_open_ends_with_its_row(show: Show) -> None:
    team = Team()
    page = show(team.grid)
    cell(page, "Employee", 1).press_sequentially("mar")
    expect(page.all(".opp-combo-option")).to_have_count(1)
    team.grid.show(team.grid.rows[1:])
    page.flush()
    expect(page.all(".opp-combo-option")).to_have_count(0)
    expect(cell(page, "Employee", 1)).to_have_value("Zoé Martin")
    expect(cell(page, "Employee", 1)).to_be_focused()


@pytest.mark.parametrize("theme", THEMES)
def test_what_a_cell_proposes_can_be_read(show: Show, theme: str) -> None:
    page = show(Team().grid, theme)
    cell(page, "Employee", 2).click()
    expect(page.all(".opp-combo-option")).to_have_count(2)
    assert page.poor_contrast() == []
