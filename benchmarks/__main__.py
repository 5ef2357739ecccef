"""`python -m benchmarks`: run the subjects, show a table, keep a JSON file."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    forecasts,
    loads,
    machine,
    openings,
    screens,
    searching,
    snapshots,
    startup,
    units,
)
from benchmarks.harness import Figure, shown

SUBJECTS = {
    "startup": startup.run, "units": units.run, "searching": searching.run,
    "snapshots": snapshots.run, "forecasts": forecasts.run, "loads": loads.run,
    "openings": openings.run, "screens": screens.run,
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Time the chosen subjects."""
    given = _parser().parse_args(arguments)
    console = Console()
    if not console.is_terminal:
        console.width = 150
    folder = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    described = machine.describe()
    console.print(", ".join(f"{name} {value}" for name, value in described.items()), style="dim")
    figures: list[Figure] = []
    for name in given.only:
        with console.status(f"{name} on {given.size:,} opportunities…"):
            figures += SUBJECTS[name](folder, given.size, given.rounds)
    console.print(_table(figures, given.size))
    report = {"machine": described, "size": given.size, "figures": [f.as_dict() for f in figures]}
    file = given.json or folder / f"figures-{given.size}.json"
    file.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    console.print(f"Kept in {file}", style="dim")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="opportunities in the file")
    parser.add_argument(
        "--only", type=_subjects, default=list(SUBJECTS), metavar="NAME,NAME",
        help=f"some of: {', '.join(SUBJECTS)}",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, default=60, help="turns of each short task")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "oppkit-benchmarks",
        help="where the files are built and kept (some 300 MB for 100,000 opportunities)",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, help="where to write the figures")
    return parser


def _subjects(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in SUBJECTS:
            raise argparse.ArgumentTypeError(f"no subject {name}; there are: {', '.join(SUBJECTS)}")
    return names


def _table(figures: Sequence[Figure], size: int) -> Table:
    table = Table("subject", "what", title=f"{size:,} opportunities")
    for heading in ("figure", "aim", "met"):
        table.add_column(heading, justify="right")
    table.add_column("how", overflow="fold")
    for figure in figures:
        met = {True: "yes", False: "[bold red]no[/]", None: ""}[figure.met]
        aim = "" if figure.aim is None else f"≤ {_valued(figure.aim, figure.unit)}"
        value = _valued(figure.value, figure.unit)
        table.add_row(figure.subject, figure.what, value, aim, met, figure.note)
    return table


def _valued(value: float, unit: str) -> str:
    if unit == "s":
        return shown(value)
    return f"{value:.2f} {unit}" if unit else f"{value:.0f}"


if __name__ == "__main__":
    main()
