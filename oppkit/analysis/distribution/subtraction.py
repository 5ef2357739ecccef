"""Cells without some of the deals that were counted into them.

A cell of the slice is taken from the cell of the same key. A single deal has no key of its own and
gets the one it would have been counted under; where it lies on the edge of a cell the database may
have rounded it to the other side, so that the neighbours are asked too.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oppkit.analysis.distribution.cells import BINS, LOOSE, SUMS, Cells, keys_of

Array = NDArray[Any]
_A_HAIR = 1e-9
# Levels are one thousandth apart or ten of them, bins one.
_NEAR = sorted(product((0, -1, 1, -10, 10), (0, -1, 1)), key=lambda near: np.square(near).sum())
_NONE_SUCH = (
    "{count:.0f} deals of {size:,.2f} with a probability of {chance:.4f} are not among these:"
    " take away only what is in them."
)


def without(cells: Cells, taken: Cells) -> Cells:
    """`cells` less `taken`, which must be contained in them."""
    cells = cells.merged()
    sums = _sums(cells)
    _take_cells(cells.key, sums, taken[taken.key != LOOSE].merged())
    for place in np.flatnonzero(taken.key == LOOSE):
        _take(cells.key, sums, taken[place : place + 1])
    left = sums[0] > 0.5
    return Cells(**dict(zip(SUMS, sums[:, left], strict=True)), key=cells.key[left])


def _sums(cells: Cells) -> Array:
    return np.array([getattr(cells, name) for name in SUMS])


def _take_cells(keys: Array, sums: Array, taken: Cells) -> None:
    """Those of a slice, each from the cell of its key."""
    if not len(keys) and len(taken):
        raise ValueError(_none_such(taken))
    order = np.argsort(keys)
    place = order[np.minimum(np.searchsorted(keys, taken.key, sorter=order), len(keys) - 1)]
    away = _sums(taken)
    for cell in np.flatnonzero((keys[place] != taken.key) | (sums[0, place] < away[0] - 0.5)):
        raise ValueError(_none_such(taken[cell : cell + 1]))
    sums[:, place] -= away


def _take(keys: Array, sums: Array, single: Cells) -> None:
    """One deal: the one like it that stands alone, or from a cell that can hold it."""
    away = _sums(single)
    same = np.isclose(sums, away, rtol=_A_HAIR, atol=0).all(axis=0)
    alone = np.flatnonzero((keys == LOOSE) & same)
    if len(alone):
        sums[:, alone[0]] = 0.0
        return
    [key] = keys_of(single.size, single.chance)
    for level, place in _NEAR:
        for cell in np.flatnonzero(keys == key + 2 * (level * BINS + place)):
            if _holds(sums[:, cell], away[:, 0]):
                sums[:, cell] -= away[:, 0]
                return
    raise ValueError(_none_such(single))


def _none_such(cells: Cells) -> str:
    return _NONE_SUCH.format(
        count=cells.count[0], size=cells.size[0], chance=cells.chance[0]
    )  # fmt: skip


def _holds(sums: Array, away: Array) -> bool:
    """Whether something possible is left: nothing at all, or deals with moments of their own."""
    left, scale = sums - away, np.abs(sums)
    if left[0] < 0.5:
        return bool(left[0] > -0.5 and (np.abs(left) <= _A_HAIR * scale).all())
    n, first, second, _, expected, _ = left
    of_one_sign = first * sums[1] > 0 and first * expected >= -_A_HAIR * first**2
    return bool(of_one_sign and n * second >= first**2 * (1 - _A_HAIR))
