"""A backup: a whole workspace in one file, which any later oppkit restores on either engine.

It is a ZIP of one Parquet file for each table, which other programs read as well, and of
`content.json`: the schema, the last identifier, and of each table the rows, their sums and the
SHA-256 of its file. The first member says what it is, as in an EPUB, so that a damaged backup is
told from a file that never was one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as parquet

from oppkit.store import schema
from oppkit.store.errors import BackupDamaged, NewerBackup, NotABackup, NotEmpty
from oppkit.store.layout import layout
from oppkit.store.whole import Content, Progress, Sums, own_tables

_FORMAT = 1
_TYPE = b"application/x-oppkit-backup"
_HEAD, _LIST = "mimetype", "content.json"
_BLOCK = 1 << 20
# All that the standard library raises when bytes of a ZIP are not what they should be.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, OverflowError, RuntimeError,
    TypeError, struct.error, pa.ArrowException,
)  # fmt: skip


def write(path: Path, content: Content, progress: Progress | None = None) -> None:
    """Write a backup, which appears under its name when it is complete. Raises `NotEmpty`."""
    if path.exists():
        raise NotEmpty(path=path)
    building = path.with_name(path.name + ".part")
    try:
        with building.open("wb") as file:
            _fill(file, content, path.parent, progress)
            file.flush()
            os.fsync(file.fileno())
        building.replace(path)
    finally:
        building.unlink(missing_ok=True)


def _fill(file: IO[bytes], content: Content, folder: Path, progress: Progress | None) -> None:
    tables, done = {}, 0
    with (
        zipfile.ZipFile(file, "w") as archive,
        TemporaryDirectory(prefix=".oppkit-", dir=folder) as place,
    ):
        archive.writestr(_HEAD, _TYPE)
        for table, sums in content.sums.items():
            part = Path(place) / _member(table)
            with content.stream(table) as rows, parquet.ParquetWriter(
                part, rows.schema, compression="zstd"
            ) as writer:  # fmt: skip
                for batch in rows:
                    writer.write_batch(batch)
            archive.write(part, part.name)
            with part.open("rb") as written:
                digest = hashlib.file_digest(written, "sha256").hexdigest()
            tables[table] = {"rows": sums.rows, "sha256": digest, "columns": sums.columns}
            part.unlink()
            done += sums.rows
            if progress:
                progress(done, content.rows)
        told = {
            "format": _FORMAT, "schema": content.version, "last_id": content.last_id,
            "tables": tables,
        }  # fmt: skip
        archive.writestr(_LIST, json.dumps(told, indent=1))


@contextmanager
def reading(path: Path) -> Iterator[Content]:
    """What a backup holds, every byte of which was checked.

    Raises `NotABackup`, `NewerBackup` and `BackupDamaged`.
    """
    with path.open("rb") as file, TemporaryDirectory(prefix="oppkit-") as folder:
        if not _begins_like_one(file):
            raise NotABackup(path=path)
        try:
            with zipfile.ZipFile(file) as archive:
                told = json.loads(archive.read(_LIST))
                if told["format"] > _FORMAT or told["schema"] > schema.KNOWN:
                    raise NewerBackup(path=path)
                content = _checked(archive, told, Path(folder))
        except _BROKEN as error:
            raise BackupDamaged(path=path, detail=str(error).split("\n")[0]) from error
        yield content


def _begins_like_one(file: IO[bytes]) -> bool:
    beginning = file.read(30 + len(_HEAD) + len(_TYPE))
    file.seek(0)
    return beginning[:4] == b"PK\x03\x04" and beginning[30:] == _HEAD.encode() + _TYPE


def _checked(archive: zipfile.ZipFile, told: Mapping[str, Any], folder: Path) -> Content:
    """The content, its tables unpacked into a folder. Raises ValueError and the like."""
    version, tables = int(told["schema"]), told["tables"]
    if set(tables) != set(own_tables(version)):
        raise ValueError("its tables are not those of its schema")
    for table, kept in tables.items():
        part = folder / _member(table)
        with archive.open(part.name) as packed, part.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, _BLOCK)
        with part.open("rb") as written:
            if hashlib.file_digest(written, "sha256").hexdigest() != kept["sha256"]:
                raise ValueError(f"{part.name} is not as it was written")
    sums = {table: _sums(kept) for table, kept in tables.items()}
    return Content(version, int(told["last_id"]), sums, lambda table: _rows(folder, table, version))


def _sums(kept: Mapping[str, Any]) -> Sums:
    return Sums(kept["rows"], {name: (n, total) for name, (n, total) in kept["columns"].items()})


def _rows(folder: Path, table: str, version: int) -> pa.RecordBatchReader:
    file = parquet.ParquetFile(folder / _member(table))
    return pa.RecordBatchReader.from_batches(layout(version)[table], file.iter_batches())


def _member(table: str) -> str:
    return f"{table}.parquet"
