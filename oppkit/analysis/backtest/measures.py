"""Scores of forecasts that are whole distributions, from arrays of forecasts and what came true.

The interval score is that of T. Gneiting and A. E. Raftery, "Strictly Proper Scoring Rules,
Prediction, and Estimation", J. Am. Stat. Assoc. 102 (2007), eq. 43; the pinball loss is that of
quantile regression. Smaller is better, and each is in the unit of what is forecast.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def pinball(quantile: Array, actual: Array, level: float) -> Array:
    """The loss of a quantile of a level: `level` for each unit below what came, 1 − `level` above.

    Its expectation is least where the quantile is the true one.
    """
    gap = actual - quantile
    loss: Array = np.maximum(level * gap, (level - 1) * gap)
    return loss


def interval_score(low: Array, high: Array, actual: Array, level: float) -> Array:
    """The width of an interval that should hold a share `level`, and a penalty for each miss."""
    missed = np.maximum(low - actual, 0) + np.maximum(actual - high, 0)
    score: Array = high - low + 2 / (1 - level) * missed
    return score


def inside(low: Array, high: Array, actual: Array) -> Array:
    """1 where the actual lies in the closed interval, a hair of rounding aside."""
    hair = 0.005  # half a cent
    held: Array = ((actual >= low - hair) & (actual <= high + hair)).astype(np.float64)
    return held


def tail_share(below: Array, upto: Array, low: float, high: float) -> Array:
    """How much of each forecast's F(actual) lies between two levels.

    `below` is P(S < actual), `upto` P(S ≤ actual). Where the forecast gives the actual itself a
    chance, F jumps there, and the jump counts in equal parts along its height: the uniform version
    of the probability integral transform (C. Czado, T. Gneiting, L. Held, Biometrics 65, 2009),
    which is uniform on average where forecasts are right.
    """
    jump = upto - below
    jumps = jump > 1e-12
    overlap = np.minimum(upto, high) - np.maximum(below, low)
    part = np.clip(overlap / np.where(jumps, jump, 1.0), 0.0, 1.0)
    whole = ((below >= low) & (below < high)) | ((below >= 1.0) & (high >= 1.0))
    share: Array = np.where(jumps, part, whole.astype(np.float64))
    return share


def auc(chance: Array, happened: Array) -> float:
    """The chance that one that happened had a higher chance than one that did not; nan if none.

    The area under the ROC curve, by ranks (Mann and Whitney); ties count half.
    """
    true = happened > 0
    positives, negatives = int(true.sum()), int((~true).sum())
    if not positives or not negatives:
        return float("nan")
    _, place, counts = np.unique(chance, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    above = float(ranks[true].sum()) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def log_loss(chance: Array, happened: Array, least: float = 1e-3) -> float:
    """The mean of −log of the chance given to what happened; nan without any case.

    Chances are kept `least` away from 0 and 1: an entered 0 % that is won would cost infinitely.
    """
    if not len(chance):
        return float("nan")
    kept = np.clip(chance, least, 1 - least)
    return float(-np.mean(np.where(happened > 0, np.log(kept), np.log1p(-kept))))


def brier(chance: Array, happened: Array) -> float:
    """The mean squared distance of chance and what happened; nan without any case."""
    return float(np.mean((chance - happened) ** 2)) if len(chance) else float("nan")


def total(values: Iterable[float]) -> float:
    """A sum that does not depend on the order, so that tables are the same on every machine."""
    return math.fsum(values)
