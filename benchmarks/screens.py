"""What a person waits for at the screen: a real browser on a real JupyterLab.

Each measurement is one notebook cell, run in JupyterLab under Chromium, and a small script in its
page that does what a person does and waits until the page shows the answer. Without a Chromium on
this machine nothing is measured. To add one: a `Cell`, and a function from its page to figures.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import oppkit
from benchmarks.files import LARGEST_DEMO, workspace
from benchmarks.harness import Figure, alternate, ratio, shown
from oppkit.model import Search

_SEARCH_VIEW = """
import oppkit
from ipywidgets import VBox
from oppkit.forms.screen import Screen
from oppkit.forms.search import SearchView
from oppkit.forms.widgets.frame import Frame
screen = Screen(oppkit.open())
view = SearchView(screen)
view.refresh()
VBox([Frame(), screen.notice, screen.dialogs, view]).add_class("opp-page")
"""
_ROWS = ".opp-search .opp-table-row .opp-table-open"

# From a key that changes the text to the frame in which the rows of its result are drawn.
_SEARCH = """async (text) => {
  const box = document.querySelector('.opp-search-box');
  const grid = document.querySelector('.opp-search [role=grid]');
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const waits = () => [box, grid].some((one) => one.getAttribute('aria-busy') === 'true');
  const input = box.querySelector('input');
  input.value = text;
  const start = performance.now();
  input.dispatchEvent(new InputEvent('input', {bubbles: true}));
  do await frame(); while (waits());
  return [(performance.now() - start) / 1000, grid.getAttribute('aria-rowcount') - 1];
}"""


@dataclass(frozen=True)
class Cell:
    """What a notebook runs, and the selector of what tells that it can be used."""

    code: str
    ready: str


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """The aim for a search is 0.3 s on 100,000 opportunities, at the screen."""
    database = workspace(folder, size)
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if chromium is None:
        return []
    with page_of(Cell(_SEARCH_VIEW, _ROWS), database, chromium) as page:
        return searching(page, database, max(5, rounds // 6))


def searching(page: Any, database: Path, rounds: int) -> list[Figure]:
    """A word typed key by key: every key is answered before the next one."""
    workbench = oppkit.open(database)
    word = str(workbench.search(limit=1).rows[0]["name"]).split()[0]
    texts = [word[:length] for length in range(1, min(len(word), 6) + 1)]
    taken: list[float] = []
    for turn in range(rounds + 1):
        for text in texts:
            seconds, _ = page.evaluate(_SEARCH, text)
            if turn:  # the first turn is what a page does only once
                taken.append(seconds)
        page.evaluate(_SEARCH, "")
    wanted = [Search(text=text, outcomes=("open",), limit=60) for text in texts]
    alone = alternate(
        {one.text: (lambda one=one: lambda: workbench.search(one)) for one in wanted}, rounds
    )  # fmt: skip
    seconds = {"screen": median(taken), "search alone": median(alone.values())}
    slowest = sorted(taken)[int(len(taken) * 0.95)]
    aim = 0.3 if taken and workbench.search(limit=1).count <= LARGEST_DEMO else None
    note = f"{len(taken)} keys, 95 of 100 within {shown(slowest)}"
    return [
        Figure("screens", "from keystroke to rows drawn", seconds["screen"], "s", aim, note),
        ratio("screens", "the same against the search alone", seconds, "screen", "search alone",
              None),
    ]  # fmt: skip


@contextmanager
def page_of(cell: Cell, database: Path, chromium: str) -> Iterator[Any]:
    """A page of JupyterLab in which the cell has run and what it shows can be used."""
    from playwright.sync_api import sync_playwright

    from tests.browser.jupyter import Lab, NotebookPage

    with TemporaryDirectory() as place, sync_playwright() as driver:
        notebooks = Path(place, "notebooks")
        _write(notebooks / "screen.ipynb", cell.code)
        with Lab(notebooks, database, Path(place), "en") as lab:
            context = driver.chromium.launch_persistent_context(
                Path(place, "profile"), executable_path=chromium,
                args=["--headless", "--no-sandbox", "--disable-gpu"],
                viewport={"width": 1280, "height": 850},
            )  # fmt: skip
            notebook = NotebookPage(context, lab)
            notebook.open("screen.ipynb", "JupyterLab Light")
            notebook.run_all()
            notebook.page.wait_for_selector(cell.ready)
            yield notebook.page
            context.close()


def _write(path: Path, code: str) -> None:
    path.parent.mkdir(parents=True)
    cell = {
        "cell_type": "code", "execution_count": None, "id": "screen", "metadata": {},
        "outputs": [], "source": code,
    }  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {
        "cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    path.write_text(json.dumps(notebook), encoding="utf-8")
