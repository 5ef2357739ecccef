"""A generated company with a known truth: a French services firm and two years of its sales.

`generate` draws it, `write` puts it in a new workspace, `ensure` does so once. The same size and
seed always give the same rows. Beside the database lie two files for scoring forecasts:

- `<database>.truth.json`: the law it obeys (`truth.Truth`): hazards by status, what makes deals
  easier, the market by month (beyond today too), expected arrivals by month, how optimistic every
  seller is;
- `<database>.truth.parquet`: for each opportunity open today, its true chance to be won within 30,
  91, 182 and 365 days, and what its future held (`chances.chances`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from oppkit.resources import is_address

if TYPE_CHECKING:
    import pyarrow as pa

SIZE = 1_200
SEED = 1
TODAY = date(2026, 9, 15)

Progress = Callable[[int, int], None]


def generate(size: int = SIZE, seed: int = SEED, today: date = TODAY) -> dict[str, pa.Table]:
    """The rows of a workspace by table, as in the schema. `size`: opportunities, at least one."""
    from oppkit.demo.company import company
    from oppkit.demo.truth import Truth

    return company(size, Truth(today), seed).tables


def write(
    place: str | Path, size: int = SIZE, seed: int = SEED, progress: Progress | None = None
) -> None:
    """Make the company and its truth in new files, or the company in an empty database.

    Raises `FileExistsError` or `NotEmpty` rather than mix.
    """
    from oppkit.demo.company import company
    from oppkit.demo.truth import Truth
    from oppkit.demo.workspace import fill

    if exists(place):
        raise FileExistsError(place)
    if progress:
        progress(0, 1)
    made = company(size, Truth(TODAY), seed)
    fill(place, made.tables, TODAY, progress)
    if not is_address(str(place)):
        _tell(Path(place), made.truth, made.chances)


def exists(place: str | Path) -> bool:
    """Tell whether there is a file, or a workspace at an address."""
    from oppkit.store.opening import engine_at

    return engine_at(place).exists if is_address(str(place)) else Path(place).exists()


def ensure(
    place: str | Path, size: int = SIZE, seed: int = SEED, progress: Progress | None = None
) -> bool:
    """Make the company where there is nothing yet; tell whether it was made now.

    It appears under its name only when complete. Another process that wants the same waits for it.
    """
    from oppkit.demo.workspace import appearing

    if exists(place):
        return False
    if is_address(str(place)):
        write(place, size, seed, progress)
        return True
    path = Path(place)
    with appearing(path) as building:
        if building is None:
            return False
        write(building, size, seed, progress)
        for ending in _TRUTHS:
            building.with_name(building.name + ending).replace(path.with_name(path.name + ending))
    return True


_TRUTHS = (".truth.json", ".truth.parquet")


def _tell(path: Path, truth: dict[str, object], chances: pa.Table) -> None:
    import pyarrow.parquet as pq

    document = json.dumps(truth, ensure_ascii=False, indent=2) + "\n"
    told, weighed = (path.with_name(path.name + ending) for ending in _TRUTHS)
    told.write_text(document, encoding="utf-8")
    pq.write_table(chances, weighed)
