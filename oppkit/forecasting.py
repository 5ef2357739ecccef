"""A forecast as people and programs read it: rows, reconciliation, and what they were made from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oppkit.model.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.analysis.snapshot import Snapshot


class NoSuchDimension(UserError):
    """A breakdown by something that is no dimension."""

    code = "no_such_dimension"
    template = "There is no dimension {name}. Choose among: {known}."


@dataclass(frozen=True)
class Forecast:
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

    def as_json(self) -> str:
        """The forecast as a JSON text; amounts are decimal strings, missing ones null."""
        return json.dumps(
            {
                "as_of": self.as_of.isoformat(),
                "currency": self.currency,
                "by": list(self.by),
                "rows": records(self.rows),
                "reconciliation": records(
                    self.reconciliation[["part", "opportunities", "amount", "weighted_amount"]]
                ),
            },
            ensure_ascii=False,
            indent=1,
        )

    def as_csv(self) -> str:
        """The rows as CSV, dimensions first; no cell is one that a spreadsheet would run."""
        from oppkit.exchange.exporter import frame_as_csv

        return frame_as_csv(self.rows)

    def write(self, path: str | Path) -> int:
        """Write the rows to a .csv, .xlsx or .parquet file; returns their number."""
        from oppkit.exchange.exporter import write_frame

        return write_frame(path, self.rows)


def forecast(
    snapshot: Snapshot, by: Sequence[str] = ("month",), months: int = 12,
    where: Mapping[str, Any] | None = None, labels: str | None = None,
) -> Forecast:  # fmt: skip
    """The weighted forecast of the next `months` calendar months by dimensions.

    With `labels` ("fr" or "en") the codes of reference lists are replaced by their labels. Raises
    `NoSuchDimension`.
    """
    from oppkit.analysis import pipeline
    from oppkit.analysis.dimensions import UnknownDimension, counts_more_than_once

    names = tuple(by)
    try:
        rows = pipeline.forecast(snapshot, names, months, where, labels)
    except UnknownDimension as error:
        raise NoSuchDimension(name=error.name, known=", ".join(error.known)) from None
    parts = pipeline.reconciliation(snapshot, months, where)
    return Forecast(
        snapshot.as_of, snapshot.currency, months, names, rows.to_pandas(), parts.to_pandas(),
        counts_more_than_once(names),
    )  # fmt: skip


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as values that JSON knows: dates in ISO form, decimals as strings."""
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in frame.astype(object).to_dict("records")
    ]


def _plain(value: Any) -> Any:
    if value is None or value != value:
        return None
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()[:10]
    return value.item() if hasattr(value, "item") else value
