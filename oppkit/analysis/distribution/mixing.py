"""Mixtures of distribution functions that are linear between points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_NOTHING = 1e-15  # of probability
_NARROWEST = 1e-7  # of the whole width
_POINTS = 2**12  # of a heap


@dataclass(frozen=True)
class Piece:
    """A part of a law: F rises at the points from 0 to the mass of the part."""

    points: Array
    cumulated: Array

    def shifted(self, by: float) -> Piece:
        """Moved by an amount."""
        return Piece(self.points + by, self.cumulated)

    def times(self, mass: float) -> Piece:
        """With its mass multiplied."""
        return Piece(self.points, self.cumulated * mass)

    def within(self, low: float, high: float) -> Piece:
        """What lies beside a support moved to its ends."""
        return Piece(np.clip(self.points, low, high), self.cumulated)

    def thinned(self, step: float) -> Piece:
        """Without points between which it rises less than a step; higher jumps stay as they are."""
        rises = np.diff(np.floor(self.cumulated / step)) > 0
        kept = np.ones(len(self.points), dtype=np.bool_)
        kept[1:-1] = rises[:-1] | rises[1:]
        return Piece(self.points[kept], self.cumulated[kept])

    def drawn(self, about: float, ratio: float) -> Piece:
        """Distances from an amount multiplied."""
        return Piece(about + (self.points - about) * ratio, self.cumulated)


def jumps(values: Array, masses: Array) -> Piece:
    """Of amounts, ascending, with a probability each."""
    there = masses > _NOTHING
    f = np.cumsum(masses[there])
    return Piece(np.repeat(values[there], 2), np.concatenate([[0.0], np.repeat(f, 2)])[:-1])


def evenly(edges: Array, masses: Array) -> Piece:
    """Masses spread evenly between edges."""
    there = np.flatnonzero(masses > _NOTHING)
    if not len(there):
        return Piece(edges[:0], edges[:0])
    f = np.concatenate([[0.0], np.cumsum(masses)])
    some = slice(there[0], there[-1] + 2)
    return Piece(edges[some], f[some] - f[there[0]])


def heaped(begins: Array, ends: Array, rises: Array) -> Piece:
    """Masses spread evenly, each from where it begins to where it ends."""
    least = _NARROWEST * max(float(np.ptp(begins)), float(np.ptp(ends)))
    ends = np.maximum(ends, begins + least)
    slopes = rises / (ends - begins)
    events = np.concatenate([begins, ends])
    order = np.argsort(events)
    points = events[order]
    rising = np.cumsum(np.concatenate([slopes, -slopes])[order])
    f = np.cumsum(np.append(0.0, np.diff(points) * rising[:-1]))
    kept = np.unique(np.linspace(0, len(points) - 1, _POINTS).astype(np.int64))
    f = np.maximum.accumulate(f[kept])
    return Piece(points[kept], f * (rises.sum() / f[-1]))


def mixed(parts: Sequence[Piece]) -> Piece:
    """All parts together: the slopes and the jumps of each, added up from left to right."""
    parts = [part for part in parts if len(part.points)]
    if len(parts) < 2:
        return parts[0] if parts else Piece(np.zeros(0), np.zeros(0))
    begins = np.concatenate([part.points[:-1] for part in parts])
    ends = np.concatenate([part.points[1:] for part in parts])
    rises = np.concatenate([np.diff(part.cumulated) for part in parts])
    upright = ends <= begins
    slopes = np.divide(rises, ends - begins, out=np.zeros_like(rises), where=~upright)
    points = np.unique(np.concatenate([part.points for part in parts]))
    first, last = np.searchsorted(points, begins), np.searchsorted(points, ends)
    slope = _counted(points, first, slopes) - _counted(points, last, slopes)
    # Where no part rises the slope is 0, and not what rounding left of it.
    rise = slopes > 0
    number = np.cumsum(_counted(points, first, rise) - _counted(points, last, rise))
    rising = np.where(number > 0.5, np.cumsum(slope), 0.0)
    jump = _counted(points, first, np.where(upright, rises, 0.0))
    before = np.cumsum(np.concatenate([[0.0], np.diff(points) * rising[:-1] + jump[:-1]]))
    leaps = jump > 0
    twice = np.repeat(np.arange(len(points)), 1 + leaps)
    f = before[twice]
    f[np.flatnonzero(np.diff(twice) == 0) + 1] += jump[leaps]
    return Piece(points[twice], np.maximum.accumulate(f))


def _counted(
    points: Array, places: NDArray[np.int64], values: NDArray[np.float64 | np.bool_]
) -> Array:
    return np.bincount(places, values.astype(np.float64), len(points))
