"""Extracts on disk: a snapshot, or the two of a span, as Parquet files that other engines read.

    extract.json              what it is about, and of each table the rows and the files
    closing/opportunity/…     the tables of a snapshot (`oppkit.analysis.snapshot`), one folder each
    opening/… steady/…        in an extract of two days: those of a span (`oppkit.analysis.span`)

Opportunities and lines lie in a folder for each year of the expected signature, so that they can be
read in parallel, and years that nobody asks for are not read at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from oppkit.model.errors import UserError

if TYPE_CHECKING:
    import ibis

    from oppkit.analysis.snapshot import Snapshot
    from oppkit.analysis.span import Span

YEAR = "signature_year"  # what the files are divided by; no column of a snapshot
CLOSING, OPENING, STEADY = "closing", "opening", "steady"
OF_SNAPSHOT = ("opportunity", "line", "tag", "label", "affair", "affair_tag")
OF_STEADY = ("line", "earlier")
_FORMAT = 1
_LIST = "extract.json"
_BROKEN = (KeyError, TypeError, ValueError, OSError)


class FolderTaken(UserError):
    """An extract is to be made where there is something that is none."""

    code = "folder_taken"
    template = (
        "{path} holds something else already. Choose an empty folder, or the name of one that is "
        "not there yet; nothing was touched."
    )


class NotAnExtract(UserError):
    """The folder has no list of what is in it."""

    code = "not_an_extract"
    template = (
        "{path} is no extract made by oppkit. Make one with: oppkit export FOLDER --format parquet"
    )


class ExtractDamaged(UserError):
    """Files are missing, cut off, or not those that were written."""

    code = "extract_damaged"
    template = (
        "The extract {path} is damaged or incomplete ({detail}). Make it again with: "
        "oppkit export FOLDER --format parquet"
    )


class NewerExtract(UserError):
    """Made by a newer oppkit."""

    code = "newer_extract"
    template = (
        "The extract {path} was made by a newer oppkit. Update oppkit to read it, or make it again "
        "with this one."
    )


@dataclass(frozen=True)
class Content:
    """What an extract says of itself. `since` is the opening of one of two days, else None.

    `tables` has the files of each, by names such as "closing/line".
    """

    folder: Path
    as_of: date
    since: date | None
    currency: str
    decimals: int
    tables: Mapping[str, list[Path]]


def write(folder: Path, of: Snapshot | Span) -> int:
    """Write an extract from DuckDB, in place of one that is there. Returns the number of rows.

    It appears under its name when it is complete. Raises `FolderTaken`.
    """
    folder = folder.absolute()
    _require_free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".oppkit-", dir=folder.parent) as place:
        building, replaced = Path(place) / "new", Path(place) / "old"
        building.mkdir()
        told = _filled(building, of)
        (building / _LIST).write_text(json.dumps(told, indent=1), encoding="utf-8")
        if folder.exists():
            folder.replace(replaced)
        building.replace(folder)
    return sum(table["rows"] for table in told["tables"].values())


def read(folder: Path) -> Content:
    """What an extract holds: every file is there, whole, and has its rows.

    Raises `NotAnExtract`, `NewerExtract` and `ExtractDamaged`.
    """
    folder = folder.absolute()
    if not (folder / _LIST).is_file():
        raise NotAnExtract(path=folder)
    try:
        told = _told(folder)
        if told["format"] > _FORMAT:
            raise NewerExtract(path=folder)
        since = told["since"] and date.fromisoformat(told["since"])
        sides = (CLOSING,) if since is None else (OPENING, CLOSING)
        wanted = [f"{side}/{name}" for side in sides for name in OF_SNAPSHOT]
        wanted += [] if since is None else [f"{STEADY}/{name}" for name in OF_STEADY]
        tables = {name: _checked(folder, name, told["tables"][name]) for name in wanted}
        return Content(
            folder, date.fromisoformat(told["as_of"]), since, str(told["currency"]),
            int(told["decimals"]), tables,
        )  # fmt: skip
    except _BROKEN as error:
        raise ExtractDamaged(path=folder, detail=_line(error)) from error


def _require_free(folder: Path) -> None:
    """Nothing is replaced but an empty folder, or one in which there is an extract only."""
    if not folder.exists():
        return
    try:
        found = {path.name for path in folder.iterdir()}
        if not found or (found <= {_LIST, CLOSING, OPENING, STEADY} and "format" in _told(folder)):
            return
    except _BROKEN:
        pass
    raise FolderTaken(path=folder)


def _told(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / _LIST).read_text(encoding="utf-8"))
    if not isinstance(told, dict):
        raise TypeError(f"{_LIST} is not a list of what is there")
    return told


def _filled(folder: Path, of: Snapshot | Span) -> dict[str, Any]:
    """Write all tables; what the list says."""
    from oppkit.analysis.span import Span

    sides = {OPENING: of.opening, CLOSING: of.closing} if isinstance(of, Span) else {CLOSING: of}
    closing = sides[CLOSING]
    tables = {f"{side}/{name}": table for side, one in sides.items() for name, table in _of(one)}
    if isinstance(of, Span):
        tables |= {f"{STEADY}/line": of.steady, f"{STEADY}/earlier": of.earlier}
    since = sides[OPENING].as_of.isoformat() if OPENING in sides else None
    written = {name: _written(folder, name, table, closing) for name, table in tables.items()}
    return {
        "format": _FORMAT, "as_of": closing.as_of.isoformat(), "since": since,
        "currency": closing.currency, "decimals": closing.decimals, "tables": written,
    }  # fmt: skip


def _of(snapshot: Snapshot) -> Iterator[tuple[str, ibis.Table]]:
    """The tables of a snapshot, the large ones with the year that divides them."""
    sale, line = snapshot.opportunity, snapshot.line
    years = sale.select("id", **{YEAR: sale.expected_signature.year()})
    joined = line.left_join(years, line.opportunity_id == years.id)
    divided = {
        "opportunity": sale.mutate(**{YEAR: sale.expected_signature.year()}),
        "line": joined.select(*line.columns, YEAR),
    }
    for name in OF_SNAPSHOT:
        yield name, divided.get(name, getattr(snapshot, name))


def _written(folder: Path, name: str, table: ibis.Table, closing: Snapshot) -> dict[str, Any]:
    """Write one table; its rows, and its files with their sizes."""
    backend, place = closing.connection, folder / name
    rows = int(table.count().to_pyarrow().as_py())
    place.mkdir(parents=True)
    relation = backend.con.sql(backend.compile(table))
    # Divided by nothing, a table without rows would be no file at all, and have no columns.
    if YEAR in table.columns and rows:
        relation.to_parquet(str(place), partition_by=[YEAR], compression="zstd", overwrite=True)
    else:
        relation.to_parquet(str(place / "data_0.parquet"), compression="zstd")
    files = sorted(place.rglob("*.parquet"))
    return {
        "rows": rows,
        "files": {file.relative_to(folder).as_posix(): file.stat().st_size for file in files},
    }


def _checked(folder: Path, name: str, kept: Mapping[str, Any]) -> list[Path]:
    """The files of a table. Raises ValueError, OSError and the like for what is not as written."""
    from pyarrow import ArrowException
    from pyarrow.parquet import read_metadata

    files = {folder / file: size for file, size in kept["files"].items()}
    if set(files) != set((folder / name).rglob("*.parquet")):
        raise ValueError(f"{name}: other files than were written")
    rows = 0
    for file, size in files.items():
        if file.stat().st_size != size:
            raise ValueError(f"{file.relative_to(folder).as_posix()}: not as long as it was")
        try:
            rows += read_metadata(file).num_rows
        except ArrowException as error:
            raise ValueError(f"{file.relative_to(folder).as_posix()}: {_line(error)}") from error
    if rows != kept["rows"]:
        raise ValueError(f"{name}: {rows} rows instead of {kept['rows']}")
    return list(files)


def _line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
