"""What takes seconds: drawing the demo company, exporting it, importing it elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import oppkit
from benchmarks.files import LARGEST_DEMO, workspace
from benchmarks.harness import PEAK, Figure, in_child, once
from oppkit.exchange.report import Summary

_DEMO = """
import json, sys, time
from pathlib import Path
from oppkit import demo
start = time.perf_counter()
demo.write(Path(sys.argv[1]), int(sys.argv[2]))
taken = time.perf_counter() - start
print(json.dumps({"seconds": taken, "peak": 0 if sys.platform == "win32" else peak()}))
"""


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """Aims for 100,000 opportunities: 60 s to draw them with their history, 30 s to import them."""
    size = min(size, LARGEST_DEMO)
    with TemporaryDirectory(dir=folder) as place:
        return [_demo(Path(place), size), *_files(folder, Path(place), size)]


def _demo(place: Path, size: int) -> Figure:
    found = in_child(PEAK + _DEMO, place / "demo.duckdb", str(size))
    note = f"{size} opportunities with history, peak memory {found['peak'] / 1e9:.1f} GB"
    return Figure("loads", "draw the demo company", found["seconds"], "s", 60, note)


def _files(folder: Path, place: Path, size: int) -> list[Figure]:
    source = oppkit.open(workspace(folder, size))
    opportunities, lines = place / "opportunities.csv", place / "lines.csv"
    exported = once(lambda: source.export(opportunities))
    source.export(lines, "lines")
    figures = [Figure("loads", "export to CSV", exported, "s", None, f"{size} rows")]
    alone = oppkit.open(place / "alone.duckdb", author="benchmark")
    target = oppkit.open(place / "target.duckdb", author="benchmark")
    for what, workbench, with_lines, aim in (
        ("import them from CSV", alone, None, 30.0),
        ("import them with their lines", target, lines, None),
        ("import them again", target, lines, None),
    ):
        summaries: list[Summary] = []
        task = _import(workbench, opportunities, with_lines, summaries)
        figures.append(Figure("loads", what, once(task), "s", aim, _account(summaries[0])))
    return figures


def _import(
    target: oppkit.Workbench, opportunities: Path, lines: Path | None, summaries: list[Summary]
) -> Callable[[], object]:
    return lambda: summaries.append(target.import_files([opportunities], lines=lines))


def _account(summary: Summary) -> str:
    return (
        f"{summary.read} rows: {summary.created} created, {summary.changed} changed,"
        f" {summary.unchanged} unchanged, {summary.rejected} rejected"
    )
