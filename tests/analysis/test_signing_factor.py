"""How deals move together, learnt from the forecasts of the past."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from oppkit.analysis.signing.calendar import _fading, uncertainty
from oppkit.analysis.signing.endings import Endings
from oppkit.analysis.signing.factor import MOST, USUAL, correlation, together
from oppkit.analysis.signing.months import Schedule
from oppkit.analysis.signing.track import Record, Said
from tests.analysis.lives_of_deals import months, simulated


def test_by_hand() -> None:
    """Errors 4 and −4 of 10, variance 8: (16 + 16 − 16) / 200 = 0.08, over 2 months."""
    ten = np.array([10.0, 10.0])
    found = together(np.array([14.0, 6.0]), ten, np.array([8.0, 8.0]), months=2)
    assert found**2 == pytest.approx((2 * 0.08 + 6 * USUAL**2) / 8)


def test_less_than_chance_is_not_less_than_nothing() -> None:
    ten = np.array([10.0, 10.0])
    found = together(ten, ten, np.array([8.0, 8.0]), months=2)
    assert found**2 == pytest.approx(6 * USUAL**2 / 8)


def test_without_a_past_it_is_the_usual() -> None:
    nothing = np.zeros(0)
    assert together(nothing, nothing, nothing, months=0) == pytest.approx(USUAL)


def test_the_deviation_of_a_market_is_found_again() -> None:
    """Poisson counts of mean 100·exp(0.3·N − 0.045), 2,000 months: the usual counts for nothing."""
    rng = np.random.default_rng(14)
    mean = np.full(2_000, 100.0)
    signed = rng.poisson(mean * np.exp(0.3 * rng.normal(size=2_000) - 0.045)).astype(float)
    truth = np.sqrt(np.expm1(0.09))
    assert together(signed, mean, mean, months=2_000) == pytest.approx(truth, rel=0.05)


@given(st.floats(0.02, 0.8), st.lists(st.floats(0.001, 0.7), min_size=1, max_size=300))
def test_the_factor_moves_the_expected_number_as_much(
    deviation: float, chances: list[float]
) -> None:
    p = np.array(chances)
    rho = correlation(deviation, p)
    if rho == MOST:
        return
    z = np.linspace(-7, 7, 3_001)
    weights = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    given_z = ndtr((ndtri(p) - np.sqrt(rho) * z[:, None]) / np.sqrt(1 - rho)).sum(axis=1)
    mean = weights @ given_z
    # The chances are put into 64 levels, and the factor stops at five standard deviations.
    assert np.sqrt(weights @ (given_z - mean) ** 2) / mean == pytest.approx(deviation, rel=0.05)


def test_no_deviation_no_correlation() -> None:
    assert correlation(0.0, np.array([0.1, 0.2])) == 0.0
    assert correlation(0.2, np.zeros(3)) == 0.0
    assert correlation(0.2, np.array([])) == 0.0


def test_forecasts_are_compared_with_what_was_signed_since() -> None:
    origins = months(date(2025, 1, 1), 15)
    panel = simulated(np.random.default_rng(15), origins, 30, {"proposal": (0.1, 0.2)})
    schedule = Schedule(origins[-1])
    endings = Endings.of(panel.before(origins[-1]), schedule)
    counts = np.bincount(endings.signed[0])
    three = np.array([3.0, 3.0, 3.0])
    said = [Said(schedule.month - back, three, three) for back in (20, 12, 2, 1)]
    record = Record.of(said, endings)
    last = schedule.month
    # Of the year that is over: one and two months ago, and what was said of them a year before.
    assert record.signed.tolist() == [
        counts[last - 11], counts[last - 10], counts[last - 9], counts[last - 1], counts[last],
        counts[last],
    ]  # fmt: skip
    assert record.months == 5
    assert record.shift == pytest.approx(np.log((record.signed.sum() + 60) / (18 + 60)))


def test_without_forecasts_nothing_is_shifted() -> None:
    panel = simulated(np.random.default_rng(15), months(date(2025, 1, 1), 3), 30,
                      {"proposal": (0.1, 0.2)})  # fmt: skip
    day = panel.origins[-1]
    record = Record.of((), Endings.of(panel.before(day), Schedule(day)))
    assert (record.shift, record.deviation) == (0.0, pytest.approx(USUAL))


def test_the_market_is_known_worse_further_ahead() -> None:
    """As of a normal whose months are known up to a day, by its covariance."""
    known, coming = np.arange(-30, 1), np.arange(1, 13)
    between = _fading(coming, known)
    left = _fading(coming, coming) - between @ np.linalg.solve(_fading(known, known), between.T)
    alone = uncertainty(np.zeros(1))
    assert uncertainty(coming) == pytest.approx(np.diag(left) + alone)
