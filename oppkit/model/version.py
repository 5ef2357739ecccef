"""The past of a record: as it was between two moments, and what was merged into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Version:
    """A record as it was from `valid_from` until `valid_to` (None: it still is)."""

    version: int
    valid_from: datetime
    valid_to: datetime | None
    author: str
    deleted_by: str | None
    record: Any


@dataclass(frozen=True)
class Merged:
    """A record that was merged into another: what it was called, when and by whom."""

    id: int
    code: str
    name: str
    merged_at: datetime
    author: str
