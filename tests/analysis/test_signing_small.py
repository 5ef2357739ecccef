"""Companies of about 300 closed deals: what the model gains on what people entered.

`python -m benchmarks --only signings` holds six such companies, from every month, against the aims.
"""

from __future__ import annotations

import pytest

from tests.analysis.aims import COVERED, GAIN, Scores, replayed


@pytest.fixture(scope="module")
def found() -> Scores:
    """Three companies, for one of ten deals a month says little."""
    return replayed(400, (1, 2, 3), apart=3, horizons=(1, 2, 3, 6))


def test_they_are_small(found: Scores) -> None:
    assert 250 < found.closed < 350


def test_much_nearer_than_the_weighted_sum(found: Scores) -> None:
    assert found.gain >= GAIN


def test_intervals_hold_what_comes(found: Scores) -> None:
    """Of 87 periods, two or three of which are about one month: a standard error of 0.07."""
    low, high = COVERED
    assert low - 0.07 < found.covered < high + 0.07
