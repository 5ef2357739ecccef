"""What distributions are held against: every outcome listed, and sums over all rows.

Nothing here is shared with what is tested.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import quad
from scipy.stats import norm, poisson

from oppkit.analysis.distribution import Law

Array = NDArray[Any]
LEVELS = np.array([0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99])


def every_outcome(amounts: ArrayLike, chances: ArrayLike) -> tuple[Array, Array]:
    """All sums, ascending, and the probability of each: 2ⁿ of them."""
    sums, masses = np.zeros(1), np.ones(1)
    for amount, p in zip(np.asarray(amounts, float), np.asarray(chances, float), strict=True):
        sums = np.concatenate([sums, sums + amount])
        masses = np.concatenate([masses * (1 - p), masses * p])
    order = np.argsort(sums, kind="stable")
    return sums[order], masses[order]


def exact_cdf(amounts: ArrayLike, chances: ArrayLike) -> Callable[[ArrayLike], Array]:
    """P(S ≤ x) by listing every outcome; sums a billionth apart are the same."""
    sums, masses = every_outcome(amounts, chances)
    total, hair = np.append(0.0, np.cumsum(masses)), 1e-9 * max(1.0, float(np.abs(sums).max()))

    def cdf(x: ArrayLike) -> Array:
        found: Array = total[np.searchsorted(sums, np.asarray(x, float) + hair, "right")]
        return found

    return cdf


def given(chances: ArrayLike, correlation: float, z: float) -> Array:
    """The probabilities in a market z, as the model is defined."""
    drift, rest = np.sqrt(correlation) * z, np.sqrt(1 - correlation)
    return np.asarray(norm.cdf((norm.ppf(np.asarray(chances, float)) - drift) / rest))


def over_markets(of_market: Callable[[float], float]) -> float:
    """∫ φ(z) f(z) dz by adaptive quadrature."""
    found, _ = quad(lambda z: norm.pdf(z) * of_market(z), -9, 9, epsabs=1e-11, limit=400)
    return float(found)


def of_arrivals(rate: float, amounts: Array, weights: Array, x: float, most: int) -> float:
    """P(compound Poisson sum ≤ x), for amounts of either sign, by listing up to `most` arrivals."""
    total, sums, masses = 0.0, np.zeros(1), np.ones(1)
    for number in range(most + 1):
        total += float(poisson.pmf(number, rate)) * float(masses[sums <= x + 1e-9].sum())
        sums = np.add.outer(sums, amounts).ravel()
        masses = np.outer(masses, weights).ravel()
    return total


def row_by_row(
    amounts: Array, chances: Array, terms: int = 400, reach: float = 12.0
) -> Callable[[ArrayLike], Array]:
    """P(S ≤ x) from the product of all rows' characteristic functions, term by term."""
    spread = chances * (1 - chances)
    mean, sd = float(amounts @ chances), float(np.sqrt(amounts**2 @ spread))
    skewness = float(np.abs(amounts**3 * (1 - 2 * chances)) @ spread) / sd**3
    low, width = mean - reach * sd * (1 + skewness / 4), 2 * reach * sd * (1 + skewness / 4)
    omega = 2 * np.pi * np.arange(1, terms + 1) / width
    log = np.zeros(terms, dtype=complex)
    for start in range(0, len(amounts), 500):
        some = slice(start, start + 500)
        turned = np.exp(1j * np.outer(amounts[some], omega)) - 1
        log += np.log(1 + chances[some, None] * turned).sum(axis=0)
    b = np.exp(log - 1j * omega * low) / (1j * omega * width)

    def cdf(x: ArrayLike) -> Array:
        places = np.asarray(x, float)
        waves = 1 - np.exp(-1j * np.multiply.outer(places - low, omega))
        return np.asarray((places - low) / width + 2 * (waves @ b).real)

    return cdf


def off_by(law: Law, cdf: Callable[[ArrayLike], Array], levels: Array = LEVELS) -> Array:
    """By how many sd the quantiles of a law are off, for a smooth distribution function."""
    x, step = law.quantile(levels), 1e-3 * law.sd
    density = (cdf(x + step) - cdf(x - step)) / (2 * step)
    return np.asarray(np.abs(cdf(x) - levels) / density / law.sd)


def apart(law: Law, cdf: Callable[[ArrayLike], Array], within: float) -> float:
    """By how much of probability a law is off, where amounts may be off by `within`."""
    x = law.points
    too_little, too_much = cdf(x - within) - law.cdf(x), law.below(x) - cdf(x + within)
    return float(max(too_little.max(), too_much.max(), 0.0))


def simulated(
    amounts: Array, chances: Array, draws: int, seed: int, correlation: float = 0.0
) -> Array:
    """Draws of the sum, with a factor that is common to all deals of a draw."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(0, draws, 20_000):
        p: Array = chances
        if correlation:
            z = random.standard_normal((20_000, 1))
            limits = norm.ppf(chances) - np.sqrt(correlation) * z
            p = norm.cdf(limits / np.sqrt(1 - correlation))
        found.append((random.random((20_000, len(amounts))) < p) @ amounts)
    return np.concatenate(found)
