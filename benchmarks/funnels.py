"""Funnel, speed and win rates from the history, and how long it takes to trace it.

Above the largest demo the history is that of the demo many times over, in memory, with records cut
down to what is read of them: a million opportunities have four million versions of 6 GB.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from benchmarks.files import LARGEST_DEMO, workspace
from benchmarks.harness import Figure, Side, alternate, ratio
from oppkit import demo
from oppkit.analysis.funnel import funnel
from oppkit.analysis.journeys import Journeys
from oppkit.analysis.speed import stays
from oppkit.analysis.wins import win_rates
from oppkit.store.journeys import trace
from oppkit.store.snapshot import Request

_SHARED = ("reference", "employee", "customer", "exchange_rate")
_REPEATED = """
create table live.opportunity_version as
select
    v.* replace (
        v.opportunity_id + n * step as opportunity_id,
        case when version = 1 then json_object('status_on', record ->> '$.status_on') else '{}' end
            as record)
from source.opportunity_version as v, range($1) as again(n),
    (select max(opportunity_id) + 1 as step from source.opportunity_version) as steps
order by n, v.opportunity_id, version
"""
# What an analyst would run: closed ones alone, no interval, no day of its own for a closing.
_NAIVE = """
select before, outcome, count(*), median(stayed)
from (
    select
        status as before, lead(outcome) over w as outcome,
        date_diff('day', valid_from, lead(valid_from) over w) as stayed,
        lead(status) over w as after
    from live.opportunity_version window w as (partition by opportunity_id order by version)
)
where before <> after group by all
"""


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """Aims: tracing takes 5 times a single window function, each question 1 s for a million."""
    with _history(folder, size) as connection:
        request = Request(demo.TODAY, False, "EUR", 2)
        journeys = _traced(connection, request)
        sides: dict[str, Side] = {
            "trace": lambda: lambda: _traced(connection, request),
            "one window function": lambda: lambda: connection.sql(_NAIVE).fetchall(),
            "funnel": lambda: lambda: funnel(journeys),
            "speed": lambda: lambda: stays(journeys),
            "win rates by owner": lambda: lambda: win_rates(journeys, ["owner"]),
            "win rates by quarter": lambda: lambda: win_rates(journeys, ["decision_quarter"]),
        }
        taken = alternate(sides, max(3, rounds // 20))
        count = int(journeys.stay.count().execute())
    scale = max(1.0, size / 1_000_000)
    questions = [name for name in sides if name not in ("trace", "one window function")]
    return [
        Figure("funnels", "trace the history", taken["trace"], "s", None, f"{count} stays"),
        ratio("funnels", "the same against SQL", taken, "trace", "one window function", 5),
        *(Figure("funnels", name, taken[name], "s", scale) for name in questions),
    ]


@contextmanager
def _history(folder: Path, size: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the history as `live`."""
    path = workspace(folder, min(size, LARGEST_DEMO))
    with closing(duckdb.connect()) as connection:
        connection.execute("set timezone = 'UTC'; set enable_progress_bar = false")
        if size <= LARGEST_DEMO:
            connection.execute(f"attach '{path}' as live (read_only)")
            yield connection
            return
        connection.execute(f"attach '{path}' as source (read_only); attach ':memory:' as live")
        for table in _SHARED:
            connection.execute(f"create table live.{table} as from source.{table}")
        connection.execute(_REPEATED, [size // LARGEST_DEMO])
        yield connection


def _traced(connection: duckdb.DuckDBPyConnection, request: Request) -> Journeys:
    """The tables made anew, in the place of those that were there."""
    connection.execute("use memory.main; drop schema if exists memory.traced cascade")
    connection.execute("create schema memory.traced; use memory.traced")
    trace(connection, request)
    return Journeys.of_duckdb(connection, request.as_of, request.base, request.decimals)
