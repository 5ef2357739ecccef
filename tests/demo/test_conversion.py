"""The law of the demo company is found again in its history, open opportunities and all."""

from __future__ import annotations

import json
import math
import random
import statistics
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oppkit.analysis.funnel import funnel
from oppkit.analysis.journeys import Journeys
from oppkit.analysis.speed import cycle, stays
from oppkit.analysis.wins import win_rates
from oppkit.demo import TODAY
from oppkit.demo.company import Company, company
from oppkit.demo.truth import CLOSED, MONTH, STATUSES, Truth
from oppkit.store.journeys import fill_journeys, trace
from oppkit.store.opening import open_store
from oppkit.store.snapshot import Request

REQUEST = Request(TODAY, False, "EUR", 2)
# Nothing but the hazards: one pace for all causes on all days, one ease for all deals.
PLAIN = replace(
    Truth(TODAY), market_sd=0.0, quarter_end=1.0, quarter_start=1.0, august=1.0,
    ease_per_log_amount=0.0, ease_of_customers=1.0, ease_sd_of_owners=0.0,
)  # fmt: skip
TABLES = ("opportunity_version", "employee", "customer", "exchange_rate")


@contextmanager
def journeys_of(made: Company) -> Iterator[Journeys]:
    """What the history of a company in memory tells."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'; attach ':memory:' as live")
        for name in TABLES:
            connection.register("rows", made.tables[name])
            connection.execute(f"create table live.{name} as from rows")
        connection.execute(
            "create table live.reference as select 'status' as list, unnest($1) as code,"
            " code as label_fr, code as label_en, generate_subscripts($1, 1) as rank,"
            " null as pricing",
            [list(STATUSES)],
        )
        trace(connection, REQUEST)
        yield Journeys.of_duckdb(connection, TODAY, "EUR", 2)


def onward(truth: Truth, status: str) -> float:
    forward, won, lost, abandoned = truth.hazards[status]
    return (forward + won) / (forward + won + lost + abandoned)


def inside(row: dict[str, Any], name: str, truth: float, level: int = 95) -> bool:
    return bool(row[f"{name}_low_{level}"] <= truth <= row[f"{name}_high_{level}"])


def test_the_true_conversions_lie_in_the_intervals_of_the_demo(written: Path) -> None:
    told = json.loads(written.with_name(written.name + ".truth.json").read_text(encoding="utf-8"))
    with closing(fill_journeys(open_store(written).engine, REQUEST)) as connection:
        rows = funnel(Journeys.of_duckdb(connection, TODAY, "EUR", 2))
    assert [row["status"] for row in rows] == list(STATUSES)
    for row in rows:
        rates = told["hazards"][row["status"]]
        true = (rates["next"] + rates["won"]) / sum(rates.values())
        assert inside(row, "onward", true), row
        assert inside(row, "won", told["win_rate"][row["status"]]), row
        assert not row["few"]


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    checks = []
    for seed in range(16):
        with journeys_of(company(400, PLAIN, seed)) as journeys:
            for row in funnel(journeys):
                true = {
                    "onward": onward(PLAIN, row["status"]),
                    "won": PLAIN.win_rate(row["status"]),
                }
                checks += [
                    (inside(row, name, value), inside(row, name, value, 80), row[name] - value)
                    for name, value in true.items()
                ]  # fmt: skip
    in_95, in_80, off = (sum(part) / len(checks) for part in zip(*checks, strict=True))
    assert in_95 == pytest.approx(0.95, abs=0.05)
    assert in_80 == pytest.approx(0.80, abs=0.10)
    assert abs(off) < 0.02  # that of 16 companies varies by less than 0.01


@pytest.fixture(scope="module")
def plain() -> Iterator[Journeys]:
    """A larger company without a market, made once."""
    with journeys_of(company(8_000, PLAIN, 3)) as journeys:
        yield journeys


def test_the_closed_ones_alone_tell_another_story(plain: Journeys) -> None:
    """Wins take longer than losses: of those closed so far too few were won."""
    closed = plain.journey.filter(
        plain.journey.id.isin(plain.stay.filter(plain.stay.status == "to_qualify").opportunity_id),
        plain.journey.since == 0, plain.journey.closing.notnull(),
    )  # fmt: skip
    ends = closed.closing.to_pyarrow().to_pylist()
    naive, true = ends.count("won") / len(ends), PLAIN.win_rate("to_qualify")
    row = funnel(plain)[0]
    assert inside(row, "won", true)
    assert naive < row["won_low_95"]
    assert abs(naive - true) > 5 * abs(row["won"] - true)


def test_the_true_median_stays_are_found_again(plain: Journeys) -> None:
    for row in stays(plain):
        true = math.log(2) * MONTH / sum(PLAIN.hazards[row["status"]])
        # Nothing moves on a Saturday or Sunday: a day more or less.
        assert row["days_low_95"] - 1 <= true <= row["days_high_95"] + 1, row
        assert row["days"] == pytest.approx(true, rel=0.1)


def _days_of_the_won(truth: Truth, count: int) -> list[float]:
    """How long those took that were won, of so many lived one by one."""
    rng, days = random.Random(1), []
    for _ in range(count):
        [status], passed = rng.choices(STATUSES, truth.first_status), 0.0
        while status in STATUSES:
            rates = truth.hazards[status]
            passed += rng.expovariate(sum(rates) / MONTH)
            onward = STATUSES[STATUSES.index(status) + 1 :][:1] or ("",)
            [status] = rng.choices((*onward, *CLOSED), rates)
        days += [passed] if status == "won" else []
    return days


def test_the_true_win_rate_and_sales_cycle_are_found_again(plain: Journeys) -> None:
    won = _days_of_the_won(PLAIN, 30_000)
    [rate], [whole] = win_rates(plain), cycle(plain)
    # Some of the lost are reopened, which the hazards leave out, and a few of these are won.
    assert rate["rate_low_95"] - 0.01 <= len(won) / 30_000 <= rate["rate_high_95"]
    assert rate["rate"] == pytest.approx(len(won) / 30_000, abs=0.02)
    assert whole["days"] == pytest.approx(statistics.median(won), rel=0.08)
