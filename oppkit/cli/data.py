"""Commands for what a workspace holds: the demo, imports, exports, the check."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from oppkit import locale
from oppkit.cli.options import Day, Db, app, progress, say, workbench
from oppkit.resources import default_database


class What(StrEnum):
    """What is exported."""

    OPPORTUNITIES = "opportunities"
    LINES = "lines"


class Form(StrEnum):
    """How all of it is exported."""

    PARQUET = "parquet"


@app.command(epilog="Example: oppkit demo --db demo.duckdb --size 5000 --seed 7")
def demo(
    db: Db = None,
    size: Annotated[int, typer.Option(min=1, help="Number of opportunities.")] = 1200,
    seed: Annotated[int, typer.Option(help="Another seed makes another company.")] = 1,
    if_missing: Annotated[
        bool, typer.Option("--if-missing", help="Do nothing when there is one already.")
    ] = False,
) -> None:
    """Create a database with a generated company, two years of history included."""
    from oppkit import demo as company

    place = db or default_database()
    if company.exists(place):
        if if_missing:
            return
        raise typer.BadParameter(say("cli.exists", path=place), param_hint="--db")
    with progress(say("cli.demo_doing")) as advance:
        company.ensure(place, size, seed, advance)
    typer.echo(say("cli.demo_done", path=place, size=size))


@app.command("import", epilog="Example: oppkit import pipeline.csv --mapping salesforce --dry-run")
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV, Excel or Parquet.")],
    mapping: Annotated[
        str, typer.Option("--mapping", metavar="NAME|FILE.toml", help="Where each column goes.")
    ] = "oppkit",
    lines: Annotated[
        Path | None, typer.Option("--lines", metavar="FILE", help="The lines, or the products.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen only.")] = False,
    db: Db = None,
) -> None:
    """Import opportunities. Good rows go in; bad ones come back in a file beside the input."""
    with progress(files[0].name) as advance:
        summary = workbench(db).import_files(files, mapping, lines, dry_run, advance)
    typer.echo(summary.sentence(locale.language()))
    raise typer.Exit(3 if summary.rejected else 0)


@app.command(epilog="Example: oppkit export lines.xlsx --what lines")
def export(
    file: Annotated[
        Path,
        typer.Argument(help="Ending in .csv, .xlsx or .parquet. With --format: a folder."),
    ],
    what: Annotated[
        What | None,
        typer.Option(help="One row per opportunity or per line.", show_default="opportunities"),
    ] = None,
    form: Annotated[
        Form | None,
        typer.Option("--format", help="A folder of all that analyses need, for DuckDB and Spark."),
    ] = None,
    as_of: Day = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", show_default=False,
            help="With --format: also the pipeline of an earlier day, so that movements are told.",
        ),
    ] = None,
    db: Db = None,
) -> None:  # fmt: skip
    """Export opportunities or their lines; the file can be imported again.

    With --format parquet: the whole pipeline of a day, for `oppkit forecast --from`.
    """
    if form is None:
        if as_of or since:
            raise typer.BadParameter(say("cli.format_wanted"), param_hint="--as-of, --since")
        count = workbench(db, create=False).export(file, (what or What.OPPORTUNITIES).value)
    elif what is not None:
        raise typer.BadParameter(say("cli.what_unwanted"), param_hint="--what")
    else:
        days = [day.date() if day else None for day in (as_of, since)]
        count = workbench(db, create=False).extract(file, *days)
    typer.echo(say("cli.exported", count=count, path=file))


@app.command(epilog="Example: oppkit check --db team.duckdb")
def check(db: Db = None) -> None:
    """Look for rows that break a rule: sums, owners, history, values out of their lists."""
    found = workbench(db, create=False).check()
    for item in found:
        typer.echo(f"{item.rule}: {item.problem}: {item.code}")
    typer.echo(say("cli.check_bad" if found else "cli.check_good", count=len(found)))
    raise typer.Exit(3 if found else 0)
