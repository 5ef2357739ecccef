"""How likely each amount is, as people and programs get it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from oppkit.answers import NoSuchDimension
from oppkit.distributions import Distribution, NoSuchCorrelation, NoSuchGroup, NothingToCumulate
from oppkit.figures import NoSuchQuantile
from oppkit.model import Customer, Employee, Line, Opportunity, Responsible
from oppkit.scenarios import NobodyThere, NoScenario, losing, raising, slipping, without
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

Saved = Callable[..., Opportunity]
MARCH, APRIL, MAY, JUNE, JULY = (date(2026, month, 20) for month in (3, 4, 5, 6, 7))
# name, amount, probability, expected signature, owner
SALES = [
    ("Audit", 1000, "0.5", MARCH, "Ana"),
    ("Bureau", 500, "0.2", APRIL, "Ana"),
    ("Cloud", 4000, "0.3", APRIL, "Bo"),
    ("Dépôt", 800, "0.9", JUNE, "Ana"),
    ("Étude", 250, "1", JUNE, "Bo"),
    ("Forfait", 100, "0", JULY, None),
]


@pytest.fixture
def filled(workbench: Workbench, saved: Saved, owner: Employee, assistant: Employee) -> Workbench:
    """Six opportunities of two people over five months, and two that are in no forecast."""
    people = {"Ana": owner.id, "Bo": assistant.id}
    other = workbench.save(Customer(name="Vidal"))
    for name, amount, chance, day, who in SALES:
        roles = [Responsible(role="sales", employee_id=people[who])] if who else []
        saved(
            name=name, lines=(Line(title="a", amount=amount),), probability=chance,
            expected_signature=day, responsibles=roles, tags=("risk",) if amount > 700 else (),
            sector="energy" if who == "Bo" else None,
            **({"customer_id": other.id} if name in ("Audit", "Étude") else {}),
        )  # fmt: skip
    saved(name="sans date")
    saved(name="sans montant", lines=(Line(title="?"),), expected_signature=JUNE)
    return workbench


def ways(sales: Sequence[tuple[Any, ...]]) -> tuple[list[float], list[float]]:
    """All sums and their probabilities, ascending."""
    found: dict[float, float] = {}
    for won in product((0, 1), repeat=len(sales)):
        total, mass = 0.0, 1.0
        for one, (_, amount, chance, *_) in zip(won, sales, strict=True):
            total += one * amount
            mass *= float(chance) if one else 1 - float(chance)
        found[total] = found.get(total, 0.0) + mass
    sums = sorted(total for total, mass in found.items() if mass > 0)
    return sums, [found[total] for total in sums]


def quantile(sales: Sequence[tuple[Any, ...]], q: float) -> float:
    """The least sum that is not exceeded with a probability of q."""
    below = 0.0
    for total, mass in zip(*ways(sales), strict=True):
        below += mass
        if below >= q - 1e-12:
            return total
    raise AssertionError(q)


def chance(sales: Sequence[tuple[Any, ...]], target: float) -> float:
    return sum(mass for total, mass in zip(*ways(sales), strict=True) if total >= target)


def by_month(*months: int) -> list[tuple[Any, ...]]:
    return [sale for sale in SALES if sale[3].month in months]


# -- rows ----------------------------------------------------------------------------------------


def test_each_row_is_that_of_all_ways_its_opportunities_may_come_out(filled: Workbench) -> None:
    made = filled.distribution(correlation=0, quantiles=(5, 25, 75), target=900)
    forecast = filled.forecast()
    columns = ["month", "opportunities", "amount", "weighted_amount"]
    assert list(made.rows.columns) == [*columns, "mean", "sd", "p5", "p25", "p75", "chance"]
    pd.testing.assert_frame_equal(made.rows[columns], forecast.rows[columns])
    assert made.rows["mean"].tolist() == made.rows["weighted_amount"].tolist()
    assert [day.month for day in made.rows["month"]] == [3, 4, 6, 7]
    for row in made.rows.to_dict("records"):
        sales = by_month(row["month"].month)
        assert [row["p5"], row["p25"], row["p75"]] == [
            quantile(sales, q) for q in (0.05, 0.25, 0.75)
        ]
        assert row["chance"] == pytest.approx(chance(sales, 900), abs=1e-6)
    assert made.rows["sd"].tolist()[0] == Decimal("500.00")


def test_the_whole_horizon_has_its_own_law(filled: Workbench) -> None:
    made = filled.distribution(correlation=0, target=2000)
    assert float(made.whole.mean) == pytest.approx(2770)
    assert made.chance(2000) == pytest.approx(chance(SALES, 2000), abs=1e-9)
    [row] = filled.distribution(correlation=0, by=(), target=2000).rows.to_dict("records")
    assert (row["opportunities"], row["mean"]) == (6, Decimal("2770.00"))
    assert row["p50"] == quantile(SALES, 0.5)


def test_quarters_and_years_add_up_their_months(filled: Workbench) -> None:
    rows = filled.distribution(correlation=0, by=("quarter",), target=1000).rows
    found = {row["quarter"].month: row["chance"] for row in rows.to_dict("records")}
    assert found[4] == pytest.approx(chance(by_month(4, 6), 1000), abs=1e-6)
    [row] = filled.distribution(correlation=0, by=("year",), target=1000).rows.to_dict("records")
    assert row["chance"] == pytest.approx(chance(SALES, 1000), abs=1e-6)


def test_by_who_and_when_with_labels(filled: Workbench) -> None:
    made = filled.distribution(correlation=0, by=("sector", "quarter"), labels="fr", target=300)
    codes = filled.distribution(correlation=0, by=("sector", "quarter"), target=300)
    assert set(codes.rows["sector"].dropna()) == {"energy"}
    assert set(made.rows["sector"].dropna()) == {"Énergie et environnement"}
    energy = made.rows[made.rows["sector"] == "Énergie et environnement"]
    assert energy["chance"].tolist() == [pytest.approx(0.3, abs=1e-6)]
    assert energy["mean"].tolist() == [Decimal("1450.00")]


def test_cumulated_to_the_end_of_each_month_of_the_horizon(filled: Workbench) -> None:
    made = filled.distribution(correlation=0, cumulated=True, months=6, target=1500)
    assert [day.month for day in made.rows["month"]] == [3, 4, 5, 6, 7, 8]
    assert made.rows["opportunities"].tolist() == [1, 3, 3, 5, 6, 6]
    assert made.rows["weighted_amount"].tolist() == [500, 1800, 1800, 2770, 2770, 2770]
    for row in made.rows.to_dict("records"):
        sales = by_month(*range(3, row["month"].month + 1))
        assert row["chance"] == pytest.approx(chance(sales, 1500), abs=1e-6)
        assert row["p50"] == quantile(sales, 0.5)


def test_cumulated_by_owner_begins_with_nothing(filled: Workbench) -> None:
    made = filled.distribution(correlation=0, by=("owner", "quarter"), cumulated=True, months=6)
    assert len(made.rows) == 9
    bo = made.rows[made.rows["owner"] == "Bo Berg"]
    assert bo["mean"].tolist() == [0, 1450, 1450]
    assert bo["amount"].isna().tolist() == [True, False, False]


def test_wins_that_hang_together_spread_further_about_the_same_mean(filled: Workbench) -> None:
    alone, together = (filled.distribution(by=(), correlation=rho).rows for rho in (0, 0.3))
    assert together["mean"].tolist() == alone["mean"].tolist()
    assert together["sd"][0] > alone["sd"][0]


def test_where_narrows_the_forecast_down(filled: Workbench) -> None:
    made = filled.distribution(correlation=0, by=(), where={"owner": ["Ana Lopez", None]}, target=1)
    assert made.rows["mean"].tolist() == [Decimal("1320.00")]
    assert made.rows["chance"][0] == pytest.approx(1 - 0.5 * 0.8 * 0.1, abs=1e-6)


def test_tags_overlap_but_the_horizon_counts_everything_once(filled: Workbench) -> None:
    made = filled.distribution(correlation=0, by=("tag",))
    assert made.repeated
    assert made.rows["mean"].tolist() == [Decimal("2420.00"), Decimal("350.00")]
    assert made.whole.mean == pytest.approx(2770)
    alone = filled.distribution(correlation=0)
    assert made.contributions()["code"].tolist() == alone.contributions()["code"].tolist()


def test_by_sale_type_an_opportunity_is_split(workbench: Workbench, saved: Saved) -> None:
    lines = (Line(sale_type="licence", unit_price=10), Line(sale_type="consulting", unit_price=90))
    saved(lines=lines, probability="0.5", expected_signature=MAY)
    made = workbench.distribution(correlation=0, by=("sale_type",), quantiles=(75,))
    assert sorted(made.rows["p75"]) == [10, 90]
    assert made.whole.quantile(0.75) == 100
    assert made.chance(100) == pytest.approx(0.5)


def test_nothing_is_certain_of_an_empty_pipeline(workbench: Workbench) -> None:
    assert len(workbench.distribution(correlation=0).rows) == 0
    [row] = workbench.distribution(correlation=0, by=(), target=1).rows.to_dict("records")
    assert (row["mean"], row["p90"], row["chance"]) == (0, 0, 0.0)
    rows = workbench.distribution(correlation=0, cumulated=True, months=2).rows
    assert rows["mean"].tolist() == [0, 0]
    made = workbench.distribution(correlation=0, target=1)
    assert len(made.contributions()) == 0
    found = made.what_if(losing(), slipping())
    assert len(found.rows) == 0
    assert found.whole["mean"].tolist() == [0, 0, 0]


def test_as_it_was_known(filled: Workbench, clock: Clock) -> None:
    clock.advance(days=1)
    found = filled.search(text="Cloud").rows[0]
    filled.delete(filled.get(Opportunity, found["id"]))
    assert filled.distribution(correlation=0, by=()).rows["mean"].tolist() == [Decimal("1570.00")]
    assert filled.distribution(correlation=0, by=(), as_of=TODAY).rows["mean"].tolist() == [
        Decimal("2770.00")
    ]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"quantiles": (0,)}, NoSuchQuantile),
        ({"quantiles": (10, 100)}, NoSuchQuantile),
        ({"correlation": 1.0}, NoSuchCorrelation),
        ({"correlation": -0.1}, NoSuchCorrelation),
        ({"by": ("colour",)}, NoSuchDimension),
        ({"by": ("owner",), "cumulated": True}, NothingToCumulate),
        ({"by": ("month", "quarter"), "cumulated": True}, NothingToCumulate),
    ],
)
def test_what_cannot_be_is_refused(
    workbench: Workbench, options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        workbench.distribution(**options)


# -- what if -------------------------------------------------------------------------------------


def told(made: Distribution, *scenarios: Any) -> pd.DataFrame:
    return made.what_if(*scenarios).whole.set_index("scenario")


def changed(**changes: Callable[[tuple[Any, ...]], tuple[Any, ...] | None]) -> list[Any]:
    [change] = changes.values()
    return [after for sale in SALES if (after := change(sale)) is not None]


def raised(sale: tuple[Any, ...], by: str, who: str) -> tuple[Any, ...]:
    name, amount, chance, day, owner = sale
    more = min(Decimal(chance) + Decimal(by), Decimal(1)) if owner == who else chance
    return name, amount, more, day, owner


def test_scenarios_are_side_by_side_with_the_base(filled: Workbench) -> None:
    made = filled.distribution(correlation=0, by=("quarter",), target=1000)
    found = told(
        made,
        losing(2),
        raising(20, owner="Ana Lopez"),
        without(customer="Vidal"),
        slipping(months=9),
    )
    assert list(found.index) == [
        "As it is", "The 2 largest are lost", "Ana Lopez: +20 points", "Without Vidal",
        "All slip by 9 months",
    ]  # fmt: skip
    ana = [raised(sale, "0.2", "Ana") for sale in SALES]
    cases = [
        SALES,
        [sale for sale in SALES if sale[0] not in ("Audit", "Cloud")],
        ana,
        [sale for sale in SALES if sale[0] not in ("Audit", "Étude")],
        by_month(3, 4),
    ]
    for (_, row), sales in zip(found.iterrows(), cases, strict=True):
        assert row["chance"] == pytest.approx(chance(sales, 1000), abs=1e-6)
        assert row["p50"] == quantile(sales, 0.5)


def test_each_row_has_its_scenarios(filled: Workbench) -> None:
    made = filled.distribution(correlation=0, by=("month",), target=900)
    rows = made.what_if(slipping(), losing()).rows
    assert list(rows.columns) == ["month", "scenario", "mean", "sd", "p10", "p50", "p90", "chance"]
    assert (
        rows["scenario"].tolist() == ["As it is", "All slip by a month", "The largest is lost"] * 4
    )
    april = rows[[day.month == 4 for day in rows["month"]]]
    assert april["mean"].tolist() == [1300, 500, 100]
    assert april["chance"].tolist() == pytest.approx([0.3, 0.5, 0.0], abs=1e-6)


def test_changes_come_together_in_their_order(filled: Workbench) -> None:
    made = filled.distribution(correlation=0, by=(), target=1000)
    found = told(
        made,
        without(owner="Bo Berg") + losing(),
        losing() + without(owner="Bo Berg"),
        (raising(times=2) + slipping(8)).named("un rêve"),
    )
    assert list(found.index)[1:] == [
        "Without Bo Berg, the largest is lost", "The largest is lost, without Bo Berg", "un rêve",
    ]  # fmt: skip
    assert found["mean"].tolist() == [2770, 820, 1320, 1000 + 200 + 2400 + 800 + 250]


def test_another_target_and_the_words_of_lists(filled: Workbench) -> None:
    made = filled.distribution(correlation=0, by=())
    found = made.what_if(without(sector="energy"), raising(-10, sector=[None]), target=700)
    assert found.rows["scenario"].tolist()[1:] == [
        "Without Energy and environment", "No sector: −10 points",
    ]  # fmt: skip
    assert found.rows["chance"][0] == pytest.approx(chance(SALES, 700), abs=1e-6)


def test_scenarios_by_tag_change_the_opportunities(filled: Workbench) -> None:
    made = filled.distribution(correlation=0, by=("tag",), target=1000)
    found = made.what_if(losing(), without(tag="risk"))
    assert found.rows["mean"].tolist()[:3] == [2420, 1220, 0]
    assert found.whole["mean"].tolist() == [2770, 1570, 350]


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: without(owner="Anna Lopez"), NobodyThere),
        (lambda: raising(10, quarter=date(2030, 1, 1)), NobodyThere),
        (lambda: without(colour="red"), NoSuchDimension),
        (lambda: without(sale_type="licence"), NoSuchDimension),
        (lambda: losing(0), NoScenario),
        (lambda: slipping(-1), NoScenario),
        (without, NoScenario),
    ],
)
def test_a_scenario_about_nothing_is_refused(
    filled: Workbench, make: Callable[[], Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        filled.distribution(correlation=0).what_if(make())


# -- contributions -------------------------------------------------------------------------------


def test_who_makes_the_uncertainty_and_decides(filled: Workbench) -> None:
    found = filled.distribution(correlation=0, target=2000).contributions(count=3)
    assert list(found.columns) == [
        "code", "name", "amount", "chance", "sd", "share", "chance_won", "chance_lost"
    ]  # fmt: skip
    assert found["name"].tolist() == ["Cloud", "Audit", "Dépôt"]
    assert found["amount"].tolist() == [Decimal("4000.00"), Decimal("1000.00"), Decimal("800.00")]
    total = sum(a**2 * float(p) * (1 - float(p)) for _, a, p, *_ in SALES)
    assert found["share"].tolist()[0] == pytest.approx(4000**2 * 0.21 / total, abs=1e-6)
    others = [sale for sale in SALES if sale[0] != "Cloud"]
    assert found["chance_won"][0] == pytest.approx(1.0)
    assert found["chance_lost"][0] == pytest.approx(chance(others, 2000), abs=1e-6)


def test_of_one_row_and_with_another_target(filled: Workbench) -> None:
    made = filled.distribution(correlation=0, by=("quarter",))
    found = made.contributions(quarter=date(2026, 4, 1))
    assert "chance_won" not in found
    assert set(found["name"]) == {"Bureau", "Cloud", "Dépôt", "Étude"}
    found = made.contributions(1000, quarter=pd.Timestamp(2026, 4, 1), count=1)
    assert found[["chance_won", "chance_lost"]].to_numpy().tolist() == [
        [1.0, pytest.approx(0.9 + 0.1 * 0.0)]
    ]
    with pytest.raises(NoSuchGroup, match="quarter=2027-04-01"):
        made.contributions(quarter=date(2027, 4, 1))


# -- for programs --------------------------------------------------------------------------------


def test_json_is_that_of_the_forecast_and_more(filled: Workbench) -> None:
    made = json.loads(
        filled.distribution(correlation=0, target=900, quantiles=(10, 97.5)).as_json()
    )
    plain = json.loads(filled.forecast().as_json())
    assert made["reconciliation"] == plain["reconciliation"]
    for row, other in zip(made["rows"], plain["rows"], strict=True):
        assert {name: row[name] for name in other} == other
        assert set(row["quantiles"]) == {"10", "97.5"}
        assert row["mean"] == row["weighted_amount"] == f"{Decimal(row['mean']):.2f}"
    assert (made["target"], made["method"], made["correlation"]) == ("900", "entered", 0)
    assert made["chance"] == pytest.approx(chance(SALES, 900), abs=1e-6)
    assert made["quantiles"]["10"] == f"{quantile(SALES, 0.1):.2f}"
    without_target = json.loads(filled.distribution(correlation=0, cumulated=True).as_json())
    assert "chance" not in without_target
    assert "chance" not in without_target["rows"][0]
    assert len(without_target["rows"]) == 12


def test_rows_are_written_as_csv(filled: Workbench, tmp_path: Path) -> None:
    made = filled.distribution(correlation=0, by=("owner",), target=1000)
    assert (
        made.as_csv().splitlines()[0].startswith("owner,opportunities,amount,weighted_amount,mean")
    )
    assert made.what_if(losing()).write(tmp_path / "whatif.xlsx") == 6
    whole = json.loads(made.what_if(losing()).as_json())["whole"]
    assert [row["scenario"] for row in whole] == ["As it is", "The largest is lost"]
