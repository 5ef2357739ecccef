"""A company of about 5,800 closed deals: what the model gains on what people entered.

`python -m benchmarks --only signings` holds more of them, from every month, against the aims.
"""

from __future__ import annotations

import pytest

from tests.analysis.aims import COVERED, GAIN, Scores, replayed


@pytest.fixture(scope="module")
def found() -> Scores:
    return replayed(7_800, (1,), apart=3, horizons=(1, 3, 6))


def test_it_is_large(found: Scores) -> None:
    assert 5_300 < found.closed < 6_300


def test_much_nearer_than_the_weighted_sum(found: Scores) -> None:
    assert found.gain >= GAIN


def test_intervals_hold_what_comes(found: Scores) -> None:
    """Of 21 periods that share one market: a standard error of 0.15."""
    low, high = COVERED
    assert low - 0.15 < found.covered <= high + 0.05
