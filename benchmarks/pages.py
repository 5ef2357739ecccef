"""The pages that are timed: JupyterLab and `oppkit app` under Chromium, on one workspace.

`started` gives a place with servers and a browser of its own. `timed` measures inside the page, so
that what drives the browser adds nothing: from the event to the first frame in which the answer is
there to be drawn.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from oppkit import resources

LANGUAGE = "en"
THEME = "JupyterLab Light"
WORKBENCH, PLAIN = "03_workbench.ipynb", "plain.ipynb"
_ONE_TEXT = "import ipywidgets\nipywidgets.Text()"
_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
_MOST = 60  # seconds after which an answer is not waited for any more

_TIMED = """async (given) => {
  const act = %s;
  const done = %s;
  const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
  const start = performance.now();
  const before = act(given);
  const taken = () => (performance.now() - start) / 1000;
  do {
    await frame();
    if (taken() > given.most) throw new Error("The page has not answered.");
  } while (!done(given, before));
  return taken();
}"""


@dataclass(frozen=True)
class Place:
    """A running JupyterLab, the folder of its notebooks, and a browser."""

    lab: Any
    notebooks: Path
    database: Path
    context: Any


def chromium() -> str | None:
    """The browser of this machine; none is ever downloaded."""
    return next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)


@contextmanager
def started(database: Path, browser: str) -> Iterator[Place]:
    """JupyterLab on the workbench's notebook, and on one that shows a single ipywidgets.Text."""
    from playwright.sync_api import sync_playwright

    from tests.browser.jupyter import Lab

    with TemporaryDirectory() as scratch, sync_playwright() as driver:
        notebooks = Path(scratch, "notebooks")
        notebooks.mkdir()
        shutil.copy(resources.folder("notebooks") / WORKBENCH, notebooks)
        _write(notebooks / PLAIN, _ONE_TEXT)
        with Lab(notebooks, database, Path(scratch), LANGUAGE) as lab:
            context = driver.chromium.launch_persistent_context(
                Path(scratch, "profile"), executable_path=browser, args=_FLAGS,
                viewport={"width": 1280, "height": 850},
            )  # fmt: skip
            yield Place(lab, notebooks, database, context)
            context.close()


def timed(page: Any, act: str, done: str, **given: Any) -> float:
    """The seconds from `act` to the frame that draws its answer.

    Both are JavaScript functions of `given`; `done` also has what `act` returned, and tells whether
    the answer is there. Raises playwright's Error when it is not there after a minute.
    """
    return float(page.evaluate(_TIMED % (act, done), {"most": _MOST, **given}))


def _write(path: Path, code: str) -> None:
    """A notebook of one cell."""
    cell: dict[str, Any] = {
        "cell_type": "code", "execution_count": None, "id": "screen", "metadata": {},
        "outputs": [], "source": code,
    }  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {
        "cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    path.write_text(json.dumps(notebook), encoding="utf-8")
