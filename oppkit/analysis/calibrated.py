"""What may be signed within a horizon, by the chances of a signing model.

A deal has a chance for each month, and is signed in one of them only: so its chance for a period is
their sum, and the laws of months cannot be added up. An outlook is therefore made for periods of
one kind, and each group of its portfolio is a period of it, named by its first day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ibis
import numpy as np

from oppkit.analysis.deals import with_chances
from oppkit.analysis.dimensions import PERIODS, check
from oppkit.analysis.distribution import Arrivals, Law
from oppkit.analysis.grouped import Mask
from oppkit.analysis.outlook import Outlook
from oppkit.analysis.portfolio import Portfolio, read
from oppkit.analysis.scenarios import MONTH
from oppkit.analysis.selection import Where
from oppkit.analysis.signing.model import Model
from oppkit.analysis.snapshot import Snapshot
from oppkit.analysis.windows import Window


@dataclass(frozen=True)
class Calibrated(Outlook):
    """An outlook by the chances of `model`.

    `learnt` tells that deals hang together as much as they did (the model's ρ for each window), and
    not by `correlation`. New business counts in what is about the whole firm; of a part of it
    nobody can say how much will come.
    """

    model: Model
    learnt: bool

    @property
    def by_dates(self) -> bool:
        """Whether it stands on the dates and probabilities that people entered."""
        return False

    def of(self, window: Window) -> Mask:
        """The groups of the portfolio that are about a window."""
        return self.portfolio.chosen(
            month == window.last and window.values in (None, tuple(values))
            for month, *values in self.portfolio.groups
        )

    def worked_out(self, portfolio: Portfolio, groups: Mask, window: Window) -> Law:
        """The law of some groups of a portfolio, with new business."""
        found = portfolio.law(groups, self.rho(window), self.arrivals(window))
        return self.model.recalibrated(found)

    def rho(self, window: Window) -> float:
        """The correlation in a window."""
        if not self.learnt:
            return self.correlation
        return self.model.correlation_within(window.first, window.last)

    def arrivals(self, window: Window) -> Arrivals | None:
        """What will come in and be signed in a window; None where it is not known."""
        if self.where or window.values:
            return None
        return self.model.arrivals_within(window.first, window.last)

    def in_all(self) -> Outlook:
        """The same for the horizon as a whole."""
        return calibrated(
            self.snapshot, self.model, (self.horizon,), (), self.where, self.months,
            None if self.learnt else self.correlation,
        )  # fmt: skip


def calibrated(
    snapshot: Snapshot, model: Model, windows: Sequence[Window], by: Iterable[str] = (),
    where: Where = None, months: int = 12, correlation: float | None = None,
) -> Calibrated:  # fmt: skip
    """From a model of the day of the snapshot, for windows that end in different months.

    Without a `correlation` the model's own counts. Raises `UnknownDimension`.
    """
    names = (MONTH, *(name for name in check(by) if name not in PERIODS))
    spans = {window.last: window for window in windows}
    table = with_chances(snapshot, _chances(model, spans.values()), names, where)
    return Calibrated(
        snapshot, where, months, table, read(table, names), correlation or 0.0,
        model, correlation is None,
    )  # fmt: skip


def _chances(model: Model, windows: Iterable[Window]) -> ibis.Table:
    """The chance of each deal in each window, which the first day of its last month stands for."""
    ids, months, chances = [], [], []
    for window in windows:
        chance = model.within(window.first, window.last)
        there = chance > 0
        ids.append(model.deals[there])
        chances.append(chance[there])
        months.append(np.full(there.sum(), np.datetime64(window.last)))
    columns = {
        "opportunity_id": np.concatenate(ids or [np.zeros(0, np.int64)]),
        MONTH: np.concatenate(months or [np.zeros(0, "datetime64[D]")]).astype("datetime64[s]"),
        "chance": np.concatenate(chances or [np.zeros(0)]),
    }
    table = ibis.memtable(columns)
    return table.mutate(month=table[MONTH].cast("date"))
