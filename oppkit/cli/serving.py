"""Commands that open the notebooks or the workbench in a browser."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from oppkit.cli.options import Db, app

Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port on this machine.")]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")]


class Theme(StrEnum):
    """How the workbench looks."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


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
