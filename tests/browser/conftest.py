"""What the browser tests share: a browser, a running JupyterLab, and where pictures go."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from oppkit import resources
from tests.browser.jupyter import Lab, NotebookPage
from tests.browser.widget_page import Show, WidgetPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a browser on this machine; none is ever downloaded."""
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium or Chrome on this machine")


@pytest.fixture(scope="session")
def lab(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start `oppkit lab` on a copy of the notebooks and a small demo company."""
    from oppkit.demo import ensure

    scratch = tmp_path_factory.mktemp("lab")
    notebooks = scratch / "notebooks"
    shutil.copytree(resources.folder("notebooks"), notebooks)
    database = scratch / "demo.duckdb"
    ensure(database)
    with Lab(notebooks, database, scratch) as running:
        yield running


@pytest.fixture
def notebook_page(chromium: str, lab: Lab, tmp_path: Path) -> Iterator[NotebookPage]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=chromium, args=list(_FLAGS),
            viewport={"width": 1440, "height": 900}, locale="fr-FR",
        )  # fmt: skip
        yield NotebookPage(context, lab)
        context.close()


@pytest.fixture(scope="module")
def bare_browser(chromium: str) -> Iterator["Browser"]:
    """Open a browser for pages that need no server."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def show(bare_browser: "Browser") -> Iterator[Show]:
    """Show a widget in a page of its own; at the end, no script may have failed or asked."""
    shown: list[WidgetPage] = []
    dialogs: list[str] = []

    def start(widget: Any, theme: str = "light", width: int = 1280, **context: Any) -> WidgetPage:
        page = bare_browser.new_page(viewport={"width": width, "height": 700}, **context)
        page.set_default_timeout(30_000)
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
