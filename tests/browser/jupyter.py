"""Drives JupyterLab as a person would: starts it, opens a notebook, runs it, looks at it."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, ViewportSize

from tests.browser.quiet import watch

SCREEN: ViewportSize = {"width": 1440, "height": 900}

_COMMAND = "from oppkit.cli import main; main()"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/\S*token=(\w+)")

# A run is over when every cell has its number, or when one has failed: those after it never run.
_OVER = """() => {
  const panel = jupyterapp.shell.currentWidget;
  const kernel = panel?.sessionContext?.session?.kernel;
  const code = panel.content.widgets.filter(cell => cell.model.type === 'code');
  const failed = cell => cell.model.outputs.toJSON().some(shown => shown.output_type === 'error');
  return kernel?.status === 'idle'
    && (code.some(failed) || code.every(cell => cell.model.executionCount !== null));
}"""
_READY = """path => {
  const panel = window.jupyterapp?.shell?.currentWidget;
  return panel?.context?.path === path && panel.context.isReady
    && panel.sessionContext.isReady
    && panel.sessionContext.session?.kernel?.status === 'idle';
}"""
_OUTPUTS = """() => jupyterapp.shell.currentWidget.content.widgets
  .filter(cell => cell.model.type === 'code')
  .map(cell => cell.model.outputs.toJSON())"""

# anywidget gives a script two seconds to come in; later, its widget never hears from Python again.
# That is enough on a person's machine, and not where several browsers share a processor.
_PATIENT = """(() => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (wait) => timeout(wait === 2000 ? 120_000 : wait);
})()"""
_TOP = """async () => {
  const notebook = jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = 0;
  await notebook.scrollToItem(0, 'start');
  notebook.node.querySelector('.jp-WindowedPanel-outer').scrollTop = 0;
}"""
# Two frames: the first may still show the state before.
_DRAWN = """() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(done)))"""
_VISIBLE = """([selector, count]) => [...document.querySelectorAll(selector)]
  .filter(element => element.checkVisibility()).length === count"""
_CLOSE = """async () => {
  for (const panel of [...jupyterapp.shell.widgets('main')]) {
    await panel.sessionContext?.shutdown();
    panel.dispose();
  }
}"""
# Plotly draws a chart anew some time after its place has changed its width.
_FITS = """() => [...document.querySelectorAll('.js-plotly-plot')].every((chart) =>
  chart._fullLayout && Math.abs(chart._fullLayout.width - chart.clientWidth) < 1)"""
_BOTTOM = """() => {
  const notebook = jupyterapp.shell.currentWidget.content;
  const scrolled = notebook.node.querySelector('.jp-WindowedPanel-outer').scrollTop;
  return scrolled + notebook.widgets.at(-1).node.getBoundingClientRect().bottom;
}"""


class Lab:
    """A running `oppkit lab`, with settings of its own so that the user's do not matter."""

    def __init__(self, notebooks: Path, database: Path, scratch: Path, language: str = "fr"):
        config = scratch / "config"
        config.mkdir(parents=True)
        settings = {
            # the page's own commands run a notebook without hanging on timing
            "LabApp": {"expose_app_in_browser": True},
            # any that is free: of two that start together both would find the usual one free
            "ServerApp": {"port": 0},
        }
        (config / "jupyter_lab_config.json").write_text(json.dumps(settings), encoding="utf-8")
        # two pages of one notebook: what one saves after two minutes, the other asks about
        documents = config / "lab" / "user-settings" / "@jupyterlab" / "docmanager-extension"
        documents.mkdir(parents=True)
        (documents / "plugin.jupyterlab-settings").write_text('{"autosave": false}', "utf-8")
        places = {
            "JUPYTER_CONFIG_DIR": config,
            "JUPYTER_DATA_DIR": scratch / "data",
            "JUPYTER_RUNTIME_DIR": scratch / "runtime",
            "IPYTHONDIR": scratch / "ipython",
        }
        self.log = scratch / "lab.log"
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                _COMMAND,
                "lab",
                str(notebooks),
                "--no-browser",
                "--db",
                str(database),
            ],
            env=os.environ | {"OPPKIT_LANG": language} | {k: str(v) for k, v in places.items()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log.open("w"),
            text=True,
        )
        self.port, self.token = self._address()

    def _address(self) -> tuple[str, str]:
        for line in self._process.stdout or ():
            if found := _ADDRESS.search(line):
                return found[1], found[2]
        raise RuntimeError(f"oppkit lab did not start: {self.log.read_text()}")

    def url(self, notebook: str) -> str:
        return f"http://127.0.0.1:{self.port}/lab/tree/{notebook}?token={self.token}&reset"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=120)


class NotebookPage:
    """One notebook in one browser page; remembers every request that would leave the machine.

    In a page that is kept the next notebook is opened when the one before is closed.
    """

    def __init__(self, context: BrowserContext, lab: Lab):
        self._lab = lab
        self.strangers: list[str] = []
        self.crashes: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(180_000)  # for a busy machine; an idle one needs 10 s
        watch(self.page)
        self.page.add_init_script(_PATIENT)
        self.page.on("request", lambda request: self._note(request.url))
        self.page.on("pageerror", lambda error: self.crashes.append(str(error)))

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.strangers.append(url)

    def open(self, notebook: str, theme: str) -> None:
        """Open a notebook, in a theme, with a kernel that has run nothing yet."""
        if self.page.url == "about:blank":
            self.page.goto(self._lab.url(notebook))
        else:
            self.command("docmanager:open", path=notebook)
        self.page.wait_for_function(_READY, arg=notebook)
        self.dress(theme)

    def dress(self, theme: str) -> None:
        """Change the theme."""
        self.command("apputils:change-theme", theme=theme)
        self.page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")

    def renew(self) -> None:
        """Close the notebook and its kernel."""
        self.page.evaluate(_CLOSE)
        self.fold()

    def wrong(self) -> list[str]:
        """What no test may leave behind: scripts that failed, requests to elsewhere."""
        return [*self.crashes, *self.strangers]

    def command(self, name: str, **arguments: Any) -> None:
        self.page.evaluate(
            "([name, args]) => jupyterapp.commands.execute(name, args).then(() => null)",
            [name, arguments],
        )

    def run_all(self) -> None:
        """Run every cell, and wait until that is over."""
        self.command("notebook:clear-all-cell-outputs")
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(_OVER)

    def outputs(self) -> list[list[dict[str, Any]]]:
        """Return what each code cell shows."""
        return list(self.page.evaluate(_OUTPUTS))

    def picture(self, path: Path) -> None:
        """Take the page from its top, in a window as tall as a screen."""
        self.page.evaluate(_TOP)
        self.page.evaluate(_DRAWN)
        self.page.screenshot(path=path)

    def unfold(self) -> None:
        """Make the window as tall as the notebook: JupyterLab draws only what is in sight."""
        self.page.evaluate("() => jupyterapp.shell.collapseLeft()")
        height, before = self._height(), 0
        while height > before:  # what comes into sight may make the page longer
            self.page.set_viewport_size({**SCREEN, "height": height})
            self.page.evaluate(_TOP)
            self.page.evaluate(_DRAWN)
            height, before = self._height(), height
        self.page.wait_for_function(_FITS)

    def fold(self) -> None:
        """Make the window as tall as a screen again."""
        self.page.evaluate("() => jupyterapp.shell.expandLeft()")
        self.page.set_viewport_size(SCREEN)

    def _height(self) -> int:
        return min(int(self.page.evaluate(_BOTTOM)) + 60, 16_000)

    def wait_for_visible(self, selector: str, count: int) -> None:
        """Wait until exactly so many elements can be seen; fails when they never are."""
        self.page.wait_for_function(_VISIBLE, arg=[selector, count])

    def visible(self, selector: str) -> int:
        return self.page.locator(selector).filter(visible=True).count()
