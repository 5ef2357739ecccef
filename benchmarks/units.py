"""Saving and opening one opportunity, against the least that DuckDB can do with the same file.

Bare saving: `duckdb.connect(file)`, one `insert` of a whole row into the opportunity table, close.
Bare opening: `duckdb.connect(file)`, `select *` of the row under a code, close. Both with DuckDB's
defaults. The Workbench does more: it waits for its turn, checks the schema, reads or writes lines,
tags and people, merges, numbers, keeps the version and the history.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import count
from pathlib import Path
from random import Random

import duckdb

import oppkit
from benchmarks.files import copy_of, workspace
from benchmarks.harness import Figure, Side, alternate, ratio
from oppkit import Line, Opportunity, Workbench


class Units:
    """What is done with one file, each with a code drawn anew."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.workbench: Workbench = oppkit.open(path, author="benchmark")
        self._random = Random(1)
        self._numbers = count(1)
        self._codes = [str(row["code"]) for row in self.workbench.search(limit=20_000).rows]

    def bare_insert(self) -> Callable[[], object]:
        code, place = self._code(), next(self._numbers)

        def insert() -> None:
            connection = duckdb.connect(self.path)
            connection.execute(
                "insert into opportunity select * replace (-$1::bigint as id, $2 as code)"
                " from opportunity where code = $3",
                [place, f"BARE-{place}", code],
            )
            connection.close()

        return insert

    def bare_look_up(self) -> Callable[[], object]:
        code = self._code()

        def look_up() -> None:
            connection = duckdb.connect(self.path)
            connection.execute("select * from opportunity where code = $1", [code]).fetchall()
            connection.close()

        return look_up

    def save_edited(self) -> Callable[[], object]:
        found = self.workbench.opportunity(self._code())
        edited = found.replace(
            name=f"{found.name[:150]} {next(self._numbers)}", lines=self._lines()
        )
        return lambda: self.workbench.save(edited)

    def save_new(self) -> Callable[[], object]:
        found = self.workbench.opportunity(self._code())
        new: Opportunity = found.replace(id=None, version=0, code=None, lines=self._lines())
        return lambda: self.workbench.save(new)

    def open_by_code(self) -> Callable[[], object]:
        code = self._code()
        return lambda: self.workbench.opportunity(code)

    def open_at_first(self) -> Callable[[], object]:
        code = self._code()
        return lambda: oppkit.open(self.path, author="benchmark").opportunity(code)

    def _code(self) -> str:
        return self._random.choice(self._codes)

    def _lines(self) -> list[Line]:
        amounts = [Decimal(self._random.randrange(100, 10**7)) / 100 for _ in range(5)]
        return [Line(title=f"Line {n}", amount=amount) for n, amount in enumerate(amounts)]


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """Aims: saving at most 2.5 times, opening at most 1.5 times the bare one."""
    with copy_of(workspace(folder, size)) as path:
        units = Units(path)
        sides: dict[str, Side] = {
            "bare insert": units.bare_insert, "save edited": units.save_edited,
            "save new": units.save_new, "bare look-up": units.bare_look_up,
            "open": units.open_by_code, "first open": units.open_at_first,
        }  # fmt: skip
        taken = alternate(sides, rounds)
    return [
        ratio(
            "units", "save one edited, with 5 new lines", taken, "save edited", "bare insert", 2.5
        ),
        ratio("units", "save a new one with 5 lines", taken, "save new", "bare insert", 2.5),
        ratio("units", "open one by code", taken, "open", "bare look-up", 1.5),
        ratio("units", "start a workbench and open one", taken, "first open", "bare look-up", None),
    ]
