"""The workspaces that are timed: built once, kept in a cache folder, copied for whoever writes.

Up to 100,000 opportunities they are the demo company. A larger one is that company many times over
with three lines to an opportunity and no history: drawing a million takes minutes and 24 GB.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

import oppkit
from oppkit import demo
from oppkit.store.opening import open_store

LARGEST_DEMO = 100_000
LINES = 3  # to an opportunity of an enlarged workspace
_SHARED = (
    "setting", "numbering", "exchange_rate", "employee", "customer", "site", "contact", "event",
)  # fmt: skip
_REPEATED = {
    "opportunity": "id", "line": "opportunity_id", "tagging": "record_id",
    "responsible": "record_id", "participant": "record_id",
}  # fmt: skip


def workspace(folder: Path, size: int) -> Path:
    """The workspace of `size` opportunities, from the cache or made now."""
    path = folder / f"{size}-{_fingerprint()}.duckdb"
    if size <= LARGEST_DEMO:
        demo.ensure(path, size)
    elif not path.exists():
        source = workspace(folder, LARGEST_DEMO)
        building = path.with_suffix(".building")
        _clear(building)
        _enlarge(source, building, size)
        building.replace(path)
        _clear(building)
    return path


@contextmanager
def copy_of(path: Path) -> Iterator[Path]:
    """A copy to write to, gone afterwards."""
    copy = path.with_name(f"copy-of-{path.name}")
    _clear(copy)
    shutil.copyfile(path, copy)
    try:
        yield copy
    finally:
        _clear(copy)


def _clear(path: Path) -> None:
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()


def _fingerprint() -> str:
    """Another one for each version of the generator and of the schema."""
    package = Path(oppkit.__file__).parent
    files = [*package.glob("demo/*.py"), *package.glob("store/sql/migrations/*.sql")]
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()[:10]


def _enlarge(source: Path, path: Path, size: int) -> None:
    open_store(path)
    connection = duckdb.connect()
    connection.execute(f"attach '{source}' as source (read_only); attach '{path}' as large")
    connection.execute("use large; set enable_progress_bar = false")
    for table in _SHARED:
        connection.execute(f"delete from {table}; insert into {table} from source.{table}")
    count, step = connection.execute(
        "select count(*), max(id) + 1 from source.opportunity"
    ).fetchall()[0]  # fmt: skip
    times = size // count
    connection.execute(f"create temp table again as select range as n from range({times})")
    for table, key in _REPEATED.items():
        changes = f"{key} + n * {step} as {key}"
        if table == "opportunity":
            changes += ", case when n = 0 then code else code || '-' || n end as code"
        connection.execute(
            f"insert into {table} select * exclude (n) replace ({changes})"
            f" from source.{table}, again order by n, {key}"
        )
    _fill_up(connection, size * LINES)
    # New records must get identifiers beyond these.
    connection.execute(f"select count(nextval('record_id')) from range({step * times})")
    connection.close()


def _fill_up(connection: duckdb.DuckDBPyConnection, wanted: int) -> None:
    """More lines, as copies of those that are there."""
    connection.execute(
        """
        insert into line
        select * replace (position + 100 as position) from line
        order by hash(opportunity_id, position)
        limit greatest(0, $1 - (select count(*) from line))
        """,
        [wanted],
    )
