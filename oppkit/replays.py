"""The pipeline at the end of many days, read from the history at once: for trends and backtests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oppkit.answers import known_dimensions
from oppkit.snapshots import Snapshots

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.store.snapshot import Request


def replay(
    snapshots: Snapshots, days: Sequence[Request], by: Sequence[str] = (), exact: bool = True
) -> pd.DataFrame:
    """`origin`, the dimensions `by`, `opportunities`, `amount`, `weighted_amount` of each day.

    What `exact` means is told in `oppkit.analysis.replay`. Raises `NoSuchDimension`, and ValueError
    without any day.
    """
    if not days:
        raise ValueError("Name one day at least.")
    with known_dimensions():
        return snapshots.replay(days, by, exact)
