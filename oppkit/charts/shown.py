"""What a notebook cell shows: HTML for the page, and the same as plain text."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Shown:
    """`html` for JupyterLab, `plain` everywhere else."""

    html: str = field(repr=False)
    plain: str = field(repr=False)

    def _repr_html_(self) -> str:
        return self.html

    def __str__(self) -> str:
        return self.plain

    __repr__ = __str__
