"""Every view, form and question of the page, for people who see little, hear it, or use keys only.

axe-core judges names, roles, states, headings and contrast; the rest is walked with the keyboard.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from oppkit import resources
from oppkit.model import Customer, Event, EventKind, Line, Opportunity
from oppkit.workbench import Workbench
from tests.browser.desk import Desk
from tests.browser.kept import Kept
from tests.browser.voila import App, AppPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTEBOOK = "03_workbench.ipynb"
VIEWS = ("opportunities", "board", "calendar", "forecast", "movement", "attention", "targets",
         "quotes", "affairs", "customers", "contacts", "employees", "events", "lists")  # fmt: skip
KINDS = ("customers", "contacts", "employees", "events")
LANGUAGES = ("fr", "en")
SCHEMES = ("dark", "light")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
Open = Callable[[str], Desk]

_AXE = """(rules) => axe.run('.opp-page', {resultTypes: ['violations'], runOnly: rules})
  .then(({violations}) => violations)"""
_TWICE = """() => {
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))];
}"""
# What can be reached with Tab. Of radio buttons of one name only one can.
_STOPS = """() => {
  const all = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, [tabindex]")];
  const stops = all.filter((element) => element.tabIndex >= 0 && !element.disabled
    && element.checkVisibility({visibilityProperty: true})
    && element.closest('.opp-page') && !element.closest('.opp-notice'));
  const groups = new Set();
  window.stops = new Map();
  for (const element of stops) {
    if (element.type === 'radio') {
      if (groups.has(element.name)) continue;
      groups.add(element.name);
    }
    window.stops.set(element, false);
  }
  window.looks = (element) => [element, element.parentElement ?? element].flatMap((one) => {
    const style = getComputedStyle(one);
    return [style.outlineStyle === 'none' ? '' : `${style.outlineWidth} ${style.outlineColor}`,
      style.borderColor, style.boxShadow, style.backgroundColor];
  }).join('; ');
  window.told = (element) => element.outerHTML.slice(0, 160);
  document.activeElement?.blur();
  return window.stops.size;
}"""
# One step: the look of what had the focus before is compared with how it looks without.
_STEP = """() => {
  const {before} = window;
  const unseen = before && window.looks(before.element) === before.look
    ? [window.told(before.element)] : [];
  const element = document.activeElement;
  const same = element?.type === 'radio'
    ? [...window.stops.keys()].find((one) => one.name === element.name) : element;
  window.before = element && element !== document.body
    ? {element, look: window.looks(element)} : null;
  const again = window.stops.get(same) === true;
  if (window.stops.has(same)) window.stops.set(same, true);
  return {unseen, again};
}"""
_MISSED = """() => [...window.stops].filter(([, reached]) => !reached)
  .map(([element]) => window.told(element))"""


@pytest.fixture(scope="module")
def database(
    tmp_path_factory: pytest.TempPathFactory, demo_company: Callable[[Path, int], Path]
) -> Path:
    return demo_company(tmp_path_factory.mktemp("accessible") / "demo.duckdb", 200)


@pytest.fixture(scope="module")
def app(chromium: str, database: Path) -> Iterator[App]:
    with App(resources.folder("notebooks") / NOTEBOOK, database, "fr") as running:
        yield running


@pytest.fixture(scope="module")
def kept(app: App, bare_browser: "Browser") -> Iterator[Kept[Desk]]:
    def show() -> Desk:
        page = AppPage(bare_browser.new_context(
            viewport={"width": 1280, "height": 900}, reduced_motion="reduce",
        ), app)  # fmt: skip
        page.open()
        page.page.set_default_timeout(60_000)
        return Desk(page, "fr")

    pages = Kept(show)
    yield pages
    pages.close()


@pytest.fixture
def desk(kept: Kept[Desk], passed: Callable[[], bool]) -> Iterator[Open]:
    """Opens the page in a language."""

    def open_page(language: str) -> Desk:
        opened = kept.take()
        opened.speak(language)
        dress(opened, "light")
        return opened

    yield open_page
    assert kept.end(passed()) == []


class Judge:
    """Collects what is wrong with the states in which a page is shown."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.wrong = desk, list[str]()
        desk.page.evaluate(Axe().axe_script)

    def look(self, state: str) -> None:
        """Judge the page as it stands, in dark and in light."""
        self.desk.settled()
        for scheme in SCHEMES:
            dress(self.desk, scheme)
            poor = self.desk.poor_contrast()
            self.wrong += [f"{state}, {scheme}: contrast of {text}" for text in poor]
            self._ask_axe(f"{state}, {scheme}", RULES if scheme == "light" else ["color-contrast"])
        twice = self.desk.page.evaluate(_TWICE)
        self.wrong += [f"{state}: the identifier {name} stands twice" for name in twice]

    def _ask_axe(self, state: str, rules: list[str]) -> None:
        found = self.desk.page.evaluate(_AXE, rules)
        self.wrong += [
            f"{state}: {rule['id']}, {node['html'][:200]}" for rule in found
            for node in rule["nodes"]
        ]  # fmt: skip


# -- how it is told, and how it looks --------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_view_is_accessible(language: str, desk: Open) -> None:
    page = desk(language)
    judge = Judge(page)
    for name in VIEWS:
        page.go(name)
        current = page.page.locator(".opp-views [aria-current=page]")
        expect(current).to_have_text(page.say(f"page.{name}"))
        judge.look(name)
    page.go("opportunities")
    page.press("search.filters")
    page.pick("all_tags", "urgent", "Urgent")
    expect(page.page.locator(".opp-chips").locator("visible=true")).to_contain_text("Urgent")
    page.settled()
    page.page.locator(".opp-table-row .opp-table-check").first.check()
    judge.look("filters, chips and a selected row")
    assert judge.wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_is_accessible(language: str, desk: Open, database: Path) -> None:
    page = desk(language)
    judge = Judge(page)
    page.new()
    for grid in ("lines", "responsibles"):
        page.add_row(grid)
    page.cell("lines", 0, 1).select_option(index=1)
    page.fill("expected_signature", "?")
    page.press("form.save")
    expect(page.form.locator(".opp-note").first).to_be_visible()
    judge.look("new opportunity with errors")
    page.tab("board")
    page.press("form.discard", page.dialog)
    expect(page.dialog).to_have_count(0)
    for kind in KINDS:
        page.go(kind)
        page.press(f"{kind}.new")
        page.press("form.save")
        expect(page.form.locator(".opp-note").first).to_be_visible()
        judge.look(f"new one of {kind} with errors")
    open_sale(page, a_sale(database, language))
    for name in ("header", "contacts", "history"):
        page.form.get_by_role("tab", name=page.say(f"opportunity.{name}")).click()
        judge.look(f"saved opportunity, {name}")
    assert judge.wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_opens_is_accessible(language: str, desk: Open, database: Path) -> None:
    page = desk(language)
    judge = Judge(page)
    open_sale(page, a_sale(database, language))
    page.press("opportunity.mark_lost")
    page.press("closing.do_lost", page.dialog)
    expect(page.dialog.locator(".opp-note")).to_be_visible()
    judge.look("question with an error")
    page.press("form.cancel", page.dialog)
    for key in ("opportunity.merge", "form.delete"):
        page.press(key)
        expect(page.dialog).to_be_visible()
        judge.look(key)
        page.press("form.cancel", page.dialog)
    page.field("expected_signature").get_by_role("button").click()
    judge.look("calendar")
    page.page.keyboard.press("Escape")
    customer = page.field("customer_id").locator("input").first
    customer.click()
    expect(page.page.locator(".opp-combo-option").first).to_be_visible()
    judge.look("list of customers")
    page.page.keyboard.press("Escape")
    page.field("tags").locator("input").first.click()
    expect(page.page.locator(".opp-combo-option").first).to_be_visible()
    judge.look("list of tags")
    page.page.keyboard.press("Escape")
    page.press("form.save")
    expect(page.page.locator(".opp-notice")).to_be_visible()
    judge.look("good news")
    page.go("opportunities")
    page.page.locator(".opp-table-row .opp-table-check").first.check()
    for key in ("saved.save", "search.bulk", "search.export"):
        page.press(key)
        expect(page.dialog).to_be_visible()
        judge.look(key)
        page.press("form.cancel", page.dialog)
    assert judge.wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_affair_and_its_customer_are_accessible(
    language: str, desk: Open, database: Path
) -> None:
    page = desk(language)
    judge = Judge(page)
    create_affair(page, a_sale(database, f"sold-{language}"), judge)
    judge.look("affair")
    page.form.get_by_role("tab", name=page.say("affairs.history")).click()
    judge.look("history of an affair")
    page.page.locator(".opp-made-group button").first.click()
    expect(page.field("customer_id").locator("input").first).to_have_value(re.compile("Client"))
    judge.look("opportunity with an affair")
    page.go("customers")
    page.search(f"sold-{language}")
    found = page.page.locator(".opp-table-row .opp-table-open")
    expect(found).to_have_text([f"Client sold-{language}"])
    found.click()
    page.form.get_by_role("tab", name=page.say("customers.dashboard")).click()
    expect(page.form.locator(".opp-table-row .opp-table-open")).to_have_count(3)
    judge.look("dashboard")
    assert judge.wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quote_and_what_is_done_with_it_are_accessible(
    language: str, desk: Open, database: Path
) -> None:
    page = desk(language)
    judge = Judge(page)
    open_sale(page, a_sale(database, f"offered-{language}", lines=(Line(title="x", amount=9),)))
    page.press("opportunity.create_quote")
    expect(page.form.locator(".opp-heading")).to_contain_text("DRAFT-")
    page.cell("lines", 0, 7).fill("?")
    page.press("form.save")
    expect(page.form.locator(".opp-note, [aria-invalid=true]").first).to_be_visible()
    judge.look("draft with an error")
    page.cell("lines", 0, 7).fill("5 %")
    page.press("quote.validate")
    expect(page.dialog).to_be_visible()
    judge.look("question before a number")
    page.press("quote.do_validate", page.dialog)
    expect(page.form.locator(".opp-heading")).to_contain_text("QUO-")
    judge.look("validated quote")
    page.press("printing.print")
    expect(page.page.locator(".opp-page-image")).to_have_count(1)
    judge.look("preview")
    page.press("printing.close", page.dialog)
    for key in ("mailing.write", "quote.archive"):
        page.press(key)
        expect(page.dialog).to_be_visible()
        judge.look(key)
        page.press("form.cancel", page.dialog)
    page.press("quote.sign")
    judge.look("question about the day")
    page.press("quote.do_sign", page.dialog)
    expect(page.dialog.get_by_role("checkbox").first).to_be_visible()
    judge.look("question about the opportunity")
    page.press("quote.follow_not", page.dialog)
    judge.look("signed quote")
    assert judge.wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_company_is_accessible(language: str, desk: Open) -> None:
    page = desk(language)
    judge = Judge(page)
    page.go("lists")
    page.page.get_by_role("radio", name=page.say("list_name.firm"), exact=True).check()
    edit = page.page.get_by_role("button", name=page.say("firm.edit"), exact=True)
    expect(edit).to_be_visible()
    judge.look("our company")
    edit.click()
    page.fill("email", "?")
    page.press("form.save")
    expect(page.form.locator(".opp-note").first).to_be_visible()
    judge.look("form of our company with an error")
    assert judge.wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_behind_a_movement_is_accessible(language: str, desk: Open) -> None:
    page = desk(language)
    judge = Judge(page)
    page.go("movement")
    page.choose("since", page.say("movement_view.since_quarter"))
    page.choose("by", page.say("dimension.owner"))
    page.page.locator(".opp-fall-bar[data-key=created]").press("Enter")
    tables = page.page.locator(".opp-movement [role=grid]").locator("visible=true")
    expect(tables).to_have_count(2)
    expect(page.page.locator(".opp-fall")).to_have_attribute("aria-busy", "false")
    judge.look("groups and what moved")
    page.choose("dimension", page.say("dimension.sector"))
    page.fill("until", "?")
    expect(page.page.locator(".opp-movement .opp-note")).to_be_visible()
    judge.look("a day that cannot be read")
    assert judge.wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_decides_a_forecast_is_accessible(language: str, desk: Open) -> None:
    page = desk(language)
    judge = Judge(page)
    page.go("forecast")
    page.choose("dimension", page.say("dimension.owner"))
    page.page.locator(".opp-range-choose").first.press("Enter")
    expect(page.page.locator(".opp-forecast .opp-table-open").first).to_be_visible()
    page.choose("scenario", page.say("forecast_if.losing"))
    expect(page.page.locator(".opp-what-if .opp-range-row")).to_have_count(2)
    expect(page.page.locator(".opp-what-if .opp-ranges")).to_have_attribute("aria-busy", "false")
    judge.look("what decides a period, and what if")
    page.choose("scenario", page.say("forecast_if.without"))
    expect(page.page.locator(".opp-what-if .opp-range-row")).to_have_count(0)
    judge.look("what if, without a customer yet")
    assert judge.wrong == []


# -- with the keyboard -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", VIEWS)
def test_tab_reaches_all_of_a_view(name: str, desk: Open) -> None:
    page = desk("en")
    page.go(name)
    if name == "opportunities":
        page.press("search.filters")
        expect(page.page.locator(".opp-filters")).to_be_visible()
    _walk(page)


@pytest.mark.parametrize("kind", ["opportunities", *KINDS])
def test_tab_reaches_all_of_a_form(kind: str, desk: Open, database: Path) -> None:
    page = desk("en")
    if kind == "opportunities":
        open_sale(page, a_sale(database, "keys"))
    else:
        page.go(kind)
        page.press(f"{kind}.new")
        expect(page.form).to_be_visible()
    _walk(page)


def test_tab_reaches_all_of_an_affair(desk: Open, database: Path) -> None:
    page = desk("en")
    create_affair(page, a_sale(database, "affair"))
    _walk(page)


def test_tab_reaches_all_of_a_quote(desk: Open, database: Path) -> None:
    page = desk("en")
    open_sale(page, a_sale(database, "offered-keys", lines=(Line(title="x", amount=9),)))
    page.press("opportunity.create_quote")
    expect(page.form.locator(".opp-heading")).to_contain_text("DRAFT-")
    _walk(page)


def test_the_lists_are_one_group_that_arrows_walk(desk: Open) -> None:
    page = desk("en")
    page.go("lists")
    group = page.page.get_by_role("radiogroup", name=page.say("lists.title"))
    group.get_by_role("radio").first.focus()
    page.page.keyboard.press("ArrowDown")
    second = group.get_by_role("radio").nth(1)
    expect(second).to_be_focused()
    expect(second).to_be_checked()
    expect(group.locator(":checked")).to_have_count(1)
    heading = page.page.locator(".opp-list-panel").get_by_role("heading")
    expect(heading).to_have_text(page.say("list_name.tag"))


def test_escape_closes_a_question_and_returns(desk: Open, database: Path) -> None:
    page = desk("en")
    open_sale(page, a_sale(database, "escape"))
    for key in ("opportunity.mark_won", "opportunity.merge", "form.delete"):
        _open_and_escape(page, page.form.get_by_role("button", name=page.say(key), exact=True))
    page.go("opportunities")
    for key in ("saved.save", "search.export"):
        _open_and_escape(page, page.page.get_by_role("button", name=page.say(key), exact=True))
    page.go("lists")
    _open_and_escape(page, page.page.locator(".opp-list-actions .opp-primary"))


def test_focus_stays_in_a_question(desk: Open, database: Path) -> None:
    page = desk("en")
    open_sale(page, a_sale(database, "inside"))
    page.press("opportunity.mark_lost")
    expect(page.dialog).to_have_attribute("aria-modal", "true")
    focused = page.dialog.locator(":focus")
    expect(focused).to_have_count(1)
    for key in ("Tab", "Shift+Tab"):
        for _ in range(8):
            page.page.keyboard.press(key)
            expect(focused).to_have_count(1)


# -- how -------------------------------------------------------------------------------------------


def dress(desk: Desk, scheme: str) -> None:
    assert isinstance(desk.shown, AppPage)
    desk.shown.dress(scheme)


def a_sale(database: Path, name: str, lines: tuple[Line, ...] = ()) -> Opportunity:
    """An opportunity of a customer that has one event."""
    workbench = Workbench.open(database)
    customer = workbench.save(Customer(name=f"Client {name}"))
    workbench.save(Event(kind=EventKind.NOTE, subject=name, customer_id=customer.id))
    saved = workbench.save(Opportunity(
        name=f"Vente {name}", customer_id=customer.id or 0, status="proposal",
        opened_on=workbench.today, tags=("urgent",), lines=lines,
    ))  # fmt: skip
    return workbench.save(saved.replace(comment="Vue deux fois"))


def open_sale(page: Desk, sale: Opportunity) -> None:
    page.go("opportunities")
    page.search(sale.code or "")
    found = page.page.locator(".opp-table-row .opp-table-open")
    expect(found).to_have_text([sale.code or ""])
    found.click()
    expect(page.form).to_be_visible()
    page.settled()


def create_affair(page: Desk, sale: Opportunity, judge: Judge | None = None) -> None:
    """Create the affair of an opportunity, whose form is then shown."""
    open_sale(page, sale)
    page.press("opportunity.create_affair")
    expect(page.dialog).to_be_visible()
    if judge is not None:
        judge.look("question before an affair")
    page.press("affairs.create", page.dialog)
    expect(page.field("budget")).to_be_visible()


def _walk(page: Desk) -> None:
    """Press Tab until it comes round: nothing is left out, and the focus can be seen."""
    page.settled()
    stops = page.page.evaluate(_STOPS)
    assert stops > 8
    unseen: list[str] = []
    for _ in range(3 * stops + 20):
        page.page.keyboard.press("Tab")
        step = page.page.evaluate(_STEP)
        unseen += step["unseen"]
        if step["again"]:
            break
    assert (unseen, page.page.evaluate(_MISSED)) == ([], [])


def _open_and_escape(page: Desk, opener: Locator) -> None:
    page.settled()
    opener.focus()
    page.page.keyboard.press("Enter")
    expect(page.dialog).to_be_visible()
    expect(page.dialog.locator(":focus")).to_have_count(1)
    page.page.keyboard.press("Escape")
    expect(page.dialog).to_have_count(0)
    expect(opener).to_be_focused()
