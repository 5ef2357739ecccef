"""The weighted forecast by month and owner against SQL written by hand, pandas and a peer.

All start from the same snapshot in memory. The SQL and oppkit end in an Arrow table of exact
decimals; pandas works on floats, as an analyst would, and is given its frames ready made; the peer
(see `benchmarks.peer`) has its sums stored. The bare scan adds up the columns that a forecast
cannot do without: nothing that reads them can be faster. "What a person waits for" goes on to the
frames of `Workbench.forecast`, rows and reconciliation.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import oppkit
from benchmarks.files import LARGEST_DEMO, workspace
from benchmarks.harness import Figure, Side, alternate, ratio
from benchmarks.peer import peer
from oppkit.analysis import pipeline
from oppkit.analysis.parts import horizon_end
from oppkit.analysis.snapshot import Snapshot

BY = ("month", "owner")
MONTHS = 12
_SQL = """
select
    date_trunc('month', o.expected_signature) as month, o.owner,
    count(distinct o.id) as opportunities,
    sum(l.amount) as amount, sum(round(l.amount * o.probability, 2)) as weighted_amount,
    sum(l.margin) as margin, sum(round(l.margin * o.probability, 2)) as weighted_margin
from opportunity as o left join line as l on l.opportunity_id = o.id
where o.outcome = 'open' and o.has_rate and o.amount is not null and o.probability is not null
    and o.expected_signature >= $1 and o.expected_signature < $2
group by all order by all
"""
_SCAN = """
select sum(amount), sum(weighted_amount), sum(margin), sum(weighted_margin), max(probability),
    max(expected_signature), max(owner), count(outcome), count(has_rate)
from opportunity
"""


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """Aims: 1.3 times the time of the SQL, and of many a tenth of pandas and of the peer."""
    workbench = oppkit.open(workspace(folder, size))
    snapshot = workbench.snapshot()
    expression = pipeline.forecast(snapshot, BY, MONTHS)
    ours = expression.to_pyarrow()
    _require_agreement(_by_hand(snapshot), ours)
    with peer(snapshot, MONTHS) as query:
        _require_same_number(query(), ours)
        sides: dict[str, Side] = {
            "SQL": lambda: lambda: _by_hand(snapshot),
            "oppkit's query": _compiled(snapshot, expression),
            "oppkit": lambda: lambda: pipeline.forecast(snapshot, BY, MONTHS).to_pyarrow(),
            "pandas": _in_pandas(snapshot),
            "peer's query": query,
            "bare scan": lambda: lambda: _connection(snapshot).sql(_SCAN).to_arrow_table(),
            "Workbench.forecast": lambda: lambda: workbench.forecast(BY, months=MONTHS),
        }
        taken = alternate(sides, max(5, rounds // 4))
    tenth = 0.1 if size > LARGEST_DEMO else None  # of little, both are done at once
    return [
        ratio("forecasts", "the query, month × owner", taken, "oppkit's query", "SQL", 1.3),
        ratio("forecasts", "against pandas", taken, "oppkit's query", "pandas", tenth),
        ratio("forecasts", "against the peer", taken, "oppkit's query", "peer's query", tenth),
        ratio("forecasts", "against the bare scan", taken, "oppkit's query", "bare scan", None),
        ratio("forecasts", "with writing the query", taken, "oppkit", "SQL", None),
        ratio("forecasts", "what a person waits for", taken, "Workbench.forecast", "pandas", None),
    ]


def _connection(snapshot: Snapshot) -> Any:
    return snapshot.connection.con


def _by_hand(snapshot: Snapshot) -> Any:
    days = [snapshot.as_of, horizon_end(snapshot.as_of, MONTHS)]
    return _connection(snapshot).sql(_SQL, params=days).to_arrow_table()


def _compiled(snapshot: Snapshot, expression: Any) -> Side:
    sql = snapshot.connection.compile(expression)
    return lambda: lambda: _connection(snapshot).sql(sql).to_arrow_table()


def _require_agreement(by_hand: Any, ours: Any) -> None:
    """Two that answer different questions must not be compared."""
    for name in ("opportunities", "amount", "weighted_amount", "weighted_margin"):
        theirs, mine = (_total(table, name) for table in (by_hand, ours))
        if by_hand.num_rows != ours.num_rows or theirs != mine:
            raise AssertionError(f"{name}: {theirs} by hand, {mine} by oppkit")


def _require_same_number(query: Callable[[], Any], ours: Any) -> None:
    """The peer counts the same opportunities; its sums are rounded once for each, not by line."""
    counted = sum(row[2] for row in query()), _total(ours, "opportunities")
    if counted[0] != counted[1]:
        raise AssertionError(f"The peer counts {counted[0]} opportunities, oppkit {counted[1]}.")


def _total(table: Any, name: str) -> Decimal:
    return sum((value for value in table[name].to_pylist() if value is not None), Decimal(0))


def _in_pandas(snapshot: Snapshot) -> Side:
    connection = _connection(snapshot)
    opportunity = connection.execute(
        "select id, outcome, has_rate, amount as total, probability::double as probability,"
        " expected_signature, owner from opportunity"
    ).df()
    line = connection.execute("select opportunity_id, amount, margin from line").df()
    first, last = snapshot.as_of, horizon_end(snapshot.as_of, MONTHS)
    return lambda: _pandas_task(opportunity, line, str(first), str(last))


def _pandas_task(opportunity: Any, line: Any, first: str, last: str) -> Callable[[], object]:
    def task() -> object:
        o = opportunity
        weighed = (o.outcome == "open") & o.has_rate & o.total.notna() & o.probability.notna()
        inside = (o.expected_signature >= first) & (o.expected_signature < last)
        rows = o[weighed & inside].merge(line, how="left", left_on="id", right_on="opportunity_id")
        rows["month"] = rows.expected_signature.dt.to_period("M").dt.start_time
        rows["weighted_amount"] = (rows.amount * rows.probability).round(2)
        rows["weighted_margin"] = (rows.margin * rows.probability).round(2)
        return rows.groupby(["month", "owner"], dropna=False).agg(
            opportunities=("id", "nunique"),
            amount=("amount", "sum"), weighted_amount=("weighted_amount", "sum"),
            margin=("margin", "sum"), weighted_margin=("weighted_margin", "sum"),
        )  # fmt: skip

    return task
