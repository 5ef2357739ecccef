"""Drives `oppkit app` as a person would: starts it on a notebook, opens its page, looks at it."""

from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import BrowserContext, Dialog, Page

from tests.browser.quiet import watch
from tests.browser.widget_page import _CONTRAST
from tests.running import Running

_START = (
    "import sys; from pathlib import Path; from oppkit.app import app;"
    "sys.exit(app(None, False, sys.argv[2], sys.argv[3], Path(sys.argv[1])))"
)
_KERNEL = "() => JSON.parse(document.querySelector('#jupyter-config-data').textContent).kernelId"
# The style sheet of the theme that is not shown comes after the page.
_DRESSED = """light => document.body.dataset.jpThemeLight === String(light)
  && [...document.querySelectorAll('link[rel=stylesheet]')].every(({sheet}) => sheet)"""
_GONE = "async id => (await fetch('/api/kernels/' + id)).status === 404"


class App:
    """A running `oppkit app`."""

    def __init__(
        self, notebook: Path, database: Path, language: str = "fr", theme: str = "system"
    ) -> None:
        self._running = Running(_START, notebook, database, theme, OPPKIT_LANG=language)
        self.address = self._running.address

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._running.end()

    def kill(self, kernel_id: str) -> None:
        """End a kernel as a machine without memory does."""
        for process in psutil.Process(self._running.process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # another page's kernel may be ending
                if kernel_id in " ".join(process.cmdline()):
                    process.kill()


class AppPage:
    """The page of an app; remembers every request that would leave the machine."""

    def __init__(self, context: BrowserContext, app: App):
        self.app = app
        self.strangers: list[str] = []
        self.crashes: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(180_000)  # for a busy machine; an idle one needs 2 s
        watch(self.page)
        self.page.on("request", lambda request: self._note(request.url))
        self.page.on("pageerror", lambda error: self.crashes.append(str(error)))
        self.page.on("dialog", self.asked)
        self.page.on(
            "console",
            lambda said: said.type == "error" and self.crashes.append(said.text),
        )

    def asked(self, dialog: Dialog) -> None:
        """Nothing may ask in the browser's own way: it counts as a crash."""
        self.crashes.append("asked")
        dialog.dismiss()

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.strangers.append(url)

    def open(self) -> None:
        """Open the address that was shown, and wait until there is something to see."""
        self.page.goto(self.app.address, wait_until="commit")
        self.loaded()

    def loaded(self) -> None:
        self.page.wait_for_selector("#oppkit-loading[hidden]", state="attached")

    def dress(self, scheme: str) -> None:
        """Have the system prefer "light" or "dark", and wait until the page does."""
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        self.page.wait_for_function(_DRESSED, arg=scheme == "light")

    def wrong(self) -> list[str]:
        """What no test may leave behind: scripts that failed, questions, requests to elsewhere."""
        return [*self.crashes, *self.strangers]

    def kernel(self) -> str:
        """The identifier of the page's kernel."""
        return str(self.page.evaluate(_KERNEL))

    def wait_for_end_of(self, kernel_id: str) -> None:
        self.page.wait_for_function(_GONE, arg=kernel_id)

    def poor_contrast(self) -> list[str]:
        """Return the texts below the 4.5 to 1 of WCAG AA, with their contrast."""
        return list(self.page.evaluate(_CONTRAST))
