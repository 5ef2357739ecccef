"""A document that was made: seen in the notebook, saved as a file, attached to a mail."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oppkit.documents.errors import CannotSave, NoPreview
from oppkit.locale.catalogue import language, text

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

# Notebooks stay small: of a long document they keep the beginning, and each page is as coarse as
# can be read, some 120 kB.
_MOST_PAGES = 3
_COARSE = 80
_STYLE = "display:block;max-width:100%;margin:0 0 8px;border:1px solid #d4d4d8"


@dataclass(frozen=True)
class Printed:
    """`content` is the file `name`, of `media_type`.

    `missing` are the characters that no font on this machine can draw, `word` is the Word document
    that the PDF was made of.
    """

    name: str
    content: bytes = field(repr=False)
    media_type: str
    missing: str = ""
    not_archival: str = ""
    word: bytes | None = field(default=None, repr=False)
    draw: Callable[[int], list[bytes]] | None = field(default=None, repr=False, compare=False)

    def pages(self, pixels_per_inch: int = 110) -> list[bytes]:
        """A PNG image of each page. Raises `NoPreview` for Word without LibreOffice."""
        if self.draw is None:
            raise NoPreview()
        return self.draw(pixels_per_inch)

    def save(self, path: str | Path) -> Path:
        """Write the file: under this path, or under its own name in a folder.

        The Word document is written where the path ends in `.docx` and there is one.
        """
        place = Path(path)
        place = place / self.name if place.is_dir() else place
        wanted = self.word if self.word and place.suffix == ".docx" else self.content
        try:
            place.write_bytes(wanted)
        except OSError as error:
            raise CannotSave(path=place, detail=error.strerror or error) from error
        return place

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know before handing it on."""
        return self.warnings_in(language())

    def warnings_in(self, tongue: str) -> tuple[str, ...]:
        """The same in a language."""
        if self.missing:
            return (text("printed.missing", tongue, characters=" ".join(self.missing)),)
        if self.not_archival:
            return (text("printed.not_archival", tongue, detail=self.not_archival),)
        return ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Images of the first pages for JupyterLab, the name of the file everywhere else."""
        return {"text/html": self._html(), "text/plain": self.name}

    def _html(self) -> str:
        said = list(self.warnings)
        pages = [] if self.draw is None else self.draw(_COARSE)
        if self.draw is None:
            said.append(text("printed.no_preview", language(), name=self.name))
        elif len(pages) > _MOST_PAGES:
            said.append(text("printed.more_pages", language(), shown=_MOST_PAGES, pages=len(pages)))
        return "".join([*_images(pages[:_MOST_PAGES], self.name), *_paragraphs(said)])


def _images(pages: Iterable[bytes], name: str) -> Iterable[str]:
    for number, page in enumerate(pages, 1):
        data = base64.b64encode(page).decode()
        alt = html.escape(f"{name}, {number}")
        yield f'<img style="{_STYLE}" alt="{alt}" src="data:image/png;base64,{data}">'


def _paragraphs(sentences: Iterable[str]) -> Iterable[str]:
    for sentence in sentences:
        # A dollar sign would begin a formula in JupyterLab.
        yield f"<p>{html.escape(sentence).replace('$', '<span>$</span>')}</p>"
