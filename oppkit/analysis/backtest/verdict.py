"""Which method did best, in a table and in one finding: is it better than looking at no deal?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from oppkit.analysis.backtest.forecasts import (
    EVERY,
    MONTHS,
    Forecast,
    Row,
    both,
    grouped,
    scores,
    skill,
)
from oppkit.analysis.backtest.methods import NAIVE
from oppkit.analysis.backtest.windows import QUARTER, Horizon

MODEL = "model"
_RECENT = 12  # months
_ENOUGH = 0.5  # of what a method forecast must a naive one have forecast too, to be held against it

Groups = Mapping[tuple[str, str, Horizon], Sequence[Forecast]]


def table(forecasts: Sequence[Forecast]) -> list[Row]:
    """A row for each part, horizon and method, the best CRPS first.

    The scores of `forecasts.scores`, and `skill`: by what share the CRPS is below that of the naive
    forecast that is hardest to beat, on what both forecast; None for the open pipeline alone, of
    which naive ones know nothing.
    """
    groups = grouped(forecasts)
    rows = [
        {"method": method, "horizon": horizon, "part": part, **scores(group),
         "skill": _least_skill(groups, (method, part, horizon))}
        for (method, part, horizon), group in groups.items()
    ]  # fmt: skip
    return sorted(rows, key=_order)


def _order(row: Row) -> tuple[bool, int, bool, float, str]:
    crps = row["crps"]
    return (
        row["part"] != EVERY, _place(row["horizon"]), crps is None, crps or 0.0, row["method"],
    )  # fmt: skip


def _place(horizon: Horizon) -> int:
    """All months together, then each, then the quarter."""
    if horizon == MONTHS:
        return 0
    return 10**6 if horizon == QUARTER else int(horizon)


def _least_skill(groups: Groups, key: tuple[str, str, Horizon]) -> float | None:
    method, part, horizon = key
    found = [
        skill(groups[key], groups[naive, part, horizon])
        for naive in NAIVE
        if naive != method and _comparable(groups, key, naive)
    ]
    known = [value for value in found if value is not None]
    return min(known) if known else None


def _comparable(groups: Groups, key: tuple[str, str, Horizon], naive: str) -> bool:
    """Whether a naive method forecast enough of what this one did."""
    _, part, horizon = key
    mine = groups[key]
    shared, _ = both(mine, groups.get((naive, part, horizon), ()))
    return len(shared) >= max(1, _ENOUGH * len(mine))


@dataclass(frozen=True)
class Verdict:
    """A method beside the naive one that comes closest, on the single months both forecast.

    `error` and `naive_error` are WAPE, `crps` and `naive_crps` CRPS over what was signed.
    """

    method: str
    naive: str
    error: float
    naive_error: float
    crps: float
    naive_crps: float

    @property
    def ratio(self) -> float:
        """The error of the naive forecast, as a multiple of that of the method."""
        if self.error > 0:
            return self.naive_error / self.error
        return inf if self.naive_error > 0 else 1.0

    @property
    def kind(self) -> str:
        """ "better" or "worse"; "point_only" or "interval_only" where the two disagree."""
        point, interval = self.error <= self.naive_error, self.crps <= self.naive_crps
        if point:
            return "better" if interval else "point_only"
        return "interval_only" if interval else "worse"


def verdict(forecasts: Sequence[Forecast]) -> Verdict | None:
    """The model, or else the best method that looks at deals, against the naive ones.

    None where there is nothing to compare.
    """
    groups = grouped(one for one in forecasts if one.part == EVERY)
    method = _subject(groups)
    if method is None:
        return None
    key = (method, EVERY, MONTHS)
    found = [
        _beside(method, naive, groups[key], groups[naive, EVERY, MONTHS])
        for naive in NAIVE
        if _comparable(groups, key, naive)
    ]
    known = [one for one in found if one is not None]
    return min(known, key=lambda one: one.ratio) if known else None


def _subject(groups: Groups) -> str | None:
    """The method that is judged."""
    own = {method: scores(group)["crps"] for (method, _, horizon), group in groups.items()
           if horizon == MONTHS and method not in NAIVE}  # fmt: skip
    known = {method: crps for method, crps in own.items() if crps is not None}
    if not known:
        return None
    return MODEL if MODEL in known else min(known, key=lambda method: known[method])


def _beside(
    method: str, naive: str, mine: Sequence[Forecast], others: Sequence[Forecast]
) -> Verdict | None:
    own, other = (scores(side) for side in both(mine, others))
    figures: list[Any] = [own["wape"], other["wape"], own["crps"], other["crps"]]
    return None if None in figures else Verdict(method, naive, *figures)


def recent(forecasts: Sequence[Forecast], method: str) -> tuple[int, int]:
    """Of the last twelve months, one month ahead: how many lay in the 80 % interval; how many."""
    ahead = [one for one in forecasts
             if one.method == method and one.part == EVERY and one.horizon == 1]  # fmt: skip
    last = sorted(ahead, key=lambda one: one.first)[-_RECENT:]
    share = scores(last)["cov80"] if last else 0.0
    return round(share * len(last)), len(last)
