"""Small snapshots of what is to be produced, and what a loop over its days makes of it."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb

from oppkit.analysis.snapshot import Snapshot
from oppkit.model.money import rounded_to
from tests.analysis.rows import AS_OF, TABLES

MEASURES = ("days", "weighted_days", "amount", "weighted_amount", "margin", "weighted_margin")
_OF_OPPORTUNITY = ("amount", "weighted_amount", "margin", "weighted_margin")
Values = dict[str, Decimal | None]


@dataclass(frozen=True)
class Part:
    """A line, or what an affair comes to."""

    amount: Any = "100"
    margin: Any = None
    days: Any = None
    sale_type: str | None = None
    duration_months: int | None = None
    recurrence: str | None = None


@dataclass(frozen=True)
class Job:
    """An opportunity, or an affair where `of` (0, or the number of its opportunity) is given."""

    parts: Sequence[Part] = (Part(),)
    start: date | None = date(2026, 3, 20)
    end: date | None = date(2026, 4, 18)
    probability: Any = "0.5"
    outcome: str = "open"
    has_rate: bool = True
    tags: Sequence[str] = ()
    of: int | None = None
    status: str = "proposal"
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def is_affair(self) -> bool:
        return self.of is not None


def _insert(connection: duckdb.DuckDBPyConnection, table: str, values: dict[str, Any]) -> None:
    marks = ", ".join("?" * len(values))
    connection.execute(
        f"insert into {table} ({', '.join(values)}) values ({marks})", list(values.values())
    )


def _known_sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _fill(connection: duckdb.DuckDBPyConnection, jobs: Sequence[Job], decimals: int) -> None:
    connection.execute(TABLES)
    for number, job in enumerate(jobs, start=1):
        values = {
            "id": number, "code": f"C{number:03}", "name": f"Job {number}", "status": job.status,
            "currency": "EUR", "has_rate": job.has_rate, "customer_id": 1, "customer": "Vidal",
            "production_start": job.start, "production_end": job.end, **job.more,
        }  # fmt: skip
        if job.is_affair:
            [part] = job.parts
            own = {"amount": part.amount, "margin": part.margin, "days": part.days}
            _insert(connection, "affair", values | own | {"opportunity_id": job.of or None})
        else:
            lines = [totals("probable", job, part, decimals) for part in job.parts]
            sums = {name: _known_sum(line[name] for line in lines) for name in _OF_OPPORTUNITY}
            _insert(connection, "opportunity", values | sums | {
                "outcome": job.outcome, "probability": job.probability,
            })  # fmt: skip
            for place, part in enumerate(job.parts):
                line = {"opportunity_id": number, "position": place, "title": f"Line {place}"}
                _insert(connection, "line", line | vars(part))
        key = "affair" if job.is_affair else "opportunity"
        for tag in job.tags:
            table = "affair_tag" if job.is_affair else "tag"
            _insert(connection, table, {f"{key}_id": number, "tag": tag})


@contextmanager
def production(
    jobs: Sequence[Job], decimals: int = 2, as_of: date = AS_OF,
    labels: Sequence[tuple[Any, ...]] = (),
) -> Iterator[Snapshot]:  # fmt: skip
    """An in-memory snapshot of these jobs, numbered from 1."""
    connection = duckdb.connect()
    try:
        _fill(connection, jobs, decimals)
        for label in labels:
            connection.execute("insert into label values (?, ?, ?, ?, ?)", list(label))
        yield Snapshot.of_duckdb(connection, as_of, "EUR", decimals)
    finally:
        connection.close()


# -- the same in plain Python --------------------------------------------------------------------


def plan(jobs: Sequence[Job], job: Job, number: int) -> str | None:
    """Which plan a job is in; None where it is in none."""
    if job.is_affair:
        if job.status not in ("commercial", "in_production"):
            return None
        waiting = job.of and jobs[job.of - 1].outcome == "open"
        return None if waiting else "firm"
    if job.outcome == "won":
        return None if any(other.of == number for other in jobs) else "won"
    return "probable" if job.outcome == "open" else None


def work(jobs: Sequence[Job]) -> Iterator[tuple[int, int | None, str, Job, Part]]:
    """number, position, plan, job and part of all that is to be produced."""
    for number, job in enumerate(jobs, start=1):
        where = plan(jobs, job, number)
        if where is not None:
            empty = Part(amount=None)
            for place, part in enumerate(job.parts or [empty]):
                position = None if job.is_affair or not job.parts else place
                yield number, position, where, job, part


def last_day(job: Job, part: Part) -> date | None:
    """The last day of production of a part."""
    recurs = part.recurrence is not None and part.duration_months is not None
    if job.end is not None and not recurs:
        return job.end
    if job.start is None or part.duration_months is None or job.is_affair:
        return None
    months = job.start.year * 12 + job.start.month - 1 + part.duration_months
    year, month = months // 12, months % 12 + 1
    day = min(job.start.day, calendar.monthrange(year, month)[1])
    return date(year, month, day) - timedelta(days=1)


def reason(where: str, job: Job, part: Part) -> str | None:
    """Why a part cannot be scheduled."""
    end = last_day(job, part)
    if not job.has_rate:
        return "no_rate"
    if part.amount is None:
        return "no_amount"
    if where == "probable" and job.probability is None:
        return "no_probability"
    if job.start is None:
        return "no_start"
    if end is None:
        return "no_end"
    return "end_before_start" if end < job.start else None


def totals(where: str, job: Job, part: Part, places: int) -> Values:
    """The measures of a part as a whole."""
    chance = job.probability if where == "probable" else 1
    values: Values = {}
    for name, digits in (("days", 4), ("amount", places), ("margin", places)):
        known = getattr(part, name)
        values[name] = None if known is None else Decimal(known)
        weighted = known is not None and chance is not None
        values[f"weighted_{name}"] = (
            rounded_to(Fraction(known) * Fraction(chance), digits) if weighted else None
        )
    return values


def by_month(where: str, job: Job, part: Part, places: int) -> dict[date, Values]:
    """The measures of a part in each month, day by day."""
    end = last_day(job, part)
    assert job.start is not None
    assert end is not None
    days = (end - job.start).days + 1
    months: dict[date, Values] = defaultdict(lambda: dict.fromkeys(MEASURES))
    whole = totals(where, job, part, places)
    for number in range(days):
        month = (job.start + timedelta(days=number)).replace(day=1)
        for name, value in whole.items():
            if value is not None:
                digits = 4 if name.endswith("days") else places
                before, after = (
                    rounded_to(Fraction(value) * k / days, digits) for k in (number, number + 1)
                )
                months[month][name] = (months[month][name] or 0) + after - before
            else:
                months[month][name] = None
    return months


def added(rows: Sequence[Values]) -> Values:
    """The sums of known values; None where none is known."""
    known = {name: [row[name] for row in rows if row[name] is not None] for name in MEASURES}
    return {name: sum(found, Decimal(0)) if found else None for name, found in known.items()}
