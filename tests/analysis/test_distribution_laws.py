"""A law: what can be asked of it, by hand and by numerical integration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import lognorm, norm

from oppkit.analysis.distribution import Cells, Law, law

# Nothing with 0.3, evenly from 10 to 20 with 0.4, 30 with 0.2, evenly on to 40 with the rest.
MIXED = Law(
    np.array([0.0, 0.0, 10.0, 20.0, 30.0, 30.0, 40.0]),
    np.array([0.0, 0.3, 0.3, 0.7, 0.7, 0.9, 1.0]),
    mean=0.4 * 15 + 0.2 * 30 + 0.1 * 35, sd=1.0,
)  # fmt: skip
LAWS = {
    "mixed": MIXED,
    "certain": Law.certain(25.0),
    "staircase": law(Cells.of_deals([10, 20, -5], [0.5, 0.3, 0.2])),
    "smooth": law(Cells.of_deals(np.linspace(1, 9, 600), np.full(600, 0.3))),
}


@pytest.mark.parametrize(
    ("x", "below", "cdf"),
    [(-1, 0, 0), (0, 0, 0.3), (5, 0.3, 0.3), (10, 0.3, 0.3), (15, 0.5, 0.5), (30, 0.7, 0.9),
     (35, 0.95, 0.95), (40, 1, 1), (50, 1, 1)],
)  # fmt: skip
def test_the_distribution_function(x: float, below: float, cdf: float) -> None:
    assert MIXED.cdf(x) == pytest.approx(cdf, abs=1e-12)
    assert MIXED.below(x) == pytest.approx(below, abs=1e-12)
    assert MIXED.chance(x) == pytest.approx(1 - below, abs=1e-12)


@pytest.mark.parametrize(
    ("q", "x"),
    [(0, 0), (0.1, 0), (0.3, 0), (0.5, 15), (0.7, 20), (0.75, 30), (0.9, 30), (0.95, 35), (1, 40)],
)
def test_quantiles(q: float, x: float) -> None:
    assert MIXED.quantile(q) == pytest.approx(x, abs=1e-12)


def test_a_target_that_is_just_reached_counts() -> None:
    """Although 0.1 + 0.2 is a little more than 0.3."""
    deals = Cells.of_deals([0.1, 0.2], [0.5, 0.5])
    assert law(deals).chance(0.3) == pytest.approx(0.25)
    assert law(deals).cdf(0.3) == pytest.approx(1)
    assert law(deals).between(0.3, 0.3) == pytest.approx(0.25)


def test_between() -> None:
    assert MIXED.between(0, 30) == pytest.approx(0.9)
    assert MIXED.between(1, 29) == pytest.approx(0.4)
    assert MIXED.between(30, 30) == pytest.approx(0.2)
    assert MIXED.between(29, 1) == 0


def test_many_at_once_and_one_alone() -> None:
    assert MIXED.cdf([0, 15]).tolist() == pytest.approx([0.3, 0.5])
    assert float(MIXED.quantile(0.5)) == pytest.approx(15)


@pytest.mark.parametrize("q", [-0.1, 1.1, np.nan])
def test_what_is_no_share_has_no_quantile(q: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        MIXED.quantile(q)


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("actual", [-7.0, 0.0, 3.0, 10.0, 17.5, 25.0, 30.0, 44.0, 900.0])
def test_the_score_is_the_integral_that_defines_it(name: str, actual: float) -> None:
    law = LAWS[name]
    low, high = min(law.points[0], actual), max(law.points[-1], actual)
    edges = np.linspace(low, high, 200_001)
    middle, step = (edges[1:] + edges[:-1]) / 2, (high - low) / 200_000
    expected = ((law.cdf(middle) - (middle >= actual)) ** 2).sum() * step
    # A jump may fall within a step.
    assert law.crps(actual) == pytest.approx(expected, abs=8 * step)


def test_the_score_of_a_point_is_how_far_it_is_off() -> None:
    assert Law.certain(25).crps(31) == 6
    assert Law.certain(25).crps(25) == 0


class TestDensity:
    """For drawing."""

    def test_it_sums_to_nearly_all(self) -> None:
        x, f = LAWS["smooth"].density(300)
        assert (f * np.diff(x)[0]).sum() == pytest.approx(0.999, abs=1e-4)

    def test_it_is_the_bell_that_many_deals_make(self) -> None:
        law = LAWS["smooth"]
        x, f = law.density(200)
        bell = norm.pdf(x, law.mean, law.sd)
        assert np.abs(f - bell).max() < 0.02 * bell.max()

    def test_a_jump_is_a_peak_as_high_as_its_step_is_narrow(self) -> None:
        x, f = MIXED.density(80)
        step = np.diff(x)[0]
        assert f[0] * step == pytest.approx(0.3)
        assert f.max() == f[0]
        assert len(x) == len(f) == 80

    def test_what_is_certain(self) -> None:
        x, f = Law.certain(5).density()
        assert (x.tolist(), f.tolist()) == ([5], [np.inf])


class TestSpread:
    """The law of the amount times a lognormal factor."""

    @pytest.mark.parametrize("sd", [1e-6, 0.02, 0.3, 1.0])
    @pytest.mark.parametrize("sign", [1, -1])
    def test_of_a_certain_amount_it_is_the_lognormal(self, sd: float, sign: int) -> None:
        q = np.array([0.01, 0.1, 0.5, 0.9, 0.99])
        found = Law.certain(sign * 200).spread(0.1, sd)
        expected = np.sort(sign * 200 * lognorm.ppf(q, sd, scale=np.exp(0.1)))
        assert found.quantile(q) == pytest.approx(expected, rel=1e-5 * max(sd, 0.1))
        assert found.mean == pytest.approx(sign * 200 * np.exp(0.1 + sd**2 / 2))
        assert found.sd == pytest.approx(200 * lognorm.std(sd, scale=np.exp(0.1)), rel=1e-4)

    @pytest.mark.parametrize("name", ["mixed", "staircase", "smooth"])
    @pytest.mark.parametrize("sd", [0.05, 0.4])
    def test_of_any_law_by_integrating_over_the_factor(self, name: str, sd: float) -> None:
        found, law = LAWS[name].spread(-0.2, sd), LAWS[name]
        z = np.linspace(-6, 6, 40_001)
        weights = norm.pdf(z) / norm.pdf(z).sum()
        # A factor that falls between two of these is off by half a step of them.
        for x in (-4.0, -0.5, 0.0, 0.5, 9.0, 16.0, 33.0, 800.0, 900.0):
            expected = weights @ law.cdf(x * np.exp(0.2 - sd * z))
            assert found.cdf(x) == pytest.approx(expected, abs=2e-4)

    def test_what_is_nothing_stays_nothing(self) -> None:
        assert MIXED.spread(0.5, 0.3).between(0, 0) == pytest.approx(0.3)

    def test_without_a_spread_it_is_moved(self) -> None:
        found = MIXED.spread(np.log(2), 0)
        assert found.quantile([0.5, 0.95]).tolist() == pytest.approx([30, 70])
        assert (found.mean, found.sd) == pytest.approx((2 * MIXED.mean, 2.0))

    def test_the_mean_of_its_points_is_its_mean(self) -> None:
        found = LAWS["smooth"].spread(0.2, 0.3)
        x, f = found.points, found.cumulated
        assert np.diff(f) @ (x[1:] + x[:-1]) / 2 == pytest.approx(found.mean, rel=1e-5)

    @pytest.mark.parametrize(("shift", "sd"), [(0, -1), (np.nan, 1), (0, np.inf)])
    def test_what_is_no_spread_is_refused(self, shift: float, sd: float) -> None:
        with pytest.raises(ValueError, match="spread by finite numbers"):
            MIXED.spread(shift, sd)


def test_shifted() -> None:
    found = MIXED.shifted(100)
    assert (found.mean, found.sd) == (MIXED.mean + 100, MIXED.sd)
    assert found.quantile(0.5) == 115


def test_a_quantile_does_not_hang_on_the_last_digit() -> None:
    """Nothing is signed with 0.9 as with 0.7 + 0.2, which is a little more than 0.9 or less."""
    for steps in ([0.9], [0.7, 0.9], [0.1, 0.2, 0.3, 0.9]):
        f = np.cumsum(np.diff(steps, prepend=0.0))
        found = Law(np.append(np.zeros(len(f) + 1), 50.0), np.concatenate([[0], f, [1]]), 5, 15)
        assert found.quantile(0.9) == pytest.approx(0, abs=1e-6)
