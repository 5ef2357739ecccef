"""Commands that bring a whole workspace elsewhere: copies, backups, and back again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oppkit.cli.options import Db, app, progress, say
from oppkit.resources import default_database


@app.command(epilog="Example: oppkit copy sales.duckdb postgresql://ana@server/sales")
def copy(
    source: Annotated[str, typer.Argument(help="A file, or the address of a database.")],
    target: Annotated[
        str, typer.Argument(help="A file that is not there yet, or an empty database.")
    ],
) -> None:
    """Copy a whole workspace, history included, and compare what was written."""
    from oppkit import moving

    with progress(say("cli.copying")) as advance:
        count = moving.copy(source, target, advance)
    typer.echo(say("cli.copied", count=count, path=target))


@app.command(epilog="Example: oppkit backup sales-2026-09-15.oppkit --db sales.duckdb")
def backup(
    file: Annotated[Path, typer.Argument(help="A file that is not there yet.")],
    db: Db = None,
) -> None:
    """Write a backup while others go on working; it can be restored to a file or a server."""
    from oppkit import moving

    with progress(say("cli.copying")) as advance:
        count = moving.backup(db or default_database(), file, advance)
    typer.echo(say("cli.backed_up", count=count, path=file))


@app.command(epilog="Example: oppkit restore sales-2026-09-15.oppkit --db restored.duckdb")
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    db: Db = None,
) -> None:
    """Make a workspace of a backup, in a new file or an empty database."""
    from oppkit import moving

    target = db or default_database()
    with progress(say("cli.copying")) as advance:
        count = moving.restore(file, target, advance)
    typer.echo(say("cli.restored", count=count, path=target))
