"""What the answers to questions about the pipeline have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oppkit.model.errors import UserError

if TYPE_CHECKING:
    import pandas as pd


class NoSuchDimension(UserError):
    """A breakdown by something that is no dimension."""

    code = "no_such_dimension"
    template = "There is no dimension {name}. Choose among: {known}."


@contextmanager
def known_dimensions() -> Iterator[None]:
    """Turn a mistaken dimension of an analysis into a sentence: `NoSuchDimension`."""
    from oppkit.analysis.dimensions import UnknownDimension

    try:
        yield
    except UnknownDimension as error:
        raise NoSuchDimension(name=error.name, known=", ".join(error.known)) from None


class Answer:
    """An answer whose `rows` are a small pandas frame, dimensions first."""

    rows: pd.DataFrame

    def as_csv(self) -> str:
        """The rows as CSV, dimensions first; no cell is one that a spreadsheet would run."""
        from oppkit.exchange.exporter import frame_as_csv

        return frame_as_csv(self.rows)

    def write(self, path: str | Path) -> int:
        """Write the rows to a .csv, .xlsx or .parquet file; returns their number."""
        from oppkit.exchange.exporter import write_frame

        return write_frame(path, self.rows)


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
