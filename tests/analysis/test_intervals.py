"""Intervals of shares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oppkit.analysis.intervals import against, share, wilson


@pytest.mark.parametrize(
    ("successes", "cases", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3 (score).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_intervals(successes: int, cases: int, low: float, high: float) -> None:
    found = wilson(successes / cases, cases, 0.95)
    assert found == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 500), st.floats(0, 1))
def test_they_hold_the_share_and_stay_between_0_and_1(cases: int, part: float) -> None:
    value = round(part * cases) / cases
    low, high = wilson(value, cases, 0.95)
    assert 0 <= low <= value <= high <= 1
    inner_low, inner_high = wilson(value, cases, 0.80)
    assert low <= inner_low
    assert inner_high <= high


def test_few_cases_leave_much_open() -> None:
    """Two of two won is no certainty."""
    found = share(1.0, 0.0, 2)
    assert (found.low_95, found.high_95) == (pytest.approx(0.342, abs=5e-4), 1.0)


def test_nothing_seen_leaves_everything_open() -> None:
    assert wilson(0.0, 0, 0.95) == (0.0, 1.0)


def test_the_number_of_cases_is_taken_from_the_variance() -> None:
    """A share of 0.3 that varies like that of 50 cases has the interval of 50 cases."""
    found = share(0.3, 0.3 * 0.7 / 50, 400)
    assert (found.low_95, found.high_95) == pytest.approx(wilson(0.3, 50, 0.95))


@given(st.integers(0, 60), st.integers(1, 60))
def test_with_nothing_undecided_the_rest_changes_nothing(won: int, lost: int) -> None:
    part = won / (won + lost)
    variance = part * (1 - part) / (won + lost)
    ahead, rest = share(part, variance, won + lost), share(1 - part, variance, won + lost)
    found = against(ahead, rest)
    assert (found.low_95, found.high_95) == pytest.approx((ahead.low_95, ahead.high_95), abs=1e-9)


def test_what_is_undecided_may_all_come_out_ahead() -> None:
    """Of a hundred none is won and thirty are lost: the other seventy are open."""
    found = against(share(0.0, 0.0, 30), share(0.3, 0.3 * 0.7 / 100, 30))
    assert (found.value, found.low_95) == (0.0, 0.0)
    assert found.high_95 == pytest.approx(1 - wilson(0.3, 100, 0.95)[0])
