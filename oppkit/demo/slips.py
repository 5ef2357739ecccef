"""Expected signatures: announced too early, then pushed, often on the last day of the month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oppkit.demo.columns import NEVER, NONE, Array
from oppkit.demo.deals import Deals
from oppkit.demo.firm import Staff
from oppkit.demo.timeline import Timeline
from oppkit.demo.truth import Truth
from oppkit.demo.wins import WON, Path, mean_stay

_SOONEST = 3.0  # days


@dataclass(frozen=True)
class Slips:
    """`on_moves` runs along the path (NEVER: date kept); the rest are pushes between moves."""

    on_moves: Array
    deal: Array
    at: Array
    expected: Array


class _Seller:
    """Estimates the date of the signature, knowing half of the future."""

    def __init__(
        self,
        rng: np.random.Generator,
        truth: Truth,
        line: Timeline,
        path: Path,
        deals: Deals,
        staff: Staff,
    ) -> None:
        self.rng, self.truth, self.line = rng, truth, line
        count = len(deals.owner)
        won = path.status == WON
        self.signed = np.full(count, np.inf)
        self.signed[path.deal[won]] = path.at[won]
        self.usual = np.cumsum(mean_stay(truth)[::-1])[::-1]
        self.drift = np.exp(rng.normal(0, 0.5, count))
        self.haste = np.where(deals.owner == NONE, 1.0, staff.haste[deals.owner])

    def date(self, deal: Array, at: Array, status: Array) -> Array:
        """The day announced at `at`; round dates are preferred."""
        usual = self.usual[np.minimum(status, len(self.usual) - 1)]
        left = self.signed[deal] - at
        ahead = np.isfinite(left) & (left > 0)
        left = np.where(ahead, np.maximum(left, _SOONEST), usual * self.drift[deal])
        known = self.truth.date_knowledge
        noise = np.exp(self.rng.normal(0, self.truth.date_noise, len(deal)))
        guess = left**known * usual ** (1 - known) * self.haste[deal] * noise
        day = np.ceil(at + np.maximum(guess, _SOONEST)).astype(np.int64)
        return np.where(
            self.rng.random(len(day)) < 0.5, self.line.month_end(day), self.line.workday(day)
        )

    def push(self, at: Array, expected: Array) -> Array:
        """When the date will be moved, if nothing happens before."""
        rng, count = self.rng, len(at)
        by_hand = expected + rng.integers(-12, 12, count)
        last = self.line.month_end(expected)
        how = rng.random(count) < self.truth.month_end_pushes
        day = np.maximum(np.where(how, last, by_hand), np.floor(at).astype(np.int64) + 2)
        return self.line.workday(day) + rng.uniform(0.1, 0.9, count)


def slips(
    rng: np.random.Generator, truth: Truth, line: Timeline, path: Path, deals: Deals, staff: Staff
) -> Slips:
    """Follow every dated deal from move to move and from push to push until today."""
    seller = _Seller(rng, truth, line, path, deals, staff)
    on_moves = np.full(len(path.deal), NEVER)
    starts = np.flatnonzero(np.r_[True, path.deal[1:] != path.deal[:-1]])
    row: Array = starts[~deals.undated]
    expected = seller.date(path.deal[row], path.at[row], path.status[row])
    on_moves[row] = expected
    at, neglected = path.at[row], np.zeros(len(row), bool)
    pushes = [(row[:0], at[:0], expected[:0])]
    while len(row):
        push = np.where(neglected | (path.status[row] >= WON), np.inf, seller.push(at, expected))
        following = np.minimum(row + 1, len(path.deal) - 1)
        goes_on = (following > row) & (path.deal[following] == path.deal[row])
        move = np.where(goes_on, path.at[following], np.inf)
        pushed, at = push < move, np.minimum(push, move)
        row = np.where(pushed, row, following)
        keep = at < line.today
        row, at, pushed = row[keep], at[keep], pushed[keep]
        expected, neglected = expected[keep], neglected[keep]
        deal = path.deal[row]
        again = pushed | _thought_over(rng, path.status[row], expected, at)
        new = seller.date(deal, at, path.status[row])
        expected = np.where(again, np.where(pushed, np.maximum(new, expected + 7), new), expected)
        pushes.append((deal[pushed], at[pushed], expected[pushed]))
        moved = again & ~pushed
        on_moves[row[moved]] = expected[moved]
        neglected = np.where(again, False, neglected) | (rng.random(len(row)) < truth.neglect)
    deal, when, day = (np.concatenate([push[part] for push in pushes]) for part in range(3))
    return Slips(on_moves, deal, when, day)


def _thought_over(rng: np.random.Generator, status: Array, expected: Array, at: Array) -> Array:
    """Whether a move to an open status comes with a new date: more often when it has passed."""
    return (status < WON) & (rng.random(len(at)) < np.where(expected < at, 0.85, 0.4))
