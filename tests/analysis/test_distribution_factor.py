"""Deals that are won and lost together: by quadrature, by simulation, and market by market."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy.stats import multivariate_normal, norm

from oppkit.analysis.distribution import Arrivals, Cells, Law, law
from oppkit.analysis.distribution.factor import Factor
from tests.analysis.exact_sums import (
    LEVELS,
    Array,
    exact_cdf,
    given,
    off_by,
    over_markets,
    simulated,
)


def portfolio(number: int, seed: int, most: float = 0.6) -> tuple[Array, Array]:
    random = np.random.default_rng(seed)
    return random.lognormal(9.5, 1.2, number).round(2), random.uniform(0.02, most, number)


def mixed_transforms(
    amounts: Array, chances: Array, correlation: float
) -> Callable[[ArrayLike], Array]:
    """P(S ≤ x): products over all rows, mixed over many markets, and inverted once."""
    nodes = np.linspace(-5.5, 5.5, 221)
    weights = norm.pdf(nodes) / norm.pdf(nodes).sum()
    low, width = -0.05 * amounts.sum(), 1.1 * amounts.sum()
    omega = 2 * np.pi * np.arange(1, 301) / width
    turned = np.exp(1j * np.outer(amounts, omega)) - 1
    phi = np.zeros(len(omega), dtype=complex)
    for z, weight in zip(nodes, weights, strict=True):
        phi += weight * (1 + given(chances, correlation, z)[:, None] * turned).prod(axis=0)
    b = phi * np.exp(-1j * omega * low) / (1j * omega * width)

    def cdf(x: ArrayLike) -> Array:
        places = np.asarray(x, float) - low
        waves = 1 - np.exp(-1j * np.multiply.outer(places, omega))
        return np.asarray(places / width + 2 * (waves @ b).real)

    return cdf


class TestQuadrature:
    """Few deals: every outcome in every market, by an adaptive integral."""

    @pytest.mark.parametrize("correlation", [0.02, 0.15, 0.3, 0.6, 0.9])
    @pytest.mark.parametrize("number", [1, 3, 6])
    def test_against_it(self, correlation: float, number: int) -> None:
        amounts, chances = portfolio(number, number, 0.9)
        found = law(Cells.of_deals(amounts, chances), correlation)
        for x in [0.0, *np.sort(amounts)[:4], amounts.sum() / 2, amounts.sum() * 0.99]:
            expected = over_markets(
                lambda z, x=x: float(exact_cdf(amounts, given(chances, correlation, z))(x))
            )
            assert found.cdf(x) == pytest.approx(expected, abs=1e-6), x

    def test_arrivals_that_come_in_the_same_markets(self) -> None:
        """None at all: no deal is won, and none arrives."""
        chances, rate, loading = np.array([0.2, 0.4, 0.1]), 1.5, 0.6
        coming = Arrivals(rate, np.array([500.0, 900.0]), loading=loading)
        found = law(Cells.of_deals([400, 700, 300], chances), 0.25, coming)

        def nothing(z: float) -> float:
            none_new = np.exp(-rate * np.exp(-loading * z - loading**2 / 2))
            return float((1 - given(chances, 0.25, z)).prod() * none_new)

        assert found.between(0, 0) == pytest.approx(over_markets(nothing), abs=1e-6)

    def test_arrivals_alone_may_depend_on_the_market(self) -> None:
        coming = Arrivals(3.0, np.array([100.0]), loading=0.8)
        found = law(Cells.none(), 0.0, coming)
        expected = over_markets(lambda z: float(np.exp(-3 * np.exp(-0.8 * z - 0.32))))
        assert found.between(0, 0) == pytest.approx(expected, abs=1e-5)
        assert found.sd == pytest.approx(100 * np.sqrt(3 + 9 * (np.exp(0.64) - 1)), rel=1e-4)


class TestTwoDeals:
    """The copula itself: both are won with the probability of a bivariate normal."""

    @pytest.mark.parametrize("correlation", [0.0, 0.1, 0.5, 0.8])
    def test_both_are_won(self, correlation: float) -> None:
        limits = norm.ppf([0.3, 0.6])
        both = multivariate_normal([0, 0], [[1, correlation], [correlation, 1]]).cdf(limits)
        found = law(Cells.of_deals([100, 10], [0.3, 0.6]), correlation)
        assert found.chance(110) == pytest.approx(both, abs=1e-6)

    def test_the_variance_is_that_of_both(self) -> None:
        limits, correlation = norm.ppf([0.3, 0.6]), 0.4
        both = multivariate_normal([0, 0], [[1, correlation], [correlation, 1]]).cdf(limits)
        found = law(Cells.of_deals([100, 10], [0.3, 0.6]), correlation)
        expected = 100**2 * 0.21 + 10**2 * 0.24 + 2 * 1000 * (both - 0.18)
        assert found.sd**2 == pytest.approx(expected, rel=1e-6)


class TestManyDeals:
    """Against the product over all rows, and against the limit of infinitely many."""

    @pytest.mark.parametrize("correlation", [0.05, 0.15, 0.3])
    def test_quantiles(self, correlation: float) -> None:
        amounts, chances = portfolio(600, 2)
        chances = np.maximum(chances, 0.15)
        found = law(Cells.of_deals(amounts, chances).binned(), correlation)
        assert off_by(found, mixed_transforms(amounts, chances, correlation)).max() < 1e-3

    @pytest.mark.parametrize("correlation", [0.1, 0.3])
    def test_millions_of_deals_are_their_market(self, correlation: float) -> None:
        """Vasicek's limit: the sum is its mean given the market, and quantiles are those of z.

        Of cells, as a database would give them. With p = 0.02 the law has a sharp edge near 0.
        """
        for p in (0.02, 0.3):
            count = np.array([4e6])
            columns = {"n": count, "a1": count * 10, "a2": count * 100, "a3": count * 1000}
            cells = Cells.of_columns(columns | {"ap": count * 10 * p})
            found = law(cells, correlation)
            expected = (
                count[0] * 10 * given(np.full(1, p), correlation, norm.ppf(1 - LEVELS)[:, None])
            )
            assert found.quantile(LEVELS) == pytest.approx(expected[:, 0], abs=1e-3 * found.sd)

    def test_few_wins_of_many_deals_in_a_bad_market(self) -> None:
        """The law goes over from a staircase to a smooth one, between nothing and a lot."""
        amounts, chances = portfolio(400, 5, 0.05)
        found = law(Cells.of_deals(amounts, chances), 0.3)
        assert_drawn(found, simulated(amounts, chances, 60_000, 6, 0.3))
        nothing = over_markets(lambda z: float((1 - given(chances, 0.3, z)).prod()))
        assert found.between(0, 0) == pytest.approx(nothing, abs=1e-4)

    @pytest.mark.parametrize("number", [60, 300])
    def test_nearly_all_are_won(self, number: int) -> None:
        amounts, chances = portfolio(number, 8)
        lost = law(Cells.of_deals(amounts, chances / 6), 0.2)
        found = law(Cells.of_deals(amounts, 1 - chances / 6), 0.2)
        mirrored = amounts.sum() - lost.quantile(1 - LEVELS)
        assert found.quantile(LEVELS) == pytest.approx(mirrored, abs=5e-3 * found.sd)

    def test_a_mega_deal_comes_with_good_markets(self) -> None:
        amounts, chances = portfolio(2000, 9)
        mega, p, correlation = 1e12, 0.3, 0.2
        found = law(Cells.of_deals(np.append(amounts, mega), np.append(chances, p)), correlation)
        assert found.chance(mega) == pytest.approx(p, abs=1e-6)
        rest = law(Cells.of_deals(amounts, chances), correlation)
        won = found.quantile(0.7 + 0.3 * 0.5) - mega
        lost = found.quantile(0.7 * 0.5)
        assert lost < rest.quantile(0.45) < rest.quantile(0.55) < won


def assert_drawn(found: Law, drawn: Array) -> None:
    """That a simulation agrees: each of nine shares within 4.5 of its standard errors."""
    x, hair = found.quantile(LEVELS), 2e-3 * found.sd
    error = 4.5 * np.sqrt(LEVELS * (1 - LEVELS) / len(drawn))
    for place, level, room in zip(x, LEVELS, error, strict=True):
        assert (drawn < place - hair).mean() <= level + room
        assert (drawn <= place + hair).mean() >= level - room


@pytest.mark.parametrize("correlation", [0.05, 0.15, 0.3])
@pytest.mark.parametrize(("number", "draws"), [(30, 400_000), (150, 100_000)])
def test_simulation(number: int, draws: int, correlation: float) -> None:
    amounts, chances = portfolio(number, number)
    found = law(Cells.of_deals(amounts, chances), correlation)
    assert_drawn(found, simulated(amounts, chances, draws, 21, correlation))


@pytest.mark.parametrize("number", [5, 40, 300, 3000])
def test_means_do_not_depend_on_the_factor_and_spreads_grow_with_it(number: int) -> None:
    amounts, chances = portfolio(number, number)
    cells = Cells.of_deals(amounts, chances)
    laws = [law(cells, correlation) for correlation in (0.0, 0.05, 0.2, 0.5)]
    for found in laws:
        assert found.mean == pytest.approx(amounts @ chances, rel=1e-12)
        x, f = found.points, found.cumulated
        assert np.diff(f) @ (x[1:] + x[:-1]) / 2 == pytest.approx(found.mean, abs=2e-4 * found.sd)
    spreads = [found.sd for found in laws]
    assert spreads == sorted(spreads)


@pytest.mark.parametrize("number", [6, 40, 700])
def test_a_tiny_correlation_is_none(number: int) -> None:
    amounts, chances = portfolio(number, number)
    cells = Cells.of_deals(amounts, chances)
    found, apart = law(cells, 1e-7), law(cells)
    assert found.quantile(LEVELS) == pytest.approx(apart.quantile(LEVELS), abs=5e-3 * apart.sd)
    assert found.sd == pytest.approx(apart.sd, rel=1e-4)


def test_identical_amounts_are_won_in_whole_numbers() -> None:
    cells = Cells.of_deals(np.full(400, 1234.5), np.full(400, 0.1)).binned()
    found = law(cells, 0.2)
    assert found.points / 1234.5 == pytest.approx(np.rint(found.points / 1234.5), abs=1e-9)
    none = over_markets(lambda z: float((1 - given(np.array([0.1]), 0.2, z)[0]) ** 400))
    assert found.between(0, 0) == pytest.approx(none, abs=1e-6)


@pytest.mark.parametrize("bad", [-0.1, 1.0, 1.5, np.nan])
def test_what_is_no_correlation_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="at least 0 and below 1"):
        law(Cells.of_deals([1, 2], [0.5, 0.5]), bad)


def test_chances_average_to_what_they_are_without_a_market() -> None:
    factor = Factor(0.3)
    nodes, weights = factor.nodes(factor.step)
    chances = np.array([1e-6, 0.01, 0.5, 0.99])
    assert weights @ factor.chances(chances, nodes) == pytest.approx(chances, rel=1e-5)


def test_a_comb_is_what_few_nodes_would_give() -> None:
    """Why laws in between are moved and stretched: Gauss and Hermite's 20 nodes are off by far.

    As nodes go they are the best ones for smooth functions. But of many deals the law in each
    market is narrow, and the mixture of 20 has 20 humps.
    """
    amounts, chances = np.full(40_000, 10.0), np.full(40_000, 0.3)
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    weights = weights / weights.sum()
    p = given(chances[:1], 0.15, nodes[:, None])[:, 0]
    x = np.linspace(0, 400_000, 4001)
    few = norm.cdf((x[:, None] - 400_000 * p) / (10 * np.sqrt(40_000 * p * (1 - p)))) @ weights
    limit = norm.cdf(-(norm.ppf(0.3) - np.sqrt(0.85) * norm.ppf(x[1:-1] / 400_000)) / np.sqrt(0.15))
    found = law(Cells.of_deals(amounts, chances).binned(), 0.15).cdf(x)
    assert np.abs(few[1:-1] - limit).max() > 0.05
    assert np.abs(found[1:-1] - limit).max() < 1e-3


def test_one_inversion_of_mixed_transforms_rings() -> None:
    """Why each law is inverted for itself: with p = 0.02 and ρ = 0.3, 97 nodes and 96 terms.

    The transform is still 0.3 there, for the law rises within a small part of its sd.
    """
    number, p, correlation = 4e6, 0.02, 0.3
    nodes = np.linspace(-6.5, 6.5, 97)
    weights = norm.pdf(nodes) / norm.pdf(nodes).sum()
    shares = given(np.array([p]), correlation, nodes[:, None])[:, 0]
    sd = np.sqrt(weights @ (shares - p) ** 2)
    low, width = p - 18 * sd, 36 * sd
    omega = 2 * np.pi * np.arange(1, 97) / width
    log = number * np.log1p(shares[:, None] * (np.exp(1j * omega / number) - 1))
    phi = weights @ np.exp(log)
    assert abs(phi[-1]) > 0.2
    x = given(np.array([p]), correlation, norm.ppf(0.9))[0]  # exceeded in nine markets of ten
    b = phi * np.exp(-1j * omega * low) / (1j * omega * width)
    rung = (x - low) / width + 2 * ((1 - np.exp(-1j * omega * (x - low))) @ b).real
    assert abs(rung - 0.1) > 0.01
    columns = {name: np.array([number]) for name in ("n", "a1", "a2", "a3")}
    found = law(Cells.of_columns(columns | {"ap": np.array([number * p])}), correlation)
    assert found.cdf(x * number) == pytest.approx(0.1, abs=1e-3)
