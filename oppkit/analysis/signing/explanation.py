"""Why the chance of a deal is what it is: what each thing known of it adds to the average deal.

The average deal is the one whose predictors are the means of all open deals. On the straight way
from it to a deal, the logit of the chance changes a little with each thing at every step; summed up
along the way, these are its effects, and together they are the whole difference (the values of
Aumann and Shapley; M. Sundararajan, A. Taly and Q. Yan's integrated gradients, 2017). Where the
logit is a sum, they are its terms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from oppkit.analysis.signing.chances import IN_THE_END, Chances
from oppkit.analysis.signing.closed import Regression, StatusRates
from oppkit.analysis.signing.groups import DIMENSIONS
from oppkit.analysis.signing.hazards import Hazards, Logit, Outset, distances, nearness, turns
from oppkit.analysis.signing.panel import Panel
from oppkit.analysis.signing.traits import AGE, EXPECTED, STATUS

Array = npt.NDArray[Any]
FACTORS = (
    STATUS, "probability", EXPECTED, "amount", AGE, "stay", "silence", "pushes", *DIMENSIONS,
)  # fmt: skip
TOGETHER = "together"  # what boosting found beside the regressions
_STEPS = 16
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(_STEPS)
_LEAST = 1e-6


@dataclass(frozen=True)
class Explanation:
    """Of the chance to be won in the end, deal by deal.

    `effects` are in logits, deals × factors: `average` + the sum of a row is the logit of `won`.
    `values` are by factor: the status, the entered probability, the day number of the expected
    signature, the amount, days since the opening (age), in the status (stay) and since the last
    change (silence), how many pushes within three months; identifiers
    and codes of the rest. Unknown ones are None or nan. The factor `TOGETHER` has no value: it is
    there where boosting speaks, for what it adds.
    `shares` are the shares won of the group of each deal, by factor, `share` that of all.
    """

    factors: tuple[str, ...]
    average: float
    effects: Array
    values: Mapping[str, Array]
    shares: Mapping[str, Array]
    share: float


def explained(found: Chances) -> Explanation:
    """Whatever it was learnt from."""
    if isinstance(found.learnt, Hazards) and found.outset is not None:
        names, way = _over_time(found.learnt, found.outset, found)
    elif isinstance(found.learnt, Regression):
        names, way = _in_the_end(found.learnt, found)
    else:
        names, way = (STATUS,), _by_status(found)
    if found.boosted:
        names, way = (*names, TOGETHER), _with_nothing(way)
    average, effects = _along(way, found.won, found.boosted)
    statuses = StatusRates.of(found.panel, found.endings, _share(found))
    shares = {STATUS: statuses.shares(found.panel.status[found.rows])} | _shares(found)
    return Explanation(
        names, average, effects, _values(found, names), shares, statuses.rates.mean
    )  # fmt: skip


# A part t of the way: the chance of each deal there, and how it changes with each factor.
_Way = Callable[[float], tuple[Array, Array]]


def _along(way: _Way, won: Array, last: bool) -> tuple[float, Array]:
    """The logit at the beginning, and the effects, which sum to that of `won` less it.

    `last`: what the way does not explain belongs to the last factor.
    """
    start = float(logit(np.clip(way(0.0)[0], _LEAST, 1 - _LEAST)).mean()) if len(won) else 0.0
    effects = 0.0
    for node, weight in zip((_NODES + 1) / 2, _WEIGHTS / 2, strict=True):
        chance, slope = way(float(node))
        chance = np.clip(chance, _LEAST, 1 - _LEAST)
        effects = effects + weight * slope / (chance * (1 - chance))[:, None]
    whole = logit(np.clip(won, _LEAST, 1 - _LEAST)) - start
    return start, _matched(np.asarray(effects), whole, last)


def _with_nothing(way: _Way) -> _Way:
    """With a last factor that is no term of the regressions."""

    def longer(t: float) -> tuple[Array, Array]:
        chance, slope = way(t)
        return chance, np.pad(slope, ((0, 0), (0, 1)))

    return longer


def _matched(effects: Array, whole: Array, last: bool) -> Array:
    """What the steps have missed, given to factors as far as they matter, or to the last."""
    size = np.eye(effects.shape[1])[[-1]] if last else np.abs(effects) + _LEAST
    missed = whole - effects.sum(axis=1)
    matched: Array = effects + size * (missed / size.sum(axis=1))[:, None]
    return matched


def _prior_way(found: Chances) -> Callable[[float], tuple[Array, Array]]:
    """The chance by the prior on the way, and its change."""
    own = logit(np.clip(found.prior_won, _LEAST, 1 - _LEAST))
    mean = own.mean() if len(own) else 0.0

    def way(t: float) -> tuple[Array, Array]:
        chance = expit(mean + t * (own - mean))
        return chance, chance * (1 - chance) * (own - mean)

    return way


def _by_status(found: Chances) -> _Way:
    own = logit(np.clip(found.won, _LEAST, 1 - _LEAST))
    mean = own.mean() if len(own) else 0.0

    def way(t: float) -> tuple[Array, Array]:
        chance = expit(mean + t * (own - mean))
        return chance, (chance * (1 - chance) * (own - mean))[:, None]

    return way


def _in_the_end(learnt: Regression, found: Chances) -> tuple[tuple[str, ...], _Way]:
    parts = learnt.parts(found.panel, found.endings, found.rows)
    names, parts = _together(learnt.factors, parts)
    middle = parts.mean(axis=0)
    beside, share, status = _prior_way(found), found.prior, names.index(STATUS)

    def way(t: float) -> tuple[Array, Array]:
        eta = learnt.level + (middle + t * (parts - middle)).sum(axis=1)
        mine, (prior, moved) = expit(eta), beside(t)
        slope = (1 - share) * (mine * (1 - mine))[:, None] * (parts - middle)
        slope[:, status] += share * moved
        return share * prior + (1 - share) * mine, slope

    return names, way


def _together(columns: tuple[str, ...], parts: Array) -> tuple[tuple[str, ...], Array]:
    """The columns of one factor in one, in the order of `FACTORS`."""
    names = tuple(name for name in FACTORS if name in {STATUS, *columns})
    summed = [parts[:, [c == name for c in columns]].sum(axis=1) for name in names]
    return names, np.column_stack(summed)


class _Predictor:
    """One of the two regressions: the mean predictor of each month, and who is how far from it."""

    def __init__(self, hazards: Hazards, logit: Logit, outset: Outset, ahead: Array) -> None:
        self.near = nearness(ahead)
        names = hazards.traits.factors
        monthly = (*names, EXPECTED, AGE)  # what they add changes from month to month
        self.names, far = _together(monthly, _padded(outset.traits * logit.far))
        _, near = _together(monthly, _padded(outset.traits * logit.near))
        months = outset.month + ahead
        date = logit.distance[distances(outset.expected[:, None], months)]
        turn = logit.turn[turns(outset.opened[:, None], months)]
        self.far, self.close = far - far.mean(axis=0), near - near.mean(axis=0)
        self.date, self.turn = date - date.mean(axis=0), turn - turn.mean(axis=0)
        self.mean = (
            hazards.common(logit, outset.month, ahead) + date.mean(axis=0) + turn.mean(axis=0)
            + far.mean(axis=0).sum() * (1 - self.near) + near.mean(axis=0).sum() * self.near
        )  # fmt: skip
        self.own = (
            np.outer(self.far.sum(axis=1), 1 - self.near)
            + np.outer(self.close.sum(axis=1), self.near) + self.date + self.turn
        )  # fmt: skip

    def slopes(self, gradient: Array) -> Array:
        """By factor, from how the chance changes with the predictor of each month."""
        slopes = self.far * (gradient @ (1 - self.near))[:, None]
        slopes += self.close * (gradient @ self.near)[:, None]
        slopes[:, self.names.index(EXPECTED)] += (gradient * self.date).sum(axis=1)
        slopes[:, self.names.index(AGE)] += (gradient * self.turn).sum(axis=1)
        found: Array = slopes
        return found


def _padded(parts: Array) -> Array:
    return np.pad(parts, ((0, 0), (0, 2)))


def _over_time(hazards: Hazards, outset: Outset, found: Chances) -> tuple[tuple[str, ...], _Way]:
    ahead = np.arange(found.schedule.first, IN_THE_END + 1)
    signed = _Predictor(hazards, hazards.signed, outset, ahead)
    lost = _Predictor(hazards, hazards.lost, outset, ahead) if hazards.lost is not None else None
    beside, share, status = _prior_way(found), found.prior, signed.names.index(STATUS)

    def way(t: float) -> tuple[Array, Array]:
        s = expit(signed.mean + t * signed.own)
        gone = np.zeros_like(s) if lost is None else expit(lost.mean + t * lost.own)
        before = np.cumprod(np.pad((1 - s) * (1 - gone), ((0, 0), (1, 0)), constant_values=1), 1)
        each = before[:, :-1] * s
        later = each.sum(axis=1, keepdims=True) - np.cumsum(each, axis=1)
        slope = signed.slopes(s * (before[:, :-1] * (1 - s) - later))
        if lost is not None:
            slope += lost.slopes(-gone * later)
        prior, moved = beside(t)
        slope *= 1 - share
        slope[:, status] += share * moved
        return share * prior + (1 - share) * each.sum(axis=1), slope

    return signed.names, way


def _share(found: Chances) -> float:
    return float(np.clip(found.prior_won.mean(), 0.01, 0.99)) if len(found.rows) else 0.25


def _shares(found: Chances) -> dict[str, Array]:
    if isinstance(found.learnt, Hazards | Regression):
        groups = found.learnt.traits.groups
        return {one.dimension: one.shares(found.panel, found.rows) for one in groups}
    return {}


def _values(found: Chances, names: tuple[str, ...]) -> dict[str, Array]:
    rows: Panel = found.panel.at(found.rows)
    day = found.schedule.number
    worked_out = {
        "age": day - rows.opened, "stay": day - rows.entered, "silence": day - rows.touched,
        "pushes": found.panel.pushed[found.rows],
    }  # fmt: skip
    return {
        name: worked_out[name] if name in worked_out else getattr(rows, name)
        for name in names if name != TOGETHER
    }  # fmt: skip
