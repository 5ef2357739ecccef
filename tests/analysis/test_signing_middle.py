"""Companies of about 1,400 closed deals: what the model gains on what people entered.

`python -m benchmarks --only signings` holds more of them, from every month, against the aims.
"""

from __future__ import annotations

import pytest

from tests.analysis.aims import COVERED, GAIN, Scores, replayed


@pytest.fixture(scope="module")
def found() -> Scores:
    return replayed(1_850, (1, 2), apart=3, horizons=(1, 3, 6))


def test_they_are_of_middle_size(found: Scores) -> None:
    assert 1_250 < found.closed < 1_550


def test_much_nearer_than_the_weighted_sum(found: Scores) -> None:
    assert found.gain >= GAIN


def test_intervals_hold_what_comes(found: Scores) -> None:
    """Of 42 periods that share two markets: a standard error of 0.1."""
    low, high = COVERED
    assert low - 0.1 < found.covered < high + 0.05
