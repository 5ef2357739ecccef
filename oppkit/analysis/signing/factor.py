"""Deals are signed and lost together: by how much more than chance the past months varied.

τ is the standard deviation of (what was signed / what was expected) − 1 beyond what independent
deals give, drawn towards 0.15: τ² = (k·max(Σ((y−μ)² − v)/Σμ², 0) + 6·0.15²)/(k + 6) over k months.
Deals are counted, for in amounts one giant would decide. From τ follows ρ of the common factor
(`oppkit.analysis.distribution.factor`): the one with which the expected number, given the factor,
has this deviation.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

Array = npt.NDArray[Any]
USUAL, _USUAL_MONTHS = 0.15, 6
MOST = 0.6  # a correlation beyond is not to be learnt from so few months
_NODES = np.linspace(-5, 5, 41)
_WEIGHTS = np.exp(-(_NODES**2) / 2) / np.exp(-(_NODES**2) / 2).sum()
_LEVELS = 64
_ACCURACY = 1e-5


def together(signed: Array, expected: Array, variance: Array, months: int) -> float:
    """τ, from deals signed and expected, and the variance of independent ones."""
    base = float((expected**2).sum())
    excess = float(((signed - expected) ** 2 - variance).sum()) / base if base > 0 else 0.0
    count = months if base > 0 else 0
    squared = (count * max(excess, 0.0) + _USUAL_MONTHS * USUAL**2) / (count + _USUAL_MONTHS)
    return float(np.sqrt(squared))


def correlation(deviation: float, chances: Array) -> float:
    """ρ with which the expected number of deals has this relative standard deviation."""
    chances = chances[(chances > 1e-9) & (chances < 1)]
    if deviation <= 0 or not len(chances):
        return 0.0
    levels, counts = _levels(chances)

    def missing(rho: float) -> float:
        given = ndtr((levels - np.sqrt(rho) * _NODES[:, None]) / np.sqrt(1 - rho)) @ counts
        mean = _WEIGHTS @ given
        return float(np.sqrt(_WEIGHTS @ (given - mean) ** 2) / mean - deviation)

    if missing(MOST) <= 0:
        return MOST
    return float(brentq(missing, 0.0, MOST, xtol=_ACCURACY))


def _levels(chances: Array) -> tuple[Array, Array]:
    """Φ⁻¹ of a few chances that stand for all, and how many each stands for."""
    scores = np.sort(ndtri(chances))
    parts = np.array_split(scores, min(_LEVELS, len(scores)))
    return np.array([part.mean() for part in parts]), np.array([len(part) for part in parts])
