"""Commands for the regular review: keep today's forecast, and make the weekly report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oppkit import locale
from oppkit.cli.options import Db, Tongue, app, say, workbench
from oppkit.locale import formats


@app.command(epilog="Example: oppkit record --db team.duckdb")
def record(db: Db = None) -> None:
    """Keep today's forecast, so that it can be compared with what happens."""
    kept = workbench(db, create=False).records.keep()
    amount = formats.amount(kept.weighted, kept.currency, locale.language())
    day = formats.date(kept.day, locale.language())
    typer.echo(say("cli.recorded", day=day, amount=amount, months=kept.content["months"]))


@app.command(epilog="Example: oppkit report --week --to reports --language fr")
def report(
    week: Annotated[bool, typer.Option("--week", help="What happened since last Monday.")] = False,
    to: Annotated[
        Path, typer.Option("--to", metavar="FOLDER", help="Where the two files are written.")
    ] = Path(),
    language: Annotated[
        Tongue | None,
        typer.Option("--language", help="Of the report. Default: yours.", show_default=False),
    ] = None,
    db: Db = None,
) -> None:
    """The weekly review as an HTML file and a PDF: forecast, movements, targets, attention."""
    from oppkit.weekly import weekly

    if not week:
        raise typer.BadParameter(say("cli.report_which"), param_hint="--week")
    made = weekly(workbench(db, create=False), language.value if language else None)
    for path in made.save(to):
        typer.echo(say("cli.printed", path=path))
