"""Whether chances of single deals were right: of those said to have 30 %, were 30 % won?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oppkit.analysis.backtest.forecasts import Row
from oppkit.analysis.backtest.measures import Array, auc, brier, log_loss
from oppkit.analysis.backtest.windows import Horizon
from oppkit.analysis.intervals import FEW, share

Places = NDArray[np.int64]
WON, SIGNED = "won", "signed"
# Narrow at the lower end, where most chances to be signed within a few months lie.
EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True)
class Chances:
    """What a method gave to deals that were open at origins, and what became of them.

    `question` is "won" (in the end; of those that are decided, a year later or more) or "signed"
    (within `horizon` months). One of each array for a deal at an origin: `chance`, `happened` 0 or
    1, `deal` its identifier.
    """

    method: str
    question: str
    horizon: Horizon | None
    chance: Array
    happened: Array
    deal: Places

    @classmethod
    def together(cls, parts: Sequence[Chances]) -> Chances:
        """Those of several origins as one."""
        first = parts[0]
        columns = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("chance", "happened", "deal")
        )
        return cls(first.method, first.question, first.horizon, *columns)

    def known(self) -> Chances:
        """Without the deals that the method gave no chance."""
        there = ~np.isnan(self.chance)
        kept = (self.chance[there], self.happened[there], self.deal[there])
        return Chances(self.method, self.question, self.horizon, *kept)


def gathered(parts: Iterable[Chances]) -> list[Chances]:
    """One for each method, question and horizon, over all origins."""
    groups: dict[tuple[str, str, Horizon | None], list[Chances]] = {}
    for part in parts:
        groups.setdefault((part.method, part.question, part.horizon), []).append(part)
    return [Chances.together(group) for group in groups.values()]


def quality(chances: Chances) -> Row:
    """How well a method told the deals apart, and whether its chances were of the right size.

    `cases` are deals at origins, `deals` how many different ones; `share` happened, `chance` was
    said on average. `log_loss_base` is that of who always says the share that happened, knowing it
    beforehand. `calibration_error` is the mean distance between what was said and what happened, by
    the bins of `reliability`.
    """
    told, happened = chances.chance, chances.happened
    share_of_all = float(happened.mean()) if len(happened) else float("nan")
    one_bin = np.zeros(len(told), np.int64)
    gaps = np.bincount(_places(chances, EDGES), told - happened)
    figures = {
        "share": share_of_all, "chance": float(told.mean()) if len(told) else float("nan"),
        "auc": auc(told, happened), "log_loss": log_loss(told, happened),
        "log_loss_base": log_loss(np.full(len(told), share_of_all), happened, 1e-12),
        "brier": brier(told, happened),
        "calibration_error": float(np.abs(gaps).sum()) / len(told) if len(told) else float("nan"),
    }  # fmt: skip
    return {
        "method": chances.method, "question": chances.question, "horizon": chances.horizon,
        "cases": len(told), "deals": int(_distinct(chances.deal, one_bin).sum()),
        **{name: None if np.isnan(value) else value for name, value in figures.items()},
    }  # fmt: skip


def reliability(chances: Chances, edges: Sequence[float] = EDGES) -> list[Row]:
    """A row per bin of chances that holds a case: what was said on average, what happened.

    `share` has its intervals of 95 and 80 %. They count a deal once, however many origins it was
    open at, since it is won or lost once. `few` tells that there are fewer than ten.
    """
    return list(_bins(chances, _places(chances, edges), edges))


def _places(chances: Chances, edges: Sequence[float]) -> Places:
    """The bin of each chance; 1 is in the last one."""
    place = np.searchsorted(edges, chances.chance, side="right") - 1
    return np.clip(place, 0, len(edges) - 2).astype(np.int64)


def _distinct(deal: Places, place: Places) -> Places:
    """How many different deals there are in each bin. Sorting is faster than hashing here."""
    if not len(deal):
        return np.zeros(1, np.int64)
    order = np.lexsort((deal, place))
    deal, place = deal[order], place[order]
    first = np.r_[True, (np.diff(deal) != 0) | (np.diff(place) != 0)]
    return np.bincount(place[first])


def _bins(chances: Chances, place: Places, edges: Sequence[float]) -> Iterator[Row]:
    cases, distinct = np.bincount(place), _distinct(chances.deal, place)
    told, happened = np.bincount(place, chances.chance), np.bincount(place, chances.happened)
    for number in np.flatnonzero(cases).tolist():
        count, deals = int(cases[number]), int(distinct[number])
        value = float(happened[number]) / count
        yield {
            "method": chances.method, "question": chances.question, "horizon": chances.horizon,
            "low": edges[number], "high": edges[number + 1], "cases": count,
            "deals": deals, "chance": float(told[number]) / count,
            **share(value, value * (1 - value) / deals, float(deals)).columns("share"),
            "few": deals < FEW,
        }  # fmt: skip
