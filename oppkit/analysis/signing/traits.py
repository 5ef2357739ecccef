"""What is known of a deal at an origin, as columns for a regression.

Columns are centred on the training rows, and what is not known is 0 there: as on average. A trait
that is the same for all, or known of none, is left out. A column is scaled so that a coefficient of
1 is a large one, for all of them are drawn towards 0 alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import logit

from oppkit.analysis.signing.endings import Endings
from oppkit.analysis.signing.groups import Groups
from oppkit.analysis.signing.months import months_of
from oppkit.analysis.signing.panel import Panel
from oppkit.analysis.signing.pushes import above_usual

Array = npt.NDArray[Any]
STATUS, EXPECTED, AGE = "status", "expected", "age"
_MONTH = 30.4375  # days
_MOST_OVERDUE = 12
_LEAST, _MOST = 0.02, 0.98  # entered probabilities beyond are as sure as these
_APART = 2.0  # statuses may differ by more than other things
_SAME = 1e-6


def measured(panel: Panel, endings: Endings, rows: Array) -> dict[str, Array]:
    """The traits that are numbers, on the scale of the regression; nan where unknown."""
    day, amount = endings.day[rows], panel.amount[rows]
    expected = panel.expected[rows]
    overdue = endings.month[rows] - months_of(np.nan_to_num(expected))
    entered = np.clip(panel.probability[rows], _LEAST, _MOST)
    return {
        "amount": np.log(np.where(amount > 0, amount, np.nan)),
        AGE: _elapsed(day - panel.opened[rows]),
        "stay": _elapsed(day - panel.entered[rows]),
        "silence": _elapsed(day - panel.touched[rows]),
        "pushes": above_usual(panel.pushed, panel.origin, len(panel.origins))[rows] / 2,
        "probability": logit(entered),
        EXPECTED: np.where(
            np.isnan(expected), np.nan, np.log1p(np.clip(overdue, 0, _MOST_OVERDUE))
        ),
    }


def _elapsed(days: Array) -> Array:
    return np.log1p(np.maximum(days, 0) / _MONTH)


@dataclass(frozen=True)
class Traits:
    """Which columns there are. `middle` and `scale` by measured trait; `groups` by dimension."""

    middle: Mapping[str, float]
    scale: Mapping[str, float]
    statuses: tuple[str, ...]
    groups: tuple[Groups, ...]

    @classmethod
    def of(
        cls, panel: Panel, endings: Endings, rows: Array, groups: tuple[Groups, ...] = ()
    ) -> Traits:
        """Those in which the training rows differ."""
        found = measured(panel, endings, rows)
        spread = {name: _spread(column) for name, column in found.items()}
        kept = {name: column for name, column in found.items() if spread[name] > _SAME}
        statuses = sorted(dict.fromkeys(s for s in panel.status[rows].tolist() if s is not None))
        return cls(
            {name: float(np.nanmean(column)) for name, column in kept.items()},
            {name: spread[name] if name == "amount" else 1.0 for name in kept},
            tuple(statuses), tuple(one for one in groups if one.differ),
        )  # fmt: skip

    @property
    def factors(self) -> tuple[str, ...]:
        """What each column is about."""
        return (
            *self.middle, *(STATUS for _ in self.statuses), *(one.dimension for one in self.groups),
        )  # fmt: skip

    def matrix(self, panel: Panel, endings: Endings, rows: Array) -> npt.NDArray[np.float32]:
        """Rows × columns."""
        columns = list(self._columns(panel, endings, rows))
        if not columns:
            return np.zeros((len(rows), 0), np.float32)
        return np.column_stack(columns).astype(np.float32)

    def _columns(self, panel: Panel, endings: Endings, rows: Array) -> Iterator[Array]:
        found = measured(panel, endings, rows)
        for name, middle in self.middle.items():
            yield np.nan_to_num((found[name] - middle) / self.scale[name])
        status = panel.status[rows]
        for one in self.statuses:
            yield (status == one) * _APART
        for groups in self.groups:
            yield groups.column(panel, rows)


def _spread(column: Array) -> float:
    known = column[~np.isnan(column)]
    return float(known.std()) if len(known) else 0.0
