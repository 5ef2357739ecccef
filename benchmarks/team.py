"""A team at work on one workspace: on a server with a role each, and the same on a file.

Nothing may be lost: whatever was acknowledged must stand in the history, under the name of who
saved it, and where several edited the same opportunity, the edit of each must be in it at the end.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

import oppkit
from benchmarks.files import LARGEST_DEMO, copy_of, workspace
from benchmarks.harness import Figure
from benchmarks.person import Done, Task
from oppkit import granting, moving
from oppkit.model import Opportunity, Outcome, Search
from tests.postgresql_server import Server, running

THREADS = 5  # people in one process: fifty of oppkit would not fit into a small machine
FILE_PROCESSES = 8
COMMON = 5  # opportunities that all of a team edit
_OPTIONS = ("shared_buffers=512MB", "max_connections=250", "listen_addresses=127.0.0.1")


def run(
    folder: Path, size: int, rounds: int, minutes: float = 5, sessions: int = 50
) -> list[Figure]:
    """`sessions` people on a server, then 8 on a file, each for so many minutes.

    The server writes to disk as PostgreSQL does if nobody tells it otherwise, and shares the
    machine with its clients.
    """
    source = workspace(folder, min(size, LARGEST_DEMO))
    with running(_OPTIONS) as server:
        name = server.new()
        moving.copy(source, server.url(name))
        server.run("vacuum analyze", name)
        tasks = on_server(server, name, sessions)
        done = _worked(tasks, THREADS, 60 * minutes)
        figures = _figures(f"{len(tasks)} on a server", done, server.url(name))
    with copy_of(source) as file:
        done = _worked(people(str(file), FILE_PROCESSES), 1, 60 * minutes)
        figures += _figures(f"{FILE_PROCESSES} on a file", done, str(file))
    return figures


def people(url: str, count: int) -> list[Task]:
    """Those who have most to do, with the opportunities that all of their team edit."""
    bench = oppkit.open(url, author="benchmark")
    open_ones = bench.search(Search(outcomes=(Outcome.OPEN,), limit=None)).rows
    held: dict[int, list[int]] = {}
    for row in open_ones:
        held.setdefault(row["owner_id"], []).append(row["id"])
    employees = {row["id"]: row for row in bench.directory.employees(limit=100_000).rows}
    teams: dict[str, list[int]] = {}
    for owner, sales in held.items():
        if owner is not None:
            teams.setdefault(employees[owner]["establishment"], []).extend(sales)
    busiest = sorted((owner for owner in held if owner is not None), key=lambda o: -len(held[o]))
    return [
        Task(
            url,
            employees[owner]["code"],
            seed,
            sorted(teams[employees[owner]["establishment"]])[:5],
        )
        for seed, owner in enumerate(busiest[:count])
    ]  # fmt: skip


def on_server(server: Server, name: str, count: int) -> list[Task]:
    """The same, each a salesperson with a login of their own."""
    url = server.url(name)
    tasks = people(url, count)
    logins = [f"seller_{place}" for place in range(len(tasks))]
    server.has_users(*logins)
    for task, login in zip(tasks, logins, strict=True):
        granting.grant(url, "salesperson", login, employee=task.employee)
    return [
        replace(task, url=server.url(name, login))
        for task, login in zip(tasks, logins, strict=True)
    ]


def lost(url: str, done: Sequence[Done]) -> list[str]:
    """What was acknowledged and is not in the history, or not in the record as it is now."""
    bench = oppkit.open(url, author="benchmark")
    sales = {one for each in done for one, *_ in (*each.own, *each.common)}
    past = {
        one: {version.version: version for version in bench.history(bench.get(Opportunity, one))}
        for one in sales
    }
    found = []
    for each in done:
        employee = bench.employee(each.employee).id
        for sale, number, words in each.own:
            version = past[sale].get(number)
            if version is None or (version.record.comment, version.author) != (words, each.author):
                found.append(f"{sale} {number}: {words}")
        for sale, number, enters in each.common:
            version = past[sale].get(number)
            if version is None or (_takes_part(version.record, employee), version.author) != (
                enters, each.author
            ):  # fmt: skip
                found.append(f"{sale} {number}: {each.employee} {enters}")
        for sale, enters in {sale: enters for sale, _, enters in each.common}.items():
            if _takes_part(bench.get(Opportunity, sale), employee) != enters:
                found.append(f"{sale}: {each.employee} is not as saved last")
    return found + [f"{finding.problem}: {finding.code}" for finding in bench.check()]


def _takes_part(sale: Opportunity, employee: int | None) -> bool:
    return any(person.employee_id == employee for person in sale.participants)


def _worked(tasks: Sequence[Task], threads: int, seconds: float) -> list[Done]:
    """All at once, so many in a process; they begin when the last one is ready."""
    groups = [tasks[first : first + threads] for first in range(0, len(tasks), threads)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.person"], cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in groups
    ]  # fmt: skip
    for process, group in zip(processes, groups, strict=True):
        _tell(process, json.dumps([asdict(replace(task, seconds=seconds)) for task in group]))
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process in processes:
        _tell(process, "begin")
    answers = [process.communicate()[0] for process in processes]
    return [Done(**done) for answer in answers for done in json.loads(answer)]


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _figures(who: str, done: Sequence[Done], url: str) -> list[Figure]:
    figures = []
    for kind in ("search", "read", "save"):
        taken = [seconds for each in done for seconds in each.seconds.get(kind, ())]
        for share in (50, 99):
            value = float(np.percentile(taken, share))
            note = f"{len(taken)} times, longest {max(taken):.2f} s"
            figures.append(Figure("team", f"{who}: {kind}, p{share}", value, "s", None, note))
    errors = [error for each in done for error in each.errors]
    missing = lost(url, done)
    saves = sum(len(each.own) + len(each.common) for each in done)
    note = f"of {saves} saves, {sum(len(each.common) for each in done)} of them common"
    return [
        *figures,
        Figure("team", f"{who}: errors shown", len(errors), "", 0, "; ".join(errors[:3])),
        Figure("team", f"{who}: saves lost", len(missing), "", 0, "; ".join([note, *missing[:3]])),
    ]
