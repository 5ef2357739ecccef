"""What the history tells of each opportunity: the statuses it stayed in, and how it ended.

The tables are the contract between the store, which fills them, and the analyses. Days are whole
and counted from an entry; who is followed only from a later day on (the workspace did not know it
before) has that day in `since`, and counts among those at risk from then on.

    journey  id bigint, opened_on date, since integer, days integer (from the opening to the end,
             or to the last day it was seen), closing text null (won, lost or abandoned; null while
             it is open, or where it was deleted open), is_open boolean,
             currency text, customer_id bigint, customer text, owner_id bigint null,
             owner text null, establishment, sector, family, subfamily, origin_type text null,
             amount decimal(18,3) null
    stay     opportunity_id bigint, status text, entered_on date, since integer, days integer (until
             it was left, or to the last day it was seen), next_status text null,
             closing text null (won, lost or abandoned; both are null while it stays, or where it
             was deleted)
    label    list text, code text, label_fr text, label_en text, rank integer

Owner, sector, amount… are the last known ones: the work of one who has left counts for who took
over. Amounts are in the base currency, at the rates of the day described.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

from oppkit.analysis.dimensions import check, matches, period

SIZE, OPENED, DECIDED = "size", "opening_quarter", "decision_quarter"
DIMENSIONS = (
    "owner", "establishment", "sector", "family", "subfamily", "customer", "origin_type",
    "currency", SIZE, OPENED,
)  # fmt: skip
_LISTED = {
    name: name
    for name in ("status", "establishment", "sector", "family", "subfamily", "origin_type")
} | {"to": "status"}
Row = dict[str, Any]
_QUARTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Journeys:
    """Three tables, the day they describe and the currency of their amounts."""

    connection: Any
    journey: ibis.Table
    stay: ibis.Table
    label: ibis.Table
    as_of: date
    currency: str
    decimals: int

    @classmethod
    def of(cls, backend: Any, as_of: date, currency: str, decimals: int) -> Journeys:
        """Wrap the tables of an Ibis backend (DuckDB, or Spark over Parquet)."""
        tables = {name: backend.table(name) for name in ("journey", "stay", "label")}
        return cls(backend, as_of=as_of, currency=currency, decimals=decimals, **tables)

    @classmethod
    def of_duckdb(cls, connection: Any, as_of: date, currency: str, decimals: int) -> Journeys:
        """Wrap an open `duckdb.DuckDBPyConnection` that holds the tables; it stays the caller's."""
        return cls.of(ibis.duckdb.from_connection(connection), as_of, currency, decimals)

    def named(self, rows: list[Row], language: str) -> list[Row]:
        """The rows with labels in `language` ("fr" or "en") in place of the codes of lists.

        A code that its list lacks stays as it is, and so does null.
        """
        names = {name: of for name, of in _LISTED.items() if rows and name in rows[0]}
        labels = {name: self._labels(of, language) for name, of in names.items()}
        return [
            {name: labels[name].get(value, value) if name in labels else value
             for name, value in row.items()}
            for row in rows
        ]  # fmt: skip

    def _labels(self, of: str, language: str) -> dict[Any, str]:
        """Code → label; the code is added to a label that is not unique in its list."""
        label = self.label.filter(self.label["list"] == of)
        found = label.select("code", text=label[f"label_{language}"]).to_pyarrow().to_pylist()
        times = Counter(row["text"] for row in found)
        return {
            row["code"]: row["text"]
            if times[row["text"]] == 1
            else f"{row['text']} ({row['code']})"
            for row in found
        }

    def statuses(self) -> list[str]:
        """The codes of the open statuses that something stayed in, in the order of their list."""
        known = self.label.filter(self.label["list"] == "status").select("code", "rank")
        found = self.stay.select("status").distinct()
        table = found.left_join(known, found.status == known.code)
        table = table.order_by(ibis.asc("rank", nulls_first=False), "status")
        return [str(code) for code in table.status.to_pyarrow().to_pylist()]


def described(
    journeys: Journeys, by: Sequence[str], where: Mapping[str, Any],
    bounds: Sequence[float] | None = None,
) -> ibis.Table:  # fmt: skip
    """The journeys that match, with the dimensions `by`; see `size_bounds` for `bounds`.

    Raises `UnknownDimension`.
    """
    check((*by, *where), DIMENSIONS)
    table = journeys.journey
    table = table.mutate(**{OPENED: period(table.opened_on, "quarter")})
    if SIZE in (*by, *where):
        table = table.mutate(**{SIZE: _size(table.amount, bounds or size_bounds(journeys))})
    conditions = [matches(table[name], wanted) for name, wanted in where.items()]
    return table.filter(*conditions) if conditions else table


def size_bounds(journeys: Journeys) -> list[float]:
    """Where one size of opportunities ends and the next begins: the quartiles of their amounts.

    They are rounded to two significant digits, so that people can remember them.
    """
    amount = journeys.journey.amount.cast("float64")
    found = journeys.journey.aggregate(
        **{f"q{place}": amount.quantile(share) for place, share in enumerate(_QUARTILES)}
    ).to_pyarrow()
    values = [value for name in found.column_names for value in found[name].to_pylist()]
    return sorted({float(f"{value:.1e}") for value in values if value is not None and value > 0})


def _size(amount: Any, bounds: Sequence[float]) -> Any:
    """The bound from which on the size begins, the largest first; 0 below them all."""
    value = amount.cast("float64")
    cases = [(value >= bound, ibis.literal(float(bound))) for bound in sorted(bounds, reverse=True)]
    return ibis.cases((value.isnull(), ibis.null("float64")), *cases, else_=ibis.literal(0.0))
