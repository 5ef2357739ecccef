"""The past of the pipeline: 24 month ends at once, and the movement of a quarter.

The floor of a replay is one pass over the columns it needs: the amounts of all open versions summed
by month, without asking when they were in force. The history of an enlarged workspace is that of
the demo many times over, five and a half versions to an opportunity, each copy with identifiers of
its own, and without the records' JSON: there the lines are out of reach, and a replay to the cent
is timed on the demo only. The processor time says more on a machine that is busy otherwise.
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import duckdb

import oppkit
from benchmarks.files import LARGEST_DEMO, copy_of, workspace
from benchmarks.harness import Figure, Side, alternate, once, ratio
from oppkit import Workbench

MONTHS = 24
VERSIONS = 5.5  # to an opportunity of an enlarged workspace
_FLOOR = """
select
    date_trunc('month', expected_signature) as month, count(*), sum(amount),
    sum(round(amount * cast(probability as numeric(18, 4)), 2))
from live.opportunity_version where outcome = 'open' group by all
"""


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """Aims: 3 s for a million opportunities with their history."""
    large = size > LARGEST_DEMO
    source = workspace(folder, min(size, LARGEST_DEMO))
    if not large:
        return _figures(source, rounds, None) + _to_the_cent(source)
    with copy_of(source) as path:
        _repeat_history(path, round(size * VERSIONS))
        return _figures(path, rounds, 3.0)


def _figures(path: Path, rounds: int, aim: float | None) -> list[Figure]:
    workbench = oppkit.open(path)
    days = month_ends(workbench.today)
    sides: dict[str, Side] = {
        "one pass": lambda: partial(_one_pass, workbench),
        "replay": lambda: partial(workbench.replay, days, ["month"], exact=False),
    }
    taken = alternate(sides, max(3, rounds // 12))
    began = time.process_time()
    sides["replay"]()()
    spent = time.process_time() - began
    with duckdb.connect(path, read_only=True) as connection:
        [versions] = connection.execute("select count(*) from opportunity_version").fetchall()[0]
    note = f"{MONTHS} month ends by month of signature, {versions} versions"
    return [
        Figure("replays", "24 month ends", taken["replay"], "s", aim, note),
        Figure("replays", "processor time of it", spent, "s", None, "all threads together"),
        ratio("replays", "the same against one pass", taken, "replay", "one pass", None),
    ]


def _to_the_cent(path: Path) -> list[Figure]:
    days = month_ends(oppkit.open(path).today)
    exact = once(lambda: oppkit.open(path).replay(days, ["month"]))
    quarter = days[-4]
    moved = once(lambda: oppkit.open(path).movement(quarter, by=["owner"]))
    return [
        Figure("replays", "24 month ends, line by line", exact, "s", None, "reads the records"),
        Figure("replays", "movement of a quarter", moved, "s", None, "by owner, files opened"),
    ]


def month_ends(today: date) -> list[date]:
    """The last days of the 24 months before today's."""
    ends = [today.replace(day=1) - timedelta(days=1)]
    while len(ends) < MONTHS:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return ends[::-1]


def _one_pass(workbench: Workbench) -> object:
    with workbench.store.engine.attached(["opportunity_version"]) as connection:
        rows = connection.execute(_FLOOR).fetchall()
    connection.close()
    return rows


def _repeat_history(path: Path, wanted: int) -> None:
    """At least as many versions as `wanted`, as if all opportunities had twins."""
    with duckdb.connect(path) as connection:
        step, versions = connection.execute(
            "select max(opportunity_id) + 1, count(*) from opportunity_version"
        ).fetchall()[0]
        times = -(-wanted // versions)
        connection.execute(
            "create table repeated as select * exclude (n) replace"
            " (opportunity_id + n * $2 as opportunity_id, '{}' as record)"
            " from opportunity_version, range($1) as copies(n) order by n, valid_from",
            [times, step],
        )
        # The key would be checked row by row, and is not what is timed.
        connection.execute("drop table opportunity_version")
        connection.execute("alter table repeated rename to opportunity_version")
