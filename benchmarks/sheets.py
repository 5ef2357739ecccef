"""Printing a sheet, against Typst alone on the same template and the same record.

Bare: `typst.compile` in this process, of a folder that is filled already. The workbench does more:
it reads the record and what surrounds it, words it, fills a folder, and typesets in a process of
its own, which remembers nothing of the sheet before; Typst alone does. A quote of 300 lines shows
what the length costs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import typst

import oppkit
from benchmarks.files import copy_of, workspace
from benchmarks.harness import Figure, alternate, ratio
from oppkit import Line, Workbench
from oppkit.documents import folder
from oppkit.documents.template import find
from oppkit.model import Quote

_LENGTHS = (5, 300)


def run(directory: Path, size: int, rounds: int) -> list[Figure]:
    """Aim: a sheet of 5 lines in under 0.5 s."""
    figures = []
    with copy_of(workspace(directory, size)) as path, tempfile.TemporaryDirectory() as place:
        workbench = oppkit.open(path, author="benchmark")
        for length in _LENGTHS:
            quote = _quote(workbench, length)
            bare = _bare(workbench, quote, Path(place, str(length)))
            taken = alternate(
                {"print": lambda q=quote: _printed(workbench, q), "bare typst": lambda b=bare: b},
                max(5, rounds // 4),
            )
            what = f"print a quote of {length} lines"
            aim = 0.5 if length == _LENGTHS[0] else None
            figures.append(Figure("sheets", what, taken["print"], "s", aim))
            figures.append(
                ratio("sheets", "  against Typst alone", taken, "print", "bare typst", None)
            )
    return figures


def _quote(workbench: Workbench, length: int) -> Quote:
    sale = workbench.opportunity(str(workbench.search(limit=1).rows[0]["code"]))
    lines = tuple(Line(title=f"Line {number}", amount=number) for number in range(length))
    return workbench.create_quote(workbench.save(sale.replace(lines=lines)))


def _printed(workbench: Workbench, quote: Quote) -> Callable[[], object]:
    return lambda: workbench.printing.print(quote, "detailed", "en")


def _bare(workbench: Workbench, quote: Quote, root: Path) -> Callable[[], object]:
    root.mkdir()
    content = workbench.printing.content(quote, "en")
    main = folder.fill(root, find("quote", "detailed", "en"), content)
    return lambda: typst.compile(str(main), root=str(root), format="pdf", pdf_standards=["a-2u"])
