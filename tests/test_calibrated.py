"""Forecasts by what the history tells, in place of what people entered."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from oppkit.analysis.signing.model import Model
from oppkit.distributions import Distribution, NoSuchForecast
from oppkit.model import Line, Opportunity
from oppkit.scenarios import NeedsEntered, losing, raising, slipping
from oppkit.workbench import Workbench
from tests.clock import TODAY

MONTHS = 6


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    from oppkit.demo import ensure

    path: Path = tmp_path_factory.mktemp("calibrated") / "demo.duckdb"
    ensure(path, 300)
    return Workbench.open(path)


@pytest.fixture(scope="module")
def model(demo: Workbench) -> Model:
    return demo._model(None, MONTHS)


@pytest.fixture(scope="module")
def monthly(demo: Workbench) -> Distribution:
    return demo.distribution(months=MONTHS, method="calibrated", target=300_000)


def means(made: Distribution) -> list[float]:
    return [law.mean for law in made.laws]


def test_each_month_has_the_law_of_the_model(monthly: Distribution, model: Model) -> None:
    assert len(monthly.rows) == MONTHS
    for law, window in zip(monthly.laws, monthly.windows, strict=True):
        expected = model.law(window.first, window.beyond - timedelta(days=1))
        assert law.mean == pytest.approx(expected.mean, rel=1e-6)
        # A portfolio counts deals in cells where the model may know them singly, and vice versa.
        found, known = (one.quantile([0.1, 0.5, 0.9]) for one in (law, expected))
        assert np.abs(found - known).max() < 2e-3 * expected.sd


def test_the_pipeline_that_people_entered_stands_beside_it(
    demo: Workbench, monthly: Distribution
) -> None:
    entered = demo.forecast(months=MONTHS).rows.set_index("month")
    rows = monthly.rows.set_index("month")
    assert rows.loc[entered.index, "weighted_amount"].tolist() == (
        entered["weighted_amount"].tolist()
    )
    assert rows.opportunities.sum() == entered.opportunities.sum()


def test_months_add_up_to_quarters_and_the_horizon(demo: Workbench, monthly: Distribution) -> None:
    quarters = demo.distribution(["quarter"], months=MONTHS, method="calibrated")
    running = demo.distribution(months=MONTHS, method="calibrated", cumulated=True)
    assert sum(means(quarters)) == pytest.approx(sum(means(monthly)), rel=1e-9)
    assert means(running) == pytest.approx(np.cumsum(means(monthly)), rel=1e-9)
    assert monthly.whole.mean == pytest.approx(sum(means(monthly)), rel=1e-9)
    # One deal is signed in one month at most: its months exclude each other.
    independent = float(np.sqrt(sum(law.sd**2 for law in monthly.laws)))
    learnt = demo.distribution([], months=MONTHS, method="calibrated", correlation=0.0)
    assert learnt.whole.sd != pytest.approx(independent)


def test_new_business_is_in_what_is_about_the_whole_firm(
    demo: Workbench, monthly: Distribution, model: Model
) -> None:
    owners = demo.distribution(["owner"], months=MONTHS, method="calibrated")
    first, last = monthly.windows[0].first, monthly.windows[-1].last
    coming = model.arrivals_within(first, last)
    assert coming is not None
    moved = np.exp(model.shift)
    assert sum(means(owners)) + coming.mean * moved == pytest.approx(owners.whole.mean, rel=1e-6)
    amounts = np.nan_to_num(model.amounts)
    named = demo.distribution(
        [], months=MONTHS, method="calibrated", where={"owner": owners.rows.owner[0]}
    )
    assert named.whole.mean == pytest.approx(means(owners)[0], rel=1e-9)
    assert sum(means(owners)) == pytest.approx(
        float(amounts @ model.within(first, last)) * moved, rel=1e-6
    )


def test_what_decides_and_what_if(monthly: Distribution) -> None:
    top = monthly.contributions(count=3)
    assert (top.chance_won >= top.chance_lost).all()
    scenario = monthly.what_if(losing(2)).whole
    assert scenario["mean"][1] < scenario["mean"][0]
    for change in (slipping(months=1), raising(points=10), losing(1) + slipping(months=1)):
        with pytest.raises(NeedsEntered):
            monthly.what_if(change)


def test_programs_are_told_how_it_was_made(monthly: Distribution) -> None:
    told = json.loads(monthly.as_json())
    assert (told["method"], told["correlation"]) == ("calibrated", "auto")
    assert [row["month"] for row in told["rows"]] == [
        f"{month:%Y-%m-%d}" for month in monthly.rows.month
    ]
    assert all(0 <= row["chance"] <= 1 for row in told["rows"])


def test_what_people_entered_can_hang_together_as_in_the_past(
    demo: Workbench, model: Model
) -> None:
    made = demo.distribution(months=MONTHS, correlation="auto")
    assert made.correlation == model.correlation
    assert demo.distribution(months=MONTHS).correlation == 0.15


def test_without_history_the_defaults_of_statuses_count(
    workbench: Workbench, saved: Callable[..., Opportunity]
) -> None:
    workbench.set("today", TODAY.isoformat())
    saved(
        lines=(Line(title="a", amount=1000),), status="proposal", probability="1",
        expected_signature=TODAY + timedelta(days=40),
    )  # fmt: skip
    made = workbench.distribution([], method="calibrated")
    assert 0 < made.whole.mean < 1000
    assert made.rows.weighted_amount[0] == 1000


def test_an_empty_workspace_has_a_row_for_each_month(workbench: Workbench) -> None:
    made = workbench.distribution(months=3, method="calibrated", target=1)
    assert made.rows["chance"].tolist() == [0.0, 0.0, 0.0]
    assert made.rows.month[0].date() == date(TODAY.year, TODAY.month, 1)


def test_a_method_that_there_is_not_is_refused(workbench: Workbench) -> None:
    with pytest.raises(NoSuchForecast, match="entered, calibrated"):
        workbench.distribution(method="guessed")
