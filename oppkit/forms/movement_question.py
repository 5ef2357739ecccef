"""What the view of movements asks the workbench for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Question:
    """A movement to ask for; `value` restricts `dimension`, and None stands for no value there."""

    since: date
    until: date | None
    period: str | None
    undated: bool
    dimension: str | None
    value: str | None
    by: str | None
    measure: str

    @property
    def where(self) -> dict[str, Any]:
        """The conditions, as `Workbench.movement` takes them."""
        own = {self.dimension: self.value} if self.dimension else {}
        return {**own, "year": None} if self.undated else own
