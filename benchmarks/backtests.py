"""The backtest of 24 origins and six horizons, and what it is made of.

The history of the demo is two years long, so that 20 of the 24 origins can be replayed.
"""

from __future__ import annotations

import gc
from functools import partial
from pathlib import Path

import oppkit
from benchmarks.files import LARGEST_DEMO, workspace
from benchmarks.harness import Figure, once
from oppkit.analysis.backtest.registry import METHODS


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """Aim: a minute for 100,000 opportunities, all methods; each is timed alone besides."""
    kept = min(size, LARGEST_DEMO)
    workbench = oppkit.open(workspace(folder, kept))
    whole = once(workbench.backtest)
    figures = [Figure("backtests", "all methods", whole, "s", 60 * max(1.0, kept / LARGEST_DEMO),
                      f"{kept} opportunities, the panel read")]  # fmt: skip
    for name in METHODS:
        gc.collect()
        alone = once(partial(workbench.backtest, methods=[name]))
        figures.append(Figure("backtests", name, alone, "s", None, "the panel kept"))
    return figures
