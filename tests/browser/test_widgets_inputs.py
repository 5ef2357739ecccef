"""Fields to find one in, to collect tags and to type a date, in a real browser."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from oppkit.forms.widgets.date_input import DateInput
from oppkit.forms.widgets.pick import Choice, Pick
from oppkit.forms.widgets.tag_picker import TagOption, TagPicker
from oppkit.locale.catalogue import entries
from tests.browser.widget_page import THEMES, Show, WidgetPage

pytestmark = pytest.mark.browser

SCRIPT = "<img src=x onerror=alert(1)>"
FIRMS = [
    Choice("1", "Dupont Énergie", "Lyon", "C-001"),
    Choice("2", "Dupond & Fils", "Paris", "C-002"),
    Choice("3", SCRIPT, SCRIPT, SCRIPT),
    *[Choice(str(number), f"Firm {number}", "", f"F-{number}") for number in range(10, 30)],
]


def words(section: str, language: str = "en") -> dict[str, str]:
    start = f"{section}."
    texts = entries(language).items()
    return {key.removeprefix(start): text for key, text in texts if key.startswith(start)}


def find(text: str) -> Sequence[Choice]:
    wanted = text.lower()
    return [one for one in FIRMS if wanted in f"{one.label} {one.code}".lower()]


def pick(**more: Any) -> Pick:
    return Pick(find, words("pick"), "Customer", "Name or code…", **more)


def field(page: WidgetPage) -> Locator:
    return page.all("input.opp-input")


def options(page: WidgetPage) -> Locator:
    return page.all(".opp-combo-option")


def highlighted(page: WidgetPage) -> Locator:
    return page.all(".opp-combo-option[aria-selected=true]")


def type_and_find(page: WidgetPage, text: str) -> None:
    """Type, and wait for what is found for the whole text."""
    field(page).press_sequentially(text)
    expect(page.all(".opp-combo")).to_have_attribute("aria-busy", "false")


# -- pick ---------------------------------------------------------------------------------------


def test_typing_proposes_and_enter_chooses(show: Show) -> None:
    page = show(widget := pick())
    type_and_find(page, "dupon")
    labels = page.all(".opp-combo-label")
    expect(labels).to_have_text(["Dupont Énergie", "Dupond & Fils"])
    expect(page.all(".opp-combo-mark")).to_have_text(["Dupon", "Dupon"])
    expect(highlighted(page)).to_contain_text("C-001")
    field(page).press("ArrowDown")
    field(page).press("Enter")
    expect(field(page)).to_have_value("Dupond & Fils")
    expect(page.all(".opp-combo")).to_have_count(0)
    page.wait("() => true")
    assert widget.choice == FIRMS[1]


def test_it_is_a_combobox_for_screen_readers(show: Show) -> None:
    page = show(pick())
    combobox = page.page.get_by_role("combobox", name="Customer")
    expect(combobox).to_have_attribute("aria-expanded", "false")
    type_and_find(page, "dupon")
    expect(combobox).to_have_attribute("aria-expanded", "true")
    expect(page.page.get_by_role("listbox", name="Customer")).to_have_id(
        str(combobox.get_attribute("aria-controls"))
    )
    expect(highlighted(page)).to_have_id(str(combobox.get_attribute("aria-activedescendant")))
    field(page).press("Escape")
    expect(combobox).to_have_attribute("aria-expanded", "false")
    expect(combobox).to_have_value("dupon")


def test_the_keys_move_through_the_list(show: Show) -> None:
    page = show(pick())
    field(page).press("ArrowDown")
    expect(options(page)).to_have_count(len(FIRMS))
    expect(highlighted(page)).to_have_count(0)
    for key, number in [
        ("ArrowDown", 0), ("PageDown", 8), ("ArrowUp", 7), ("End", len(FIRMS) - 1),
        ("ArrowDown", 0), ("ArrowUp", len(FIRMS) - 1), ("PageUp", len(FIRMS) - 9), ("Home", 0),
    ]:  # fmt: skip
        field(page).press(key)
        expect(options(page).nth(number)).to_have_attribute("aria-selected", "true")
        expect(options(page).nth(number)).to_be_in_viewport(ratio=0.9)


def test_tab_takes_what_is_highlighted(show: Show) -> None:
    page = show(widget := pick())
    type_and_find(page, "dupont")
    field(page).press("Tab")
    expect(field(page)).to_have_value("Dupont Énergie")
    expect(field(page)).not_to_be_focused()
    assert widget.choice == FIRMS[0]


def test_a_click_chooses_and_the_cross_clears(show: Show) -> None:
    page = show(widget := pick())
    field(page).click()
    options(page).nth(1).click()
    expect(field(page)).to_have_value("Dupond & Fils")
    expect(field(page)).to_be_focused()
    page.page.get_by_role("button", name="Clear").click()
    expect(field(page)).to_have_value("")
    expect(page.all(".opp-pick-clear")).to_be_hidden()
    assert (widget.choice, widget.text) == (None, "")


def test_what_is_required_has_no_cross(show: Show) -> None:
    widget = pick(required=True)
    widget.choose(FIRMS[0])
    page = show(widget)
    expect(page.all(".opp-pick-clear")).to_be_hidden()
    expect(field(page)).to_have_attribute("aria-required", "true")


def test_an_open_field_shows_all_and_not_only_what_is_chosen(show: Show) -> None:
    widget = pick()
    widget.choose(FIRMS[0])
    page = show(widget)
    field(page).click()
    expect(options(page)).to_have_count(len(FIRMS))


def test_a_late_answer_is_dropped(show: Show) -> None:
    page = show(pick())
    page.hold()
    # At once: of what comes key by key it depends on the machine how often it is asked about.
    field(page).fill("dupond")
    page.wait("() => window.held.length === 2")  # a text and a question
    expect(page.all(".opp-combo-state")).to_have_text("Searching…")
    before = len(page.asked)
    field(page).fill("dupond & f")
    page.wait("() => window.held.length === 4")
    page.page.evaluate("() => window.apply(window.held[1])")
    expect(options(page)).to_have_count(0)
    page.let_go()
    expect(page.all(".opp-combo-label")).to_have_text(["Dupond & Fils"])
    assert [asked["text"] for asked in page.asked[before:]] == ["dupond & f"]


def test_what_is_pressed_on_is_chosen_though_the_answer_comes_meanwhile(show: Show) -> None:
    page = show(widget := pick())
    type_and_find(page, "firm 1")
    page.hold()
    field(page).press_sequentially("1")
    options(page).filter(has_text="Firm 12").hover()
    page.page.mouse.down()
    page.wait("() => window.held.length === 2")  # a text and a question
    page.let_go()
    expect(options(page)).to_have_count(10)
    page.page.mouse.up()
    expect(field(page)).to_have_value("Firm 12")
    page.wait("() => true")
    assert widget.key == "12"


def test_enter_before_the_answer_takes_the_one_that_is_found(show: Show) -> None:
    page = show(widget := pick())
    page.hold()
    field(page).press_sequentially("C-002")
    field(page).press("Enter")
    page.wait("() => window.held.length >= 6")
    page.let_go()
    expect(field(page)).to_have_value("Dupond & Fils")
    page.wait("() => true")
    assert widget.choice == FIRMS[1]


def test_a_code_that_is_left_before_the_answer_is_found(show: Show) -> None:
    page = show(widget := pick())
    page.hold()
    field(page).press_sequentially("c-001")
    field(page).press("Tab")
    page.wait("() => window.held.length >= 6")
    page.let_go()
    expect(field(page)).to_have_value("Dupont Énergie")
    expect(field(page)).not_to_be_focused()
    assert widget.choice == FIRMS[0]


def test_a_free_text_stays_what_it_is(show: Show) -> None:
    page = show(widget := pick(free=True))
    type_and_find(page, "dupont")
    expect(options(page)).to_have_count(1)
    expect(highlighted(page)).to_have_count(0)
    field(page).press_sequentially(" at the fair")
    expect(page.all(".opp-combo")).to_have_count(0)
    field(page).press("Tab")
    expect(field(page)).to_have_value("dupont at the fair")
    assert (widget.choice, widget.text) == (None, "dupont at the fair")


def test_what_is_not_found_can_be_created(show: Show) -> None:
    created: list[str] = []

    def create(text: str) -> Choice:
        created.append(text)
        return Choice("99", text.upper())

    page = show(widget := pick(create=create))
    type_and_find(page, "dupont énergie")
    expect(options(page)).to_have_count(1)  # there is one of this name
    field(page).fill(SCRIPT + "$&")
    entry = page.page.get_by_role("option", name=f"Create the prospect “{SCRIPT}$&”")
    expect(entry).to_have_attribute("aria-selected", "true")
    field(page).press("Tab")
    assert created == []
    field(page).click()
    entry.click()
    expect(field(page)).to_have_value((SCRIPT + "$&").upper())
    expect(field(page)).to_be_editable()
    assert (created, widget.key) == ([SCRIPT + "$&"], "99")


def test_nothing_found_is_said(show: Show) -> None:
    page = show(pick())
    type_and_find(page, "zzz")
    expect(page.all(".opp-combo-state")).to_have_text("Nothing found")
    expect(page.page.get_by_role("status")).to_have_text("Nothing found")


def test_python_chooses_and_disables(show: Show) -> None:
    page = show(widget := pick())
    widget.choose(FIRMS[2])
    widget.disabled = True
    page.flush()
    expect(field(page)).to_have_value(SCRIPT)
    expect(field(page)).to_be_disabled()
    expect(page.all(".opp-pick-clear")).to_be_hidden()


def test_what_was_typed_is_there_when_the_page_is_drawn_again(show: Show) -> None:
    page = show(pick())
    type_and_find(page, "dup")
    before = page.page.evaluate("() => window.heardBy()")
    page.page.evaluate("() => window.again()")
    expect(field(page)).to_have_value("dup")
    expect(page.all(".opp-combo")).to_have_count(0)
    assert page.page.evaluate("() => window.heardBy()") == before


def test_the_list_opens_upwards_where_there_is_no_room_and_follows(show: Show) -> None:
    page = show(pick())
    page.page.add_style_tag(content="body { padding: 600px 16px; }")
    field(page).click()
    expect(options(page)).to_have_count(len(FIRMS))

    stands_above = """() => {
      const [input, list] = ['input.opp-input', '.opp-combo'].map((name) =>
        document.querySelector(name).getBoundingClientRect());
      return list.bottom <= input.top && list.bottom > input.top - 10;
    }"""
    page.wait(stands_above)
    page.page.mouse.wheel(0, 100)
    page.wait("() => window.scrollY === 100")
    expect(page.all(".opp-combo")).to_have_count(1)
    page.wait(stands_above)
    page.page.evaluate("() => window.scrollTo(0, 2000)")
    page.page.evaluate("document.body.style.paddingBottom = '3000px'; window.scrollTo(0, 2000)")
    expect(page.all(".opp-combo")).to_have_count(0)


# -- tags ---------------------------------------------------------------------------------------

TAGS = [
    TagOption("exp", "Export", "#2563eb"), TagOption("str", "Stratégique", "#000"),
    TagOption("bad", SCRIPT, "red;} body{display:none"), TagOption("vip", "VIP"),
]  # fmt: skip


def tags(*chosen: str, **more: Any) -> TagPicker:
    widget = TagPicker(TAGS, words("tag_picker"), "Tags", **more)
    widget.show(chosen)
    return widget


def chips(page: WidgetPage) -> Locator:
    return page.all(".opp-tag-label")


def test_a_tag_is_found_without_accents_and_removed_with_one_click(show: Show) -> None:
    page = show(widget := tags("bad"))
    expect(chips(page)).to_have_text([SCRIPT])
    type_and_find(page, "strat")
    expect(options(page)).to_have_text(["Stratégique"])
    field(page).press("Enter")
    expect(chips(page)).to_have_text([SCRIPT, "Stratégique"])
    expect(field(page)).to_have_value("")
    page.page.get_by_role("button", name=f"Remove {SCRIPT}").click()
    expect(chips(page)).to_have_text(["Stratégique"])
    expect(field(page)).to_be_focused()
    expect(page.all(".opp-tags-live")).to_have_text(f"{SCRIPT} removed")
    page.wait("() => true")
    assert widget.value == ("str",)


def test_what_is_chosen_is_not_offered(show: Show) -> None:
    page = show(tags("exp", "vip"))
    field(page).click()
    expect(options(page)).to_have_text(["Stratégique", SCRIPT])


def test_backspace_removes_the_last_only_from_an_empty_field(show: Show) -> None:
    page = show(widget := tags("exp", "vip"))
    field(page).press_sequentially("a")
    field(page).press("Backspace")
    expect(chips(page)).to_have_text(["Export", "VIP"])
    field(page).press("Backspace")
    expect(chips(page)).to_have_text(["Export"])
    expect(page.all(".opp-tags-live")).to_have_text("VIP removed")
    page.wait("() => true")
    assert widget.value == ("exp",)


def test_an_unknown_tag_is_created(show: Show) -> None:
    page = show(widget := tags("exp", create=lambda text: TagOption("new", text, "#15803d")))
    type_and_find(page, "export")
    expect(options(page)).to_have_count(0)  # it is chosen already, and not made twice
    field(page).fill("Brand new")
    expect(highlighted(page)).to_have_text("Create the tag “Brand new”")
    field(page).press("Enter")
    expect(chips(page)).to_have_text(["Export", "Brand new"])
    expect(field(page)).to_have_value("")
    assert widget.value == ("exp", "new")


def test_disabled_tags_have_no_crosses(show: Show) -> None:
    page = show(widget := tags("exp"))
    widget.disabled = True
    page.flush()
    expect(page.all(".opp-tag-remove")).to_be_hidden()
    expect(field(page)).to_be_disabled()


# -- dates --------------------------------------------------------------------------------------


def a_date(day: date | None = None, language: str = "en") -> DateInput:
    widget = DateInput(
        language, date(2026, 11, 25), words("date_input", language), "Opening", required=True
    )
    widget.show(day)
    return widget


def day(page: WidgetPage, name: str) -> Locator:
    return page.page.get_by_role("button", name=name, exact=True)


@pytest.mark.parametrize("leave", ["Tab", "Enter"])
def test_a_date_is_written_in_the_format_of_the_language(show: Show, leave: str) -> None:
    page = show(widget := a_date())
    field(page).press_sequentially("1.2.26")
    field(page).press(leave)
    expect(field(page)).to_have_value("01/02/2026")
    page.wait("() => true")
    assert (widget.text, widget.iso) == ("01/02/2026", "2026-02-01")


def test_what_is_typed_meanwhile_is_not_written_over(show: Show) -> None:
    page = show(widget := a_date())
    field(page).press_sequentially("1.2.26")
    page.hold()
    field(page).press("Enter")
    page.wait("() => window.held.length === 1")
    field(page).press_sequentially("x")
    page.let_go()
    expect(field(page)).to_have_value("1.2.26x")
    field(page).press("Tab")
    page.wait("() => true")
    assert (widget.text, widget.iso) == ("1.2.26x", "")


def test_a_day_is_chosen_in_the_calendar(show: Show) -> None:
    page = show(widget := a_date(date(2026, 2, 1)))
    page.page.get_by_role("button", name="Open the calendar").click()
    dialog = page.page.get_by_role("dialog", name="Choose a date")
    expect(dialog.get_by_role("heading")).to_have_text("February 2026")
    expect(day(page, "Sunday 1 February 2026")).to_be_focused()
    expect(page.all("td[aria-selected=true]")).to_have_text("1")
    page.page.get_by_role("button", name="Next month").click()
    day(page, "Tuesday 31 March 2026").click()
    expect(dialog).to_have_count(0)
    expect(field(page)).to_have_value("31/03/2026")
    expect(page.all(".opp-date-open")).to_be_focused()
    page.wait("() => true")
    assert widget.value == date(2026, 3, 31)


def test_the_calendar_by_keyboard(show: Show) -> None:
    page = show(widget := a_date())
    field(page).press("ArrowDown")
    expect(day(page, "Wednesday 25 November 2026")).to_have_attribute("aria-current", "date")
    for key, name in [
        ("ArrowRight", "Thursday 26 November 2026"), ("ArrowDown", "Thursday 3 December 2026"),
        ("Home", "Monday 30 November 2026"), ("End", "Sunday 6 December 2026"),
        ("ArrowUp", "Sunday 29 November 2026"), ("ArrowLeft", "Saturday 28 November 2026"),
        ("PageDown", "Monday 28 December 2026"), ("PageUp", "Saturday 28 November 2026"),
        ("Shift+PageDown", "Sunday 28 November 2027"),
        ("Shift+PageUp", "Saturday 28 November 2026"), ("ArrowDown", "Saturday 5 December 2026"),
    ]:  # fmt: skip
        page.page.keyboard.press(key)
        expect(day(page, name)).to_be_focused()
    page.page.keyboard.press("Enter")
    expect(field(page)).to_have_value("05/12/2026")
    page.wait("() => true")
    assert widget.iso == "2026-12-05"


def test_a_month_later_is_never_a_month_too_far(show: Show) -> None:
    page = show(a_date(date(2027, 1, 31)))
    field(page).press("ArrowDown")
    page.page.keyboard.press("PageDown")
    expect(day(page, "Sunday 28 February 2027")).to_be_focused()


def test_escape_and_leaving_close_the_calendar(show: Show) -> None:
    page = show(a_date())
    opener, calendar = page.all(".opp-date-open"), page.all(".opp-calendar")
    opener.click()
    page.page.keyboard.press("Shift+Tab")
    expect(page.page.get_by_role("button", name="Next year")).to_be_focused()
    page.page.keyboard.press("Escape")
    expect(calendar).to_have_count(0)
    expect(opener).to_be_focused()
    opener.click()
    opener.click()
    expect(calendar).to_have_count(0)
    opener.click()
    page.page.mouse.click(5, 690)
    expect(calendar).to_have_count(0)
    opener.click()
    page.page.get_by_role("button", name="Today").press("Enter")
    expect(field(page)).to_have_value("25/11/2026")


def test_tab_stays_in_the_calendar(show: Show) -> None:
    page = show(a_date())
    page.all(".opp-date-open").click()
    for name in ("Today", "Previous year", "Previous month", "Next month", "Next year"):
        page.page.keyboard.press("Tab")
        expect(page.page.get_by_role("button", name=name, exact=True)).to_be_focused()
    page.page.keyboard.press("Tab")
    expect(day(page, "Wednesday 25 November 2026")).to_be_focused()


def test_the_calendar_speaks_french(show: Show) -> None:
    page = show(a_date(date(2026, 2, 1), "fr"))
    page.page.get_by_role("button", name="Ouvrir le calendrier").click()
    expect(page.all(".opp-calendar-title")).to_have_text("février 2026")
    expect(page.all(".opp-calendar th").first).to_have_text("lun.")
    expect(day(page, "dimanche 1 février 2026")).to_be_focused()


# -- all ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("widget", [pick, tags, a_date])
def test_jupyterlab_gets_no_keys_but_forms_get_theirs(show: Show, widget: Any) -> None:
    page = show(widget())
    page.page.evaluate("""() => { window.keys = [];
      document.addEventListener('keydown', (event) => window.keys.push(event.key)); }""")
    for key in ("a", "Enter", "ArrowUp", "Control+s", "Escape", "Escape"):
        field(page).press(key)
    got = page.page.evaluate("() => window.keys")
    assert {"s", "Escape"} <= set(got) <= {"Control", "s", "Escape"}


@pytest.mark.parametrize("theme", THEMES)
def test_all_text_can_be_read(show: Show, theme: str, pictures: Path) -> None:
    found = show(pick(create=lambda _text: None), theme)
    type_and_find(found, "i")
    collected = show(tags("exp", "str"), theme)
    field(collected).click()
    expect(options(collected)).to_have_count(2)
    dated = show(a_date(date(2026, 11, 12)), theme)
    field(dated).press("ArrowDown")
    for name, page in {"pick": found, "tags": collected, "date": dated}.items():
        page.page.screenshot(path=pictures / f"{name}-{theme}.png")
        assert page.poor_contrast() == []
