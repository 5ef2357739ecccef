"""Shares that were won by groups, drawn towards the share of all.

p_g = (w_g + m·p̄) / (n_g + m), m = p̄(1 − p̄)/τ² − 1: the mean of a beta distribution of shares
between the groups with variance τ², after w_g of n_g. τ² is what the squared distances of the
groups exceed those that chance alone gives (J. C. Kleinman, J. Am. Stat. Assoc. 68, 1973, with
weights n_g). Where nothing exceeds it, all groups have the share of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
PSEUDO = 10.0  # closed deals that the prior counts for
_LEAST = 0.5  # groups differ at most so much that their share counts for half a deal


def strength(won: Array, closed: Array, mean: float) -> float:
    """m, in closed deals; infinite where the groups do not differ."""
    n, total = closed[closed > 0], float(closed.sum())
    if len(n) < 2:
        return float("inf")
    share, noise = won[closed > 0] / n, mean * (1 - mean)
    squares = float((n * (share - mean) ** 2).sum())
    # E = τ²(N − Σn²/N) + (p̄q̄ − τ²)(G − 1)
    free = total - float((n**2).sum()) / total - (len(n) - 1)
    between = (squares - (len(n) - 1) * noise) / free if free > 0 else 0.0
    return max(noise / between - 1, _LEAST) if between > 0 else float("inf")


def shrunk(won: Array, closed: Array, mean: float | Array, strength: float) -> Array:
    """The shares of the groups, each counting `strength` deals of the mean (one or many)."""
    if not np.isfinite(strength):
        return np.broadcast_to(np.asarray(mean, float), np.broadcast(won, closed).shape).copy()
    share: Array = (won + strength * mean) / (closed + strength)
    return share


@dataclass(frozen=True)
class Rates:
    """The shares of some groups. `won` and `closed` count deals by group."""

    won: Array
    closed: Array
    mean: float
    strength: float

    @classmethod
    def of(cls, group: Array, won: Array, groups: int, prior: float) -> Rates:
        """From the group (-1: none) and the outcome of each closed deal.

        The mean counts `PSEUDO` deals of the `prior`, so that it exists before the first is closed.
        """
        mean = (float(won.sum()) + PSEUDO * prior) / (len(won) + PSEUDO)
        known = group >= 0
        closed = np.bincount(group[known], minlength=groups).astype(float)
        wins = np.bincount(group[known], won[known].astype(float), groups)
        return cls(wins, closed, mean, strength(wins, closed, mean))

    @property
    def differ(self) -> bool:
        """Whether the groups differ by more than chance."""
        return bool(np.isfinite(self.strength))

    def share(self, group: Array, without_won: Array, without: Array) -> Array:
        """The share of each one's group, not counting what is its own; the mean without a group."""
        known = group >= 0
        place = group[known]
        won, closed = np.zeros(len(group)), np.zeros(len(group))
        won[known] = self.won[place] - without_won[known]
        closed[known] = self.closed[place] - without[known]
        return shrunk(won, closed, self.mean, self.strength)
