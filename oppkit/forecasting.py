"""A forecast as people and programs read it: rows, reconciliation, and what they were made from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from oppkit.answers import Answer, known_dimensions, records

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.analysis.snapshot import Snapshot


@dataclass(frozen=True)
class Forecast(Answer):
    """`rows`: one per group in the horizon; `reconciliation`: the open pipeline in its parts.

    Both are pandas frames with exact decimals in `currency`. `by` names the dimensions of `rows`.
    `repeated` is true where an opportunity counts in several rows (one per tag), so that the rows
    do not add up to the total.
    """

    as_of: date
    currency: str
    months: int
    by: tuple[str, ...]
    rows: pd.DataFrame
    reconciliation: pd.DataFrame
    repeated: bool

    def as_dict(self) -> dict[str, Any]:
        """What JSON has of it; amounts are decimal strings, missing ones None."""
        return {
            "as_of": self.as_of.isoformat(),
            "currency": self.currency,
            "by": list(self.by),
            "rows": records(self.rows),
            "reconciliation": records(
                self.reconciliation[["part", "opportunities", "amount", "weighted_amount"]]
            ),
        }

    def as_json(self) -> str:
        """The forecast as a JSON text; amounts are decimal strings, missing ones null."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=1)


def forecast(
    snapshot: Snapshot, by: Sequence[str] = ("month",), months: int = 12,
    where: Mapping[str, Any] | None = None, labels: str | None = None,
) -> Forecast:  # fmt: skip
    """The weighted forecast of the next `months` calendar months by dimensions.

    With `labels` ("fr" or "en") the codes of reference lists are replaced by their labels. Raises
    `NoSuchDimension`.
    """
    from oppkit.analysis import pipeline
    from oppkit.analysis.dimensions import counts_more_than_once

    names = tuple(by)
    with known_dimensions():
        rows = pipeline.forecast(snapshot, names, months, where, labels)
    parts = pipeline.reconciliation(snapshot, months, where)
    return Forecast(
        snapshot.as_of, snapshot.currency, months, names, rows.to_pandas(), parts.to_pandas(),
        counts_more_than_once(names),
    )  # fmt: skip
