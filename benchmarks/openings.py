"""From opening the workbench to working with it, beside a page with one ipywidgets.Text.

JupyterLab: from asking for the notebook's address, through a kernel that starts cold and the cell
that runs as soon as it is there, until the first rows of the list are drawn and the search box has
taken a letter. The last part, from running the cell on, is told apart: the kernel is ready then,
and what remains is the workbench's own.

`oppkit app`: from the command, all cold; and from the address of one that runs, whose next kernel
waits. The plain side is the same way with a notebook whose cell shows a text, which takes a letter.

The browser keeps what it has loaded from one turn to the next; the sides take turns, and the first
turn of each is not counted. Medians of seconds on the clock of this process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from benchmarks.files import workspace
from benchmarks.harness import Figure, ratio, shown
from benchmarks.pages import LANGUAGE, PLAIN, THEME, WORKBENCH, Place, chromium, started

_READY = {
    WORKBENCH: (".opp-search .opp-table-row .opp-table-open", ".opp-search-box input"),
    PLAIN: (".widget-text input", ".widget-text input"),
}
"""What is drawn when a page can be used, and where one types."""

_END_KERNELS = "() => jupyterapp.serviceManager.sessions.shutdownAll()"
_CALM = 5  # percent of a core below which nothing is being started any more
_USABLE = 3.0  # seconds from a ready kernel

Times = dict[str, list[float]]


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """The aim is a usable page within 3 s of the kernel being ready."""
    browser = chromium()
    if browser is None:
        return []
    turns = max(3, rounds // 12)
    with started(workspace(folder, size), browser) as place:
        notebook = _alternate(turns, lambda name: _in_lab(place, name))
        app = _alternate(turns, lambda name: _in_app(place, name))
    return [
        *_figures("JupyterLab: from address to usable", notebook, "whole", None),
        *_figures("JupyterLab: from running the cell", notebook, "cell", _USABLE),
        *_figures("oppkit app: from command to usable", app, "whole", None),
        *_figures("oppkit app: from address, kernel waiting", app, "page", _USABLE),
    ]


def _alternate(turns: int, measure: Callable[[str], Mapping[str, float]]) -> dict[str, Times]:
    taken: dict[str, Times] = {WORKBENCH: {}, PLAIN: {}}
    for turn in range(turns + 1):
        for name in (WORKBENCH, PLAIN) if turn % 2 else (PLAIN, WORKBENCH):
            for part, seconds in measure(name).items():
                if turn:
                    taken[name].setdefault(part, []).append(seconds)
    return taken


def _figures(
    what: str, taken: Mapping[str, Times], part: str, aim: float | None
) -> tuple[Figure, Figure]:
    mine, plain = taken[WORKBENCH][part], taken[PLAIN][part]
    note = f"{len(mine)} times, {shown(min(mine))} to {shown(max(mine))}"
    seconds = {"workbench": median(mine), "one text": median(plain)}
    return (
        Figure("openings", what, seconds["workbench"], "s", aim, note),
        ratio("openings", "  against one text", seconds, "workbench", "one text", None),
    )


def _in_lab(place: Place, name: str) -> dict[str, float]:
    from tests.browser.jupyter import NotebookPage

    notebook = NotebookPage(place.context, place.lab)
    start = time.perf_counter()
    notebook.open(name, THEME)
    ready = time.perf_counter()
    notebook.command("notebook:run-all-cells")
    _use(notebook.page, name)
    end = time.perf_counter()
    notebook.page.evaluate(_END_KERNELS)
    notebook.page.close()
    return {"whole": end - start, "cell": end - ready}


def _in_app(place: Place, name: str) -> dict[str, float]:
    from tests.browser.voila import App

    start = time.perf_counter()
    with App(place.notebooks / name, place.database, LANGUAGE) as app:
        _open(place, app, name)
        whole = time.perf_counter() - start
        _wait_until_calm()
        start = time.perf_counter()
        _open(place, app, name)
        return {"whole": whole, "page": time.perf_counter() - start}


def _open(place: Place, app: Any, name: str) -> None:
    from tests.browser.voila import AppPage

    page = AppPage(place.context, app)
    page.open()
    _use(page.page, name)
    page.page.close()


def _use(page: Any, name: str) -> None:
    drawn, typed = _READY[name]
    page.wait_for_selector(drawn)
    page.locator(typed).press_sequentially("a")


def _wait_until_calm() -> None:
    """Until no process that this one has started is at work: the next kernel has been loaded."""
    quiet = 0
    while quiet < 3:
        before = _used()
        time.sleep(0.5)
        quiet = quiet + 1 if (_used() - before) / 0.5 * 100 < _CALM else 0


def _used() -> float:
    """Seconds of processor time of all processes that this one has started."""
    used = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            times = process.cpu_times()
        except psutil.Error:  # it has just ended
            continue
        used += times.user + times.system
    return used
