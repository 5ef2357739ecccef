"""The page of `oppkit app` in a real browser: widgets that answer, and nothing of Jupyter."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

from oppkit.locale import text
from tests.browser.voila import App, AppPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCRIPT = "<img src=x onerror=alert(1)>"
_WIDGETS = f"""import ipywidgets
from oppkit.forms.widgets.board import WORDS, Board, BoardColumn, Card

print("said to the terminal")
board = Board(dict.fromkeys(WORDS, ""), "Board")
card = Card("a", "{SCRIPT}", "Noël & Cie", "12", "Zoé", "11/11/2026", 0.4, "40 %", "", ())
board.show([BoardColumn("new", "New", 1, [])], {{"new": [card]}})
button = ipywidgets.Button(description="Press")
button.on_click(lambda _: setattr(button, "description", "Pressed"))
tall = ipywidgets.Box(layout=ipywidgets.Layout(height="900px"))
ipywidgets.VBox([button, board, tall, ipywidgets.Label("The end")])"""
_SLOW = """import anywidget, ipywidgets, traitlets

class Slow(anywidget.AnyWidget):
    _esm = \"\"\"await new Promise((done) => setTimeout(done, 3000));
      export default { render({ model, el }) {
        const draw = () => { el.textContent = model.get("text"); };
        model.on("change:text", draw);
        draw();
      } };\"\"\"
    text = traitlets.Unicode("Said before").tag(sync=True)

slow = Slow()
button = ipywidgets.Button(description="Press")
button.on_click(lambda _: setattr(slow, "text", "Said since"))
ipywidgets.VBox([button, slow])"""
_FAILURE = f"""import sys
print("said to the terminal", file=sys.stderr)
raise ValueError("{SCRIPT}")"""

Start = Callable[..., AppPage]


def _notebook(folder: Path, source: str) -> Path:
    cells = [nbformat.v4.new_markdown_cell("# A heading"), nbformat.v4.new_code_cell(source)]
    path = folder / "page.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("app")
    with App(_notebook(folder, _WIDGETS), folder / "unused.duckdb") as running:
        yield running


@pytest.fixture
def start(bare_browser: "Browser") -> Iterator[Start]:
    """Show an app in a browser of its own."""
    contexts = []

    def open_page(app: App, scheme: str = "light") -> AppPage:
        context = bare_browser.new_context(
            color_scheme=scheme, viewport={"width": 1024, "height": 700}, locale="fr-FR"
        )  # type: ignore[arg-type]  # "light" or "dark"
        contexts.append(context)
        page = AppPage(context, app)
        page.open()
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("scheme", "light"), [("light", "true"), ("dark", "false")])
def test_widgets_answer_and_nothing_leaves_the_machine(
    scheme: str, light: str, app: App, start: Start, pictures: Path
) -> None:
    shown = start(app, scheme)
    page = shown.page
    shown.dress(scheme)
    page.get_by_role("button", name="Press").press("Enter")
    page.get_by_role("button", name="Pressed").wait_for()
    expect(page.get_by_text(SCRIPT)).to_be_visible()
    page.screenshot(path=pictures / f"app-{scheme}.png")

    assert page.title() == "oppkit"
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.locator("body").get_attribute("data-jp-theme-light") == light
    words = page.locator("body").inner_text()
    for hidden in ("import", "A heading", "said to the terminal", "[1]", "Voil"):
        assert hidden not in words
    assert shown.poor_contrast() == []
    assert shown.strangers == []
    assert shown.crashes == []


def test_the_page_has_the_whole_window_and_scrolls(app: App, start: Start) -> None:
    page = start(app).page
    end = page.get_by_text("The end")
    expect(page.locator(".opp-card")).to_be_visible()  # and moves what is below no more
    expect(end).to_be_attached()
    expect(end).not_to_be_in_viewport()
    end.scroll_into_view_if_needed()
    expect(end).to_be_in_viewport()
    width = page.locator("#rendered_cells .widget-vbox").first.bounding_box()["width"]  # type: ignore[index]
    assert width > 1024 - 60  # margins, and a bar to scroll with
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_the_theme_follows_the_system_while_the_page_is_open(app: App, start: Start) -> None:
    shown = start(app, "light")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    before = shown.page.evaluate(ground)
    shown.dress("dark")
    assert shown.page.evaluate(ground) != before


def test_the_key_leaves_the_address_and_the_page_can_be_loaded_again(
    app: App, start: Start
) -> None:
    shown = start(app)
    assert "token" not in shown.page.url
    first = shown.kernel()
    shown.page.reload()
    shown.loaded()
    assert shown.kernel() != first
    shown.wait_for_end_of(first)


def test_without_the_key_the_page_says_where_to_find_it(app: App, start: Start) -> None:
    page = start(app).page
    page.context.clear_cookies()
    page.goto(app.address.partition("?")[0])
    expect(page.get_by_text(text("app.locked", "fr"))).to_be_visible()
    assert page.title() == "oppkit"


@pytest.mark.parametrize("address", ["page.ipynb", "voila/files/page.ipynb", "nothing/there"])
def test_any_other_address_leads_to_the_page(address: str, app: App, start: Start) -> None:
    shown = start(app)
    shown.page.goto(app.address.partition("?")[0] + address)
    shown.loaded()
    expect(shown.page.get_by_role("button", name="Press")).to_be_visible()
    assert (shown.strangers, shown.crashes) == ([], [])


def test_each_page_has_a_kernel_that_ends_with_it(app: App, start: Start) -> None:
    closed, other = start(app), start(app)
    kernel = closed.kernel()
    assert kernel != other.kernel()
    closed.page.close()
    other.wait_for_end_of(kernel)
    other.page.get_by_role("button", name="Press").click()
    other.page.get_by_role("button", name="Pressed").wait_for()


def test_a_page_whose_kernel_is_gone_says_so(app: App, start: Start, pictures: Path) -> None:
    shown = start(app)
    lost = shown.page.get_by_role("alert").filter(has_text=text("app.lost", "fr"))
    expect(lost).to_have_count(0)
    app.kill(shown.kernel())
    lost.wait_for()
    shown.page.screenshot(path=pictures / "app-lost.png")
    assert shown.poor_contrast() == []
    shown.page.get_by_role("link", name=text("app.again", "fr")).click()
    shown.loaded()
    expect(lost).to_have_count(0)


def test_a_widget_that_comes_in_late_still_hears_from_python(tmp_path: Path, start: Start) -> None:
    with App(_notebook(tmp_path, _SLOW), tmp_path / "unused.duckdb") as slow:
        shown = start(slow)
        expect(shown.page.get_by_text("Said before")).to_be_visible()
        shown.page.get_by_role("button", name="Press").click()
        expect(shown.page.get_by_text("Said since")).to_be_visible()
        assert shown.crashes == []


def test_a_failure_is_told_as_text_in_a_dark_page_on_a_light_system(
    tmp_path: Path, start: Start, pictures: Path
) -> None:
    notebook = _notebook(tmp_path, _FAILURE)
    with App(notebook, tmp_path / "unused.duckdb", language="en", theme="dark") as broken:
        shown = start(broken, "light")
        alert = shown.page.get_by_role("alert").filter(has_text=text("app.failed", "en"))
        expect(alert.get_by_text(SCRIPT)).to_be_visible()
        shown.page.screenshot(path=pictures / "app-failed.png")
        assert shown.page.locator("body").get_attribute("data-jp-theme-light") == "false"
        assert "said to the terminal" not in shown.page.locator("body").inner_text()
        assert shown.poor_contrast() == []
        assert (shown.strangers, shown.crashes) == ([], [])
