"""Small snapshots built row by row, and what plain Python makes of the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb

from oppkit.analysis.snapshot import Snapshot

AS_OF = date(2026, 3, 18)

TABLES = """
create table opportunity (
    id bigint, code text, name text, status text, outcome text, probability decimal(5,4),
    opened_on date, expected_signature date, closed_on date, loss_reason text, currency text,
    has_rate boolean, customer_id bigint, customer text, owner_id bigint, owner text,
    establishment text, sector text, family text, subfamily text, origin_type text,
    production_start date, production_end date, amount decimal(18,3), margin decimal(18,3),
    weighted_amount decimal(18,3), weighted_margin decimal(18,3));
create table line (
    opportunity_id bigint, position integer, sale_type text, title text, quantity decimal(18,4),
    amount decimal(18,3), margin decimal(18,3), duration_months integer, recurrence text,
    days decimal(18,4));
create table tag (opportunity_id bigint, tag text);
create table affair (
    id bigint, code text, name text, status text, opportunity_id bigint, currency text,
    has_rate boolean, customer_id bigint, customer text, owner_id bigint, owner text,
    establishment text, sector text, family text, subfamily text, production_start date,
    production_end date, amount decimal(18,3), margin decimal(18,3), days decimal(18,4));
create table affair_tag (affair_id bigint, tag text);
create table label (list text, code text, label_fr text, label_en text, rank integer);
"""


@dataclass(frozen=True)
class Row:
    """An opportunity with its lines (amount, margin, sale type), as a test writes it down."""

    lines: Sequence[tuple[Any, ...]] = ()
    probability: Any = "0.5"
    expected_signature: date | None = date(2026, 5, 2)
    outcome: str = "open"
    status: str = "proposal"
    owner: str | None = "Ana"
    establishment: str | None = "LYO"
    customer: str = "Vidal"
    tags: Sequence[str] = ()
    currency: str = "EUR"
    has_rate: bool = True
    extra: dict[str, Any] = field(default_factory=dict)

    def amounts(self) -> list[Decimal | None]:
        return [None if line[0] is None else Decimal(line[0]) for line in self.lines]

    def margins(self) -> list[Decimal | None]:
        found = [line[1] if len(line) > 1 else None for line in self.lines]
        return [None if margin is None else Decimal(margin) for margin in found]

    def chance(self) -> Decimal | None:
        return None if self.probability is None else Decimal(self.probability)

    def weighted(self, values: Sequence[Decimal | None], decimals: int) -> Decimal | None:
        """The sum of the values times the probability, each rounded."""
        chance, unit = self.chance(), Decimal(1).scaleb(-decimals)
        products = [None if None in (value, chance) else value * chance for value in values]
        return known_sum(
            [x if x is None else x.quantize(unit, rounding=ROUND_HALF_UP) for x in products]
        )


def known_sum(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _fill(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row], decimals: int) -> None:
    connection.execute(TABLES)
    for identifier, row in enumerate(rows, start=1):
        amounts, margins = row.amounts(), row.margins()
        values = {
            "id": identifier, "code": f"O{identifier}", "name": f"Opportunity {identifier}",
            "status": row.status, "outcome": row.outcome, "probability": row.chance(),
            "opened_on": date(2025, 1, 6), "expected_signature": row.expected_signature,
            "currency": row.currency, "has_rate": row.has_rate, "customer_id": 1,
            "customer": row.customer, "owner": row.owner, "establishment": row.establishment,
            "amount": known_sum(amounts), "margin": known_sum(margins),
            "weighted_amount": row.weighted(amounts, decimals),
            "weighted_margin": row.weighted(margins, decimals), **row.extra,
        }  # fmt: skip
        marks = ", ".join("?" * len(values))
        connection.execute(
            f"insert into opportunity ({', '.join(values)}) values ({marks})", list(values.values())
        )
        for place, line in enumerate(row.lines):
            amount, margin, sale_type = (*line, None, None)[:3]
            connection.execute(
                "insert into line values (?, ?, ?, '', 1, ?, ?, null, null, null)",
                [identifier, place, sale_type, amount, margin],
            )
        for tag in row.tags:
            connection.execute("insert into tag values (?, ?)", [identifier, tag])


@contextmanager
def snapshot_of(
    rows: Sequence[Row], decimals: int = 2, labels: Sequence[tuple[Any, ...]] = ()
) -> Iterator[Snapshot]:
    """An in-memory snapshot of these opportunities, numbered from 1."""
    connection = duckdb.connect()
    try:
        _fill(connection, rows, decimals)
        for label in labels:
            connection.execute("insert into label values (?, ?, ?, ?, ?)", list(label))
        yield Snapshot.of_duckdb(connection, AS_OF, "EUR", decimals)
    finally:
        connection.close()


def found(table: Any) -> list[dict[str, Any]]:
    """The rows of a result, as dictionaries of exact values."""
    return list(table.to_pyarrow().to_pylist())
