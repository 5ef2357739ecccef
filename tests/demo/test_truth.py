"""What is kept beside the company is what its history shows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from oppkit.demo import TODAY
from oppkit.demo.company import Company, company
from oppkit.demo.truth import CAUSES, CLOSED, MONTH, STATUSES, Truth

TRUTH = Truth(TODAY)


def _rates(history: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[int, float]]:
    """Moves out of each status by cause, and the months spent in it."""
    rows = history.execute("""
        with step as (
            select *, lead(status) over w as following from opportunity_version
            window w as (partition by opportunity_id order by version)
        )
        select status, coalesce(following, status) as following, count(*),
            sum(date_diff('second', valid_from, coalesce(valid_to, timestamptz '2026-09-15')))
        from step where outcome = 'open' group by all
    """).fetchall()
    months = dict.fromkeys(STATUSES, 0.0)
    moves = dict.fromkeys(((s, c) for s in STATUSES for c in CAUSES), 0)
    for status, following, number, seconds in rows:
        months[status] += seconds / 86_400 / MONTH
        if following != status:
            moves[status, following if following in CLOSED else "next"] += number
    return {key: (number, months[key[0]]) for key, number in moves.items()}


def test_the_hazards_can_be_found_again(history: duckdb.DuckDBPyConnection) -> None:
    for (status, cause), (moves, months) in _rates(history).items():
        true = TRUTH.hazards[status][CAUSES.index(cause)]
        spread = 4 * np.sqrt(true * months) + 0.2 * true * months  # chance, and the market
        assert abs(moves - true * months) <= spread, (status, cause)


def test_nobody_is_won_without_a_hazard() -> None:
    never = {status: (rates[0], 0.0, *rates[2:]) for status, rates in TRUTH.hazards.items()}
    made = company(300, replace(TRUTH, hazards=never), 1)
    assert "won" not in made.tables["opportunity_version"]["status"].to_pylist()


def test_the_chances_of_open_ones_are_those_of_their_future(large: Company) -> None:
    rows = large.chances.to_pandas()
    assert len(rows) > 4_000
    assert rows["outcome"].isin(["won", "lost", "abandoned"]).mean() > 0.7
    days = np.array([np.nan if d is None else (d - TODAY).days for d in rows["closed_on"]])
    assert np.nanmin(days) >= 0
    for horizon in (91, 182, 365):
        expected = rows[f"won_{horizon}"].sum()
        happened = ((rows["outcome"] == "won") & (days < horizon)).sum()
        assert abs(happened - expected) < 0.25 * expected, horizon


def test_chances_rise_with_the_status_and_the_horizon(
    large: Company, history: duckdb.DuckDBPyConnection
) -> None:
    rows = large.chances.to_pandas()
    assert (rows["won_30"] <= rows["won_91"]).all()
    assert (rows["won_182"] <= rows["won_365"]).all()
    means = dict(
        history.execute("""
            select o.status, avg(c.won_ever) from chances as c
            join opportunity as o on o.id = c.opportunity_id group by all
        """).fetchall()
    )
    assert sorted(means, key=means.__getitem__) == list(STATUSES)
    for status, mean in means.items():
        assert mean == pytest.approx(TRUTH.win_rate(status), rel=0.15)


def test_sellers_are_as_optimistic_as_it_is_told(
    large: Company, history: duckdb.DuckDBPyConnection
) -> None:
    """What they type, less the truth on the logit scale, is the optimism of each."""
    rows = history.execute("""
        select o.owner_id, o.probability, c.won_ever
        from opportunity as o join chances as c on c.opportunity_id = o.id
        where o.probability_typed and o.probability between 0.05 and 0.95
            and o.owner_id is not null
    """).fetchall()
    said: dict[int, list[float]] = {}
    for owner, probability, truth in rows:
        p = float(probability)
        said.setdefault(owner, []).append(np.log(p / (1 - p)) - np.log(truth / (1 - truth)))
    told = {owner["employee_id"]: owner["optimism"] for owner in large.truth["owners"].values()}
    often = [owner for owner, values in said.items() if len(values) >= 25]
    means = [float(np.mean(said[owner])) for owner in often]
    assert len(often) >= 20
    assert np.corrcoef(means, [told[owner] for owner in often])[0, 1] > 0.8


def test_the_truth_lies_beside_the_database(written: Path) -> None:
    told = json.loads(written.with_name(written.name + ".truth.json").read_text(encoding="utf-8"))
    assert (told["size"], told["seed"], told["today"]) == (1200, 1, "2026-09-15")
    assert told["hazards"]["signing"]["won"] == TRUTH.hazards["signing"][1]
    assert set(told["win_rate"]) == set(STATUSES)
    assert len(told["market"]) >= 36  # beyond today, for forecasts to be scored
    assert sum(told["expected_arrivals"].values()) == pytest.approx(
        told["arrivals_per_month"] * 24, rel=0.02
    )
    chances = pq.read_table(written.with_name(written.name + ".truth.parquet"))
    with duckdb.connect(written, read_only=True) as database:
        open_ones = database.execute("select code from opportunity where closed_on is null")
        assert {c for (c,) in open_ones.fetchall()} == set(chances["code"].to_pylist())


def test_another_today_moves_the_company() -> None:
    made = company(50, Truth(date(2025, 3, 10)), 1)
    assert max(made.tables["opportunity"]["opened_on"].to_pylist()) < date(2025, 3, 10)
    assert ("today", "2025-03-10") in {
        (row["name"], row["value"]) for row in made.tables["setting"].to_pylist()
    }
