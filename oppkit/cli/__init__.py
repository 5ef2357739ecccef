"""The `oppkit` command: the same use cases as the notebooks, for the terminal and for scripts.

Exit codes: 0 done; 1 not done, with a sentence that says why; 2 wrong usage; 3 done, but some rows
were rejected (`import`) or problems were found (`check`).
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

import oppkit
from oppkit import locale

# Each adds its commands.
from oppkit.cli import access, analyses, data, papers, places, serving, weekly
from oppkit.cli.options import app, say
from oppkit.model.errors import UserError


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
        _fail(say("cli.interrupted"), 130)
    except BrokenPipeError:
        # `oppkit forecast | head`: the reader has left, and Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except OSError as error:
        _fail(say("cli.os_error", detail=error))


def _fail(sentence: str, code: int = 1) -> None:
    typer.echo(sentence, err=True)
    raise SystemExit(code)
