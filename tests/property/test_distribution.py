"""What holds for the distribution of any portfolio."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from oppkit.analysis.distribution import Arrivals, Cells, Law, law
from tests.analysis.exact_sums import apart, exact_cdf
from tests.examples import examples

Array = NDArray[Any]
Deal = tuple[float, float]
FEWER = settings(max_examples=examples(100))

chances = st.one_of(
    st.sampled_from([0.0, 1.0, 0.5, 0.1, 0.01, 1e-9]), st.integers(0, 10_000).map(lambda n: n / 1e4)
)
sizes = st.one_of(
    st.integers(1, 400).map(lambda n: n * 250.0),
    st.integers(1, 10**7).map(lambda n: n / 100),
    st.sampled_from([0.01, 1e12, 12_345.67, 1e6]),
)
amounts = st.tuples(sizes, st.sampled_from([1, 1, 1, -1])).map(lambda pair: pair[0] * pair[1])
correlations = st.sampled_from([0.0, 0.0, 0.02, 0.15, 0.4])


def portfolios(most: int, of: st.SearchStrategy[float] = amounts) -> st.SearchStrategy[list[Deal]]:
    return st.lists(st.tuples(of, chances), max_size=most)


# Portfolios of a thousand deals and more are few of these, many times over.
large = st.tuples(
    st.lists(st.tuples(amounts, chances), min_size=2, max_size=12), st.integers(1, 200)
).map(lambda pair: [(a * (1 + n / 997), p) for a, p in pair[0] for n in range(pair[1])])


def columns(deals: list[Deal]) -> tuple[Array, Array]:
    found = np.array(deals, float).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def cells_of(deals: list[Deal]) -> Cells:
    return Cells.of_deals(*columns(deals))


def scale(deals: list[Deal]) -> float:
    return max(1.0, float(np.abs(columns(deals)[0]).sum()))


def above(higher: Law, lower: Law, within: float, by: float) -> bool:
    """Whether one law is nowhere below another, but for `by`, amounts being off by `within`."""
    x = np.concatenate([higher.points, lower.points])
    return bool((higher.below(x - within) <= lower.cdf(x) + by).all())


@given(portfolios(9))
def test_small_ones_are_those_of_all_outcomes(deals: list[Deal]) -> None:
    assert apart(law(cells_of(deals)), exact_cdf(*columns(deals)), 1e-9 * scale(deals)) < 1e-9


@given(st.one_of(portfolios(30), large), correlations)
def test_the_mean_is_the_weighted_forecast_to_the_cent(deals: list[Deal], rho: float) -> None:
    a, p = columns(deals)
    assert law(cells_of(deals).binned(), rho).mean == pytest.approx(a @ p, rel=1e-12, abs=1e-6)


@given(st.one_of(portfolios(30), large), correlations)
def test_it_rises_from_nothing_to_all(deals: list[Deal], rho: float) -> None:
    found = law(cells_of(deals), rho)
    assert (np.diff(found.points) >= 0).all()
    assert (np.diff(found.cumulated) >= 0).all()
    assert (found.cumulated[0], found.cumulated[-1]) == (0, 1)
    assert np.isfinite(found.points).all()
    p10, p50, p90 = found.quantile([0.1, 0.5, 0.9])
    assert p10 <= p50 <= p90


@given(st.one_of(portfolios(30), large), correlations)
def test_it_lies_between_losing_and_winning_all(deals: list[Deal], rho: float) -> None:
    a, _ = columns(deals)
    found, hair = law(cells_of(deals), rho), 1e-9 * scale(deals)
    assert found.points[0] >= a[a < 0].sum() - hair
    assert found.points[-1] <= a[a > 0].sum() + hair


@FEWER
@given(st.one_of(portfolios(30), large), st.data(), correlations)
def test_any_partition_gives_the_same_law(
    deals: list[Deal], data: st.DataObject, rho: float
) -> None:
    parts = data.draw(st.lists(st.integers(0, 3), min_size=len(deals), max_size=len(deals)))
    together = Cells.none()
    for part in range(4):
        mine = [deal for deal, its in zip(deals, parts, strict=True) if its == part]
        together = together + cells_of(mine).binned()
    whole, found = law(cells_of(deals).binned(), rho), law(together, rho)
    assert (found.mean, found.sd) == pytest.approx((whole.mean, whole.sd), rel=1e-9, abs=1e-6)
    # With a factor, known to 1e-3 only, the last digit of a sum may choose another way.
    within, by = 1e-9 * scale(deals), 1e-4 if rho else 1e-9
    assert above(found, whole, within, by)
    assert above(whole, found, within, by)


@given(portfolios(9, sizes), st.data(), correlations)
def test_a_higher_probability_never_makes_less(
    deals: list[Deal], data: st.DataObject, rho: float
) -> None:
    if not deals:
        return
    place = data.draw(st.integers(0, len(deals) - 1))
    amount, p = deals[place]
    raised = [*deals[:place], (amount, p + (1 - p) * data.draw(chances)), *deals[place + 1 :]]
    better, usual = law(cells_of(raised), rho), law(cells_of(deals), rho)
    assert above(better, usual, 1e-9 * scale(deals), 1e-9)


@given(portfolios(9, sizes), st.data(), correlations)
def test_a_higher_amount_never_makes_less(
    deals: list[Deal], data: st.DataObject, rho: float
) -> None:
    if not deals:
        return
    place = data.draw(st.integers(0, len(deals) - 1))
    amount, p = deals[place]
    raised = [*deals[:place], (amount * (1 + data.draw(chances)), p), *deals[place + 1 :]]
    better, usual = law(cells_of(raised), rho), law(cells_of(deals), rho)
    assert above(better, usual, 1e-9 * scale(raised), 1e-9)


@FEWER
@given(large, st.data(), correlations)
def test_nor_does_it_among_many(deals: list[Deal], data: st.DataObject, rho: float) -> None:
    deals = [(abs(amount), p) for amount, p in deals]
    place = data.draw(st.integers(0, len(deals) - 1))
    amount, p = deals[place]
    higher = (amount * (1 + data.draw(chances)), p + (1 - p) * data.draw(chances))
    raised = [*deals[:place], higher, *deals[place + 1 :]]
    better, usual = law(cells_of(raised), rho), law(cells_of(deals), rho)
    room = 2 * (1e-3 if rho else 1e-4)  # each of the two laws is known so well
    assert above(better, usual, room * max(usual.sd, better.sd) + 1e-9 * scale(raised), room)


@given(portfolios(30), st.data())
def test_what_is_taken_out_and_put_back_changes_nothing(
    deals: list[Deal], data: st.DataObject
) -> None:
    if not deals:
        return
    one = [deals[data.draw(st.integers(0, len(deals) - 1))]]
    cells = cells_of(deals).binned()
    found = (cells - cells_of(one) + cells_of(one).binned()).merged()
    assert found.count.tolist() == cells.count.tolist()
    assert found.first == pytest.approx(cells.first, rel=1e-9)
    assert found.expected == pytest.approx(cells.expected, rel=1e-9, abs=1e-6)


@FEWER
@given(portfolios(12), st.sampled_from([2.0**-7, 4.0, 2.0**20]))
def test_the_unit_of_amounts_does_not_matter(deals: list[Deal], unit: float) -> None:
    a, p = columns(deals)
    found, usual = law(Cells.of_deals(a * unit, p)), law(cells_of(deals))
    assert found.quantile([0.1, 0.5, 0.9]) / unit == pytest.approx(
        usual.quantile([0.1, 0.5, 0.9]), rel=1e-9, abs=1e-9 * scale(deals)
    )


@FEWER
@given(
    portfolios(20, sizes), st.floats(0.01, 40), st.lists(sizes, min_size=1, max_size=6),
    correlations,
)  # fmt: skip
def test_new_business_is_more(deals: list[Deal], rate: float, new: list[float], rho: float) -> None:
    coming = Arrivals(rate, np.array(new), loading=rho)
    usual, found = law(cells_of(deals), rho), law(cells_of(deals), rho, coming)
    assert found.mean == pytest.approx(usual.mean + rate * np.mean(new), rel=1e-9)
    assert found.sd >= usual.sd * (1 - 1e-9)
    assert above(found, usual, 5e-3 * found.sd, 1e-3)


@FEWER
@given(
    portfolios(20, st.integers(-400, 400).map(lambda n: n * 250.0)),
    st.floats(-1, 1), st.sampled_from([0.0, 0.05, 0.4]),
)  # fmt: skip
def test_a_spread_law_keeps_its_sign_and_its_chance_of_nothing(
    deals: list[Deal], shift: float, sd: float
) -> None:
    usual = law(cells_of(deals))
    found = usual.spread(shift, sd)
    assert found.below(0) == pytest.approx(usual.below(0), abs=1e-9)
    assert found.cdf(0) == pytest.approx(usual.cdf(0), abs=1e-9)
    assert found.mean == pytest.approx(usual.mean * np.exp(shift + sd**2 / 2), rel=1e-9)
