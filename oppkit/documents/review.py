"""A review to be mailed: figures, charts and tables, as one HTML file and as a PDF.

Neither runs a script nor fetches anything: charts are SVG, drawn here. All texts come ready to be
read; what people typed is shown and never run.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from oppkit.documents.bars import Bar, svg
from oppkit.documents.content.phrasing import plain
from oppkit.documents.printed import Printed
from oppkit.documents.printer import print_document
from oppkit.documents.template import BUILT_IN, Template

_HTML = "review.html"
_TYPST = BUILT_IN / "review.typ"


@dataclass(frozen=True)
class Figure:
    """A headline figure: what it is, the figure, and what is to be said of it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Grid:
    """A table; its first `words` columns are texts, the others figures. `foot` is its total."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1
    foot: Sequence[str] = ()
    title: str = ""


@dataclass(frozen=True)
class Section:
    """A heading, a sentence, a chart of `bars` (told in words by `alt`), tables."""

    title: str
    note: str = ""
    bars: Sequence[Bar] = ()
    alt: str = ""
    grids: Sequence[Grid] = ()


@dataclass(frozen=True)
class Review:
    """What is reviewed; `name` is that of its files, without an ending."""

    name: str
    language: str
    title: str
    subtitle: str
    firm: str
    day: datetime.date
    figures: Sequence[Figure]
    sections: Sequence[Section]

    def html(self) -> str:
        """One file that needs no other."""
        import jinja2

        folder = jinja2.FileSystemLoader(BUILT_IN)
        environment = jinja2.Environment(
            loader=folder, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        charts = [svg(section.bars) if section.bars else "" for section in self.sections]
        return environment.get_template(_HTML).render(review=self, charts=charts)

    def pdf(self) -> Printed:
        """The same on pages, archival and accessible."""
        template = Template(
            self.name, "review", self.language, self.title, _TYPST, "typst", own=False
        )
        sections = [
            {**asdict(section), "bars": [], "chart": svg(section.bars) if section.bars else ""}
            for section in self.sections
        ]
        content = asdict(self) | {
            "code": self.name, "sections": sections, "day": "",
            "raw": {"date": self.day.isoformat()},
            # What the parts of sheets that are shared with it ask for.
            "words": {}, "labels": {}, "firm": {"name": plain(self.firm), "legal": ""},
        }  # fmt: skip
        return print_document(template, content)

    def save(self, folder: str | Path) -> list[Path]:
        """Write both files into a folder, which is made where it is not there."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        page = place / f"{self.name}.html"
        page.write_text(self.html(), encoding="utf-8")
        return [page, self.pdf().save(place)]
