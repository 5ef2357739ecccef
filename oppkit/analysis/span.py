"""Two snapshots side by side: what a movement starts from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

from oppkit.analysis.snapshot import Snapshot


@dataclass(frozen=True)
class Span:
    """Two snapshots of one pipeline on one backend, and what it takes to compare them.

    steady   opportunity_id bigint, position integer, amount decimal(18,3) null: the lines of
             `closing` whose currency is not the base, at the rates of the opening
    earlier  opportunity_id bigint: what was there before `opening`, and deleted at that moment
    """

    opening: Snapshot
    closing: Snapshot
    steady: ibis.Table
    earlier: ibis.Table

    @classmethod
    def of_duckdb(
        cls, connection: Any, days: tuple[date, date], currency: str, decimals: int
    ) -> Span:
        """Wrap an open connection with the schemas `opening`, `closing` and `steady`."""
        backend = ibis.duckdb.from_connection(connection)
        opening, closing = (
            Snapshot.of(backend, day, currency, decimals, name)
            for day, name in zip(days, ("opening", "closing"), strict=True)
        )
        steady, earlier = (backend.table(name, database="steady") for name in ("line", "earlier"))
        return cls(opening, closing, steady, earlier)
