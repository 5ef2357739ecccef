"""The chances of the deals that are open on a day, from what was known then: stages 1 to 4."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from oppkit.analysis.signing.closed import Regression, StatusRates
from oppkit.analysis.signing.endings import Endings
from oppkit.analysis.signing.groups import DIMENSIONS, Groups
from oppkit.analysis.signing.hazards import Hazards, Outset, expected_months, signed_in
from oppkit.analysis.signing.months import Schedule
from oppkit.analysis.signing.panel import Panel
from oppkit.analysis.signing.periods import Periods, periods
from oppkit.analysis.signing.prior import Prior, as_expected, correction, slipping, weight
from oppkit.analysis.signing.stages import Stages
from oppkit.analysis.signing.traits import Traits

Array = npt.NDArray[Any]
IN_THE_END = 36  # months ahead that are taken for all
ALMOST = 0.995  # nothing is sure


@dataclass(frozen=True)
class Chances:
    """Of each open deal, in the order of `rows` (places in `panel`).

    `by_month` is the chance to be signed in each month ahead from month 0 on, deals × months; `won`
    that to be won in the end. `prior` is the weight of the prior in them. `learnt` is what was
    learnt beside it: regressions of time, a regression of closed deals, shares by status, or none.
    """

    panel: Panel
    endings: Endings
    rows: Array
    by_month: Array
    won: Array
    prior: float
    prior_won: Array
    learnt: Hazards | Regression | StatusRates | None
    learnt_won: Array
    outset: Outset | None
    periods: Periods | None
    boosted: bool = False

    @property
    def schedule(self) -> Schedule:
        """The day and the months ahead of it."""
        return self.endings.schedule

    def by_boosting(self) -> Chances:
        """The same by the challenger, fitted to what these were fitted to."""
        from oppkit.analysis.signing.challenger import Boosted

        if not isinstance(self.learnt, Hazards) or self.outset is None or self.periods is None:
            return self
        ahead = np.arange(self.schedule.first, IN_THE_END + 1)
        with threadpool_limits(1):  # trees are small: threads would wait for each other
            boosted = Boosted.of(self.learnt, self.panel, self.endings, self.periods)
            found = boosted.signed_in(self.outset, ahead)
        before = signed_in(*self.learnt.hazards(self.outset, ahead))
        moved = np.pad(found - before, ((0, 0), (self.schedule.first, 0)))
        learnt = found.sum(axis=1)
        return replace(
            self, boosted=True, learnt_won=learnt,
            by_month=self.by_month + (1 - self.prior) * moved[:, : self.by_month.shape[1]],
            won=self.prior * self.prior_won + (1 - self.prior) * learnt,
        )  # fmt: skip


def chances(
    known: Panel, day: date, months: int, stages: Stages,
    given: Mapping[str, float] | None = None, most: int = 40_000,
) -> Chances:  # fmt: skip
    """Learnt from `known`, a panel that knows nothing after the day, for `months` ahead.

    `given` are the default probabilities of the statuses; `most` is about how many deal-months are
    learnt from.
    """
    endings = Endings.of(known, Schedule(day))
    prior = Prior.of(known, given)
    rows = np.flatnonzero(_at(known, day))
    learner = _Learner(known, endings, rows, stages, prior)
    if stages.time:
        return learner.over_time(months, most)
    return learner.in_the_end(months)


def _at(panel: Panel, day: date) -> Array:
    if not panel.origins or panel.origins[-1] != day:
        raise ValueError(f"The panel has no origin {day}.")
    found: Array = panel.origin == len(panel.origins) - 1
    return found


@dataclass(frozen=True)
class _Learner:
    """What all ways of learning start from."""

    panel: Panel
    endings: Endings
    rows: Array
    stages: Stages
    prior: Prior

    def over_time(self, months: int, most: int) -> Chances:
        """Month by month, mixed with what the prior says once its level is corrected."""
        schedule = self.endings.schedule
        learnt_from = self._periods(most)
        hazards = self._hazards(learnt_from, max(months, IN_THE_END))
        ahead = np.arange(schedule.first, max(months, IN_THE_END) + 1)
        level = correction(self.prior, self.panel, self.endings)
        prior_won = np.minimum(self._prior_won * level, ALMOST)
        said = slipping(prior_won, self._expected, schedule.first, ahead)
        if hazards is None:
            by_month, outset, learnt, share = said, None, prior_won, 1.0
        else:
            outset = hazards.outset(self.panel, self.endings, self.rows)
            found = signed_in(*hazards.hazards(outset, ahead))
            learnt, share = found[:, : _place(schedule, IN_THE_END)].sum(axis=1), self._weight
            by_month = share * said + (1 - share) * found
        return self._chances(
            np.pad(by_month, ((0, 0), (schedule.first, 0)))[:, : months + 1],
            prior_won, learnt, share, hazards, outset, learnt_from,
        )  # fmt: skip

    def in_the_end(self, months: int) -> Chances:
        """Won or not, in the month in which it is expected."""
        prior_won, learnt = self._prior_won, self._closed()
        won, share = prior_won, 1.0
        if isinstance(learnt, Regression):
            won, share = learnt.won(self.panel, self.endings, self.rows), self._weight
        elif isinstance(learnt, StatusRates):
            won, share = learnt.shares(self.panel.status[self.rows]), self._weight
        schedule = self.endings.schedule
        mixed = share * prior_won + (1 - share) * won
        by_month = as_expected(mixed, self._expected, schedule.first, np.arange(months + 1))
        return self._chances(by_month, prior_won, won, share, learnt, None, None)

    def _chances(
        self, by_month: Array, prior_won: Array, learnt_won: Array, share: float,
        learnt: Hazards | Regression | StatusRates | None, outset: Outset | None,
        learnt_from: Periods | None,
    ) -> Chances:  # fmt: skip
        won = share * prior_won + (1 - share) * learnt_won
        return Chances(
            self.panel, self.endings, self.rows, by_month, won, share, prior_won, learnt,
            learnt_won, outset, learnt_from,
        )  # fmt: skip

    @property
    def _weight(self) -> float:
        return weight(len(self.endings.closed))

    @property
    def _expected(self) -> Array:
        """In months ahead."""
        return expected_months(self.panel, self.rows) - self.endings.schedule.month

    @property
    def _prior_won(self) -> Array:
        return self.prior.won(self.panel.status[self.rows])

    @property
    def _groups(self) -> tuple[Groups, ...]:
        if not (self.stages.shrunk and self.stages.regression) or not len(self.endings.closed):
            return ()
        return tuple(
            Groups.of(one, self.panel, self.endings, self.prior.mean) for one in DIMENSIONS
        )

    def _periods(self, most: int) -> Periods:
        places = self.endings.schedule.places(self.panel.origins)
        return periods(self.endings, places, self.panel.origin, most)

    def _hazards(self, found: Periods, ahead: int) -> Hazards | None:
        if not len(found.row):
            return None
        traits = Traits.of(self.panel, self.endings, np.unique(found.row), self._groups)
        return Hazards.of(self.panel, self.endings, found, traits, ahead)

    def _closed(self) -> Regression | StatusRates | None:
        if not len(self.endings.closed):
            return None
        if not (self.stages.regression or self.stages.shrunk):
            return None
        statuses = StatusRates.of(self.panel, self.endings, self.prior.mean)
        if not self.stages.regression:
            return statuses
        traits = Traits.of(self.panel, self.endings, np.arange(len(self.panel)), self._groups)
        found = Regression.of(self.panel, self.endings, traits, statuses)
        return found or statuses


def _place(schedule: Schedule, ahead: int) -> int:
    """How many months there are up to a month ahead."""
    return ahead + 1 - schedule.first
