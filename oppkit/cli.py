"""The `oppkit` command: the same use cases as the notebooks, for the terminal and for scripts.

Exit codes: 0 done; 1 not done, with a sentence that says why; 2 wrong usage; 3 done, but some rows
were rejected (`import`) or problems were found (`check`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import oppkit
from oppkit import locale
from oppkit.model.errors import UserError
from oppkit.resources import default_path
from oppkit.workbench import Workbench

app = typer.Typer(
    help="A sales-opportunity workbench: forms, pipeline, forecast.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

Db = Annotated[
    str | None,
    typer.Option(
        "--db", metavar="FILE", help="The database. Default: OPPKIT_DB, else your own.",
        show_default=False,
    ),
]  # fmt: skip
Day = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", show_default=False,
        help="The pipeline as it was known at the end of this day. Default: now.",
    ),
]  # fmt: skip
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port on this machine.")]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")]


class Format(StrEnum):
    """How a forecast is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class What(StrEnum):
    """What is exported."""

    OPPORTUNITIES = "opportunities"
    LINES = "lines"


class Theme(StrEnum):
    """How the workbench looks."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@app.command(epilog="Example: oppkit demo --db demo.duckdb --size 5000 --seed 7")
def demo(
    db: Db = None,
    size: Annotated[int, typer.Option(min=1, help="Number of opportunities.")] = 1200,
    seed: Annotated[int, typer.Option(help="Another seed makes another company.")] = 1,
    if_missing: Annotated[
        bool, typer.Option("--if-missing", help="Do nothing when the file is there.")
    ] = False,
) -> None:
    """Create a database with a generated company, two years of history included."""
    from oppkit import demo as company

    path = Path(db) if db else default_path()
    if path.exists():
        if if_missing:
            return
        raise typer.BadParameter(_text("cli.exists", path=path), param_hint="--db")
    with _progress(_text("cli.demo_doing")) as advance:
        company.ensure(path, size, seed, advance)
    typer.echo(_text("cli.demo_done", path=path, size=size))


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
    with _progress(files[0].name) as advance:
        summary = _workbench(db).import_files(files, mapping, lines, dry_run, advance)
    typer.echo(summary.sentence(locale.language()))
    raise typer.Exit(3 if summary.rejected else 0)


@app.command(epilog="Example: oppkit export lines.xlsx --what lines")
def export(
    file: Annotated[Path, typer.Argument(help="Its ending decides: .csv, .xlsx or .parquet.")],
    what: Annotated[What, typer.Option(help="One row per opportunity or per line.")] = (
        What.OPPORTUNITIES
    ),
    db: Db = None,
) -> None:
    """Export opportunities or their lines; the file can be imported again."""
    count = _workbench(db, create=False).export(file, what.value)
    typer.echo(_text("cli.exported", count=count, path=file))


@app.command(epilog="Example: oppkit forecast --by month,owner --months 6 --format json")
def forecast(
    by: Annotated[
        str, typer.Option(help="Dimensions, separated by commas: month, quarter, owner, tag…")
    ] = "month",
    as_of: Day = None,
    months: Annotated[
        int, typer.Option(min=1, max=120, help="Calendar months, the current one included.")
    ] = 12,
    output: Annotated[Format, typer.Option("--format", help="How it is printed.")] = Format.TABLE,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write a .csv, .xlsx or .parquet.")
    ] = None,
    db: Db = None,
) -> None:
    """The weighted forecast of the open pipeline, and where the rest of it is."""
    names = [name.strip() for name in by.split(",") if name.strip()]
    day: date | None = as_of.date() if as_of else None
    labels = locale.language() if output is Format.TABLE and to is None else None
    made = _workbench(db, create=False).forecast(names, day, months, labels=labels)
    if to is not None:
        typer.echo(_text("cli.exported", count=made.write(to), path=to))
    elif output is Format.JSON:
        typer.echo(made.as_json())
    elif output is Format.CSV:
        typer.echo(made.as_csv(), nl=False)
    else:
        from oppkit.terminal import print_forecast

        print_forecast(made, locale.language())


@app.command(epilog="Example: oppkit check --db team.duckdb")
def check(db: Db = None) -> None:
    """Look for rows that break a rule: sums, owners, history, values out of their lists."""
    found = _workbench(db, create=False).check()
    for item in found:
        typer.echo(f"{item.rule}: {item.problem}: {item.code}")
    typer.echo(_text("cli.check_bad" if found else "cli.check_good", count=len(found)))
    raise typer.Exit(3 if found else 0)


@app.command(epilog="Example: oppkit lab my-notebooks --port 8890 --no-browser")
def lab(
    folder: Annotated[
        Path | None, typer.Argument(help="Where the notebooks are, or are copied to.")
    ] = None,
    port: Port = None,
    browser: Browser = True,
    db: Db = None,
) -> None:
    """Open JupyterLab on the notebooks."""
    from oppkit.lab import lab as run

    raise typer.Exit(run(folder, port, browser, db))


@app.command("app", epilog="Example: oppkit app --port 8890 --theme dark")
def serve(
    port: Port = None,
    browser: Browser = True,
    theme: Annotated[Theme, typer.Option(help="Light, dark, or as the system is.")] = Theme.SYSTEM,
    db: Db = None,
) -> None:
    """Open the workbench as a page of its own, without notebooks."""
    from oppkit.app import app as run

    raise typer.Exit(run(port, browser, db, theme.value))


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """A sales-opportunity workbench: forms, pipeline, forecast."""
    if show:
        typer.echo(f"oppkit {oppkit.__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command; a user's mistake ends in one sentence, never in a traceback."""
    try:
        app()
    except UserError as error:
        _fail(locale.say(error, locale.language()))
    except KeyboardInterrupt:
        _fail(_text("cli.interrupted"), 130)
    except BrokenPipeError:
        # `oppkit forecast | head`: the reader has left, and Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except OSError as error:
        _fail(_text("cli.os_error", detail=error))


def _text(key: str, **values: object) -> str:
    return locale.text(key, locale.language(), **values)


def _fail(sentence: str, code: int = 1) -> None:
    typer.echo(sentence, err=True)
    raise SystemExit(code)


def _workbench(db: str | None, create: bool = True) -> Workbench:
    """The workspace; reading commands do not create one where a path was mistyped."""
    return oppkit.open(db, create=create)


def _progress(label: str) -> AbstractContextManager[Callable[[int, int], None]]:
    from oppkit.terminal import progress

    return progress(label)
