"""Independent deals: against every outcome, against all rows, and by simulation."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, norm, poisson

from oppkit.analysis.distribution import Arrivals, Cells, Law, law
from tests.analysis.exact_sums import (
    LEVELS,
    Array,
    apart,
    exact_cdf,
    of_arrivals,
    off_by,
    row_by_row,
    simulated,
)


@pytest.fixture(autouse=True)
def _without_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def portfolio(number: int, seed: int, most: float = 0.9) -> tuple[Array, Array]:
    """Amounts as companies have them, a few of them large, and any probability."""
    random = np.random.default_rng(seed)
    return random.lognormal(9.5, 1.3, number).round(2), random.uniform(0.01, most, number)


def mean_of_points(law: Law) -> float:
    x, f = law.points, law.cumulated
    return float(np.diff(f) @ (x[1:] + x[:-1]) / 2)


class TestEveryOutcome:
    """Small groups, all of whose outcomes can be listed."""

    @pytest.mark.parametrize("number", range(1, 13))
    def test_up_to_a_dozen_deals_are_exact(self, number: int) -> None:
        amounts, chances = portfolio(number, number)
        found = law(Cells.of_deals(amounts, chances))
        assert apart(found, exact_cdf(amounts, chances), 1e-9 * amounts.sum()) < 1e-12
        assert mean_of_points(found) == pytest.approx(found.mean, rel=1e-12)

    @pytest.mark.parametrize("number", [13, 15, 18])
    @pytest.mark.parametrize("most", [0.05, 0.9])
    def test_more_are_off_by_a_part_of_a_step_of_the_grid(self, number: int, most: float) -> None:
        amounts, chances = portfolio(number, number, most)
        found = law(Cells.of_deals(amounts, chances))
        assert apart(found, exact_cdf(amounts, chances), 2e-3 * found.sd) < 1e-4
        assert mean_of_points(found) == pytest.approx(found.mean, rel=1e-6)

    @pytest.mark.parametrize("number", [13, 18])
    def test_round_amounts_are_exact_however_many(self, number: int) -> None:
        random = np.random.default_rng(number)
        amounts, chances = random.integers(1, 60, number) * 250.0, random.random(number)
        found = law(Cells.of_deals(amounts, chances))
        assert apart(found, exact_cdf(amounts, chances), 1e-6) < 1e-12

    def test_nothing_signed_at_all_has_its_own_probability(self) -> None:
        """The first thing a manager of few deals wants to know."""
        amounts, chances = portfolio(40, 5, 0.1)
        found = law(Cells.of_deals(amounts, chances))
        assert found.between(0, 0) == pytest.approx((1 - chances).prod(), abs=1e-9)
        one = int(np.argmax(chances))
        only = chances[one] * (1 - np.delete(chances, one)).prod()
        assert found.between(amounts[one], amounts[one]) == pytest.approx(only, rel=0.01)

    def test_two_deals_of_one_cell_are_told_apart_by_their_moments(self) -> None:
        cells = Cells.of_deals([1030, 1150], [0.3, 0.3]).binned()
        assert len(cells) == 1
        assert law(cells).points[::2].tolist() == pytest.approx([0, 1030, 1150, 2180])


class TestAllRows:
    """Large groups, as cells, against the product over all rows."""

    @pytest.mark.parametrize("number", [600, 3000, 12_000])
    @pytest.mark.parametrize("kind", ["entered", "calibrated", "monthly"])
    def test_quantiles(self, number: int, kind: str) -> None:
        random = np.random.default_rng(number)
        amounts = random.lognormal(9.5, 1.3, number).round(2)
        chances = {
            "entered": random.choice([0.05, 0.1, 0.1, 0.3, 0.5, 0.9], number),
            "calibrated": random.beta(0.6, 3, number),
            "monthly": random.beta(0.6, 3, number) / 4,
        }[kind]  # fmt: skip
        cells = Cells.of_deals(amounts, chances).binned()
        found = law(cells)
        assert off_by(found, row_by_row(amounts, chances)).max() < 1e-4
        assert found.sd**2 == pytest.approx(amounts**2 @ (chances * (1 - chances)), rel=1e-12)

    def test_a_few_hundred_deals_go_to_the_grid_and_come_out_the_same(self) -> None:
        amounts, chances = portfolio(500, 1)
        found = law(Cells.of_deals(amounts, chances))
        assert off_by(found, row_by_row(amounts, chances, 3000)).max() < 1e-4

    def test_credit_notes(self) -> None:
        amounts, chances = portfolio(3000, 2)
        amounts[::3] *= -1
        found = law(Cells.of_deals(amounts, chances).binned())
        assert found.mean < 0.5 * np.abs(amounts) @ chances
        assert off_by(found, row_by_row(amounts, chances)).max() < 1e-4

    def test_credit_notes_among_few(self) -> None:
        amounts, chances = portfolio(300, 3)
        amounts[::3] *= -1
        found = law(Cells.of_deals(amounts, chances))
        assert off_by(found, row_by_row(amounts, chances, 2000)).max() < 1e-4

    @pytest.mark.parametrize("most", [0.5, 0.05])
    def test_amounts_without_a_variance(self, most: float) -> None:
        """Pareto's law with an exponent of 1.1: the largest of them are a part of the whole."""
        random = np.random.default_rng(6)
        amounts = (random.pareto(1.1, 1200) + 1) * 1e4
        chances = random.uniform(0, most, 1200)
        found = law(Cells.of_deals(amounts, chances))
        assert off_by(found, row_by_row(amounts, chances, 4000)).max() < 1e-4

    @pytest.mark.parametrize("unit", [1e-6, 1e-2, 1e12])
    @pytest.mark.parametrize("number", [8, 60, 900])
    def test_units_do_not_matter(self, unit: float, number: int) -> None:
        amounts, chances = portfolio(number, 7)
        one = law(Cells.of_deals(amounts, chances))
        other = law(Cells.of_deals(amounts * unit, chances))
        within = 1e-6 if number < 900 else 1e-9
        assert other.quantile(LEVELS) / unit == pytest.approx(one.quantile(LEVELS), rel=within)


class TestSpecial:
    """Portfolios that would break a simpler method."""

    def test_no_deal(self) -> None:
        found = law(Cells.none())
        assert (found.mean, found.sd, found.quantile(0.5), found.chance(1)) == (0, 0, 0, 0)

    def test_what_is_sure_and_what_is_hopeless(self) -> None:
        found = law(Cells.of_deals([100, 200, 400], [1.0, 0.0, 0.25]))
        assert found.points[::2].tolist() == [100, 500]
        assert found.chance(500) == pytest.approx(0.25)
        assert found.mean == 200

    def test_what_is_sure_moves_a_large_group(self) -> None:
        amounts, chances = portfolio(2000, 1)
        sure = np.where(np.arange(2000) < 50, 1.0, np.where(np.arange(2000) < 90, 0.0, chances))
        found = law(Cells.of_deals(amounts, sure).binned())
        rest = law(Cells.of_deals(amounts[90:], chances[90:]).binned())
        moved = found.quantile(LEVELS) - rest.quantile(LEVELS)
        assert moved == pytest.approx(amounts[:50].sum(), rel=1e-9)

    @pytest.mark.parametrize(("number", "p"), [(40, 0.3), (1000, 0.3), (60_000, 0.02)])
    def test_deals_of_one_amount_are_binomial(self, number: int, p: float) -> None:
        found = law(Cells.of_deals(np.full(number, 999.99), np.full(number, p)).binned())
        for wins in binom.ppf(LEVELS, number, p):
            assert found.cdf(wins * 999.99) == pytest.approx(binom.cdf(wins, number, p), abs=1e-9)
            assert found.below(wins * 999.99) == pytest.approx(
                binom.cdf(wins - 1, number, p), abs=1e-9
            )

    def test_lottery_tickets_of_one_amount(self) -> None:
        found = law(Cells.of_deals(np.full(2000, 5e4), np.full(2000, 0.001)))
        wins = np.arange(8)
        assert found.cdf(wins * 5e4) == pytest.approx(binom.cdf(wins, 2000, 0.001), abs=1e-9)

    def test_lottery_tickets(self) -> None:
        """Two of 2,000 are won on average: none with 0.135, one of them with 0.27."""
        random = np.random.default_rng(8)
        amounts, chances = random.lognormal(10, 1, 2000), np.full(2000, 0.001)
        found = law(Cells.of_deals(amounts, chances))
        assert found.between(0, 0) == pytest.approx(0.999**2000, abs=1e-6)
        # What is below the median of the amounts, by the number that are won.
        most = float(np.median(amounts))
        expected = of_wins(amounts, 2000 * 0.001, most)
        assert found.cdf(most) == pytest.approx(expected, abs=2e-3)

    def test_nearly_all_are_won(self) -> None:
        """As few are lost as of lottery tickets are won."""
        random = np.random.default_rng(8)
        amounts = random.lognormal(10, 1, 2000)
        lost = law(Cells.of_deals(amounts, np.full(2000, 0.001)))
        found = law(Cells.of_deals(amounts, np.full(2000, 0.999)))
        mirrored = amounts.sum() - lost.quantile(1 - LEVELS)
        assert found.quantile(LEVELS) == pytest.approx(mirrored, abs=2e-3 * found.sd)

    def test_one_mega_deal_leaves_the_others_as_sharp_as_they_were(self) -> None:
        amounts, chances = portfolio(3000, 9)
        rest = law(Cells.of_deals(amounts, chances))
        found = law(Cells.of_deals(np.append(amounts, 1e12), np.append(chances, 0.4)))
        for q in (0.1, 0.5, 0.9):
            assert found.quantile(0.6 * q) == pytest.approx(rest.quantile(q), abs=1e-6 * rest.sd)
            won = found.quantile(0.6 + 0.4 * q) - 1e12
            assert won == pytest.approx(rest.quantile(q), abs=1e-3 * rest.sd)

    def test_a_dozen_of_giants(self) -> None:
        """More than are taken out."""
        amounts, chances = portfolio(1000, 10)
        random = np.random.default_rng(10)
        large, their = random.lognormal(10, 1, 14) * 100, random.uniform(0.1, 0.6, 14)
        amounts, chances = np.append(amounts, large), np.append(chances, their)
        found = law(Cells.of_deals(amounts, chances))
        rest, chance = portfolio(1000, 10)
        mean, sd = rest @ chance, np.sqrt(rest**2 @ (chance * (1 - chance)))
        x = found.quantile(LEVELS)
        # The others are as good as normal beside these.
        expected = sum_of_normals(large, their, mean, sd, x)
        assert expected == pytest.approx(LEVELS, abs=2e-3)

    def test_rare_and_opposite(self) -> None:
        """Two large amounts of both signs: no skewness, and long tails."""
        amounts, chances = portfolio(700, 11)
        amounts, chances = np.append(amounts, [3e6, -3e6]), np.append(chances, [0.01, 0.01])
        found = law(Cells.of_deals(amounts, chances))
        assert off_by(found, row_by_row(amounts, chances, 4000, 40)).max() < 1e-4


def of_wins(amounts: Array, rate: float, most: float) -> float:
    """P(sum ≤ most) of rare deals, as Poisson's law has it, two and three of them by drawing."""
    random = np.random.default_rng(1)
    total = float(poisson.pmf(0, rate)) + float(poisson.pmf(1, rate)) * (amounts <= most).mean()
    for number in range(2, 9):
        drawn = random.choice(amounts, (200_000, number)).sum(axis=1)
        total += float(poisson.pmf(number, rate)) * float((drawn <= most).mean())
    return total


def sum_of_normals(large: Array, chances: Array, mean: float, sd: float, x: Array) -> Array:
    """P(S ≤ x) where all but the large are normal."""
    sums, masses = np.zeros(1), np.ones(1)
    for amount, p in zip(large, chances, strict=True):
        sums = np.concatenate([sums, sums + amount])
        masses = np.concatenate([masses * (1 - p), masses * p])
    return np.asarray(norm.cdf((x[:, None] - sums - mean) / sd) @ masses)


class TestArrivals:
    """New business: a compound Poisson sum."""

    SIZES, WEIGHTS = np.array([300.0, 700.0, 1500.0, -200.0]), np.array([0.4, 0.3, 0.2, 0.1])

    @pytest.mark.parametrize("rate", [0.01, 0.7, 2.5])
    def test_alone_against_listing_them(self, rate: float) -> None:
        found = law(Cells.none(), arrivals=Arrivals(rate, self.SIZES, self.WEIGHTS))
        for x in (-200.0, 0.0, 299.0, 300.0, 1000.0, 2200.0):
            expected = of_arrivals(rate, self.SIZES, self.WEIGHTS, x, 9)
            assert found.cdf(x) == pytest.approx(expected, abs=2e-4)
        assert found.mean == pytest.approx(rate * (self.SIZES @ self.WEIGHTS))
        assert found.sd == pytest.approx(np.sqrt(rate * (self.SIZES**2 @ self.WEIGHTS)))

    def test_none_is_signed(self) -> None:
        found = law(Cells.none(), arrivals=Arrivals(3.0, np.array([123.45, 77.7])))
        assert found.between(0, 0) == pytest.approx(np.exp(-3), abs=1e-9)

    @pytest.mark.parametrize("number", [3, 200, 2000])
    @pytest.mark.parametrize("rate", [4.0, 60.0])
    def test_beside_deals_by_simulation(self, number: int, rate: float) -> None:
        amounts, chances = portfolio(number, number)
        random = np.random.default_rng(3)
        sizes = random.lognormal(9, 1, 80)
        found = law(Cells.of_deals(amounts, chances), arrivals=Arrivals(rate, sizes))
        draws = 40_000
        drawn = simulated(amounts, chances, draws, 5)
        numbers = random.poisson(rate, draws)
        new = np.add.reduceat(
            np.append(random.choice(sizes, numbers.sum()), 0), np.cumsum(numbers) - numbers
        )
        drawn = drawn + np.where(numbers > 0, new, 0)
        assert_drawn(found, drawn)

    def test_many_arrivals_are_many_deals(self) -> None:
        """Deals of a tiny probability are a Poisson number of them."""
        random = np.random.default_rng(4)
        sizes = random.lognormal(9, 1, 50)
        as_deals = law(Cells.of_deals(np.repeat(sizes, 400), np.full(20_000, 0.0005)).binned())
        found = law(Cells.none(), arrivals=Arrivals(10.0, sizes))
        assert found.quantile(LEVELS) == pytest.approx(as_deals.quantile(LEVELS), rel=2e-3)

    def test_weights_need_not_sum_to_one(self) -> None:
        one = Arrivals(2.0, self.SIZES, self.WEIGHTS)
        other = Arrivals(2.0, np.append(self.SIZES, 9e9), np.append(self.WEIGHTS * 70, 0.0))
        assert law(Cells.none(), arrivals=one).quantile(LEVELS).tolist() == pytest.approx(
            law(Cells.none(), arrivals=other).quantile(LEVELS).tolist()
        )

    def test_arrivals_worth_nothing_are_none(self) -> None:
        found = law(Cells.none(), arrivals=Arrivals(2.0, np.array([0.0, 500.0])))
        assert found.between(0, 0) == pytest.approx(np.exp(-1), abs=1e-9)

    def test_none(self) -> None:
        assert law(Cells.none(), arrivals=Arrivals(0.0, np.zeros(0))).sd == 0

    @pytest.mark.parametrize(
        ("given", "problem"),
        [
            ((np.nan, [1.0], [1.0], 0.0), "finite"),
            ((1.0, [np.nan], [1.0], 0.0), "finite"),
            ((-1.0, [1.0], [1.0], 0.0), "not negative"),
            ((1.0, [1.0], [-1.0], 0.0), "not negative"),
            ((1.0, [1.0], [1.0], -0.5), "not negative"),
            ((1.0, [], [], 0.0), "at least one amount"),
            ((1.0, [1.0, 2.0], [1.0], 0.0), "2 amounts and 1 weights"),
        ],
    )
    def test_what_is_refused(self, given: tuple[Any, ...], problem: str) -> None:
        rate, amounts, weights, loading = given
        with pytest.raises(ValueError, match=problem):
            Arrivals(rate, np.array(amounts), np.array(weights), loading)


def assert_drawn(found: Law, drawn: Array) -> None:
    """That a simulation agrees: each of nine shares within 4.5 of its standard errors.

    Were the law right, one run in 16,000 would fail by chance; the seed is fixed.
    """
    x = found.quantile(LEVELS)
    for place, level in zip(x, LEVELS, strict=True):
        error = 4.5 * np.sqrt(level * (1 - level) / len(drawn))
        hair = 1e-3 * found.sd
        assert (drawn < place - hair).mean() <= level + error
        assert (drawn <= place + hair).mean() >= level - error
    assert drawn.mean() == pytest.approx(found.mean, abs=4.5 * found.sd / np.sqrt(len(drawn)))


@pytest.mark.parametrize(("number", "most"), [(12, 0.9), (80, 0.9), (80, 0.05), (700, 0.9)])
def test_simulation(number: int, most: float) -> None:
    """400,000 draws; fewer of more deals, for they take as long."""
    amounts, chances = portfolio(number, number, most)
    draws = 400_000 if number < 100 else 60_000
    assert_drawn(law(Cells.of_deals(amounts, chances)), simulated(amounts, chances, draws, 20))


def test_any_partition_of_many_deals_gives_the_same_law() -> None:
    amounts, chances = portfolio(6000, 12)
    deals = Cells.of_deals(amounts, chances)
    whole = law(deals.binned())
    owner = np.random.default_rng(1).integers(0, 7, 6000)
    parts = [deals[owner == number].binned() for number in range(7)]
    together = parts[0]
    for part in parts[1:]:
        together = together + part
    found = law(together)
    assert found.quantile(LEVELS) == pytest.approx(whole.quantile(LEVELS), rel=1e-9)
    assert found.cdf(whole.points) == pytest.approx(whole.cdf(whole.points), abs=1e-9)
    assert (found.mean, found.sd) == pytest.approx((whole.mean, whole.sd), rel=1e-12)


def test_deals_stand_for_their_cells() -> None:
    amounts, chances = portfolio(30, 13)
    cells = Cells.of_deals(amounts, chances).binned()
    exact = law(Cells.of_deals(amounts, chances))
    found = law(cells, deals=(amounts, chances))
    assert found.quantile(LEVELS).tolist() == exact.quantile(LEVELS).tolist()
