"""A team at work at the same time: every save that was acknowledged is in the history.

`python -m benchmarks --only team` is the same for minutes, with pauses, and tells how long it took.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.person import Done, Task, all_at_work
from benchmarks.team import lost, on_server, people
from oppkit import moving
from oppkit.model import Opportunity
from oppkit.workbench import Workbench
from tests.postgresql_server import Server

TURNS = 10


def at_work(tasks: list[Task]) -> list[Done]:
    """All of them edit the same opportunities, and their own."""
    common = sorted({one for task in tasks for one in task.common})[:2]
    team = [replace(task, turns=TURNS, common=common) for task in tasks]
    return all_at_work(team, lambda: None)


def assert_nothing_is_lost(done: list[Done], url: str) -> None:
    assert [each.errors for each in done] == [[]] * len(done)
    assert sum(len(each.own) + len(each.common) for each in done) == TURNS * len(done)
    assert all(each.common for each in done)
    assert lost(url, done) == []


@pytest.fixture
def demo_file(demo_company: Callable[[Path, int], Path], tmp_path: Path) -> Path:
    return demo_company(tmp_path / "demo.duckdb", 300)


def test_on_a_server(demo_file: Path, new_database: str, server: Server) -> None:
    moving.copy(demo_file, new_database)
    name = new_database.partition("@/")[2].partition("?")[0]
    tasks = on_server(server, name, 4)
    bench = Workbench.open(new_database)
    for task in tasks:  # one team, who all see the same
        employee = bench.employee(task.employee)
        bench.save(employee.replace(establishment="lyon"))
    done = at_work(tasks)
    assert_nothing_is_lost(done, new_database)
    assert len({each.author for each in done}) == len(done)


def test_on_a_file(demo_file: Path) -> None:
    assert_nothing_is_lost(at_work(people(str(demo_file), 3)), str(demo_file))


def test_what_is_lost_is_found(demo_file: Path, tmp_path: Path) -> None:
    """Or the tests here would say nothing."""
    before = shutil.copy(demo_file, tmp_path / "before.duckdb")
    [done] = at_work(people(str(demo_file), 1))
    assert len(lost(str(before), [done])) >= len(done.own)
    bench = Workbench.open(demo_file)
    sale = bench.get(Opportunity, done.common[-1][0])
    bench.save(sale.replace(participants=()))
    assert done.common[-1][2]
    assert len(lost(str(demo_file), [done])) == 1
