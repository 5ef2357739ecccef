"""What a person waits for at the screen: the workbench in JupyterLab, in a real browser.

Each figure is measured inside the page: a script does what a person does (a key, a click), and
counts the seconds until the first frame in which the answer can be drawn: see `pages.timed`. What
is beside it is the bare call of the workbench, in this process and on the same file, taking turns
with the page. Every task runs once before, and that is told as "first": it holds what a page does
only once.

Opening, typing in a line, and saving are done to an opportunity with 5 priced lines, made for it in
a copy of the workspace. The field for the customer waits 80 ms after the last key before it asks;
that is part of its figure. Without a Chromium on this machine nothing is measured.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median

import oppkit
from benchmarks.files import LARGEST_DEMO, copy_of, workspace
from benchmarks.harness import Figure, ratio, shown
from benchmarks.pages import chromium, started
from benchmarks.working import Taken, Work

_AIMS = {"search": 0.3, "open": 0.5, "save": 0.3}
_WHAT = {
    "search": "from a key to the result drawn",
    "open": "from click on a row to the form",
    "price": "from a key in a price to the total",
    "save": "from Save to saved, 5 lines",
    "board": "from click on its tab to the board",
    "calendar": "from click on its tab to the calendar",
    "customer": "from a key to customers proposed, of {customers:,}",
}


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """Aims, on up to 100,000 opportunities: a result and a save in 0.3 s, a form in 0.5 s."""
    browser = chromium()
    if browser is None:
        return []
    with copy_of(workspace(folder, size)) as database, started(database, browser) as place:
        workbench = oppkit.open(database, author="benchmark")
        customers = workbench.directory.customers(limit=1).count
        taken = Work(place, workbench).all(max(5, rounds // 3))
    figures = []
    for name, one in taken.items():
        aim = _AIMS.get(name) if size <= LARGEST_DEMO else None
        figures += _figures(_WHAT[name].format(customers=customers), one, aim)
    return figures


def _figures(what: str, taken: Taken, aim: float | None) -> list[Figure]:
    """The median of all but the first, and how many times the bare call that is."""
    first, *others = taken.screen
    most = sorted(others)[int(len(others) * 0.95)]
    note = f"{len(others)} times, 95 of 100 within {shown(most)}, first {shown(first)}"
    seconds = {"screen": median(others)}
    figures = [Figure("screens", what, seconds["screen"], "s", aim, note)]
    if taken.bare:
        seconds["bare"] = median(taken.bare[1:])
        figures.append(ratio("screens", "  against the bare call", seconds, "screen", "bare", None))
    return figures
