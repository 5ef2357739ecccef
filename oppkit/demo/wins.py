"""The life of each opportunity: competing risks in each status, until it is won, lost or abandoned.

In a status, four causes race: the next status, won, lost, abandoned. Each has its hazard from the
truth, its own calendar (quarter ends, the market) and the ease of the deal; the first one happens.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oppkit.demo.columns import Array
from oppkit.demo.timeline import Timeline
from oppkit.demo.truth import CAUSES, CLOSED, MONTH, STATUSES, Truth

WON = len(STATUSES)
LOST = WON + 1
ALL_STATUSES = STATUSES + CLOSED
EASES = (0.35, 2.2)  # the least and the most that ease multiplies hazards by
_REOPENED_IN = (1, 2)  # qualified or proposal


@dataclass(frozen=True)
class Path:
    """Moves sorted by deal and time; the first of each deal is its entry."""

    deal: Array
    at: Array
    status: Array  # place in ALL_STATUSES


def rates(truth: Truth) -> Array:
    """Hazards per day: statuses × causes."""
    return np.array([truth.hazards[status] for status in STATUSES]) / MONTH


def lived(
    rng: np.random.Generator,
    truth: Truth,
    line: Timeline,
    entered: Array,
    status: Array,
    ease: Array,
) -> Path:
    """Live every deal up to the horizon."""
    deal = np.arange(len(entered))
    at, now = entered.astype(float), status.astype(np.int64)
    moves = [(deal, at, now)]
    hazards = rates(truth)
    while len(deal):
        reached = _race(rng, hazards, line, at, now, ease[deal])
        cause = reached.argmin(axis=1)
        at = reached[np.arange(len(deal)), cause]
        now = np.where(cause == 0, now + 1, WON - 1 + cause)
        keep = np.isfinite(at)
        deal, at, now = deal[keep], at[keep], now[keep]
        moves.append((deal, at, now))
        open_ = now < WON
        again = (now >= LOST) & (rng.random(len(deal)) < truth.reopened)
        back_at, back_in = _reopening(rng, line, at)
        again &= back_at < line.horizon
        moves.append((deal[again], back_at[again], back_in[again]))
        at, now = np.where(again, back_at, at), np.where(again, back_in, now)
        deal, at, now = deal[open_ | again], at[open_ | again], now[open_ | again]
    return _sorted(moves)


def _race(
    rng: np.random.Generator, hazards: Array, line: Timeline, at: Array, status: Array, ease: Array
) -> Array:
    """When each cause would happen: deals × causes."""
    effort = rng.exponential(size=(len(at), len(CAUSES)))
    speed = hazards[status]
    speed[:, :2] *= ease[:, None]
    with np.errstate(divide="ignore"):
        effort /= speed
    return np.column_stack(
        [line.advanced(cause, at, effort[:, place]) for place, cause in enumerate(CAUSES)]
    )


def _reopening(rng: np.random.Generator, line: Timeline, closed: Array) -> tuple[Array, Array]:
    """When a closed deal would come back, on a working day, and in which status."""
    day = np.floor(closed).astype(np.int64) + rng.integers(20, 200, len(closed))
    return line.workday(day) + 0.5, rng.choice(_REOPENED_IN, len(closed))


def _sorted(moves: list[tuple[Array, Array, Array]]) -> Path:
    deal, at, status = (np.concatenate([move[part] for move in moves]) for part in range(3))
    order = np.lexsort((at, deal))
    return Path(deal[order], at[order], status[order])


def win_chances(truth: Truth, ease: Array) -> Array:
    """Chance to be won in the end, deals × statuses, in an average market."""
    chances = np.zeros((len(ease), len(STATUSES) + 1))
    for place in reversed(range(len(STATUSES))):
        forward, won, lost, abandoned = truth.hazards[STATUSES[place]]
        reached = ease * (won + forward * chances[:, place + 1])
        chances[:, place] = reached / (ease * (won + forward) + lost + abandoned)
    return chances[:, :-1]


def mean_stay(truth: Truth) -> Array:
    """Mean days in each status before leaving it."""
    stay: Array = 1 / rates(truth).sum(axis=1)
    return stay
