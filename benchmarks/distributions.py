"""What is signed in each of 24 months, as a distribution: P10, P50 and P90.

As many deals as `--size` says lie in a DuckDB table: lognormal amounts, and for half of them a
probability as people enter it, for the others one as a model gives it. They become cells by
`oppkit.analysis.moments`, and laws by `oppkit.analysis.distribution`. Errors are those against the
characteristic function of all rows, in standard deviations of the sum, in one month (of 10,000
deals at most).

Beside it a simulation with NumPy is timed in the same run: a few draws of one month, taken times
what 24 months of 10,000 draws are, and of as many as would be as exact. The error of a quantile of
N draws is √(q(1−q)/N) / f(x).
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import ibis
import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from benchmarks.harness import Figure, Side, alternate, once
from oppkit.analysis import moments
from oppkit.analysis.distribution import Cells, Law, law

Array = NDArray[Any]
MONTHS = 24
CORRELATION = 0.15
LEVELS = np.array([0.1, 0.5, 0.9])
_DRAWS, _USUAL = 40, 10_000
_SOME = 10_000  # deals of one month, on which errors and draws are measured
_FREQUENCIES = 400
_SPREAD = "1000000007"  # a prime, by which hashes become shares
_DEALS = f"""
create table deals as
with drawn as (
    select
        n, (hash(n) % {_SPREAD} + 1) / ({_SPREAD} + 2) as u,
        (hash(n + 1e9) % {_SPREAD}) / {_SPREAD} as v,
        (hash(n + 2e9) % {_SPREAD}) / {_SPREAD} as w, hash(n + 3e9) % 2 = 0 as entered
    from range($size) as numbers(n)
), priced as (
    select
        n, n % {MONTHS} as month,
        round(exp(9.5 + 1.2 * sqrt(-2 * ln(u)) * cos(2 * pi() * v)), 2) as amount,
        case when entered then [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9][1 + floor(7 * w * w)::int]
            else round(0.6 * w * w * w, 4) end as probability
    from drawn
)
select n as opportunity_id, month, amount, probability, round(amount * probability, 2) as expected
from priced
"""


def run(folder: Path, size: int, rounds: int) -> list[Figure]:
    """Aims for a million: 0.5 s and 1e-4 sd; with a common factor 2 s and 1e-3. For ten: 2 s."""
    connection = ibis.duckdb.connect()
    connection.raw_sql(_DEALS.replace("$size", str(size)))
    deals = connection.table("deals")
    months = [_cells(deals)[number] for number in range(MONTHS)]
    sides: dict[str, Side] = {
        "statement": lambda: partial(_cells, deals),
        "laws": lambda: partial(_quantiles, months, 0.0),
        "with a factor": lambda: partial(_quantiles, months, CORRELATION),
    }
    taken = alternate(sides, max(3, rounds // 12))
    million = size <= 10**6
    aim, of_cells = (0.5 if million else 2.0), sum(map(len, months))
    alone = taken["statement"] + taken["laws"]
    together = taken["statement"] + taken["with a factor"]
    began = time.process_time()
    _quantiles(_cells(deals), 0.0)
    spent = time.process_time() - began
    some = deals.filter(deals.month == 0, deals.opportunity_id < _SOME * MONTHS)
    rows, held = some.to_pyarrow(), _cells(some)[0]
    a, p = rows["amount"].to_numpy(), rows["expected"].to_numpy() / rows["amount"].to_numpy()
    plain, common = law(held), law(held, CORRELATION)
    note = f"{MONTHS} months of {size // MONTHS:,} deals, {of_cells:,} cells"
    figures = [
        Figure("distributions", "P10, P50, P90", alone, "s", aim, note),
        Figure("distributions", "of it the statement", taken["statement"], "s"),
        Figure("distributions", "processor time of it", spent, "s", None, "all threads together"),
        Figure(
            "distributions", "with a common factor", together, "s", 2.0 if million else None,
            "ρ = 0.15",
        ),
        Figure("distributions", "error", _off(plain, a, p, 0.0) * 1e6, "e-6 sd", 100, "one month"),
        Figure(
            "distributions", "error with a factor", _off(common, a, p, CORRELATION) * 1e6,
            "e-6 sd", 1000, "one month",
        ),
    ]  # fmt: skip
    each = size / MONTHS / len(a)
    return figures + _simulations(a, p, plain, figures[4].value / 1e6, alone, each)


def _cells(deals: ibis.Table) -> list[Cells]:
    table = moments.cells(deals, ["month"]).to_pyarrow()
    columns = {name: table[name].to_numpy() for name in table.column_names}
    mine = [columns["month"] == month for month in range(MONTHS)]
    return [Cells.of_columns({name: columns[name][its] for name in columns}) for its in mine]


def _quantiles(months: list[Cells], correlation: float) -> list[Array]:
    return [law(cells, correlation).quantile(LEVELS) for cells in months]


def _off(found: Law, amounts: Array, chances: Array, correlation: float) -> float:
    """The largest error of the quantiles against all rows, in sd."""
    nodes, weights = np.zeros(1), np.ones(1)
    if correlation:
        nodes = np.linspace(-6, 6, 241)
        weights = norm.pdf(nodes) / norm.pdf(nodes).sum()
    drift, rest = np.sqrt(correlation) * nodes, np.sqrt(1 - correlation)
    x = found.quantile(LEVELS)
    step = 1e-3 * found.sd
    f = np.zeros((3, len(x)))
    # Deals of one probability are alike in all markets.
    levels, level = np.unique(chances, return_inverse=True)
    order = np.argsort(level, kind="stable")
    begins = np.searchsorted(level[order], np.arange(len(levels)))
    for shift, weight in zip(drift, weights, strict=True):
        given = norm.cdf((norm.ppf(levels) - shift) / rest) if correlation else levels
        f += weight * _below(amounts[order], given, begins, x + np.array([[-step], [0], [step]]))
    density = (f[2] - f[0]) / (2 * step)
    return float(np.abs((f[1] - LEVELS) / density).max() / found.sd)


def _below(amounts: Array, levels: Array, begins: Array, x: Array) -> Array:
    """P(S ≤ x) from all rows, which come by level."""
    count = np.diff(np.append(begins, len(amounts)))
    p = np.repeat(levels, count)
    mean, sd = amounts @ p, np.sqrt(amounts**2 @ (p * (1 - p)))
    low, width = mean - 12 * sd, 24 * sd
    omega = 2 * np.pi * np.arange(1, _FREQUENCIES + 1) / width
    log = np.zeros(len(omega), dtype=complex)
    for place, frequency in enumerate(omega):
        log[place] = np.log1p(p * np.expm1(1j * frequency * amounts)).sum()
        if log[place].real < -40:
            omega, log = omega[: place + 1], log[: place + 1]
            break
    b = np.exp(log - 1j * omega * low) / (1j * omega * width)
    places = np.clip(x - low, 0, width)
    waves = 1 - np.exp(-1j * np.multiply.outer(places, omega))
    return np.asarray(places / width + 2 * (waves @ b).real)


def _simulations(
    amounts: Array, chances: Array, found: Law, error: float, taken: float, times: float
) -> list[Figure]:
    random = np.random.default_rng(1)
    drawn = once(lambda: [(random.random(len(amounts)) < chances) @ amounts for _ in range(_DRAWS)])
    of_all = drawn / _DRAWS * MONTHS * times
    x, step = found.quantile(LEVELS), 1e-2 * found.sd
    density = (found.cdf(x + step) - found.cdf(x - step)) / (2 * step)
    of_one = float((np.sqrt(LEVELS * (1 - LEVELS)) / density).max() / found.sd)
    alike = (of_one / error) ** 2
    usual, equal = of_all * _USUAL, of_all * alike
    return [
        Figure(
            "distributions", "a simulation of 10,000 draws", usual, "s", None,
            f"from {_DRAWS} draws; its error {of_one / np.sqrt(_USUAL):.0e} sd",
        ),
        Figure(
            "distributions", "a simulation as exact", equal, "s", None,
            f"{alike:.0e} draws, {equal / taken:.0e} times as long",
        ),
    ]  # fmt: skip
