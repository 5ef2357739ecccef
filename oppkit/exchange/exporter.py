"""Export: records and pandas frames to CSV, Excel or Parquet, by the ending of the file's name."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oppkit.exchange import flat
from oppkit.exchange.directory import Directory
from oppkit.exchange.errors import UnknownEnding, UnreadableFile
from oppkit.exchange.tables import Columns, stream_csv, write_csv, write_excel, write_parquet
from oppkit.exchange.writing import replacing
from oppkit.model.catalogue import Catalogue
from oppkit.model.opportunity import Opportunity

if TYPE_CHECKING:
    import pandas as pd

_WRITERS = {".csv": write_csv, ".xlsx": write_excel, ".parquet": write_parquet}


def write_opportunities(
    path: str | Path, opportunities: Iterable[Opportunity], directory: Directory,
    catalogue: Catalogue,
) -> int:  # fmt: skip
    """Write one row for each opportunity; the number of rows.

    The columns are `flat.OPPORTUNITY_COLUMNS`. With the lines beside it, the mapping `oppkit`
    reads the file back to the same state. Raises an `ExchangeError`, and then leaves no file.
    """
    rows = flat.opportunity_rows(opportunities, directory, catalogue)
    return _write(path, flat.OPPORTUNITY_COLUMNS, rows)


def write_lines(
    path: str | Path, opportunities: Iterable[Opportunity], directory: Directory,
    catalogue: Catalogue,
) -> int:  # fmt: skip
    """Write one row for each line of the opportunities; the number of rows.

    The columns are `flat.LINE_COLUMNS`. (The lines need no directory and no lists: the arguments
    are those of `write_opportunities`.)
    """
    return _write(path, flat.LINE_COLUMNS, flat.line_rows(opportunities))


def write_frame(path: str | Path, frame: pd.DataFrame) -> int:
    """Write a pandas frame, such as a forecast; the number of rows. The index is left out."""
    return _write(path, *_of_frame(frame))


def frame_as_csv(frame: pd.DataFrame) -> str:
    """The text that `write_frame` writes into a .csv file."""
    text = io.StringIO(newline="")
    stream_csv(text, *_of_frame(frame))
    return text.getvalue()


def _of_frame(frame: pd.DataFrame) -> tuple[Columns, Iterable[dict[str, Any]]]:
    names = [str(name) for name in frame.columns]
    columns = [frame.iloc[:, place].tolist() for place in range(len(names))]
    kinds: Columns = dict.fromkeys(names, "any")
    rows = (dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True))
    return kinds, rows


def _write(path: str | Path, columns: Columns, rows: Iterable[dict[str, Any]]) -> int:
    path = Path(path)
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise UnknownEnding(path=path.name, known=".csv, .xlsx or .parquet")
    try:
        with replacing(path) as draft:
            count: int = writer(draft, columns, rows)
        return count
    except OSError as error:
        raise UnreadableFile(path=path, detail=error.strerror or type(error).__name__) from None
