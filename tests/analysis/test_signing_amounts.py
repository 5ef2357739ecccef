"""Amounts that nobody knew: the law of the family, and what it does to a sum."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from oppkit.analysis.distribution import law
from oppkit.analysis.signing import Panel
from oppkit.analysis.signing.amounts import Sizes, _bunches, cells, expected_amounts
from oppkit.analysis.signing.panel import Closings

DAY = date(2026, 3, 31)


def won(amounts: list[float], families: list[str | None]) -> Closings:
    count = len(amounts)
    return Closings.of({"deal": range(count), "outcome": ["won"] * count, "day": [0] * count,
                        "amount": amounts, "family": families})  # fmt: skip


def open_deals(amounts: list[float], families: list[str | None], recorded: bool) -> Panel:
    count = len(amounts)
    rows: dict[str, Any] = {"origin": [0] * count, "deal": range(count), "amount": amounts,
                            "family": families, "recorded": [recorded] * count}  # fmt: skip
    return Panel.of([DAY], rows, {"deal": [], "outcome": [], "day": []})


def test_families_that_differ_have_their_own_moments() -> None:
    sizes = Sizes.of(won([90, 100, 110, 900, 1000, 1100], ["a"] * 3 + ["b"] * 3))
    assert sizes is not None
    mean = 3300 / 6
    # The pull is at its least, half a deal.
    assert sizes.moments(np.array(["a", "b", "c", None]))[0] == pytest.approx(
        [(300 + mean / 2) / 3.5, (3000 + mean / 2) / 3.5, mean, mean]
    )
    squares = np.array([90.0, 100, 110, 900, 1000, 1100]) ** 2
    assert sizes.moments(np.array(["a"]))[1, 0] == pytest.approx(
        (squares[:3].sum() + squares.mean() / 2) / 3.5
    )


def test_families_alike_have_those_of_all() -> None:
    amounts = [100.0, 300.0, 900.0, 100.0, 300.0, 900.0]
    sizes = Sizes.of(won(amounts, ["a"] * 3 + ["b"] * 3))
    assert sizes is not None
    assert sizes.moments(np.array(["a"]))[0] == pytest.approx([np.mean(amounts)])


def test_only_deals_known_by_their_dates_take_them() -> None:
    sizes = Sizes.of(won([100.0, 300.0], ["a", "a"]))
    amounts = [50.0, np.nan]
    told = expected_amounts(open_deals(amounts, ["a", "a"], recorded=True), sizes)
    assert told.tolist() == [50.0, 0.0]
    reconstructed = expected_amounts(open_deals(amounts, ["a", "a"], recorded=False), sizes)
    assert reconstructed.tolist() == [50.0, 200.0]
    assert expected_amounts(open_deals(amounts, ["a", "a"], recorded=False), None).tolist() == [
        50.0, 0.0,
    ]  # fmt: skip


def test_the_sum_has_the_mean_and_the_variance_of_random_amounts() -> None:
    rng = np.random.default_rng(10)
    sizes = Sizes.of(won(rng.lognormal(6, 0.8, 500).tolist(), ["a"] * 500))
    assert sizes is not None
    chance = rng.uniform(0.02, 0.5, 90)
    panel = open_deals([np.nan] * 90, ["a"] * 90, recorded=False)
    found = law(cells(panel, chance, sizes))
    mean, square, _ = sizes.all
    assert found.mean == pytest.approx(mean * chance.sum())
    assert found.sd**2 == pytest.approx((chance * square - (chance * mean) ** 2).sum(), rel=1e-3)


def test_the_law_of_the_sum_is_that_of_drawing_the_amounts() -> None:
    """Quantiles of 40,000 drawings, to 3 %."""
    rng = np.random.default_rng(11)
    known = rng.lognormal(6, 0.6, 400)
    sizes = Sizes.of(won(known.tolist(), ["a"] * 400))
    chance = rng.uniform(0.05, 0.4, 80)
    found = law(cells(open_deals([np.nan] * 80, ["a"] * 80, recorded=False), chance, sizes))
    drawn = np.zeros(40_000)
    for p in chance:
        drawn += (rng.random(len(drawn)) < p) * rng.choice(known, len(drawn))
    levels = [0.1, 0.5, 0.9]
    assert found.quantile(levels) == pytest.approx(np.quantile(drawn, levels), rel=0.03)


def test_many_deals_are_counted_in_cells_of_the_same_moments() -> None:
    rng = np.random.default_rng(12)
    amounts, chance = rng.lognormal(10, 1, 2_000), rng.uniform(0, 0.3, 2_000)
    found = cells(open_deals(amounts.tolist(), [None] * 2_000, recorded=True), chance, None)
    assert len(found) < 1_500
    assert found.mean == pytest.approx(amounts @ chance)
    assert found.variance == pytest.approx(amounts**2 @ (chance * (1 - chance)))


def test_deals_without_a_law_are_left_out() -> None:
    assert len(cells(open_deals([np.nan], ["a"], recorded=False), np.array([0.5]), None)) == 0
    assert Sizes.of(won([], [])) is None


def test_bunches_are_of_one_size_and_hold_enough() -> None:
    rng = np.random.default_rng(13)
    size, chance = rng.choice([1.0, 2.0, 3.0], 50), rng.random(50)
    size[size == 3][5:] = 2.0
    bunch = _bunches(size, chance)
    for number in range(bunch.max() + 1):
        members = bunch == number
        assert len(set(size[members])) == 1
        alone = (size == size[members][0]).sum() < 8
        assert members.sum() >= 8 or alone
