"""Generated companies with a known truth, as panels: once in memory for all tests that ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from oppkit import demo
from oppkit.analysis.signing import Panel
from oppkit.analysis.signing.months import same_days
from oppkit.demo.company import company
from oppkit.demo.truth import Truth
from oppkit.snapshots import Snapshots
from oppkit.store import bulk
from oppkit.store.opening import open_store
from oppkit.store.snapshot import Request

DAYS = 1_095  # of history
DEFAULTS = {
    "to_qualify": 0.1, "qualified": 0.25, "proposal": 0.45, "negotiation": 0.65, "signing": 0.9,
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """The panel at the same day of all months, and the true chances of who is open on the last."""

    panel: Panel
    truth: Truth
    chances: dict[str, np.ndarray[Any, Any]]


@lru_cache(maxsize=4)
def made(size: int, seed: int, last: date = demo.TODAY) -> Made:
    """A company of so many opportunities and three years. `last`: the last of the origins."""
    truth = Truth(demo.TODAY, days=DAYS)
    whole = company(size, truth, seed)
    chances = {
        name: whole.chances[name].to_numpy(zero_copy_only=False)
        for name in whole.chances.column_names
    }
    return Made(panel_of(whole.tables, same_days(last, DAYS // 31)), truth, chances)


def panel_of(tables: dict[str, Any], origins: Sequence[date]) -> Panel:
    """What its history tells of these days, through a workspace file."""
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "company.duckdb")
        with store.write() as session:
            told = ("opportunity_version", "exchange_rate")
            bulk.load(session, {name: tables[name] for name in told})
        return Snapshots(store).panel([Request(day, True, "EUR", 2) for day in origins])
