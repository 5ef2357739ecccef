"""Commands that make quotes and affairs of an opportunity, and print them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oppkit import locale
from oppkit.cli.options import Db, Tongue, app, say, workbench
from oppkit.model import Affair, NotFound, Opportunity, Quote
from oppkit.terminal import print_affair, print_quote

if TYPE_CHECKING:
    from oppkit.printing import Template
    from oppkit.workbench import Workbench

Named = Annotated[
    str, typer.Option("--template", metavar="NAME", help="How it is printed: short, detailed…")
]
Pdf = Annotated[
    Path | None,
    typer.Option("--pdf", metavar="FILE", help="Print it into this file.", show_default=False),
]
Language = Annotated[
    Tongue | None,
    typer.Option("--language", help="Of the document. Default: yours.", show_default=False),
]


@app.command(epilog="Example: oppkit quote OPP-2026-0001 --template detailed --pdf quote.pdf")
def quote(
    code: Annotated[str, typer.Argument(metavar="CODE", help="An opportunity, or a quote.")],
    template: Named = "detailed",
    pdf: Pdf = None,
    language: Language = None,
    validate: Annotated[
        bool, typer.Option("--validate", help="Give it its number: it is not edited any more.")
    ] = False,
    db: Db = None,
) -> None:
    """Create a draft quote of an opportunity, or take a quote that is there; print it."""
    desk = workbench(db, create=False)
    sheet = _template(desk, "quote", template, language)  # a wrong name must not leave a draft
    sale = _opportunity(desk, code)
    found: Quote = desk.create_quote(sale) if sale else desk.quote(code)
    if validate:
        found = desk.quotes.validate(found)
    print_quote(found, locale.language())
    _write(desk, found, sheet, pdf)


@app.command(epilog="Example: oppkit affair OPP-2026-0001 --pdf affair.pdf")
def affair(
    code: Annotated[str, typer.Argument(metavar="CODE", help="An opportunity, or an affair.")],
    given: Annotated[
        str | None,
        typer.Option(
            "--code", help="Its code, of a new one. Default: the next.", show_default=False
        ),
    ] = None,
    template: Named = "short",
    pdf: Pdf = None,
    language: Language = None,
    db: Db = None,
) -> None:
    """Create the affair that delivers an opportunity, or take one that is there; print it."""
    desk = workbench(db, create=False)
    sheet = _template(desk, "affair", template, language)
    sale = _opportunity(desk, code)
    found: Affair = desk.create_affair(sale, given) if sale else desk.affair(code)
    print_affair(found, locale.language())
    _write(desk, found, sheet, pdf)


def _opportunity(desk: Workbench, code: str) -> Opportunity | None:
    try:
        return desk.opportunity(code)
    except NotFound:
        return None


def _template(desk: Workbench, kind: str, name: str, language: Tongue | None) -> Template:
    wanted = language.value if language else locale.language()
    return desk.printing.template(kind, name, wanted)


def _write(desk: Workbench, record: Quote | Affair, sheet: Template, file: Path | None) -> None:
    if file is not None:
        printed = desk.printing.print(record, sheet)
        typer.echo(say("cli.printed", path=printed.save(file)))
        for warning in printed.warnings:
            typer.echo(warning, err=True)
