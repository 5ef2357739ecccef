"""The characteristic function of a sum of independent deals and arrivals.

Where ω|a| is small the logarithm of a deal's is Σ κᵣ (jω)ʳ/r! with the cumulants of a Bernoulli
trial, and cells add up to six numbers: in a large portfolio nearly all of them do. Of the large
amounts it is the product of 1 − p + p·exp(jωa), the amounts in a wide cell standing at two places
that have its moments: a Taylor series over them leaves the unit disc where p is near ½.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oppkit.analysis.distribution.arrivals import Arrivals
from oppkit.analysis.distribution.cells import Cells
from oppkit.analysis.distribution.cumulants import bernoulli, powers

Array = NDArray[Any]
Complex = NDArray[Any]
Frequencies = Callable[[float, int, int], Complex]  # at step·start, … step·(stop − 1)
_SMALL = 1.2  # ω|a| below which six cumulants say it all
_AT_ONCE = 2**16  # complex numbers in one step
_BY_PRODUCT = 4  # deals of one amount up to which powers are multiplied out
_TINY = 1e-300


class Characteristic:
    """Of cells and arrivals whose probabilities and rate are given later."""

    def __init__(self, cells: Cells, arrivals: Arrivals) -> None:
        self._order = np.argsort(-np.abs(cells.size))
        cells = cells[self._order]
        self._reach = np.abs(cells.size)
        self._powers = np.array(powers(cells))
        self._size, self._count, self._cell = cells.parted()
        self._arrivals = arrivals

    def given(self, chances: Array, rate: float) -> Frequencies:
        """φ with these probabilities of the cells."""
        p = chances[self._order]
        summed = np.array(list(bernoulli(p))) * self._powers

        def at(step: float, start: int, stop: int) -> Complex:
            omega = step * np.arange(start, stop)
            coarse = int(np.searchsorted(-self._reach, -_SMALL / float(omega[-1]), "right"))
            log, power = np.zeros(len(omega), dtype=np.complex128), np.ones_like(omega)
            for r, cumulant in enumerate(summed[:, coarse:].sum(axis=1), 1):
                power = power * omega / r
                log += cumulant * 1j**r * power
            if rate > 0:
                arrivals = self._arrivals
                turned = _turned(arrivals.amounts, step, start, stop, arrivals.weights)
                log += rate * (turned.sum(axis=0) - 1)
            return np.asarray(np.exp(log) * self._large(step, start, stop, p, coarse))

        return at

    def _large(self, step: float, start: int, stop: int, p: Array, coarse: int) -> Complex:
        """The product over the first cells, whose amounts are the largest."""
        last = int(np.searchsorted(self._cell, coarse))
        rows = max(1, _AT_ONCE // (stop - start))
        product = np.ones(stop - start, dtype=np.complex128)
        for first in range(0, last, rows):
            chosen = slice(first, min(first + rows, last))
            base = _turned(self._size[chosen], step, start, stop)
            base -= 1
            base *= p[self._cell[chosen], None]
            base += 1
            product *= _multiplied(base, self._count[chosen])
        return product


def _turned(
    amounts: Array, step: float, start: int, stop: int, weights: Array | float = 1.0
) -> Complex:
    """Weighted exp(jωa), amounts × frequencies: by multiplication, faster than as many powers."""
    found = np.empty((len(amounts), stop - start), dtype=np.complex128)
    found[:, 0] = weights * np.exp(1j * step * start * amounts)
    done, turn = 1, np.exp(1j * step * amounts)
    while done < stop - start:
        more = min(done, stop - start - done)
        np.multiply(found[:, :more], turn[:, None], out=found[:, done : done + more])
        done, turn = done + more, turn**2
    return found


def _multiplied(base: Complex, times: Array) -> Complex:
    """The product of rows, each so many times."""
    if (times == 1).all():
        return np.asarray(base.prod(axis=0))
    few = times <= _BY_PRODUCT
    product = np.ones(base.shape[1], dtype=np.complex128)
    for n in range(1, _BY_PRODUCT + 1):
        product *= base[few & (times >= n)].prod(axis=0)
    many = base[~few]
    if len(many):
        # Where one factor is 0 the product is, whatever the logarithm of a tiny number.
        # Added up, and not by BLAS: of such small products its threads take most of the time.
        logs = times[~few, None] * np.log(np.where(many == 0, _TINY, many))
        product *= np.exp(logs.sum(axis=0))
    return product
