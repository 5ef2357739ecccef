"""Time in each status, age of the open ones, time from opening to won."""

from __future__ import annotations

import statistics

import pytest

from oppkit.analysis.speed import cycle, stays, waiting
from tests.analysis.lives import Life, journeys_of


def test_median_days_until_a_status_is_left() -> None:
    lives = [Life([("first", days), ("second", 3)], "won") for days in range(10, 31)]
    with journeys_of(lives) as journeys:
        first, second = stays(journeys)
    assert (first["status"], first["stays"], first["left"], first["days"]) == ("first", 21, 21, 20)
    assert first["days_low_95"] < first["days_low_80"] < 20 < first["days_high_80"]
    assert (second["days"], second["open"], second["waiting"]) == (3, 0, None)


def test_those_that_still_stay_make_it_longer() -> None:
    left = [Life([("first", days)], "lost") for days in range(10, 31)]
    still = [Life([("first", 60)])] * 15
    with journeys_of(left + still) as journeys:
        [row] = stays(journeys)
    assert row["days"] == 27  # 18 of 36
    assert row["days"] > statistics.median(life.days for life in left)


def test_how_long_the_open_ones_have_waited_and_how_old_they_are() -> None:
    lives = [Life([("first", 100), ("second", days)]) for days in (10, 20, 30)]
    lives += [Life([("first", 100), ("second", 500)], deleted=True)]
    with journeys_of(lives) as journeys:
        _, second = stays(journeys)
        assert (second["open"], second["waiting"], second["age"]) == (3, 20, 120)
        assert second["waiting_high"] == pytest.approx(28)
        assert waiting(journeys) == [
            {"status": "second", "days": days, "opportunities": 1} for days in (7, 14, 28)
        ]


def test_few_and_unknown() -> None:
    with journeys_of([Life([("first", 5)], "won"), *[Life([("first", 9)])] * 8]) as journeys:
        [row] = stays(journeys)
    assert row["few"]
    assert row["days"] is None


def test_the_cycle_is_that_of_the_won_ones() -> None:
    lives = [Life([("first", days)], "won") for days in range(50, 71)]
    lives += [Life([("first", 5)], "lost")] * 80
    with journeys_of(lives) as journeys:
        [row] = cycle(journeys)
        assert (row["opportunities"], row["won"], row["days"]) == (101, 21, 60)
        assert not row["few"]
        [row] = cycle(journeys, ["owner"])
        assert row["owner"] == "Ana"


def test_open_ones_make_the_cycle_longer() -> None:
    won = [Life([("first", days)], "won") for days in range(50, 71)]
    slow = [Life([("first", days)], "won") for days in range(110, 121)]
    with journeys_of(won + slow + [Life([("first", 100)])] * 40) as journeys:
        [row] = cycle(journeys)
    assert row["days"] > statistics.median(life.days for life in won + slow)


def test_nothing_at_all() -> None:
    with journeys_of([]) as journeys:
        assert stays(journeys) == waiting(journeys) == cycle(journeys) == []
