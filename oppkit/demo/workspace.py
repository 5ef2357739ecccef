"""Putting the company into a workspace file that appears all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from oppkit.demo.papers import write_papers
from oppkit.store import bulk, schema
from oppkit.store.duckdb_file import DuckDBFile
from oppkit.store.opening import engine_at

if TYPE_CHECKING:
    import pyarrow as pa

_KEYED = ("employee", "customer", "site", "contact", "event")


def fill(
    place: str | Path, tables: dict[str, pa.Table], today: date,
    progress: Callable[[int, int], None] | None = None,
) -> None:  # fmt: skip
    """Create a workspace with these rows and papers, all in one transaction."""
    rows = sum(table.num_rows for table in tables.values())
    total, done = rows * 2, rows  # drawing the rows took about as long as writing them will
    engine = engine_at(place)
    with engine.creating() as session:
        schema.migrate(session, engine.place)
        # The sequence of identifiers must go on after those that the rows carry.
        bulk.identifiers(session, _identifiers(tables))
        for name, table in tables.items():
            bulk.load(session, {name: table})
            done += table.num_rows
            if progress:
                progress(done, total)
        write_papers(session, today)


def _identifiers(tables: dict[str, pa.Table]) -> int:
    """How many have been given out, those of deleted opportunities included."""
    import pyarrow.compute as pc

    deals: int = pc.count_distinct(tables["opportunity_version"]["opportunity_id"]).as_py()
    others: int = sum(tables[name].num_rows for name in _KEYED)
    return deals + others


@contextmanager
def appearing(path: Path) -> Iterator[Path | None]:
    """A name beside `path` to build under; renamed to `path` in the end. None where it exists.

    Whoever comes second waits on the lock file of the workspace and then finds it made.
    """
    with DuckDBFile(path).locked():
        if path.exists():
            yield None
            return
        building = path.with_name(path.name + ".new")
        _clear(building)
        try:
            yield building
            building.replace(path)
        finally:
            _clear(building)


def _clear(path: Path) -> None:
    """Remove what a killed process left under this name."""
    for left in path.parent.glob(path.name + "*"):
        left.unlink()
