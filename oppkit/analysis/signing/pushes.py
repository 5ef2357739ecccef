"""How often the expected signature of a deal was put off lately.

The history of a workspace begins on a day on which nobody had put off anything. So the number of
pushes since then grows with the workspace: of the first year a model would learn that few pushes
mean few signatures, and expect more and more of them. The pushes of three months are as many
later on, and what is more than usual on the same day is comparable at all times.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
_LATELY = 92  # days: three months, whichever they are
_MOST = 6


def lately(
    origins: Sequence[date], origin: Array, deal: Array, pushes: Array, recorded: Array
) -> Array:
    """The pushes within three months by row of a panel, at most six; nan where it is not recorded.

    Counted from the first origin within them, or since the deal has come in.
    """
    days = np.array(origins, dtype="datetime64[D]").astype(np.int64)
    since = np.searchsorted(days, days - _LATELY)
    # Rows come by origin and deal, so that they are sorted in no time.
    width = np.int64(deal.max(initial=0)) + 1
    keys = origin * width + deal
    order = np.argsort(keys, kind="stable")
    wanted = since[origin] * width + deal
    place = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)]
    before = np.where(keys[place] == wanted, pushes[place], 0)
    return np.where(recorded, np.minimum(pushes - before, _MOST), np.nan)


def above_usual(pushes: Array, origin: Array, origins: int) -> Array:
    """How much more each row has than the mean of its origin."""
    known = ~np.isnan(pushes)
    count = np.bincount(origin[known], minlength=origins)
    mean = np.bincount(origin[known], pushes[known], origins) / np.maximum(count, 1)
    found: Array = pushes - mean[origin]
    return found
