"""What may be signed within a horizon: deals, their portfolio by month, the law of any window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import ibis

from oppkit.analysis.contributions import Contributions, contributions
from oppkit.analysis.deals import deals
from oppkit.analysis.dimensions import DIMENSIONS, PERIODS, SALE_TYPE, TAG, check
from oppkit.analysis.distribution import Law
from oppkit.analysis.grouped import Mask
from oppkit.analysis.portfolio import Portfolio, read
from oppkit.analysis.scenarios import MONTH, Step, Which, changed
from oppkit.analysis.selection import Where, opportunities
from oppkit.analysis.snapshot import Snapshot
from oppkit.analysis.windows import Window, horizon

_OF_A_WHOLE = tuple(name for name in DIMENSIONS if name != SALE_TYPE)
_OVERLAPPING = (SALE_TYPE, TAG)  # deals by these are not independent of each other


@dataclass(frozen=True)
class Outlook:
    """The deals of `portfolio`, which is by month and `dimensions`, and how they hang together.

    `correlation` is that of the common factor (`oppkit.analysis.distribution.law`).
    """

    snapshot: Snapshot
    where: Where
    months: int
    deals: ibis.Table
    portfolio: Portfolio
    correlation: float

    @property
    def dimensions(self) -> tuple[str, ...]:
        """By what the portfolio is broken down beside the month."""
        return self.portfolio.by[1:]

    @property
    def adds_up(self) -> bool:
        """Whether each opportunity is one deal, so that groups can be added."""
        return not {*self.dimensions} & {*_OVERLAPPING}

    @property
    def horizon(self) -> Window:
        """All months, and all that is in them."""
        return horizon(self.snapshot.as_of, self.months)

    @property
    def by_dates(self) -> bool:
        """Whether it stands on the dates and probabilities that people entered."""
        return True

    def of(self, window: Window) -> Mask:
        """The groups of the portfolio that are about a window."""
        return window.of(self.portfolio)

    def law(self, window: Window) -> Law:
        """The law of what is signed in a window."""
        return self.worked_out(self.portfolio, self.of(window), window)

    def worked_out(self, portfolio: Portfolio, groups: Mask, window: Window) -> Law:
        """The law of some groups of a portfolio, which are about a window."""
        return portfolio.law(groups, self.rho(window))

    def rho(self, window: Window) -> float:
        """The correlation in a window."""
        return self.correlation

    def in_all(self) -> Outlook:
        """The same with each opportunity as one deal, so that the horizon can be added up.

        By tags or sale types it must be read for itself.
        """
        if self.adds_up:
            return self
        return outlook(self.snapshot, (), self.where, self.months, self.correlation)

    def laws(self, windows: Sequence[Window]) -> tuple[Law, ...]:
        """The laws of windows, in their order."""
        return tuple(self.law(window) for window in windows)

    def changed(self, steps: Sequence[Step]) -> Outlook:
        """What it would be after the steps of a scenario."""
        beyond = self.horizon.beyond
        return replace(self, portfolio=changed(self.portfolio, self.deals, steps, beyond))

    def relaws(self, windows: Sequence[Window], base: Outlook, laws: Sequence[Law]) -> list[Law]:
        """The laws of windows, where `laws` are those of `base`: kept where nothing has changed."""
        mine, other = self.portfolio, base.portfolio
        return [
            law if mine.sums(self.of(each)) == other.sums(base.of(each)) else self.law(each)
            for each, law in zip(windows, laws, strict=True)
        ]

    def having(self, where: Mapping[str, Any]) -> Which:
        """Which deals have a value, or one of a list, in all these dimensions; nothing: all.

        Raises `UnknownDimension`.
        """
        if not check(where, _OF_A_WHOLE):
            return lambda deals: ibis.literal(True)
        ids = opportunities(self.snapshot, where, self.months).id
        return lambda deals: deals.opportunity_id.isin(ids)

    def contributions(self, window: Window, count: int, target: float | None) -> Contributions:
        """The deals that make most of the uncertainty of a window."""
        groups = self.of(window)

        def law(portfolio: Portfolio, groups: Mask) -> Law:
            return self.worked_out(portfolio, groups, window)

        return contributions(
            self.portfolio, self.deals, groups, count, self.rho(window), target, law
        )  # fmt: skip


def outlook(
    snapshot: Snapshot, by: Iterable[str] = (), where: Where = None, months: int = 12,
    correlation: float = 0.0,
) -> Outlook:  # fmt: skip
    """From the probabilities that people entered. Raises `UnknownDimension`."""
    names = (MONTH, *(name for name in check(by) if name not in PERIODS))
    table = deals(snapshot, names, where, months)
    return Outlook(snapshot, where, months, table, read(table, names), correlation)
