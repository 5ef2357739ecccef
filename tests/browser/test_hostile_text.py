"""Text that would run as a script is typed everywhere and shown everywhere, and stays text."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from oppkit import resources
from oppkit.model import LISTS, Line, Opportunity
from oppkit.workbench import Workbench
from tests.browser.desk import Desk
from tests.browser.hostile import EVIL, TEXTS, WORST, Watch, fill_all, inputs, seed
from tests.browser.jupyter import SCREEN, Lab, NotebookPage
from tests.browser.kept import Kept
from tests.browser.voila import App, AppPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTEBOOK = "03_workbench.ipynb"
LANGUAGE = "fr"
LISTINGS = ("opportunities", "customers", "contacts", "employees", "events")
BOARDS = ("board", "calendar")


@pytest.fixture(scope="module")
def database(
    tmp_path_factory: pytest.TempPathFactory, demo_company: Callable[[Path, int], Path]
) -> Path:
    """A company in which one record of each kind is hostile."""
    path = demo_company(tmp_path_factory.mktemp("hostile") / "demo.duckdb", 200)
    seed(path)
    return path


@pytest.fixture(scope="module")
def app(chromium: str, database: Path) -> Iterator[App]:
    with App(resources.folder("notebooks") / NOTEBOOK, database, LANGUAGE) as running:
        yield running


@pytest.fixture(scope="module")
def watches() -> list[Watch]:
    """Over every browser context that is opened here."""
    return []


@pytest.fixture(scope="module")
def open_context(bare_browser: "Browser", watches: list[Watch]) -> Callable[[], BrowserContext]:
    def opened() -> BrowserContext:
        context = bare_browser.new_context(viewport=SCREEN, locale="fr-FR")
        watches.append(Watch(context))
        return context

    return opened


@pytest.fixture
def watched(watches: list[Watch]) -> Iterator[None]:
    """At the end no text may have become anything but text."""
    yield
    assert [harm for watch in watches for harm in watch.harm()] == []


@pytest.fixture(scope="module")
def kept(app: App, open_context: Callable[[], BrowserContext]) -> Iterator[Kept[Desk]]:
    def show() -> Desk:
        page = AppPage(open_context(), app)
        page.open()
        page.page.set_default_timeout(60_000)
        return Desk(page, LANGUAGE)

    pages = Kept(show)
    yield pages
    pages.close()


@pytest.fixture
def desk(kept: Kept[Desk], passed: Callable[[], bool], watched: None) -> Iterator[Desk]:
    taken = kept.take()
    taken.speak(LANGUAGE)
    yield taken
    assert kept.end(passed()) == []


def test_the_watch_notices_markup_and_what_it_does(bare_browser: "Browser") -> None:
    context = bare_browser.new_context()
    watch = Watch(context)
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(content_type="text/html", body="<p></p>"))
    page.goto("http://page.test/")
    assert watch.harm() == []
    with context.expect_event("request"), page.expect_event("dialog") as asked:
        page.evaluate("text => { document.querySelector('p').innerHTML = text; }", EVIL)
    asked.value.dismiss()
    assert watch.asked == ["1"]
    assert watch.fetched == ["http://page.test/x"]
    assert any("<img" in note for note in watch.harm())
    context.close()


# -- typed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", LISTINGS)
def test_every_field_of_a_form_takes_it_as_text(kind: str, desk: Desk) -> None:
    desk.go(kind)
    desk.new() if kind == "opportunities" else desk.press(f"{kind}.new")
    expect(desk.form).to_be_visible()
    _add_rows(desk)
    assert fill_all(desk.form) >= 5
    assert not _save(desk)
    expect(desk.notice).to_be_visible()
    _choose_records(desk, kind)
    _retype_until_saved(desk, desk.form, lambda: _save(desk))
    desk.settled()
    typed = [field.input_value() for field in inputs(desk.form).all()]
    assert typed.count(WORST) >= 2
    expect(desk.form.locator(".opp-heading")).to_contain_text(WORST)
    _look_at_all_tabs(desk)
    desk.form.get_by_role("tab").first.click() if kind != "contacts" else None
    desk.settled()
    assert [field.input_value() for field in inputs(desk.form).all()] == typed


def test_what_is_sold_takes_it_as_text(desk: Desk, database: Path) -> None:
    workbench = Workbench.open(database, author=WORST)
    line = Line(title=WORST[:200], amount=5)
    sale = workbench.save(_another(workbench).replace(lines=(line,), responsibles=()))
    _find(desk, sale.code or "")
    desk.press("opportunity.create_quote")
    heading = desk.form.locator(".opp-heading")
    expect(heading).to_contain_text("DRAFT-")
    assert fill_all(desk.form) >= 5
    desk.fill("quoted_on", "15/09/2026")
    for column, figure in ((3, "1"), (4, "5"), (8, "20 %")):
        desk.cell("lines", 0, column).fill(figure)
    assert _retype_until_saved(desk, desk.form, lambda: _save(desk))
    expect(heading).to_contain_text(WORST)
    desk.press("quote.validate")
    desk.press("quote.do_validate", desk.dialog)
    expect(heading).to_contain_text("QUO-")

    # Printed, mailed, archived.
    desk.press("printing.print")
    expect(desk.page.locator(".opp-page-image").first).to_be_visible()
    desk.press("printing.close", desk.dialog)
    desk.press("mailing.write")
    assert fill_all(desk.dialog) == 5
    desk.press("mailing.draft", desk.dialog)
    expect(desk.dialog.locator("[aria-invalid=true]").first).to_be_visible()
    desk.press("form.cancel", desk.dialog)
    desk.press("quote.archive")
    assert fill_all(desk.dialog) == 1
    desk.press("quote.do_archive", desk.dialog)
    expect(desk.form).to_contain_text(WORST)
    _look_at_all_tabs(desk)

    # The affair.
    _find(desk, sale.code or "")
    desk.press("opportunity.create_affair")
    expect(desk.dialog).to_contain_text(WORST)
    assert fill_all(desk.dialog, "<b>") == 1
    desk.press("affairs.create", desk.dialog)
    expect(heading).to_contain_text("<b>")
    assert fill_all(desk.form) >= 5
    for name, typed in (("opened_on", "15/09/2026"), ("budget", "5"), ("code", "<i>")):
        desk.fill(name, typed)
    assert _retype_until_saved(desk, desk.form, lambda: _save(desk))
    expect(heading).to_contain_text(WORST)
    _look_at_all_tabs(desk)
    for name in ("quotes", "affairs"):
        desk.go(name)
        desk.search(EVIL)
        expect(desk.page.locator(".opp-table-row", has_text=EVIL).first).to_contain_text(WORST)


def test_our_company_takes_it_as_text(desk: Desk) -> None:
    desk.go("lists")
    desk.page.get_by_role("radio", name=desk.say("list_name.firm"), exact=True).check()
    desk.press("firm.edit")
    assert fill_all(desk.form) >= 8
    desk.fill("vat_rate", "20 %")
    desk.fill("validity_days", "30")
    assert _retype_until_saved(desk, desk.form, lambda: _save(desk))
    desk.settled()
    typed = [field.input_value() for field in inputs(desk.form).all()]
    assert typed.count(WORST) >= 5
    desk.tab("lists")
    desk.page.get_by_role("radio", name=desk.say("list_name.firm"), exact=True).check()
    expect(desk.page.locator(".opp-view")).to_contain_text(WORST)


def test_every_value_of_a_list_takes_it_as_text(desk: Desk) -> None:
    desk.go("lists")
    for name in [*LISTS, "rates"]:
        title = desk.say(f"list_name.{name}")
        desk.page.get_by_role("radio", name=title, exact=True).check()
        expect(desk.page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        desk.settled()
        desk.page.locator(".opp-list-actions .opp-primary").click()
        assert fill_all(desk.dialog) >= 2
        saved = _retype_until_saved(desk, desk.dialog, lambda: _answer(desk, "form.save"))
        # ISO codes and figures: no hostile text is one.
        assert saved or name in ("country", "currency", "rates")
        if not saved:
            desk.page.keyboard.press("Escape")
            expect(desk.dialog).to_have_count(0)
        desk.press("rates.change_currency" if name == "rates" else "lists.change_order")
        expect(desk.dialog).to_be_visible()
        if name not in ("currency", "rates"):
            expect(desk.dialog).to_contain_text(WORST)
        desk.page.keyboard.press("Escape")
        expect(desk.dialog).to_have_count(0)


def test_searches_filters_and_bulk_edits_take_it_as_text(desk: Desk) -> None:
    desk.go("opportunities")
    desk.press("search.filters")
    filters = desk.page.locator(".opp-filters")
    expect(filters).to_be_visible()
    fill_all(filters)  # a value is chosen by its name, what cannot be read is marked
    expect(filters.locator("[aria-invalid=true]").first).to_be_visible()
    desk.search(EVIL)

    desk.press("saved.save")
    assert fill_all(desk.dialog) == 1
    desk.press("form.save", desk.dialog)
    desk.told("saved.saved", name=WORST)
    desk.press("saved.delete")
    expect(desk.dialog).to_contain_text(WORST)
    desk.press("form.delete", desk.dialog)
    desk.told("saved.deleted", name=WORST)
    desk.settled()

    desk.page.locator(".opp-table-row .opp-table-check").first.check()
    desk.press("search.bulk")
    assert fill_all(desk.dialog) >= 3
    desk.press("bulk.preview", desk.dialog)
    expect(desk.dialog.locator("[aria-invalid=true]").first).to_be_visible()
    desk.press("form.cancel", desk.dialog)
    desk.press("search.bulk")
    desk.pick("add_tags", "urgent", "Urgent")
    desk.press("bulk.preview", desk.dialog)
    title = desk.say("bulk.preview_title")
    expect(desk.dialog.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(desk.dialog.locator(".opp-preview")).to_contain_text(WORST)
    desk.page.keyboard.press("Escape")
    expect(desk.dialog).to_have_count(0)
    desk.press("search.export")
    expect(desk.dialog).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.dialog).to_have_count(0)


# -- shown -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*LISTINGS, *BOARDS])
def test_every_view_and_form_shows_it_as_text(name: str, desk: Desk) -> None:
    _open_hostile(desk, name)
    expect(desk.form).to_contain_text(WORST)
    _look_at_all_tabs(desk)


def test_what_is_made_on_the_spot_is_text(desk: Desk) -> None:
    desk.new()
    desk.pick("tags", f"{EVIL}{EVIL}", EVIL)
    expect(desk.field("tags").locator(".opp-tag, .opp-chip").first).to_contain_text(EVIL)
    desk.pick("customer_id", f"{WORST}§", WORST)  # no such one: the list offers to create it
    expect(desk.dialog).to_contain_text(WORST)
    desk.dialog.locator(".opp-primary").click()
    expect(desk.notice).to_contain_text(WORST)
    expect(desk.field("customer_id").locator("input").first).to_have_value(re.compile("§"))


def test_every_question_about_a_record_is_text(desk: Desk, database: Path) -> None:
    workbench = Workbench.open(database, author=WORST)
    sale = _another(workbench)
    _find(desk, sale.code or "")

    # Likely duplicates, then merging.
    desk.fill("name", f"{WORST} ?")
    expect(desk.form.locator(".opp-duplicates")).to_contain_text(WORST)
    desk.press("opportunity.merge")
    desk.press("form.save", desk.dialog)
    _pick_another(desk, sale.code or "")
    desk.press("merge.compare", desk.dialog)
    expect(desk.dialog.locator(".opp-merge-facts")).to_contain_text(WORST)
    expect(desk.dialog.get_by_role("radio").first).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.dialog).to_have_count(0)

    # Two edits that collide, by somebody of that name.
    workbench.save(workbench.opportunity(sale.code or "").replace(name=f"{EVIL} {WORST}"[:200]))
    desk.fill("name", f"{WORST} !")
    desk.press("form.save")
    expect(desk.dialog).to_contain_text(f"{EVIL} {WORST}"[:200])
    desk.press("conflict.all_mine", desk.dialog)
    desk.press("conflict.save", desk.dialog)
    expect(desk.form.locator(".opp-heading")).to_contain_text(f"{WORST} !")

    # Lost, then deleted.
    desk.press("opportunity.mark_lost")
    expect(desk.dialog).to_be_visible()
    desk.settled()
    day = desk.dialog.locator("input").first.input_value()
    fill_all(desk.dialog)
    desk.press("closing.do_lost", desk.dialog)
    expect(desk.dialog.locator("[aria-invalid=true]").first).to_be_visible()
    desk.dialog.locator("input").first.fill(day)
    desk.dialog.locator("select").select_option(label=WORST)
    desk.press("closing.do_lost", desk.dialog)
    expect(desk.dialog).to_have_count(0)
    expect(desk.field("close_comment").locator("textarea")).to_have_value(WORST)
    desk.press("form.delete")
    expect(desk.dialog).to_contain_text(WORST)
    desk.press("form.delete", desk.dialog)
    expect(desk.notice).to_contain_text(WORST)


# -- in JupyterLab ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def notebooks(
    chromium: str, database: Path, tmp_path_factory: pytest.TempPathFactory,
    open_context: Callable[[], BrowserContext],
) -> Iterator[Kept[NotebookPage]]:  # fmt: skip
    scratch = tmp_path_factory.mktemp("hostile-lab")
    shutil.copytree(resources.folder("notebooks"), scratch / "notebooks")
    with Lab(scratch / "notebooks", database, scratch, LANGUAGE) as running:
        pages = Kept(lambda: NotebookPage(open_context(), running))
        yield pages
        pages.close()


@pytest.fixture
def notebook(
    notebooks: Kept[NotebookPage], passed: Callable[[], bool], watched: None
) -> Iterator[NotebookPage]:  # fmt: skip
    yield notebooks.take()
    assert notebooks.end(passed()) == []


def test_jupyterlab_shows_it_as_text(notebook: NotebookPage, database: Path) -> None:
    sale = _another(Workbench.open(database, author=WORST))
    notebook.open(NOTEBOOK, "JupyterLab Light")
    notebook.command("notebook:run-all-cells")
    desk = Desk(notebook, LANGUAGE)
    notebook.page.set_default_timeout(60_000)
    for name in (*LISTINGS, *BOARDS):
        _look_for_hostile(desk, name)
    _find(desk, sale.code or "")
    _look_at_all_tabs(desk)
    desk.press("opportunity.merge")
    _pick_another(desk, sale.code or "")
    desk.press("merge.compare", desk.dialog)
    expect(desk.dialog.locator(".opp-merge-facts")).to_contain_text(WORST)
    desk.page.keyboard.press("Escape")
    desk.press("form.delete")
    desk.press("form.delete", desk.dialog)
    expect(desk.notice).to_contain_text(WORST)


@pytest.mark.parametrize("name", ["01_pipeline.ipynb", "02_forecast.ipynb"])
def test_notebooks_show_it_as_text(name: str, notebook: NotebookPage) -> None:
    notebook.open(name, "JupyterLab Light")
    notebook.run_all()
    outputs = notebook.outputs()
    assert [o for cell in outputs for o in cell if o["output_type"] == "error"] == []
    assert "onerror=alert" in json.dumps(outputs)
    notebook.unfold()
    bars = notebook.page.locator(".js-plotly-plot .bars .point path")
    expect(bars.first).to_be_attached()
    told = []
    for bar in [bar for bar in bars.all() if _thickness(bar) > 12]:
        notebook.page.mouse.move(0, 0)
        expect(notebook.page.locator(".hoverlayer text")).to_have_count(0)
        bar.hover(force=True)
        expect(notebook.page.locator(".hoverlayer text").first).to_be_attached()
        told += notebook.page.locator(".hoverlayer text").all_text_contents()
    assert any("onerror=alert" in text for text in told)


def _thickness(bar: Locator) -> float:
    """In pixels; the bars of small figures can hardly be pointed at."""
    box = bar.bounding_box()
    return min(box["width"], box["height"]) if box else 0


# -- how -------------------------------------------------------------------------------------------


def _save(desk: Desk) -> bool:
    """Press the form's button; whether it was saved."""
    desk.put_away()
    desk.press("form.save")
    expect(desk.notice).to_be_visible()
    desk.settled()
    return desk.notice.and_(desk.page.locator("[data-tone=bad]")).count() == 0


def _answer(desk: Desk, key: str) -> bool:
    """Give an answer of a dialog; whether that closed it."""
    desk.press(key, desk.dialog)
    # The cursor goes to the first field that is wrong, after all are marked.
    refused = desk.dialog.locator(".opp-field :focus")
    closed = desk.page.locator(".opp-page:not(:has(.opp-dialog))")
    expect(refused.or_(closed)).to_be_visible()
    desk.settled()
    return desk.dialog.count() == 0


def _retype_until_saved(desk: Desk, place: Locator, save: Callable[[], bool]) -> bool:
    """Give what is refused milder texts, down to none."""
    for text in TEXTS[1:]:
        if save():
            return True
        # Handles, not locators: a field that was retyped is no longer marked as wrong.
        for field in place.locator("[aria-invalid=true]").locator("visible=true").element_handles():
            if field.is_editable():
                field.fill(text)
                field.dispatch_event("blur")
                desk.settled()
    return save()


def _add_rows(desk: Desk) -> None:
    desk.settled()
    for grid in desk.form.locator(".opp-grid-field").locator("visible=true").all():
        grid.locator(".opp-grid-add").click()
        expect(grid.locator(".opp-grid-row")).to_have_count(1)
    if desk.field("lines").count():
        desk.cell("lines", 0, 1).select_option(index=1)


def _choose_records(desk: Desk, kind: str) -> None:
    """What must be a record is one, of a hostile name."""
    if kind in ("contacts", "opportunities"):
        control = desk.field("customer_id").locator("input").first
        control.fill("")
        desk.pick("customer_id", EVIL, WORST)
    if kind == "opportunities":
        cell = desk.cell("responsibles", 0, 2)
        cell.fill("")
        desk.pick_in(cell, EVIL, WORST)


def _look_for_hostile(desk: Desk, name: str) -> Locator:
    """Search a view for the hostile records; what opens the first one."""
    desk.go(name)
    desk.search(EVIL)
    shown = ".opp-card" if name in BOARDS else ".opp-table-row"
    view = desk.page.locator(".opp-view")
    expect(view.locator(shown).filter(has_not_text=EVIL)).to_have_count(0)  # all are drawn anew
    found = view.locator(shown, has_text=EVIL).first
    expect(found).to_contain_text(WORST)
    return found


def _open_hostile(desk: Desk, name: str) -> None:
    found = _look_for_hostile(desk, name)
    found.hover()
    if name in BOARDS:
        found.press("Enter")
    else:
        found.locator(".opp-table-open").click()
    expect(desk.form).to_be_visible()


def _look_at_all_tabs(desk: Desk) -> None:
    """Open each tab of the form, and each list in it that proposes records."""
    for tab in desk.form.get_by_role("tab").all() or [None]:
        if tab is not None:
            tab.click()
        desk.settled()
        expect(desk.form).to_contain_text(EVIL)
        for control in desk.form.get_by_role("combobox").locator("visible=true").all():
            if control.evaluate("element => element.matches('input:enabled')"):
                control.click()
                desk.proposed()
                control.press("Escape")


def _pick_another(desk: Desk, code: str) -> None:
    """Choose a hostile opportunity other than this one."""
    control = desk.field("other").locator("input").first
    control.click()
    control.press_sequentially(EVIL)
    desk.proposed().filter(has_text=EVIL).filter(has_not_text=code).first.click()


def _find(desk: Desk, code: str) -> None:
    desk.go("opportunities")
    desk.search(code)
    found = desk.page.locator(".opp-table-row .opp-table-open")
    expect(found).to_have_text([code])
    found.click()
    expect(desk.form).to_be_visible()
    desk.settled()


def _another(workbench: Workbench, **fields: Any) -> Opportunity:
    """A copy of the hostile opportunity, to be changed and deleted."""
    found = workbench.search(text=EVIL).rows[0]
    record = workbench.opportunity(found["code"])
    copy = record.replace(id=None, version=0, code=None, name=WORST, **fields)
    return workbench.save(copy)
