"""`import oppkit` in a new process, and what it must not load."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks.harness import Figure, in_child, shown

UNWANTED = ("plotly", "ipywidgets", "ibis", "pandas", "duckdb", "pyarrow", "numpy")
_PROGRAM = """
import sys, time
start = time.perf_counter()
import {module}
taken = time.perf_counter() - start
import json
print(json.dumps({{"seconds": taken, "loaded": sorted(set(sys.modules) & set(sys.argv[1:]))}}))
"""


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """The aim is 0.3 s; pydantic, which the model needs, is shown for comparison."""
    times: dict[str, list[float]] = {"oppkit": [], "pydantic": []}
    loaded: set[str] = set()
    for _ in range(max(5, rounds // 5)):
        for module, taken in times.items():
            found = in_child(_PROGRAM.format(module=module), *UNWANTED)
            taken.append(found["seconds"])
            loaded |= set(found["loaded"])
    note = f"pydantic alone {shown(median(times['pydantic']))}"
    return [
        Figure("startup", "import oppkit", median(times["oppkit"]), "s", 0.3, note),
        Figure(
            "startup", "heavy libraries it loads", len(loaded), "", 0, ", ".join(sorted(loaded))
        ),
    ]
