"""`python -m benchmarks`: run the subjects, show a table, keep a JSON file."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    backtests,
    distributions,
    forecasts,
    funnels,
    loads,
    machine,
    openings,
    replays,
    schedules,
    screens,
    searching,
    servers,
    sheets,
    signings,
    snapshots,
    sparks,
    startup,
    team,
    units,
)
from benchmarks.harness import Figure, shown

SUBJECTS = {
    "startup": startup.run, "units": units.run, "searching": searching.run,
    "snapshots": snapshots.run, "forecasts": forecasts.run, "funnels": funnels.run,
    "loads": loads.run,
    "openings": openings.run, "screens": screens.run, "sheets": sheets.run,
    "replays": replays.run, "backtests": backtests.run, "distributions": distributions.run,
    "schedules": schedules.run, "servers": servers.run, "sparks": sparks.run, "team": team.run,
    "signings": signings.run,
}  # fmt: skip
_LONG = {"team"}  # takes as long as it is told, so it must be asked for


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
    found = {size: _timed(given, size, console) for size in given.size}
    if len(found) > 1:
        console.print(_growth(found))
    reports = [
        {"machine": described, "size": size, "figures": [figure.as_dict() for figure in figures]}
        for size, figures in found.items()
    ]
    file = given.json or folder / f"figures-{'-'.join(map(str, found))}.json"
    file.write_text(json.dumps(reports, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    console.print(f"Kept in {file}", style="dim")


def _timed(given: argparse.Namespace, size: int, console: Console) -> list[Figure]:
    """The figures of the chosen subjects at one size, shown as a table."""
    figures: list[Figure] = []
    for name in given.only:
        subject = SUBJECTS[name]
        if name == "team":
            subject = partial(team.run, minutes=given.minutes, sessions=given.sessions)
        with console.status(f"{name} on {size:,} opportunities…"):
            figures += subject(given.folder, size, given.rounds)
    console.print(_table(figures, size))
    return figures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--size", type=_sizes, default=[100_000], metavar="NUMBER,NUMBER",
        help="opportunities in the file; of several, a last table tells how figures grow",
    )  # fmt: skip
    parser.add_argument(
        "--only", type=_subjects, default=[name for name in SUBJECTS if name not in _LONG],
        metavar="NAME,NAME",
        help=f"some of: {', '.join(SUBJECTS)}",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, default=60, help="turns of each short task")
    parser.add_argument("--minutes", type=float, default=5, help="that a team works")
    parser.add_argument("--sessions", type=int, default=50, help="of a team on a server")
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


def _sizes(text: str) -> list[int]:
    return sorted(int(size) for size in text.split(","))


def _growth(found: Mapping[int, Sequence[Figure]]) -> Table:
    """Each figure by the number of opportunities."""
    table = Table("subject", "what", title="how figures grow")
    for size in found:
        table.add_column(f"{size:,}", justify="right")
    rows: dict[tuple[str, str], dict[int, str]] = {}
    for size, figures in found.items():
        for figure in figures:
            row = rows.setdefault((figure.subject, figure.what), {})
            row[size] = _valued(figure.value, figure.unit)
    for names, values in rows.items():
        table.add_row(*names, *(values.get(size, "") for size in found))
    return table


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
