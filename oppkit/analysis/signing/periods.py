"""Deal-months to learn from: a deal that was open at an origin, in one of the months after it.

All origins and all open deals take part, whether they were closed since or not: from closed deals
alone, signatures would look much more frequent than they are. A deal is at risk in each month until
it ends, as long as the month is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from oppkit.analysis.signing.endings import LOST, OPEN, SIGNED, Endings

Array = npt.NDArray[Any]
AHEAD = 12  # months ahead that are learnt from
BACK = 48  # months back
# A month of a deal is met from every origin before it: it is not so many different months.
_ONCE = 0.25
_SHARES = {SIGNED: 0.25, LOST: 0.25, OPEN: 0.5}  # of what is drawn where there is too much


@dataclass(frozen=True)
class Periods:
    """`row` of the panel, months `ahead` of its origin, what happened in it, and its weight."""

    row: Array
    ahead: Array
    cause: Array
    weight: Array

    def at(self, places: Array) -> Periods:
        """Only these."""
        return Periods(
            self.row[places], self.ahead[places], self.cause[places], self.weight[places]
        )


def periods(endings: Endings, origins: Sequence[int], place: Array, most: int) -> Periods:
    """All periods of the rows at some origins, or about `most` of them drawn, with weights.

    `place` is the place of the origin of each row. What is drawn lies evenly over time, and is the
    same every time.
    """
    first, month = endings.schedule.first, endings.schedule.month
    known = np.isin(place, np.asarray(origins, dtype=place.dtype))
    rows = np.flatnonzero(known & (endings.month >= month - BACK))
    # From month 0 on, but for month ends, of which nothing is left.
    begins = np.full(len(rows), first)
    over = endings.schedule.complete - endings.month[rows]
    ahead = endings.ahead[rows]
    ends = np.minimum(np.minimum(over, AHEAD), ahead)
    some = ends >= begins
    rows, begins, ends, ahead = (column[some] for column in (rows, begins, ends, ahead))
    ended = ends == ahead
    cause = endings.cause[rows]
    rng = np.random.default_rng(endings.schedule.number)
    parts = [
        _drawn(_Runs(rows[chosen], ends[chosen], 1), code, int(most * _SHARES[code]), rng)
        for code in (SIGNED, LOST)
        for chosen in [ended & (cause == code)]
    ]
    stayed = _Runs(rows, begins, ends - begins + 1 - ended)
    parts.append(_drawn(stayed, OPEN, int(most * _SHARES[OPEN]), rng))
    return Periods(*(np.concatenate(column) for column in zip(*parts, strict=True)))


class _Runs:
    """Consecutive months of each of some rows."""

    def __init__(self, rows: Array, first: Array, count: Array | int) -> None:
        self.rows, self.first = rows, first
        self.stops = np.cumsum(np.broadcast_to(count, rows.shape))
        self.total = int(self.stops[-1]) if len(rows) else 0

    def at(self, places: Array) -> tuple[Array, Array]:
        """Row and month ahead of some of all months, counted through."""
        run = np.searchsorted(self.stops, places, side="right")
        before = np.where(run > 0, self.stops[run - 1], 0)
        return self.rows[run], self.first[run] + places - before


def _drawn(runs: _Runs, cause: int, most: int, rng: np.random.Generator) -> tuple[Array, ...]:
    """One at random out of each of `most` equal stretches; all where there are no more."""
    total = runs.total
    places = np.arange(total)
    if total > most:
        places = ((np.arange(most) + rng.random(most)) * (total / most)).astype(np.int64)
        places = np.minimum(places, total - 1)
    row, ahead = runs.at(places)
    weight = _ONCE * (total / len(places) if total else 1.0)
    return row, ahead, np.full(len(row), cause), np.full(len(row), weight)
