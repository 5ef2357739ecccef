"""Small tables of journeys and stays, written down life by life."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import duckdb

from oppkit.analysis.journeys import Journeys

AS_OF = date(2026, 3, 18)
STATUSES = ("first", "second")
TABLES = """
create table journey (
    id bigint, opened_on date, since integer, days integer, closing text, is_open boolean,
    currency text, customer_id bigint, customer text, owner_id bigint, owner text,
    establishment text, sector text, family text, subfamily text, origin_type text,
    amount decimal(18,3));
create table stay (
    opportunity_id bigint, status text, entered_on date, since integer, days integer,
    next_status text, closing text);
create table label (list text, code text, label_fr text, label_en text, rank integer);
insert into label values
    ('status', 'first', 'Un', 'One', 10), ('status', 'second', 'Deux', 'Two', 20);
"""


@dataclass(frozen=True)
class Life:
    """Stays (status, days), then how it was closed; None: it is open, or was deleted."""

    stays: Sequence[tuple[str, int]]
    closing: str | None = None
    since: int = 0  # of the first stay, and of the whole
    deleted: bool = False
    opened_on: date | None = None  # so long before the end of all that it just ends, if not given
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def days(self) -> int:
        return sum(days for _, days in self.stays)


@contextmanager
def journeys_of(lives: Sequence[Life]) -> Iterator[Journeys]:
    """The tables of these lives, numbered from 1."""
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        for number, life in enumerate(lives, start=1):
            _add(connection, number, life)
        yield Journeys.of_duckdb(connection, AS_OF, "EUR", 2)


def _add(connection: duckdb.DuckDBPyConnection, number: int, life: Life) -> None:
    opened = life.opened_on or AS_OF - timedelta(days=life.days)
    values = {
        "id": number, "opened_on": opened, "since": life.since, "days": life.days,
        "closing": life.closing, "is_open": life.closing is None and not life.deleted,
        "currency": "EUR", "customer_id": 1, "customer": "Vidal", "owner": "Ana", **life.extra,
    }  # fmt: skip
    marks = ", ".join("?" * len(values))
    connection.execute(
        f"insert into journey ({', '.join(values)}) values ({marks})", list(values.values())
    )
    following = [status for status, _ in life.stays[1:]]
    for place, (status, days) in enumerate(life.stays):
        last = place == len(life.stays) - 1
        connection.execute(
            "insert into stay values (?, ?, ?, ?, ?, ?, ?)",
            [number, status, opened, 0 if place else life.since, days,
             None if last else following[place], life.closing if last else None],
        )  # fmt: skip
        opened += timedelta(days=days)
