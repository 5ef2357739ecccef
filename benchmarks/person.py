"""One person at work, in a process or a thread of its own: searches, reads, saves, and thinks.

Run as `python -m benchmarks.person` by `benchmarks/team.py`, which sends what to do as JSON and
waits for `ready`; what was done comes back as JSON.

A turn is one search by a word, one opportunity of the result opened with its history, and one save
of another one that was opened, too. Before each of these the person thinks, for between 2 and 8
seconds: faster than people are, who read what they opened. Nine saves of ten go to opportunities of
one's own, the tenth to one that all of the team edit at the same time: there the person enters the
participants, or leaves them.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

import oppkit
from oppkit.model import Opportunity, Outcome, Participant, Search

T = TypeVar("T")
WORDS = ("ener", "reseau", "maint", "etude", "super", "20", "sa", "migr")
PAUSE = (2.0, 8.0)  # seconds


@dataclass
class Task:
    """What somebody is to do: for so many `seconds`, or without any pause for so many `turns`.

    `common` are the opportunities that others edit, too.
    """

    url: str
    employee: str
    seed: int
    common: list[int]
    seconds: float = 0
    turns: int = 0


@dataclass
class Done:
    """What somebody did: seconds by kind of task, errors shown, and saves that were acknowledged.

    Of an own opportunity a save is (identifier, version, comment), of a common one (identifier,
    version, whether the person is among the participants now).
    """

    employee: str
    author: str = ""
    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    own: list[tuple[int, int, str]] = field(default_factory=list)
    common: list[tuple[int, int, bool]] = field(default_factory=list)


class Person:
    """Somebody with a workbench of their own, ready to begin."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self._random = random.Random(task.seed)
        self._bench = oppkit.open(task.url, author=task.employee, create=False)
        self.done = Done(task.employee, self._bench.author)
        self._id = self._bench.employee(task.employee).id or 0
        mine = Search(owner_ids=(self._id,), outcomes=(Outcome.OPEN,), limit=40)
        found = [row["id"] for row in self._bench.search(mine).rows]
        self._own = [record_id for record_id in found if record_id not in task.common]

    def work(self) -> Done:
        """Work for as long as the task says."""
        until = time.monotonic() + self.task.seconds
        turn = 0
        while turn < self.task.turns or (not self.task.turns and time.monotonic() < until):
            self._turn(turn)
            turn += 1
        return self.done

    def _turn(self, turn: int) -> None:
        word = self._random.choice(WORDS)
        self._think()
        found = self._timed("search", lambda: self._bench.search(Search(text=word, limit=60)))
        self._think()
        if found and found.rows:
            self._read(self._random.choice(found.rows)["id"])
        common = turn % 10 == 4 or not self._own
        sale = self._read(self._random.choice(self.task.common if common else self._own))
        self._think()
        if sale is None:
            return
        if common:
            self._enter_or_leave(sale)
        else:
            self._comment(sale, f"{self.task.employee} {turn}")

    def _read(self, record_id: int) -> Opportunity | None:
        def read() -> Opportunity:
            with self._bench.at_once():
                sale = self._bench.get(Opportunity, record_id)
                self._bench.history(sale)
                return sale

        return self._timed("read", read)

    def _comment(self, sale: Opportunity, words: str) -> None:
        saved = self._timed("save", lambda: self._bench.save(sale.replace(comment=words)))
        if saved:
            self.done.own.append((saved.id or 0, saved.version, words))

    def _enter_or_leave(self, sale: Opportunity) -> None:
        others = tuple(p for p in sale.participants if p.employee_id != self._id)
        enters = others == sale.participants
        people = (*others, Participant(employee_id=self._id)) if enters else others
        saved = self._timed("save", lambda: self._bench.save(sale.replace(participants=people)))
        if saved:
            self.done.common.append((saved.id or 0, saved.version, enters))

    def _timed(self, kind: str, work: Callable[[], T]) -> T | None:
        start = time.perf_counter()
        try:
            found = work()
        except Exception as error:  # noqa: BLE001 - whatever a person would see is told
            self.done.errors.append(f"{kind}: {type(error).__name__}: {error}")
            return None
        self.done.seconds.setdefault(kind, []).append(time.perf_counter() - start)
        return found

    def _think(self) -> None:
        if not self.task.turns:
            time.sleep(self._random.uniform(*PAUSE))


def all_at_work(tasks: list[Task], begin: Callable[[], object]) -> list[Done]:
    """Several at work in one process, each in a thread, once all are ready and `begin` returns."""
    gate = threading.Barrier(len(tasks) + 1)

    def work(task: Task) -> Done:
        person = Person(task)
        gate.wait()
        gate.wait()
        return person.work()

    with ThreadPoolExecutor(len(tasks)) as threads:
        working = [threads.submit(work, task) for task in tasks]
        gate.wait()
        begin()
        gate.wait()
        return [one.result() for one in working]


def main() -> None:
    """Do what comes in, and give out what was done."""
    tasks = [Task(**task) for task in json.loads(sys.stdin.readline())]

    def begin() -> Any:
        print("ready", flush=True)
        return sys.stdin.readline()

    print(json.dumps([asdict(done) for done in all_at_work(tasks, begin)]))


if __name__ == "__main__":
    main()
