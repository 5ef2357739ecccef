"""Taking turns, medians, and the figure that comes out."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

# What is timed: a preparation that is not, giving the task that is.
Side = Callable[[], Callable[[], object]]


@dataclass(frozen=True)
class Figure:
    """One measured value in `unit`; smaller is better. `aim` None: for information."""

    subject: str
    what: str
    value: float
    unit: str
    aim: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None without one."""
        return None if self.aim is None else self.value <= self.aim

    def as_dict(self) -> dict[str, Any]:
        """For the JSON file."""
        return asdict(self) | {"met": self.met}


def alternate(sides: Mapping[str, Side], rounds: int) -> dict[str, float]:
    """The median seconds of each side. They take turns, so that a slow moment hits them all.

    Each runs once before, untimed: what a process does only once is not what is compared here.
    """
    times: dict[str, list[float]] = {name: [] for name in sides}
    for prepare in sides.values():
        prepare()()
    names = list(sides)
    for turn in range(rounds):
        for name in names if turn % 2 == 0 else reversed(names):
            task = sides[name]()
            gc.collect()
            start = time.perf_counter()
            task()
            times[name].append(time.perf_counter() - start)
    return {name: median(taken) for name, taken in times.items()}


def once(task: Callable[[], object]) -> float:
    """The seconds that one run takes, for what takes long enough."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def ratio(
    subject: str, what: str, seconds: Mapping[str, float], mine: str, bare: str, aim: float | None
) -> Figure:
    """How many times as long `mine` takes as `bare`."""
    note = f"{mine} {shown(seconds[mine])}, {bare} {shown(seconds[bare])}"
    return Figure(subject, what, seconds[mine] / seconds[bare], "×", aim, note)


def shown(seconds: float) -> str:
    """Seconds as people read them."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


# Put before the program of a child that is to tell its peak memory in bytes, as `peak()`.
PEAK = """
def peak():
    from pathlib import Path
    status = Path("/proc/self/status")
    if status.exists():  # there, `ru_maxrss` begins with the memory of the parent
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
"""


def in_child(program: str, *arguments: str | Path) -> dict[str, Any]:
    """What a program run in a process of its own prints as JSON on its last line."""
    root = Path(__file__).parents[1]
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": path}, cwd=root, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
