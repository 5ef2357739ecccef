"""The open pipeline at the end of many days at once, from the columns of the history.

Each version is read once, whatever the number of days: it is in force on a run of them, and what
runs alike is summed before it is spread over its days.

What is exact:

- the number of opportunities, always;
- by line every amount: each line is converted at the rate of the day and
  weighed by itself, so each day equals `pipeline.weighted` of the snapshot of that day to the cent
  (but for an opportunity that is too large to be converted: here it counts as far as its lines);
- else amounts in the base currency. A converted or weighted amount is then rounded once
  for the opportunity and not once for each line: of n lines it may be off by (n + 1) / 2 of the
  last decimal of the currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis

from oppkit.analysis import money
from oppkit.analysis.dimensions import PERIODS, check, period

# What a version has a column for.
REPLAYED = (
    *PERIODS, "owner", "establishment", "sector", "family", "subfamily", "customer", "origin_type",
    "status", "currency",
)  # fmt: skip
_AMOUNTS = "amounts"
_NAMED = ("owner", "customer")
_SUMS = ("opportunities", "amount", "weighted_amount")


@dataclass(frozen=True)
class History:
    """The versions, the days to replay and what amounts are converted with.

    version    the columns of opportunity_version and, to go by line, `amounts`, an array of the
               amounts of its lines, decimal(18,3) null, with a null where there is no line
    origin     number integer (from 0, in order of time), day date, ends_at timestamp
    rate       number integer, currency text, rate decimal(18,8): in force on that day
    owner      id bigint, name text; `customer` likewise
    """

    version: ibis.Table
    origin: ibis.Table
    rate: ibis.Table
    owner: ibis.Table
    customer: ibis.Table
    ends: Sequence[datetime]
    currency: str
    decimals: int

    @classmethod
    def of_duckdb(
        cls, connection: Any, ends: Sequence[datetime], currency: str, decimals: int, by_line: bool
    ) -> History:
        """Wrap an open connection with the workspace attached as `live`.

        `ends` are the first moments after the days, in order.
        """
        backend = ibis.duckdb.from_connection(connection)
        origin, rate, owner, customer = (
            backend.table(n) for n in ("origin", "origin_rate", "person_name", "customer_name")
        )
        return cls(
            backend.table("version_with_lines") if by_line
            else backend.table("opportunity_version", database=("live", "main")),
            origin, rate, owner, customer, ends, currency, decimals,
        )  # fmt: skip


def replay(history: History, by: Iterable[str] = ()) -> ibis.Table:
    """`origin` (a day), the dimensions `by`, `opportunities`, `amount`, `weighted_amount`.

    By `REPLAYED` dimensions; people and customers have the names of today, so that each is one
    group on all days. A day without any open opportunity has no row, and a group in which nothing
    has an amount has none: null. Raises `UnknownDimension`.
    """
    by = check(by, REPLAYED)
    rows = _rows(history, by)
    # Parted before the lines are read, so that each record is read once.
    is_own = rows.money_in == history.currency
    own, foreign = _by_line(rows.filter(is_own)), _by_line(rows.filter(~is_own))
    known = _summed(_on_days(_runs(own, by, history.decimals), history), history, by)
    days = known.union(_summed(_converted(foreign, history), history, by))
    sums = {name: days[name].sum().cast(days[name].type()) for name in _SUMS}
    table = days.group_by("number", *by).aggregate(**sums)
    table = _with_names(table, history, by).inner_join(history.origin, "number")
    table = table.select(*by, *_SUMS, origin=table.day).select("origin", *by, *_SUMS)
    return table.order_by([ibis.asc(name, nulls_first=False) for name in ("origin", *by)])


def _rows(history: History, by: Sequence[str]) -> ibis.Table:
    """The open versions that are in force on one of the days at least.

    `first` and `beyond` are the numbers of the first of these days and of the first after them.
    """
    version = history.version.filter(history.version.outcome == "open")
    columns: dict[str, Any] = {
        name: period(version.expected_signature, name) if name in PERIODS else version[name]
        for name in by if name not in _NAMED
    }  # fmt: skip
    columns |= {name: version[f"{name}_id"] for name in by if name in _NAMED}
    rows = version.select(
        "probability", _AMOUNTS if _AMOUNTS in version.columns else "amount",
        money_in=version.currency,
        first=_passed(version.valid_from, history.ends),
        beyond=version.valid_to.isnull().ifelse(
            ibis.literal(len(history.ends), "int16"), _passed(version.valid_to, history.ends)
        ),
        **columns,
    )  # fmt: skip
    return rows.filter(rows.first < rows.beyond)


def _passed(moment: Any, ends: Sequence[datetime], before: int = 0) -> Any:
    """The number of the first of the days that was not over at a moment; `before` come before them.

    By halves: five comparisons for two years of months, where counting them takes twenty-four.
    """
    if not ends:
        return ibis.literal(before, "int16")
    half = len(ends) // 2
    over = moment >= ibis.literal(ends[half], "timestamp('UTC')")
    later, sooner = ends[half + 1 :], ends[:half]
    return over.ifelse(_passed(moment, later, before + half + 1), _passed(moment, sooner, before))


def _by_line(rows: ibis.Table) -> ibis.Table:
    """A row for each line, where lines are known; `head` is 1 in one row of each version."""
    if _AMOUNTS not in rows.columns:
        return rows.mutate(head=1)
    rows = rows.unnest(_AMOUNTS, offset="place")
    head = (rows.place == 0).cast("int8")
    return rows.mutate(amount=rows[_AMOUNTS], head=head).drop(_AMOUNTS, "place")


def _runs(own: ibis.Table, by: Sequence[str], decimals: int) -> ibis.Table:
    """Amounts in the base currency do not depend on the day: summed by the days they stand for."""
    return own.group_by("first", "beyond", *by).aggregate(
        head=own["head"].sum(), amount=money.rounded(own.amount, decimals).sum(),
        weighted_amount=money.weighted(own.amount, own.probability, decimals).sum(),
    )  # fmt: skip


def _on_days(runs: ibis.Table, history: History) -> ibis.Table:
    """Each row once for every day it stands for."""
    origin = history.origin.select("number")
    return runs.inner_join(
        origin, (origin.number >= runs["first"]) & (origin.number < runs.beyond)
    ).select(*runs.columns, "number")


def _converted(foreign: ibis.Table, history: History) -> ibis.Table:
    """Amounts in other currencies, each day at its own rate; without one they have none."""
    rate = history.rate.select(
        on=history.rate.number, code=history.rate.currency, rate=history.rate.rate
    )
    days = _on_days(foreign, history)
    days = days.left_join(rate, (days.number == rate.on) & (days.money_in == rate.code))
    places = history.decimals
    # Wide, as in the snapshots: DuckDB keeps the product of two numbers of 18 digits in 18 digits.
    product = days.amount.cast("decimal(19, 3)") * days.rate.cast("decimal(19, 8)")
    days = days.mutate(amount=product.round(places).try_cast("decimal(18, 3)"))
    return days.mutate(
        amount=money.rounded(days.amount, places),
        weighted_amount=money.weighted(days.amount, days.probability, places),
    )


def _summed(days: ibis.Table, history: History, by: Sequence[str]) -> ibis.Table:
    exact = f"decimal(38, {history.decimals})"
    return days.group_by("number", *by).aggregate(
        opportunities=days["head"].sum().cast("int64"), amount=days.amount.sum().cast(exact),
        weighted_amount=days.weighted_amount.sum().cast(exact),
    )  # fmt: skip


def _with_names(table: ibis.Table, history: History, by: Sequence[str]) -> ibis.Table:
    """People and customers by their name in place of their identifier."""
    for name, people in (("owner", history.owner), ("customer", history.customer)):
        if name in by:
            names = people.select(key=people.id, called=people["name"])
            joined = table.left_join(names, table[name] == names.key)
            table = joined.mutate(**{name: joined.called}).select(*table.columns)
    return table
