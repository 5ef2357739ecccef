"""What commands share that ask an extract, made by `oppkit export --format parquet`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oppkit.cli.options import say

if TYPE_CHECKING:
    from oppkit.extracts import Extract

Source = Annotated[
    Path | None,
    typer.Option(
        "--from", metavar="FOLDER", show_default=False,
        help="An extract, made by `export --format parquet`, in place of the database.",
    ),
]  # fmt: skip
Engine = Annotated[
    str, typer.Option(metavar="duckdb|spark", help="With --from: what works it out.")
]
Master = Annotated[
    str,
    typer.Option(metavar="URL", help="The Spark cluster: spark://HOST:7077, yarn, local[2]…"),
]


def refuse_what_needs_a_workspace(
    as_of: datetime | None, db: str | None, method: str, correlation: str
) -> None:
    """An extract is of its own day, and knows no history. Raises `typer.BadParameter`."""
    if as_of or db:
        raise typer.BadParameter(say("cli.from_alone"), param_hint="--as-of, --db")
    if method not in ("", "entered") or correlation == "auto":
        raise typer.BadParameter(say("cli.from_entered"), param_hint="--method, --correlation")


@contextmanager
def extract(source: Path | None, engine: str, master: str) -> Iterator[Extract]:
    """The extract in a folder, on its engine for as long as the block. A master means Spark."""
    from oppkit.engines import DUCKDB, SPARK, connected
    from oppkit.extract_files import read
    from oppkit.extracts import open_extract

    if source is None:
        raise typer.BadParameter(say("cli.from_wanted"), param_hint="--from")
    if master and engine not in ("", SPARK):
        raise typer.BadParameter(say("cli.master_unwanted"), param_hint="--master")
    content = read(source)  # before a cluster is bothered
    with connected(engine or (SPARK if master else DUCKDB), master or None) as connection:
        yield open_extract(content.folder, connection)
