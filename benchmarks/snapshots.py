"""Copying a pipeline into memory: how long, and how much memory it takes in a new process."""

from __future__ import annotations

import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import oppkit
from benchmarks.files import LARGEST_DEMO, workspace
from benchmarks.harness import PEAK, Figure, Side, alternate, in_child
from oppkit import Workbench

_MEMORY = """
import json, sys
import ibis, oppkit, pandas
workbench = oppkit.open(sys.argv[1])
workbench.search(limit=1)
before = peak()
snapshot = workbench.snapshot()
print(json.dumps({"before": before, "after": peak()}))
"""


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """Aims: 0.2 s for 100,000 opportunities; 0.6 s and 0.5 GB for a million, with 3 lines each."""
    path = workspace(folder, size)
    workbench = oppkit.open(path)
    large = size > LARGEST_DEMO
    sides: dict[str, Side] = {
        "made": lambda: oppkit.open(path).snapshot, "reused": lambda: workbench.snapshot
    }  # fmt: skip
    if not large:
        day = workbench.today - timedelta(days=180)
        sides["past"] = lambda: partial(oppkit.open(path).snapshot, day)
    taken = alternate(sides, max(5, rounds // 10))
    opportunities, lines = _counts(workbench)
    figures = [
        Figure("snapshots", "make one", taken["made"], "s", 0.6 if large else 0.2,
               f"{opportunities} opportunities, {lines} lines"),
        Figure("snapshots", "ask for it again", taken["reused"], "s", None, "nothing has changed"),
    ]  # fmt: skip
    if not large:
        figures.append(Figure("snapshots", "as of 180 days ago", taken["past"], "s"))
    return figures + _memory(path, large)


def _counts(workbench: Workbench) -> tuple[int, int]:
    snapshot = workbench.snapshot()
    return int(snapshot.opportunity.count().execute()), int(snapshot.line.count().execute())


def _memory(path: Path, large: bool) -> list[Figure]:
    if sys.platform == "win32":  # no way to ask without another library
        return []
    found = in_child(PEAK + _MEMORY, path)
    grown = (found["after"] - found["before"]) / 1e9
    note = f"peak of the process {found['after'] / 1e9:.2f} GB"
    return [Figure("snapshots", "memory one takes", grown, "GB", 0.5 if large else None, note)]
