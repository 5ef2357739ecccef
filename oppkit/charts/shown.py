"""What a notebook cell shows: HTML for the page, and the same as plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# JupyterLab takes what stands between dollar signs, or after a backslash, for a formula, but not
# across elements: two amounts in dollars would vanish into one.
_FORMULA = re.compile(r"[$\\]")


@dataclass(frozen=True)
class Shown:
    """`html` for JupyterLab, `plain` everywhere else."""

    html: str = field(repr=False)
    plain: str = field(repr=False)

    def _repr_html_(self) -> str:
        return _FORMULA.sub(r"<span>\g<0></span>", self.html)

    def __str__(self) -> str:
        return self.plain

    __repr__ = __str__
