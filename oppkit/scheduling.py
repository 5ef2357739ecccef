"""A production schedule as people and programs read it: rows, what is left out, and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from oppkit.answers import Answer, known_dimensions, records

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from oppkit.analysis.snapshot import Snapshot


@dataclass(frozen=True)
class Schedule(Answer):
    """`rows`: days, amount and margin per plan and group; `reconciliation`: all work in its parts.

    Both are pandas frames with exact decimals, amounts in `currency`, as
    `oppkit.analysis.schedule` tells. `by` names the dimensions of `rows`. `repeated` is true where
    work counts in several rows (one per tag), so that the rows do not add up to the total.
    """

    as_of: date
    currency: str
    months: int
    by: tuple[str, ...]
    rows: pd.DataFrame
    reconciliation: pd.DataFrame
    repeated: bool
    _left_out: Callable[[], ibis.Table] = field(repr=False, compare=False)

    @cached_property
    def unscheduled(self) -> pd.DataFrame:
        """What cannot be scheduled: a row per opportunity or affair and reason."""
        frame: pd.DataFrame = self._left_out().to_pandas()
        return frame

    def as_json(self) -> str:
        """The schedule as a JSON text; decimals are strings, what is missing null."""
        return json.dumps(
            {
                "as_of": self.as_of.isoformat(),
                "currency": self.currency,
                "months": self.months,
                "by": list(self.by),
                "rows": records(self.rows),
                "reconciliation": records(self.reconciliation),
                "unscheduled": records(self.unscheduled),
            },
            ensure_ascii=False,
            indent=1,
        )


def schedule(
    snapshot: Snapshot, by: Sequence[str] = ("month",), months: int = 12,
    where: Mapping[str, Any] | None = None, labels: str | None = None,
) -> Schedule:  # fmt: skip
    """What is produced in the next `months` calendar months: what is won beside what is likely.

    With `labels` ("fr" or "en") the codes of reference lists are replaced by their labels. Raises
    `NoSuchDimension`.
    """
    from oppkit.analysis import schedule as analysis
    from oppkit.analysis.dimensions import TAG

    names = tuple(by)
    with known_dimensions():
        rows = analysis.schedule(snapshot, names, months, where, labels)
        parts = analysis.reconciliation(snapshot, months, where)
    return Schedule(
        snapshot.as_of, snapshot.currency, months, names, rows.to_pandas(), parts.to_pandas(),
        TAG in names, partial(analysis.unscheduled, snapshot, where),
    )  # fmt: skip
