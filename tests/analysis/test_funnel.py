"""From status to status: what is counted, what is told apart, and why open ones must count."""

from __future__ import annotations

import random
from typing import Any

import pytest

from oppkit.analysis.dimensions import UnknownDimension
from oppkit.analysis.funnel import funnel, next_steps
from tests.analysis.lives import Life, journeys_of


def by_status(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["status"]: row for row in rows}


def test_shares_of_those_that_entered() -> None:
    lives = [Life([("first", 10), ("second", 5)], "won")] * 30
    lives += [Life([("first", 10)], "lost")] * 50
    lives += [Life([("first", 10), ("second", 5)], "lost")] * 15
    lives += [Life([("first", 10)], "abandoned")] * 5
    with journeys_of(lives) as journeys:
        first, second = funnel(journeys)
    assert (first["status"], first["entered"], first["left"]) == ("first", 100, 100)
    assert (first["onward"], first["won"]) == (pytest.approx(0.45), pytest.approx(0.30))
    assert (first["lost"], first["abandoned"]) == (pytest.approx(0.65), pytest.approx(0.05))
    assert (second["entered"], second["won"]) == (45, pytest.approx(2 / 3))
    assert first["undecided"] == pytest.approx(0, abs=1e-6)
    assert first["won_low_95"] < first["won_low_80"] < 0.3 < first["won_high_80"]


def test_what_came_next() -> None:
    lives = [Life([("second", 3), ("first", 2)], "won")] * 2 + [Life([("second", 3)], "won")] * 6
    with journeys_of(lives) as journeys:
        rows = next_steps(journeys)
    assert [(r["status"], r["to"], r["left"]) for r in rows] == [
        ("first", "won", 2), ("second", "first", 2), ("second", "won", 6),
    ]  # fmt: skip
    assert rows[1]["share"] == pytest.approx(0.25)
    assert rows[0]["few"]


def test_going_back_is_not_onward() -> None:
    lives = [Life([("second", 3), ("first", 2)], "lost")] * 4 + [Life([("second", 3)], "won")] * 6
    with journeys_of(lives) as journeys:
        assert by_status(funnel(journeys))["second"]["onward"] == pytest.approx(0.6)


def test_few_are_called_few_and_their_interval_is_wide() -> None:
    lives = [Life([("first", 4)], "won")] * 3 + [Life([("first", 9)])] * 40
    with journeys_of(lives) as journeys:
        [row] = funnel(journeys)
    assert row["few"]
    assert (row["entered"], row["left"]) == (43, 3)
    assert row["undecided"] > 0.9


def test_a_deleted_one_neither_left_nor_is_it_won() -> None:
    lives = [Life([("first", 4)], "won")] * 10 + [Life([("first", 9)], deleted=True)] * 5
    with journeys_of(lives) as journeys:
        [row] = funnel(journeys)
    assert (row["entered"], row["left"]) == (15, 10)


def test_groups_and_conditions() -> None:
    lives = [Life([("first", 4)], "won", extra={"sector": "energy"})] * 10
    lives += [Life([("first", 4)], "lost", extra={"sector": None})] * 12
    with journeys_of(lives) as journeys:
        rows = funnel(journeys, ["sector"])
        assert [(r["sector"], r["entered"], r["won"]) for r in rows] == [
            ("energy", 10, pytest.approx(1)), (None, 12, 0),
        ]  # fmt: skip
        assert [r["entered"] for r in funnel(journeys, where={"sector": None})] == [12]
        with pytest.raises(UnknownDimension):
            funnel(journeys, ["month"])


def test_nothing_at_all() -> None:
    with journeys_of([]) as journeys:
        assert funnel(journeys) == next_steps(journeys) == []


def _growing(count: int, seed: int) -> list[Life]:
    """Won after 200 days or lost after 50, on average, at one rate each; most of it is young."""
    rng = random.Random(seed)
    lives = []
    for _ in range(count):
        age = int(rng.triangular(0, 400, 0))
        won, lost = rng.expovariate(1 / 100) + 100, rng.expovariate(1 / 150)
        days, closing = min((won, "won"), (lost, "lost"))
        lives.append(
            Life([("first", int(days))], closing) if days < age else Life([("first", age)])
        )
    return lives


def test_the_closed_ones_alone_would_be_off() -> None:
    """Wins take longer than losses, so among the closed ones they are too few while it grows."""
    rng = random.Random(5)
    truth = sum(
        rng.expovariate(1 / 100) + 100 < rng.expovariate(1 / 150) for _ in range(200_000)
    ) / 200_000  # fmt: skip
    lives = _growing(1500, 7)
    closed = [life for life in lives if life.closing]
    naive = sum(life.closing == "won" for life in closed) / len(closed)
    with journeys_of(lives) as journeys:
        [row] = funnel(journeys)
    assert row["won_low_95"] <= truth <= row["won_high_95"]
    assert naive < row["won_low_95"]
    assert abs(naive - truth) > 3 * abs(row["won"] - truth)
