"""A workspace on a PostgreSQL server beside the same one in a file, both on this machine.

A snapshot from the server fetches the tables that analyses read, over Arrow; the next one after a
save only what changed since. The server keeps what it writes on disk, as it does by default.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from pathlib import Path

import oppkit
from benchmarks.files import LARGEST_DEMO, copy_of, workspace
from benchmarks.harness import Figure, alternate, once, ratio, shown
from oppkit import Workbench, moving
from oppkit.model import Opportunity, Outcome, Search
from tests.postgresql_server import running

_OPTIONS = ("shared_buffers=2GB", "work_mem=32MB", "listen_addresses=127.0.0.1")


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """The aim of 15 s is for the first snapshot of a million opportunities with 3 lines each."""
    with running(_OPTIONS) as server, copy_of(workspace(folder, size)) as file:
        url = server.url(name := server.new())
        copied = once(lambda: moving.copy(file, url))
        server.run("vacuum analyze", name)
        first = once(lambda: oppkit.open(url).snapshot())
        place, here = _Place.of(url), _Place.of(str(file))
        again = once(place.saved_and_read)
        taken = alternate(
            {
                "save": lambda: place.saved, "save in a file": lambda: here.saved,
                "search": lambda: place.searched, "search in a file": lambda: here.searched,
            }, max(5, rounds // 3),
        )  # fmt: skip
    aim = 15.0 if size > LARGEST_DEMO else None
    return [
        Figure("servers", "copy it to the server", copied, "s", None, "compared afterwards"),
        Figure("servers", "first snapshot", first, "s", aim, "with opening"),
        Figure(
            "servers",
            "snapshot after a save",
            again,
            "s",
            None,
            f"of it the save {shown(taken['save'])}",
        ),
        ratio("servers", "save an opportunity", taken, "save", "save in a file", None),
        ratio("servers", "search with totals", taken, "search", "search in a file", None),
    ]


@dataclass
class _Place:
    """A workspace in which one opportunity is edited over and over."""

    workbench: Workbench
    opportunity: Opportunity
    turns: count[int]

    @classmethod
    def of(cls, url: str) -> _Place:
        """Opened, with a snapshot at hand."""
        workbench = oppkit.open(url)
        workbench.snapshot()
        [row] = workbench.search(Search(outcomes=(Outcome.OPEN,), limit=1)).rows
        return cls(workbench, workbench.opportunity(row["code"]), count(1))

    def saved(self) -> None:
        """Another probability each time."""
        chance = Decimal(next(self.turns) % 90 + 5) / 100
        self.opportunity = self.workbench.save(
            self.opportunity.replace(probability=chance, probability_typed=True)
        )

    def saved_and_read(self) -> None:
        """A save, and the snapshot that knows it."""
        self.saved()
        self.workbench.snapshot()

    def searched(self) -> object:
        """A page of a hundred of the open ones, with the sums of all."""
        return self.workbench.search(Search(outcomes=(Outcome.OPEN,), text="a", limit=100))
