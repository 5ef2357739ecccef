"""What the view of the forecast asks the workbench for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from oppkit.distributions import AUTO, CALIBRATED, ENTERED, USUAL_CORRELATION
from oppkit.model import PeriodKind
from oppkit.model.bulk import shifted
from oppkit.targets import By

MONTHS = 12

# The arguments of `Workbench.distribution` by each choice.
METHODS: dict[str, dict[str, Any]] = {
    ENTERED: {"method": ENTERED}, CALIBRATED: {"method": CALIBRATED},
}  # fmt: skip
CORRELATIONS: dict[str, dict[str, Any]] = {
    "together": {"correlation": USUAL_CORRELATION},
    "independent": {"correlation": 0.0},
    "auto": {"correlation": AUTO},
}
USUAL = {ENTERED: "together", CALIBRATED: "auto"}  # how deals hang together by each method


@dataclass(frozen=True)
class Whose:
    """The whole firm, or one owner or establishment, by what the two interfaces know it."""

    dimension: str | None = None  # of `Workbench.distribution`
    value: str | None = None
    owner_id: int | None = None

    @property
    def where(self) -> dict[str, Any] | None:
        """The conditions, as `Workbench.distribution` takes them."""
        return {self.dimension: self.value} if self.dimension else None

    @property
    def scope(self) -> tuple[int | None, str | None]:
        """Owner and establishment of their targets."""
        return self.owner_id, self.value if self.dimension == "establishment" else None

    @property
    def by(self) -> By:
        """Among whose targets theirs are."""
        if self.dimension is None:
            return "firm"
        return "owner_id" if self.dimension == "owner" else "establishment"


@dataclass(frozen=True)
class ForecastQuestion:
    """A forecast to ask for: by which periods, whose, and how it is worked out."""

    kind: PeriodKind
    whose: Whose
    method: str
    correlation: str

    @property
    def calibrated(self) -> bool:
        """Whether it is worked out from what happened before."""
        return self.method == CALIBRATED

    def asked(self, today: date) -> dict[str, Any]:
        """The arguments of `Workbench.distribution`."""
        return {
            "by": (self.kind.value,), "months": self.months(today), "where": self.whose.where,
            **METHODS[self.method], **CORRELATIONS[self.correlation],
        }  # fmt: skip

    def months(self, today: date) -> int:
        """Twelve of them, and more until the last period is whole: it has a target as a whole."""
        end = self.kind.after(self.kind.start(shifted(today.replace(day=1), MONTHS - 1)))
        return (end.year - today.year) * 12 + end.month - today.month

    def periods(self, today: date) -> Iterator[date]:
        """The first days of all periods, that of today first."""
        first = self.kind.start(today)
        end = shifted(today.replace(day=1), self.months(today))
        while first < end:
            yield first
            first = self.kind.after(first)
