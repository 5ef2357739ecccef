"""Searches through the Workbench: opening, a page of a hundred with totals over all, closing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import oppkit
from benchmarks.files import LARGEST_DEMO, workspace
from benchmarks.harness import Figure, alternate
from oppkit import Workbench
from oppkit.model import Outcome, Status, Tag


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """The aim of 0.15 s is for all criteria at once on 100,000 opportunities."""
    workbench = oppkit.open(workspace(folder, size))
    searches = _searches(workbench)
    found = {name: workbench.search(**wanted).count for name, wanted in searches.items()}
    sides = {name: _side(workbench, wanted) for name, wanted in searches.items()}
    taken = alternate(sides, max(5, rounds // 4))
    aim = 0.15 if size <= LARGEST_DEMO else None
    return [
        Figure("searching", name, seconds, "s", aim, f"{found[name]} found")
        for name, seconds in taken.items()
    ]


def _side(workbench: Workbench, wanted: dict[str, Any]) -> Callable[[], Callable[[], object]]:
    return lambda: lambda: workbench.search(**wanted)


def _searches(workbench: Workbench) -> dict[str, dict[str, Any]]:
    """Criteria that find something, whatever the company's lists and people are."""
    lists, today = workbench.catalogue(), workbench.today
    several = workbench.search(outcomes=["open"], limit=200).rows
    word = str(several[0]["name"]).split()[0]
    everything = {
        "text": word,
        "any_tags": [tag.code for tag in lists.all(Tag)][:4],
        "statuses": [s.code for s in lists.all(Status) if s.outcome is Outcome.OPEN],
        "owner_ids": sorted({row["owner_id"] for row in several} - {None})[:20],
        "expected_from": today - timedelta(days=180),
        "expected_to": today + timedelta(days=365),
    }
    return {
        "text, tags, statuses, owners and dates": everything,
        "two words, largest amount first": {
            "text": f"{word} {str(several[1]['customer']).split()[0]}",
            "sort": "amount", "descending": True,
        },
        "overdue ones": {"overdue": True},
        "everything": {},
    }  # fmt: skip
