"""What the view of the forecast has asked the workbench, kept while nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from oppkit.distributions import Distribution
from oppkit.forms.forecast_figures import QUANTILES
from oppkit.forms.forecast_question import ForecastQuestion
from oppkit.signings import Signing
from oppkit.targets import Attainment
from oppkit.workbench import Workbench

_KEPT = 8  # going back to what was asked for before is at once

T = TypeVar("T")


class ForecastReading:
    """Answers of one workbench. The snapshot tells whether they still hold."""

    def __init__(self, workbench: Workbench, language: str) -> None:
        self._workbench, self._language = workbench, language
        self._snapshot: Any = None
        self._known: dict[Any, Any] = {}

    def refresh(self) -> None:
        """Forget what was read before the workspace changed."""
        snapshot = self._workbench.snapshot()
        if snapshot is not self._snapshot:
            self._snapshot = snapshot
            self._known.clear()

    def distribution(self, question: ForecastQuestion) -> Distribution:
        """What is likely to be signed in each period."""
        asked = question.asked(self._snapshot.as_of)
        return self._kept(
            question, lambda: self._workbench.distribution(quantiles=QUANTILES, **asked)
        )

    def signing(self, question: ForecastQuestion) -> Signing:
        """Both chances of each opportunity, whose they are as in a question."""
        where, language = question.whose.where, self._language
        return self._kept(
            (question.whose, language),
            lambda: self._workbench.signing(where=where, language=language),
        )

    def attained(self, question: ForecastQuestion) -> list[Attainment]:
        """The targets of these periods and what is won in them, however the forecast is made."""
        kind, by, today = question.kind, question.whose.by, self._snapshot.as_of
        count = sum(1 for _ in question.periods(today))
        return self._kept(
            (kind, by), lambda: self._workbench.targets.attainments(kind, today, count, by)
        )

    def _kept(self, key: Any, ask: Callable[[], T]) -> T:
        if key not in self._known:
            self._known[key] = ask()
            while len(self._known) > _KEPT:
                del self._known[next(iter(self._known))]
        found: T = self._known[key]
        return found
