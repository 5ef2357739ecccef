"""Sheets made by Typst: a template and a record in, PDF or images of the pages out.

It works in a process of its own (see `apart`), for some 80 ms.
"""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from oppkit.documents import apart, compiler, folder
from oppkit.documents.errors import PackageRefused, TemplateRefused
from oppkit.documents.template import Template

# Shows the page of a PDF whose number is filled in.
_PAGE = '#set page(width: auto, height: auto, margin: 0pt)\n#image("made.pdf", page: {number})\n'
_NO_PAGE = "does not exist in made.pdf"


@dataclass(frozen=True)
class Typeset:
    """A PDF as one part, or an image for each page.

    `missing` are the characters that no font can draw, `not_archival` why it is not PDF/A.
    """

    parts: list[bytes]
    missing: str = ""
    not_archival: str = ""


@dataclass(frozen=True)
class Job:
    """A template and what fills it. Without `system_fonts` a sheet looks the same anywhere."""

    template: Template
    content: Mapping[str, Any]
    system_fonts: bool = True
    seconds: float = apart.SECONDS

    def pdf(self) -> Typeset:
        """One PDF, archival (PDF/A-2) and accessible (PDF/UA-1) where the template lets it be."""
        return self._typeset("pdf")

    def pages(self, pixels_per_inch: int) -> list[bytes]:
        """A PNG image of each page."""
        return self._typeset("png", pixels_per_inch).parts

    def _typeset(self, form: Literal["pdf", "png"], pixels_per_inch: int = 0) -> Typeset:
        with _root() as root:
            order = _order(root, folder.fill(root, self.template, self.content)) | {
                "fonts": [str(path) for path in folder.fonts()],
                "system_fonts": self.system_fonts, "format": form, "ppi": pixels_per_inch,
                "moment": self.content["raw"]["date"],
            }  # fmt: skip
            answer = apart.answer(compiler, order, self.template.path.name, self.seconds)
        if "error" in answer:
            raise _refused(self.template.path.name, answer["error"], answer["place"])
        return _typeset(answer)


def pages_of(pdf: bytes, name: str, pixels_per_inch: int) -> list[bytes]:
    """A PNG image of each page of a PDF that another program made."""
    found: list[bytes] = []
    with _root() as root:
        (root / "made.pdf").write_bytes(pdf)
        main = root / "page.typ"
        order = _order(root, main) | {"format": "png", "ppi": pixels_per_inch}
        while True:
            main.write_text(_PAGE.format(number=len(found) + 1), encoding="utf-8")
            answer = apart.answer(compiler, order, name, apart.SECONDS)
            if _NO_PAGE in answer.get("error", ""):
                return found
            if "error" in answer:
                raise _refused(name, answer["error"], None)
            found += _typeset(answer).parts


@contextmanager
def _root() -> Iterator[Path]:
    """An empty folder, which is all that Typst may read; beside it, one for packages."""
    with tempfile.TemporaryDirectory(prefix="oppkit-") as place:
        root = Path(place, "root")
        root.mkdir()
        Path(place, "packages").mkdir()
        yield root


def _order(root: Path, main: Path) -> dict[str, Any]:
    return {
        "main": str(main), "root": str(root), "packages": str(root.parent / "packages"),
        "fonts": [], "system_fonts": False,
    }  # fmt: skip


def _typeset(answer: Mapping[str, Any]) -> Typeset:
    parts = [base64.b64decode(part) for part in answer["parts"]]
    return Typeset(parts, answer.get("missing", ""), answer.get("not_archival", ""))


def _refused(name: str, error: str, place: list[str] | None) -> TemplateRefused | PackageRefused:
    if error.startswith("failed to download package"):
        return PackageRefused(name=name)
    # What was looked for is told by a path that nobody knows.
    detail = error.partition(" (searched at ")[0]
    at = f" ({Path(place[0]).name}:{place[1]})" if place else ""
    return TemplateRefused(name=name, detail=detail, place=at)
