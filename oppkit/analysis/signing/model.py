"""Will it be signed, and when: what a model of one day says of every open deal and of each month.

    model = fit(panel, day, months=12)
    model.chances            # deals × months: signed in that month
    model.law(first, last)   # what is signed from one day to another, new business included

It is trained on `panel.before(day)` and on nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from oppkit.analysis.distribution import Arrivals, Law, law
from oppkit.analysis.signing.amounts import Sizes, cells, expected_amounts
from oppkit.analysis.signing.calendar import uncertainty
from oppkit.analysis.signing.challenger import COMPARED, ENOUGH, Duel, better
from oppkit.analysis.signing.chances import Chances, chances
from oppkit.analysis.signing.explanation import Explanation, explained
from oppkit.analysis.signing.factor import correlation
from oppkit.analysis.signing.hazards import Hazards
from oppkit.analysis.signing.months import YEAR, month_number, month_start, same_day
from oppkit.analysis.signing.newcomers import Newcomers
from oppkit.analysis.signing.panel import Panel
from oppkit.analysis.signing.stages import Stages
from oppkit.analysis.signing.track import AHEAD, Record, Said

Array = npt.NDArray[Any]
MONTHS = 12
_DUELS = 4  # earlier days at least on which the challenger is tried
_LEARNT_FROM, _FOR_THE_RECORD = 40_000, 8_000  # deal-months


@dataclass(frozen=True)
class Model:
    """What is said on `day`. Rows are those of `panel.before(day)` that are open on it, in order.

    `months` are the first days of the columns of `chances`: month 0 is what is left of the month of
    the day (nothing at a month end). `deviation` is how much the common factor moves the number of
    signatures, relatively, one to three months ahead; all amounts are multiplied by exp(`shift`).
    """

    day: date
    stages: Stages
    months: tuple[date, ...]
    newcomers: Newcomers
    deviation: float
    shift: float
    found: Chances = field(repr=False)
    sizes: Sizes | None = field(repr=False)

    @property
    def deals(self) -> npt.NDArray[np.int64]:
        """The identifiers of the opportunities."""
        return self.rows.deal

    @cached_property
    def rows(self) -> Panel:
        """What was known of them."""
        return self.found.panel.at(self.found.rows)

    @property
    def chances(self) -> Array:
        """The chance of each deal to be signed in each month."""
        return self.found.by_month[:, : len(self.months)]

    @property
    def won(self) -> Array:
        """The chance of each deal to be won in the end, as far as three years ahead."""
        return self.found.won

    @cached_property
    def amounts(self) -> Array:
        """The amount of each deal, an expected one where it is known by its dates only; 0: none."""
        return expected_amounts(self.rows, self.sizes)

    @property
    def closed(self) -> int:
        """How many closed deals it has learnt from."""
        return len(self.found.endings.closed)

    @property
    def prior(self) -> float:
        """The weight of the prior in the chances."""
        return self.found.prior

    @cached_property
    def correlation(self) -> float:
        """ρ of the common factor, for what is signed within the next three months."""
        return correlation(self.deviation, self.found.by_month[:, : AHEAD + 1].sum(axis=1))

    @cached_property
    def arrivals(self) -> tuple[Arrivals | None, ...]:
        """New business signed in each of the months."""
        return tuple(
            self.newcomers.arrivals(ahead, ahead, self._deviation(slice(ahead, ahead + 1)))
            for ahead in range(len(self.months))
        )

    @cached_property
    def explanation(self) -> Explanation:
        """What makes the chance of each deal another one than the average."""
        return explained(self.found)

    def within(self, first: date, last: date) -> Array:
        """The chance of each deal to be signed in the months from one day to another."""
        window = self._window(first, last)
        found: Array = np.minimum(self.chances[:, window].sum(axis=1), 1.0)
        return found

    def law(self, first: date, last: date, arrivals: bool = True) -> Law:
        """What is signed in the months from one day to another; with or without new business."""
        coming = self.arrivals_within(first, last) if arrivals else None
        mine = cells(self.rows, self.within(first, last), self.sizes)
        return self.recalibrated(law(mine, self.correlation_within(first, last), coming))

    def correlation_within(self, first: date, last: date) -> float:
        """ρ of the common factor, for what is signed in the months from one day to another."""
        return correlation(self._deviation(self._window(first, last)), self.within(first, last))

    def arrivals_within(self, first: date, last: date) -> Arrivals | None:
        """New business signed in the months from one day to another; None if none is expected."""
        window = self._window(first, last)
        return self.newcomers.arrivals(window.start, window.stop - 1, self._deviation(window))

    def recalibrated(self, found: Law) -> Law:
        """A law, moved as past forecasts were off."""
        return found.spread(self.shift, 0.0) if self.shift else found

    def _deviation(self, window: slice) -> float:
        """How much the factor moves the number of signatures in some months.

        It was learnt one to three months ahead. Further ahead less is known of the market.
        """
        there, compared = np.arange(window.start, window.stop), np.arange(1, AHEAD + 1)
        return self.deviation * float(
            np.sqrt(uncertainty(there).mean() / uncertainty(compared).mean())
        )

    def _window(self, first: date, last: date) -> slice:
        """The columns of the months from one day to another. Raises ValueError beyond them."""
        month = month_number(self.day)
        start, stop = month_number(first) - month, month_number(last) - month
        if not 0 <= start <= stop < len(self.months):
            raise ValueError(f"From {first} to {last} lies beyond the months of the model.")
        return slice(start, stop + 1)


class Forecaster:
    """Fits models of one panel and keeps what they said, for models of later days to learn from.

    `prior` are the default probabilities of the statuses.
    """

    def __init__(
        self, stages: Stages | None = None, prior: Mapping[str, float] | None = None
    ) -> None:
        self.stages = stages or Stages()
        self._prior = prior
        self._said: dict[date, Said | None] = {}
        self._duels: dict[date, Duel] = {}

    def fit(self, panel: Panel, day: date, months: int = MONTHS) -> Model:
        """The model of a day, which must be an origin of the panel.

        The same days of earlier months are what it learns from, as far as they are origins too.
        """
        with threadpool_limits(1, "blas"):  # matrices are small: threads would wait for each other
            return self._fit(panel, day, months)

    def _fit(self, panel: Panel, day: date, months: int) -> Model:
        known = panel.before(day)
        found = chances(known, day, max(months, AHEAD), self.stages, self._prior, _LEARNT_FROM)
        found = self._challenged(known, found)
        newcomers = self._newcomers(found, months)
        record = self._record(known, found)
        self._said[day] = _said(found, newcomers)
        return Model(
            day, self.stages,
            tuple(month_start(month_number(day) + ahead) for ahead in range(months + 1)), newcomers,
            record.deviation if self.stages.factor else 0.0,
            record.shift if self.stages.recalibration else 0.0, found,
            Sizes.of(found.endings.closed.at(found.endings.won)),
        )  # fmt: skip

    def _challenged(self, known: Panel, found: Chances) -> Chances:
        """By boosting, where there is enough to learn from and it was better before."""
        enough = len(found.endings.closed) > ENOUGH and isinstance(found.learnt, Hazards)
        if not (self.stages.challenger and enough):
            return found
        day = found.schedule.day
        for past in (same_day(day, -back) for back in range(_DUELS * COMPARED, 0, -COMPARED)):
            if past not in self._duels and past in known.origins:
                earlier = chances(
                    known.before(past), past, COMPARED, self.stages, self._prior, _LEARNT_FROM
                )
                self._duels[past] = Duel.of(earlier, earlier.by_boosting())
        fought = [duel for past, duel in self._duels.items() if past < day]
        boosted = found.by_boosting()
        self._duels[day] = Duel.of(found, boosted)
        return boosted if better(fought, found.panel, found.endings) else found

    def _newcomers(self, found: Chances, months: int) -> Newcomers:
        if not self.stages.arrivals:
            return Newcomers.none(found.schedule.first, months)
        pace = found.learnt.pace if isinstance(found.learnt, Hazards) else np.ones_like
        return Newcomers.of(found.panel, found.endings, max(months, AHEAD), pace)

    def _record(self, known: Panel, found: Chances) -> Record:
        """The forecasts of the last year, those that were not made yet included."""
        if not (self.stages.factor or self.stages.recalibration):
            return Record.of((), found.endings)
        days = [same_day(found.schedule.day, -back) for back in range(YEAR, 0, -1)]
        for day in days:
            if day not in self._said and day in known.origins:
                self._said[day] = self._earlier(known.before(day), day)
        said = [self._said[day] for day in days if day in self._said]
        return Record.of([one for one in said if one is not None], found.endings)

    def _earlier(self, known: Panel, day: date) -> Said | None:
        found = chances(known, day, AHEAD, self.stages, self._prior, _FOR_THE_RECORD)
        return _said(found, self._newcomers(found, AHEAD))


def fit(
    panel: Panel, day: date, months: int = MONTHS, stages: Stages | None = None,
    prior: Mapping[str, float] | None = None,
) -> Model:  # fmt: skip
    """The model of one day; see `Forecaster`."""
    return Forecaster(stages, prior).fit(panel, day, months)


def _said(found: Chances, newcomers: Newcomers) -> Said | None:
    """None where nothing but the prior spoke: its errors tell nothing of what is learnt."""
    if found.learnt is None:
        return None
    p = found.by_month[:, 1 : AHEAD + 1]
    coming = np.array([newcomers.rate(ahead, ahead) for ahead in range(1, AHEAD + 1)])
    return Said(found.schedule.month, p.sum(axis=0) + coming, (p * (1 - p)).sum(axis=0) + coming)
