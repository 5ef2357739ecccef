"""What is signed in each of 24 months, from Parquet files on disk: DuckDB beside a Spark cluster.

As many lines as `--size` says, each an opportunity of its own, with amounts and probabilities as in
`benchmarks.distributions`. Each engine turns them into cells, and fetches the few deals that are
known singly (`oppkit.analysis.portfolio`); the laws and their P10, P50 and P90 are worked out in
Python from these. Both have two cores: DuckDB two threads, Spark a standalone cluster of one master
and two workers with an executor of one core and 1 GB each. Everything is done once, by processes
that have done nothing before; their peaks of memory are added up.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np

from benchmarks.harness import Figure, in_child, once
from oppkit.analysis.deals import deals
from oppkit.analysis.portfolio import read
from oppkit.analysis.snapshot import Snapshot
from oppkit.engines import DUCKDB, SPARK, connected

AS_OF, MONTHS = date(2026, 3, 1), 24
LEVELS = (0.1, 0.5, 0.9)
_CORES = 2
_IN_A_FILE = 5_000_000
_SPREAD = "1000000007"  # a prime, by which hashes become shares
_SETTINGS = {
    "spark.executor.memory": "1g", "spark.driver.memory": "1g",
    "spark.sql.adaptive.enabled": "true",
    "spark.driver.extraJavaOptions": "", "spark.executor.extraJavaOptions": "",
}  # fmt: skip
_LINES = f"""
copy (
    with drawn as (
        select
            n, (hash(n) % {_SPREAD} + 1) / ({_SPREAD} + 2) as u,
            (hash(n + 1e9) % {_SPREAD}) / {_SPREAD} as v,
            (hash(n + 2e9) % {_SPREAD}) / {_SPREAD} as w, hash(n + 3e9) % 2 = 0 as entered
        from range($first, $last) as numbers(n)
    ), priced as (
        select
            n,
            cast(exp(9.5 + 1.2 * sqrt(-2 * ln(u)) * cos(2 * pi() * v)) as decimal(18, 2)) as amount,
            cast(case when entered
                then [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9][1 + floor(7 * w * w)::int]
                else 0.6 * w * w * w end as decimal(5, 4)) as probability
        from drawn
    )
    select
        n as id, 'open' as outcome, true as has_rate, probability,
        cast(date '2026-03-21' + to_months((n % {MONTHS})::int) as date) as expected_signature,
        amount::decimal(18, 3) as amount, 0::decimal(18, 3) as margin,
        round(amount * probability, 2)::decimal(18, 3) as weighted_amount,
        0::decimal(18, 3) as weighted_margin
    from priced
) to '$file' (format parquet, compression zstd)
"""
_CHILD = "from benchmarks.sparks import tell; import sys; tell(sys.argv[1], sys.argv[2])"


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """For information: what an engine of its own, or a cluster, costs on one machine."""
    if find_spec("pyspark") is None or shutil.which("java") is None:
        return []
    with tempfile.TemporaryDirectory(dir=folder) as place:
        lines = Path(place)
        written = once(lambda: _write(lines, size))
        bytes_written = sum(file.stat().st_size for file in lines.iterdir())
        found = {engine: in_child(_CHILD, engine, lines) for engine in (DUCKDB, SPARK)}
    _require_agreement(found[DUCKDB], found[SPARK], size)
    note = f"{size:,} lines, {bytes_written / 1e9:.2f} GB on disk"
    figures = [Figure("sparks", "write the lines", written, "s", None, note)]
    for engine, told in found.items():
        note = f"{told['cells']:,} cells, {told['singles']:,} deals known singly"
        figures += [
            Figure("sparks", f"{engine}: the distribution", told["cells_s"] + told["laws_s"], "s",
                   None, note),
            Figure("sparks", f"{engine}: of it the laws", told["laws_s"], "s"),
            Figure("sparks", f"{engine}: start", told["start_s"], "s"),
            Figure("sparks", f"{engine}: memory", sum(told["peaks"].values()) / 1e9, "GB", None,
                   ", ".join(f"{name} {peak / 1e9:.2f}" for name, peak in told["peaks"].items())),
        ]  # fmt: skip
    return figures


def _write(folder: Path, size: int) -> None:
    with duckdb.connect() as connection:
        for first in range(0, size, _IN_A_FILE):
            values = {
                "first": first, "last": min(first + _IN_A_FILE, size),
                "file": folder / f"{first:012}.parquet",
            }  # fmt: skip
            sql = _LINES
            for name, value in values.items():
                sql = sql.replace(f"${name}", str(value))
            connection.execute(sql)


def tell(engine: str, folder: str) -> None:
    """Work out the distribution in this process, and print what it took as JSON."""
    begun = time.perf_counter()
    with _connection(engine) as connection:
        lines = connection.read_parquet(folder if engine == SPARK else f"{folder}/*.parquet")
        # All that is asked is about opportunities: the other tables are not looked at.
        others = dict.fromkeys(("line", "tag", "label", "affair", "affair_tag"), lines)
        snapshot = Snapshot(
            connection, opportunity=lines, as_of=AS_OF, currency="EUR", decimals=2, **others
        )
        start = time.perf_counter()
        portfolio = read(deals(snapshot, ("month",), None, MONTHS), ("month",))
        there = time.perf_counter()
        order = sorted(range(len(portfolio.groups)), key=lambda place: portfolio.groups[place])
        laws = [portfolio.law(np.arange(len(order)) == place) for place in order]
        quantiles = [law.quantile(LEVELS).tolist() for law in laws]
        done = time.perf_counter()
        told = {
            "start_s": start - begun, "cells_s": there - start, "laws_s": done - there,
            "cells": len(portfolio.cells.place), "singles": len(portfolio.singles.place),
            "deals": float(portfolio.cells.cells.count.sum()),
            "means": [law.mean for law in laws], "quantiles": quantiles, "peaks": _peaks(),
        }  # fmt: skip
    print(json.dumps(told))


@contextmanager
def _connection(engine: str) -> Iterator[Any]:
    if engine == DUCKDB:
        yield ibis.duckdb.connect(threads=_CORES)
        return
    from tests.spark_cluster import LOOPBACK, running, settings

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ.update(LOOPBACK, SPARK_CONF_DIR=str(settings(folder, _SETTINGS)))
        master = stack.enter_context(running(folder, memory="2g"))
        yield stack.enter_context(connected(SPARK, master))


def _peaks() -> dict[str, int]:
    """The peak memory in bytes of this process and of all that it has started, by what they are."""
    import psutil

    found: dict[str, int] = {}
    me = psutil.Process()
    for process in (me, *me.children(recursive=True)):
        status = Path(f"/proc/{process.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        peaks = [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")]
        if peaks:  # one that has ended tells nothing
            name = "python" if process == me else _role(" ".join(process.cmdline()))
            found[name] = found.get(name, 0) + peaks[0]
    return found


def _role(command: str) -> str:
    """What a process of the cluster does."""
    roles = {
        ".Master": "master", ".Worker": "workers", ".CoarseGrainedExecutorBackend": "executors",
    }  # fmt: skip
    return next((role for part, role in roles.items() if part in command), "driver")


def _require_agreement(theirs: dict[str, Any], ours: dict[str, Any], size: int) -> None:
    """To half a cent, means and quantiles: else they answered different questions."""
    if not theirs["deals"] == ours["deals"] == size:
        raise AssertionError(f"{size} lines, {theirs['deals']} and {ours['deals']} deals")
    for name in ("means", "quantiles"):
        if not np.allclose(theirs[name], ours[name], rtol=0, atol=0.005):
            raise AssertionError(f"{name}: {theirs[name]} on DuckDB, {ours[name]} on Spark")
