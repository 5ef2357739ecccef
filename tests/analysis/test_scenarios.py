"""Scenarios against portfolios read from deals that were changed one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oppkit.analysis import portfolio
from oppkit.analysis.portfolio import Portfolio, read
from oppkit.analysis.scenarios import Raised, Removed, Slipped, Step, changed, largest
from tests.analysis.portfolios import BEYOND, BY, MONTHS, Deal, deals, table
from tests.analysis.test_portfolio import apart, many, of_month

EXAMPLES = settings(
    max_examples=10, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


def owned(name: str) -> Callable[[Any], Any]:
    return lambda deals: deals.owner == name


def numbers(*ids: int) -> Callable[[Any], Any]:
    return lambda deals: deals.opportunity_id.isin(ids)


def later(day: date, months: int) -> date:
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, 1)


def by_hand(rows: list[Deal], steps: list[Step]) -> list[Deal]:
    """Each deal as the steps leave it: raises are about Ana here, and removals about Bo."""
    lost = any(isinstance(step, Removed) for step in steps)
    return [
        after
        for deal in rows
        if not (lost and deal.owner == "Bo")
        if (after := _after(deal, steps)).month < BEYOND
    ]


def _after(deal: Deal, steps: list[Step]) -> Deal:
    for step in steps:
        if isinstance(step, Raised) and deal.owner == "Ana":
            chance = min(max(deal.chance * step.times + step.by, 0.0), 1.0)
            deal = replace(deal, chance=chance)
        elif isinstance(step, Slipped):
            deal = replace(deal, month=later(deal.month, step.months))
    return deal


def same(found: Portfolio, wanted: Portfolio, exactly: bool = True) -> None:
    """Assert that they have the same deals in each group, and the same law in each month."""
    for month in MONTHS:
        mine, theirs = of_month(found, month), of_month(wanted, month)
        cells, others = found.cells.of(mine).cells, wanted.cells.of(theirs).cells
        assert cells.deals == others.deals
        assert cells.mean == pytest.approx(others.mean, abs=1e-6)
        assert cells.first.sum() == pytest.approx(others.first.sum(), abs=1e-6)
        law, other = found.law(mine), wanted.law(theirs)
        if exactly:
            values = np.arange(-400.0, 1300.0, 10.0)
            assert np.abs(law.cdf(values) - other.cdf(values)).max() < 1e-9
            assert law.sd == pytest.approx(other.sd, abs=1e-6)
        else:
            assert law.sd == pytest.approx(other.sd, rel=1e-4)
            assert apart(law, other) < 1e-3


ANA, BO = owned("Ana"), owned("Bo")
SCENARIOS: list[list[Step]] = [
    [],
    [Slipped(1)],
    [Removed(BO)],
    [Raised(ANA, by=0.1)],
    [Raised(ANA, times=0.5), Removed(BO), Slipped(2)],
    [Raised(ANA, by=-0.2), Raised(ANA, times=1.5, by=0.3), Slipped(1)],
]


@given(rows=deals(9), steps=st.sampled_from(SCENARIOS))
@EXAMPLES
def test_few_deals_change_one_by_one(rows: list[Deal], steps: list[Step]) -> None:
    whole = table(rows)
    found = changed(read(whole, BY), whole, steps, BEYOND)
    same(found, read(table(by_hand(rows, steps)), BY))


@given(rows=deals(30, least=12), steps=st.sampled_from(SCENARIOS))
@EXAMPLES
def test_cells_change_as_deals_do(
    monkeypatch: pytest.MonkeyPatch, rows: list[Deal], steps: list[Step]
) -> None:
    """With all but the giants known as cells only: whole deals of one amount and probability."""
    monkeypatch.setattr(portfolio, "_FEW_DEALS", 2)
    monkeypatch.setattr(portfolio, "_FEW_COINS", 0.0)
    whole = table(rows)
    found = changed(read(whole, BY), whole, steps, BEYOND)
    wanted = read(table(by_hand(rows, steps)), BY)
    for month in MONTHS:
        mine = found.cells.of(of_month(found, month)).cells
        other = wanted.cells.of(of_month(wanted, month)).cells
        for name in ("count", "first", "second", "third", "expected", "spread"):
            sums = [getattr(cells, name).sum() for cells in (mine, other)]
            assert sums[0] == pytest.approx(sums[1], rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("steps", SCENARIOS[1:])
def test_many_deals_change_as_cells(steps: list[Step]) -> None:
    owners = ("Ana", "Bo", None)
    rows = [replace(deal, owner=owners[deal.id % 3]) for deal in many(4000)]
    rows += [Deal(5e8, 0.3, MONTHS[1], "Ana", 5000), Deal(5.01e8, 0.302, MONTHS[1], "Bo", 5001)]
    whole = table(rows)
    before = read(whole, ["month"])
    found = changed(before, whole, steps, BEYOND)
    same(found, read(table(by_hand(rows, steps)), ["month"]), exactly=False)


def test_what_a_scenario_does_not_touch_stays_as_it_was() -> None:
    rows = [replace(deal, owner="Ana" if deal.month == MONTHS[0] else "Bo") for deal in many(300)]
    whole = table(rows)
    before = read(whole, BY)
    after = changed(before, whole, [Raised(ANA, by=0.1)], BEYOND)
    march, others = of_month(before, MONTHS[0]), of_month(before, *MONTHS[1:])
    assert after.sums(others) == before.sums(others)
    assert after.sums(march) != before.sums(march)


def test_a_deal_may_be_raised_twice_and_no_further_than_to_certainty() -> None:
    whole = table([Deal(100.0, 0.5), Deal(10.0, 0.2, owner="Bo", id=1)])
    everyone = numbers(0, 1)
    found = changed(read(whole, BY), whole, [Raised(ANA, by=0.3), Raised(everyone, by=0.3)], BEYOND)
    assert found.law(of_month(found, *MONTHS)).mean == pytest.approx(100.0 + 5.0)


def test_what_slips_beyond_the_horizon_is_gone_and_months_may_be_empty() -> None:
    whole = table([Deal(100.0, 0.5, MONTHS[0]), Deal(10.0, 0.5, MONTHS[-1], id=1)])
    found = changed(read(whole, BY), whole, [Slipped(2)], BEYOND)
    means = [found.law(of_month(found, month)).mean for month in MONTHS]
    assert means == [0.0, 0.0, 50.0, 0.0]


def test_the_largest_are_those_that_other_steps_leave() -> None:
    whole = table([Deal(amount, 0.5, id=n) for n, amount in enumerate([5.0, -90.0, 70.0, 70.0])])
    assert largest(whole, 2) == [2, 3]
    assert largest(whole, 2, [Removed(numbers(2)), Raised(numbers(3), by=0.1)]) == [3, 0]
    assert largest(whole, 9) == [2, 3, 0, 1]
