"""A law multiplied by a lognormal factor: what past forecasts say of the next one's errors.

The logarithm of the amount moves by a normal, so that its masses between equal steps are folded
with those of a normal. Amounts above and below 0 are taken apart; what is 0 stays.
"""

from __future__ import annotations

from math import exp, expm1, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from oppkit.analysis.distribution.laws import Law
from oppkit.analysis.distribution.mixing import Piece, jumps, mixed

Array = NDArray[Any]
_STEPS = 2**12
_REACH = 7.0  # standard deviations of the factor to either side
_SMALLEST = 1e-5  # of the largest amount: what is below counts as that
_NOTHING = 1e-12
_LEAST = 1e-12  # step of the logarithm


def spread(law: Law, shift: float, sd: float) -> Law:
    """The law of S·exp(shift + sd·N(0, 1)), mean and standard deviation exact."""
    if not (np.isfinite([shift, sd]).all() and sd >= 0):
        raise ValueError(f"A law is spread by finite numbers, not {shift} and {sd}.")
    times = exp(shift + sd**2 / 2)
    mean = law.mean * times
    variance = times**2 * (law.sd**2 * exp(sd**2) + law.mean**2 * expm1(sd**2))
    if sd == 0:
        return Law(law.points * exp(shift), law.cumulated, mean, sqrt(variance))
    negative, positive = float(law.below(0.0)), float(law.chance(0.0))
    zero = float(law.cdf(0.0)) - negative
    parts = [jumps(np.zeros(1), np.array([zero]))] if zero > 0 else []
    if positive - zero > _NOTHING:
        parts.append(_folded(law.points, law.cumulated, shift, sd))
    if negative > _NOTHING:
        turned = _folded(-law.points[::-1], 1.0 - law.cumulated[::-1], shift, sd)
        mass = turned.cumulated[-1]
        parts.append(Piece(-turned.points[::-1], (mass - turned.cumulated)[::-1]))
    found = mixed(parts)
    return Law(found.points, found.cumulated / found.cumulated[-1], mean, sqrt(variance))


def _folded(points: Array, cumulated: Array, shift: float, sd: float) -> Piece:
    """The part above 0 of a law, multiplied."""
    there = points > 0
    below = float(Law(points, cumulated, 0.0, 0.0).cdf(0.0))
    # Only this part: beside amounts of another size below 0, its areas would drown.
    law = Law(np.append(0.0, points[there]), np.append(below, cumulated[there]), 0.0, 0.0)
    above, top = 1.0 - below, float(points[-1])
    first = int(np.searchsorted(law.cumulated, below + _NOTHING * above, "right"))
    bottom = max(float(law.points[first - 1]), _SMALLEST * top)
    step = max((np.log(top / bottom) + 2 * _REACH * sd) / _STEPS, _LEAST)
    reach = int(np.ceil(_REACH * sd / step))
    nodes = np.log(bottom) + step * np.arange(int(np.ceil(np.log(top / bottom) / step)) + 2)
    masses = _masses(law, np.exp(nodes), above)
    kernel = np.diff(ndtr((np.arange(-reach, reach + 2) - 0.5) * step / sd))
    size = len(masses) + len(kernel) - 1
    folded = np.fft.irfft(np.fft.rfft(masses, size) * np.fft.rfft(kernel, size), size)
    f = np.maximum.accumulate(np.cumsum(np.maximum(folded, 0.0)))
    ends = np.exp(nodes[0] + step * (np.arange(-1, size) - reach + 0.5) + shift)
    return Piece(ends, np.append(0.0, f * above / f[-1]))


def _masses(law: Law, nodes: Array, above: float) -> Array:
    """The part above 0 at nodes, what lies between two of them shared so that its mean stays.

    These are the second differences of ∫F.
    """
    x, f = law.points, law.cumulated
    areas = np.concatenate([[0.0], np.cumsum(np.diff(x) * (f[1:] + f[:-1]) / 2)])
    place = np.clip(np.searchsorted(x, nodes, "right") - 1, 0, len(x) - 2)
    gone, width = nodes - x[place], x[place + 1] - x[place]
    slope = np.divide(f[place + 1] - f[place], width, out=np.zeros_like(width), where=width > 0)
    # Beyond the last point the function stays 1.
    inner = np.minimum(gone, width)
    area = areas[place] + inner * (f[place] + slope * inner / 2) + (gone - inner)
    means = np.diff(area) / np.diff(nodes) - (1.0 - above)
    return np.maximum(np.diff(np.concatenate([[0.0], means, [above]])), 0.0)
