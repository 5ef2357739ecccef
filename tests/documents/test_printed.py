"""A printed document in the notebook, on the disk, and what it costs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from oppkit.documents.errors import CannotSave
from oppkit.documents.printed import Printed
from oppkit.model import Line, Opportunity, Quote
from oppkit.workbench import Workbench
from tests.documents.reading import reader


def images(printed: Printed) -> int:
    return printed._repr_mimebundle_()["text/html"].count("data:image/png;base64,")


def test_a_notebook_shows_the_page_and_stays_small(workbench: Workbench, quote: Quote) -> None:
    printed = workbench.printing.print(quote, "detailed", "fr")
    shown = printed._repr_mimebundle_()
    assert images(printed) == 1
    assert 20_000 < len(shown["text/html"]) < 150_000
    assert shown["text/plain"] == "QUO-2026-0001.pdf"


def test_of_a_long_document_a_notebook_shows_the_beginning_and_says_so(
    workbench: Workbench, sale: Callable[..., Opportunity]
) -> None:
    lines = tuple(Line(title=f"Poste {number}", amount=1) for number in range(200))
    printed = workbench.printing.print(workbench.create_quote(sale(lines=lines)), "short", "fr")
    pages = len(printed.pages(20))
    assert pages == len(reader(printed).pages) > 3
    assert images(printed) == 3
    assert f"first 3 of {pages} pages" in printed._repr_mimebundle_()["text/html"]


def test_a_warning_is_shown_as_text(workbench: Workbench, quote: Quote) -> None:
    printed = Printed("a.pdf", b"", "application/pdf", missing="<$", draw=lambda _: [])
    shown = printed._repr_mimebundle_()["text/html"]
    assert "&lt; <span>$</span>" in shown


def test_it_is_saved_under_a_path_or_under_its_name_in_a_folder(
    workbench: Workbench, quote: Quote, tmp_path: Path
) -> None:
    first = workbench.printing.save(quote, "short", tmp_path / "offer.pdf", "fr")
    second = workbench.printing.save(quote, "short", tmp_path, "fr")
    assert (first.name, second.name) == ("offer.pdf", "QUO-2026-0001.pdf")
    assert first.read_bytes() == second.read_bytes()
    with pytest.raises(CannotSave, match="No such file"):
        workbench.printing.save(quote, "short", tmp_path / "away" / "offer.pdf")


def test_a_code_with_signs_that_files_may_not_have_names_a_file(
    workbench: Workbench, sale: Callable[..., Opportunity]
) -> None:
    record = sale(code="../a/b: c?")
    assert workbench.printing.print(record, "short", "fr").name == "a-b-c.pdf"


def test_documents_and_typst_are_loaded_when_they_are_first_needed() -> None:
    code = "import sys, oppkit; print(*(m for m in sys.modules if re.search(sys.argv[1], m)))"
    done = subprocess.run(
        [sys.executable, "-c", f"import re; {code}", r"oppkit\.documents|typst|docx|jinja2"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert re.sub(r"\s", "", done.stdout) == ""
