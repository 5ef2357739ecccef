"""What the commands share: options, the workspace, words and bars."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

import oppkit
from oppkit import locale
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
        "--db", metavar="FILE|ADDRESS", help="The database. Default: OPPKIT_DB, else your own.",
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


class Format(StrEnum):
    """How a forecast is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Tongue(StrEnum):
    """The language of a document."""

    FR = "fr"
    EN = "en"


def say(key: str, **values: object) -> str:
    """The words under a key, in the language of the terminal."""
    return locale.text(key, locale.language(), **values)


def workbench(db: str | None, create: bool = True) -> Workbench:
    """The workspace; reading commands do not create one where a path was mistyped."""
    return oppkit.open(db, create=create)


def progress(label: str) -> AbstractContextManager[Callable[[int, int], None]]:
    """A bar on the error stream; see `oppkit.terminal.progress`."""
    from oppkit.terminal import progress as bar

    return bar(label)
