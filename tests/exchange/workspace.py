"""What an import meets: the people of a small workspace, and the record that a file brings."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path
from typing import Any

from oppkit.exchange import importer, mapping, reader
from oppkit.exchange.batch import Batch
from oppkit.exchange.directory import Directory
from oppkit.model import Catalogue

SHARED = Path(__file__).parents[3] / "shared" / "data"
TODAY = date(2026, 3, 16)


def directory(**stored: Any) -> Directory:
    """An empty workspace but for what is `stored`; new identifiers start at 1000."""
    return Directory.of(allocate=itertools.count(1000).__next__, **stored)


def converted(
    *files: Path, name: str | Path, catalogue: Catalogue, lines: Path | None = None, **stored: Any
) -> Batch:
    """The batch that these files give with the mapping `name`."""
    rules = mapping.load(name)
    sheets = reader.read_all(files, rules, lines)
    return importer.convert(sheets, rules, directory(**stored), catalogue, TODAY)


def reasons(batch: Batch) -> dict[int, list[str]]:
    """Row number → every reason against it, in English."""
    return {reject.number: [str(reason) for reason in reject.reasons] for reject in batch.rejects}
