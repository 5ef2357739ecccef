"""What the browser tests share: a browser, a running JupyterLab, and where pictures go."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from oppkit import resources
from oppkit.demo import SIZE
from tests.browser.desk import Desk
from tests.browser.jupyter import SCREEN, Lab, NotebookPage
from tests.browser.kept import Kept
from tests.browser.place import NOTEBOOK, Open, Place, dress
from tests.browser.voila import App
from tests.browser.widget_page import Show, WidgetPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


MakeDemo = Callable[[Path, int], Path]
_PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture
def passed(request: pytest.FixtureRequest) -> Callable[[], bool]:
    """Whether the test has passed; for the fixtures it uses, once it is over."""
    return lambda: request.node.stash.get(_PASSED, False)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a browser on this machine; none is ever downloaded."""
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium or Chrome on this machine")


@pytest.fixture(scope="session")
def lab(
    chromium: str, tmp_path_factory: pytest.TempPathFactory, demo_company: MakeDemo
) -> Iterator[Lab]:
    """Start `oppkit lab` on a copy of the notebooks and the demo company."""
    scratch = tmp_path_factory.mktemp("lab")
    notebooks = scratch / "notebooks"
    shutil.copytree(resources.folder("notebooks"), notebooks)
    database = demo_company(scratch / "demo.duckdb", SIZE)
    with Lab(notebooks, database, scratch) as running:
        yield running


@pytest.fixture(scope="module")
def bare_browser(chromium: str) -> Iterator["Browser"]:
    """Open a browser for pages that need no server."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)  # for a busy machine; an idle one needs a second
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def notebook_pages(bare_browser: "Browser", lab: Lab) -> Iterator[Kept[NotebookPage]]:
    def show() -> NotebookPage:
        return NotebookPage(bare_browser.new_context(viewport=SCREEN, locale="fr-FR"), lab)

    pages = Kept(show)
    yield pages
    pages.close()


@pytest.fixture
def notebook_page(
    notebook_pages: Kept[NotebookPage], passed: Callable[[], bool]
) -> Iterator[NotebookPage]:  # fmt: skip
    yield notebook_pages.take()
    assert notebook_pages.end(passed()) == []


@pytest.fixture
def show(bare_browser: "Browser") -> Iterator[Show]:
    """Show a widget in a page of its own; at the end, no script may have failed or asked."""
    shown: list[WidgetPage] = []
    dialogs: list[str] = []

    def start(widget: Any, theme: str = "light", width: int = 1280, **context: Any) -> WidgetPage:
        page = bare_browser.new_page(viewport={"width": width, "height": 700}, **context)
        page.set_default_timeout(60_000)
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        shown.append(WidgetPage(page, widget, theme))
        return shown[-1]

    yield start
    crashes = [crash for one in shown for crash in one.crashes]
    for one in shown:
        one.page.close()
    assert (crashes, dialogs) == ([], [])


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Return where screenshots go: OPPKIT_SCREENSHOTS, else the test's own folder."""
    folder = Path(os.environ.get("OPPKIT_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module", params=["lab", "app"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory,
    demo_company: MakeDemo,
) -> Iterator[Place]:  # fmt: skip
    """The demo company behind JupyterLab, and behind Voilà."""
    scratch = tmp_path_factory.mktemp(request.param)
    database = demo_company(scratch / "demo.duckdb", 400)
    notebooks = scratch / "notebooks"
    shutil.copytree(resources.folder("notebooks"), notebooks)
    with ExitStack() as stack:
        if request.param == "lab":
            request.getfixturevalue("chromium")
            lab = stack.enter_context(Lab(notebooks, database, scratch, "fr"))
            yield Place(database, "fr", lab, None)
        else:
            app = stack.enter_context(App(notebooks / NOTEBOOK, database, "en"))
            yield Place(database, "en", None, app)


@pytest.fixture(scope="module")
def kept(place: Place, bare_browser: "Browser") -> Iterator[Kept[Desk]]:
    pages = Kept(lambda: place.show(bare_browser.new_context(locale="fr-FR")))
    yield pages
    pages.close()


@pytest.fixture
def desk(
    kept: Kept[Desk], place: Place, passed: Callable[[], bool], pictures: Path
) -> Iterator[Open]:
    """Gives a page; at the end no script may have failed or asked."""
    desks: list[Desk] = []

    def open_page(theme: str = "Light", width: int = 1280) -> Desk:
        desks.append(kept.take())
        desks[-1].speak(place.language)
        dress(desks[-1], theme, width)
        return desks[-1]

    yield open_page
    for number, one in enumerate(desks):
        one.picture(pictures / f"last-{place.language}-{number}.png")
    assert kept.end(passed()) == []
