"""Grids of amounts: what ours keeps, and what the obvious one loses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from oppkit.analysis.distribution import Cells, law
from oppkit.analysis.distribution.grid import Grid, common_unit
from tests.analysis.exact_sums import off_by, row_by_row

Array = NDArray[Any]


def nearest_places(amounts: Array, chances: Array, places: int) -> tuple[Array, Array]:
    """The obvious way: a fixed grid over all amounts, each rounded to the nearest place."""
    step = np.abs(amounts).sum() / (places - 1)
    masses = np.zeros(places)
    masses[0] = 1.0
    for amount, p in zip(amounts, chances, strict=True):
        by = int(np.rint(amount / step))
        if by:
            moved = np.concatenate([np.zeros(by), masses[:-by]])
            masses = (1 - p) * masses + p * moved
    return step * np.arange(places), np.cumsum(masses)


class TestTheObviousGrid:
    """A negative test: rounding to the nearest place makes small deals vanish."""

    def portfolio(self) -> tuple[Array, Array]:
        random = np.random.default_rng(1)
        return random.lognormal(9.5, 1.0, 2000), random.uniform(0.05, 0.6, 2000)

    def test_beside_one_mega_deal_it_is_off_by_many_sd(self) -> None:
        amounts, chances = self.portfolio()
        mega, p = 1e11, 0.05
        x, f = nearest_places(np.append(amounts, mega), np.append(chances, p), 2**16)
        exact = row_by_row(amounts, chances)
        mean, sd = amounts @ chances, np.sqrt(amounts**2 @ (chances * (1 - chances)))
        # Below the mega deal nothing is left of 2,000 others: their median is taken for 0.
        median = x[np.searchsorted(f, 0.5 * (1 - p))]
        assert median == 0
        assert (mean - median) / sd > 15
        found = law(Cells.of_deals(np.append(amounts, mega), np.append(chances, p)))
        ours = found.quantile(0.5 * (1 - p))
        assert exact(ours) == pytest.approx(0.5, abs=1e-4)

    def test_even_without_one_it_is_off(self) -> None:
        """Each deal is off by up to half a step, and always to the same side."""
        amounts, chances = self.portfolio()
        x, f = nearest_places(amounts, chances, 2**10)
        exact = row_by_row(amounts, chances)
        sd = np.sqrt(amounts**2 @ (chances * (1 - chances)))
        median = np.interp(0.5, exact(x), x)
        assert abs(x[np.searchsorted(f, 0.5)] - median) / sd > 0.5
        assert off_by(law(Cells.of_deals(amounts, chances)), exact).max() < 1e-4


class TestSplitting:
    """An amount between two places."""

    GRID = Grid(step=10.0, first=-15, size=128, whole=False)

    @pytest.mark.parametrize("amount", [0.0, 3.0, 10.0, 27.5, -12.0, 99.999])
    @pytest.mark.parametrize("times", [1, 2, 5])
    def test_its_mean_and_its_mass_stay(self, amount: float, times: int) -> None:
        masses = self.GRID.measure(np.array([amount]), np.array([[0.3]]), times)
        assert masses.min() >= 0
        assert masses.sum() == pytest.approx(0.3)
        placed = self.GRID.unrolled(masses)[0] @ self.GRID.values
        assert placed == pytest.approx(0.3 * amount * times, abs=1e-9)

    def test_a_deal_moves_its_share(self) -> None:
        start = self.GRID.measure(np.array([20.0]), np.ones((1, 1)))
        found = self.GRID.unrolled(self.GRID.with_deal(start, 25.0, np.array([0.4])))[0]
        there = {self.GRID.values[at]: found[at] for at in np.flatnonzero(found)}
        assert there == pytest.approx({20.0: 0.6, 40.0: 0.2, 50.0: 0.2})

    def test_what_goes_below_the_first_place_comes_in_again_at_the_top(self) -> None:
        start = self.GRID.measure(np.array([0.0]), np.ones((1, 1)))
        found = self.GRID.unrolled(self.GRID.moved(start, -160.0))[0]
        assert self.GRID.values[np.argmax(found)] == -160 + 1280


class TestUnit:
    """The largest amount of which all are multiples."""

    @pytest.mark.parametrize(
        ("amounts", "unit"),
        [
            ([1000, 2500, -500], 500),
            ([0.1, 0.15], 0.05),
            ([12.34], 12.34),
            ([7e9, 7e9], 7e9),
            ([1e-5, 1e-5], 1e-5),
            ([999.99, 1999.98], 999.99),
            ([1000, 1000.01], 0.01),
            ([3.14159, 2.71828], 0),
            ([], 0),
        ],
    )
    def test_it(self, amounts: list[float], unit: float) -> None:
        assert common_unit(np.array(amounts, float), 0) == pytest.approx(unit, rel=1e-12)

    def test_it_is_none_where_it_is_too_small_to_count_in(self) -> None:
        assert common_unit(np.array([1000, 1000.01]), 1.0) == 0
