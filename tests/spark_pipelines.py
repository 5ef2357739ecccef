"""Generated pipelines with all that engines are known to disagree about, two days of each.

Halves of the last decimal, amounts on the borders of bins and beyond 64 bits, credit notes, nothing
at all; days at both ends of months and in leap years; work that ends before it begins.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import pyarrow as pa

from oppkit.analysis.span import Span
from tests.analysis.rows import TABLES, known_sum

OPENING, CLOSING = date(2026, 1, 31), date(2026, 3, 18)
Row = dict[str, Any]
_PROBABILITIES = [None, "0", "1", "0.5", "0.5", "0.3333", "0.285", "0.0995", "0.0994", "0.0005"]
_SIGNED = [
    None, date(2026, 2, 28), date(2026, 3, 17), date(2026, 3, 18), date(2026, 3, 31),
    date(2026, 4, 1), date(2026, 12, 31), date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 29),
]  # fmt: skip
_PRODUCED = [
    None, date(2024, 2, 29), date(2026, 1, 31), date(2026, 3, 1), date(2026, 3, 31),
    date(2026, 10, 25), date(2027, 2, 28), date(2031, 7, 15),
]  # fmt: skip
_OWNERS = {1: "Ana", 2: "Élodie", 3: "O'Brien", None: None}
_LABELS = [
    ("status", "proposal", "Proposition", "Proposal", 2), ("status", "key", "Clé", "Key", 1),
    ("tag", "risk", "Même", "Same", 1), ("tag", "urgent", "Même", "Same", 2),
]  # fmt: skip


@dataclass(frozen=True)
class Sale:
    """An opportunity on one of the days; `lines` by their position."""

    id: int
    fields: Row
    lines: Mapping[int, Row]
    tags: tuple[str, ...]


@dataclass
class Pipelines:
    """Draws sales, and what became of them, from a seed; amounts have so many decimals."""

    seed: int
    decimals: int
    random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def amount(self) -> Decimal | None:
        unit = Decimal(1).scaleb(-self.decimals)
        pick = self.random.choice
        return pick([
            None, unit, -5 * unit, Decimal(8), Decimal(1024), Decimal(4 ** pick(range(1, 10))),
            Decimal(self.random.randint(-10**6, 10**8)) * unit,
            Decimal(self.random.randint(1, 10**6)) * 5 * unit,
            Decimal(pick([1, -1]) * 123_456_789_012) + 5 * unit,
        ])  # fmt: skip

    def line(self) -> Row:
        pick = self.random.choice
        recurrence = pick([None, None, "monthly"])
        return {
            "sale_type": pick([None, "licence", "days"]), "title": "l", "quantity": Decimal(1),
            "amount": self.amount(), "margin": pick([None, self.amount()]),
            "duration_months": pick([None, 0, 1, 13]), "recurrence": recurrence,
            "days": pick([None, Decimal("0.5"), Decimal("12.3457")]),
        }  # fmt: skip

    def sale(self, number: int) -> Sale:
        pick = self.random.choice
        owner, outcome = pick([*_OWNERS]), pick(["open", "open", "open", "won", "lost"])
        start = pick(_PRODUCED)
        fields = {
            "code": f"O{number}", "name": f"Sale {number} ✓", "status": pick(["proposal", "key"]),
            "outcome": outcome, "probability": pick(_PROBABILITIES), "opened_on": date(2025, 1, 6),
            "expected_signature": pick(_SIGNED), "currency": pick(["EUR", "EUR", "USD", "TND"]),
            "closed_on": None if outcome == "open" else pick(_SIGNED[1:]), "loss_reason": None,
            "has_rate": self.random.random() > 0.1, "customer_id": 1, "customer": "Vidal",
            "owner_id": owner, "owner": _OWNERS[owner], "establishment": pick([None, "LYO", "GRE"]),
            "sector": pick([None, "energy"]), "family": None, "subfamily": None,
            "origin_type": pick([None, "call"]), "production_start": start,
            "production_end": pick([start, *_PRODUCED]),
        }  # fmt: skip
        lines = {place: self.line() for place in range(self.random.randint(0, 3))}
        return Sale(
            number, fields, lines, tuple(self.random.sample(["risk", "urgent"], 1)) * pick([0, 1])
        )

    def later(self, sale: Sale) -> Sale | None:
        """What became of it; None where it was deleted."""
        if self.random.random() < 0.1:
            return None
        drawn = self.sale(sale.id)
        names = self.random.sample(sorted(drawn.fields), self.random.choice([0, 1, 3]))
        fields = sale.fields | {name: drawn.fields[name] for name in names}
        fields["owner"] = _OWNERS[fields["owner_id"]]
        lines = self.random.choice([sale.lines, sale.lines, drawn.lines])
        return replace(
            sale, fields=fields, lines=lines, tags=self.random.choice([sale.tags, drawn.tags])
        )


@contextmanager
def pipelines(seed: int, decimals: int, size: int = 150) -> Iterator[Span]:
    """A span in a DuckDB in memory."""
    drawn = Pipelines(seed, decimals)
    before = [drawn.sale(number) for number in range(1, size)]
    after = [found for sale in before if (found := drawn.later(sale))]
    after += [drawn.sale(number) for number in range(size, size + size // 4)]
    connection = duckdb.connect()
    try:
        for name, sales in (("opening", before), ("closing", after)):
            connection.execute(f"create schema {name}; use {name}; {TABLES}")
            _fill(connection, sales, drawn)
        _compare(connection, after, drawn)
        yield Span.of_duckdb(connection, (OPENING, CLOSING), "EUR", decimals)
    finally:
        connection.close()


def _fill(connection: duckdb.DuckDBPyConnection, sales: list[Sale], drawn: Pipelines) -> None:
    opportunities, lines, tags = [], [], []
    for sale in sales:
        rated = sale.fields["has_rate"]
        own = [line if rated else line | {"amount": None, "margin": None}
               for line in sale.lines.values()]  # fmt: skip
        opportunities.append({"id": sale.id, **sale.fields, **_worth(sale, own, drawn.decimals)})
        lines += [
            {"opportunity_id": sale.id, "position": place, **line}
            for place, line in zip(sale.lines, own, strict=True)
        ]
        tags += [{"opportunity_id": sale.id, "tag": tag} for tag in sale.tags]
    affairs = [_affair(drawn, place, sale) for place, sale in enumerate(sales[::7])]
    _insert(connection, "opportunity", opportunities)
    _insert(connection, "line", lines)
    _insert(connection, "tag", tags)
    _insert(connection, "affair", affairs)
    _insert(
        connection, "affair_tag", [{"affair_id": row["id"], "tag": "risk"} for row in affairs[::2]]
    )
    names = ("list", "code", "label_fr", "label_en", "rank")
    _insert(connection, "label", [dict(zip(names, label, strict=True)) for label in _LABELS])


def _worth(sale: Sale, lines: list[Row], decimals: int) -> Row:
    """The sums of the lines, weighted ones rounded line by line."""
    found: Row = {}
    chance = sale.fields["probability"]
    for name in ("amount", "margin"):
        values = [line[name] for line in lines]
        found[name] = known_sum(values)
        weighed = [
            None if None in (value, chance) else
            (value * Decimal(chance)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
            for value in values
        ]  # fmt: skip
        found[f"weighted_{name}"] = known_sum(weighed)
    return found


def _affair(drawn: Pipelines, place: int, sale: Sale) -> Row:
    pick = drawn.random.choice
    shared = (
        "currency", "has_rate", "customer_id", "customer", "owner_id", "owner", "establishment",
        "sector", "family", "subfamily", "production_start", "production_end",
    )  # fmt: skip
    return {
        "id": 10_000 + place, "code": f"A{place}", "name": "Affair", "days": Decimal("7.25"),
        "status": pick(["commercial", "in_production", "finished"]),
        "opportunity_id": pick([None, sale.id, sale.id]), "margin": None,
        "amount": drawn.amount() if sale.fields["has_rate"] else None,
        **{name: sale.fields[name] for name in shared},
    }  # fmt: skip


def _compare(connection: duckdb.DuckDBPyConnection, sales: list[Sale], drawn: Pipelines) -> None:
    """The closing's lines at the opening's rates, and what was there before that."""
    connection.execute(
        "create schema steady; use steady; create table earlier (opportunity_id bigint);"
        "create table line (opportunity_id bigint, position integer, amount decimal(18, 3))"
    )
    pick = drawn.random.choice
    foreign = [sale for sale in sales if sale.fields["currency"] != "EUR"]
    _insert(connection, "line", [
        {
            "opportunity_id": sale.id, "position": place,
            "amount": pick([line["amount"], drawn.amount()]),
        }
        for sale in foreign for place, line in sale.lines.items()
    ])  # fmt: skip
    _insert(connection, "earlier", [{"opportunity_id": sale.id} for sale in sales[-9:]])


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    names = ", ".join(rows[0])
    given = pa.Table.from_pylist([
        {name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()}
        for row in rows
    ])  # fmt: skip
    connection.register("given", given)
    connection.execute(f"insert into {table} ({names}) select {names} from given")
    connection.unregister("given")
