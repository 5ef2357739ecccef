"""Win rates by anything, and over time."""

from __future__ import annotations

from datetime import date

import pytest

from oppkit.analysis.dimensions import UnknownDimension
from oppkit.analysis.journeys import size_bounds
from oppkit.analysis.wins import quarters, win_rates
from tests.analysis.lives import AS_OF, Life, journeys_of


def priced(amount: int | None, closing: str | None = "won") -> Life:
    return Life([("first", 5)], closing, extra={"amount": amount})


def test_counts_and_rate_of_all() -> None:
    lives = [Life([("first", 5)], "won")] * 6 + [Life([("first", 9)], "lost")] * 6
    lives += [Life([("first", 7)], "abandoned")] * 3 + [Life([("first", 3)])] * 5
    with journeys_of(lives) as journeys:
        [row] = win_rates(journeys)
    assert [row[name] for name in ("opportunities", "won", "lost", "abandoned")] == [20, 6, 6, 3]
    assert row["rate"] == pytest.approx(0.4)  # 6 of the 15 that are followed so long
    assert not row["few"]


def test_by_owner_with_those_that_nobody_owns_last() -> None:
    lives = [Life([("first", 5)], "won", extra={"owner": owner}) for owner in ("Bo", None, "Ana")]
    with journeys_of(lives) as journeys:
        rows = win_rates(journeys, ["owner"])
        assert [row["owner"] for row in rows] == ["Ana", "Bo", None]
        assert all(row["few"] for row in rows)
        with pytest.raises(UnknownDimension):
            win_rates(journeys, ["tag"])


def test_sizes_are_quartiles_of_the_amounts() -> None:
    lives = [priced(amount) for amount in (1013, 2026, 3039, 4052, 5065)] + [priced(None)]
    with journeys_of(lives) as journeys:
        assert size_bounds(journeys) == [2000, 3000, 4100]
        rows = win_rates(journeys, ["size"])
    assert [(row["size"], row["opportunities"]) for row in rows] == [
        (0, 1), (2000, 1), (3000, 2), (4100, 1), (None, 1),
    ]  # fmt: skip


def test_sizes_between_given_bounds() -> None:
    lives = [priced(amount) for amount in (-5, 0, 99, 100, 10_000)]
    with journeys_of(lives) as journeys:
        rows = win_rates(journeys, ["size"], bounds=[100, 1000])
        assert [(row["size"], row["opportunities"]) for row in rows] == [
            (0, 3), (100, 1), (1000, 1),
        ]  # fmt: skip
        assert win_rates(journeys, where={"size": 100}, bounds=[100, 1000])[0]["opportunities"] == 1


def test_the_quarters_of_a_trend() -> None:
    found = quarters(date(2026, 3, 18))
    assert (found[0], found[-1], len(found)) == (date(2024, 4, 1), date(2026, 1, 1), 8)


def test_by_quarter_of_opening() -> None:
    lives = [Life([("first", 30)], "won", opened_on=date(2025, 11, 3))] * 12
    lives += [Life([("first", 40)], "lost", opened_on=date(2026, 1, 5))] * 4
    lives += [Life([("first", 40)], "lost", opened_on=date(2020, 1, 5))]  # long ago: no trend
    with journeys_of(lives) as journeys:
        rows = win_rates(journeys, ["opening_quarter"])
    assert [(row["opening_quarter"], row["opportunities"], row["rate"]) for row in rows] == [
        (date(2025, 10, 1), 12, pytest.approx(1)), (date(2026, 1, 1), 4, 0),
    ]  # fmt: skip


def test_by_quarter_of_decision_each_counts_while_it_was_open() -> None:
    """Open from 1 December for 60 days: at risk in two quarters, won on 30 January."""
    lives = [Life([("first", 60)], "won", opened_on=date(2025, 12, 1))] * 12
    with journeys_of(lives) as journeys:
        rows = win_rates(journeys, ["decision_quarter"])
    assert [(r["decision_quarter"], r["opportunities"], r["won"]) for r in rows] == [
        (date(2025, 10, 1), 12, 0), (date(2026, 1, 1), 12, 12),
    ]  # fmt: skip
    assert rows[1]["rate"] == pytest.approx(1)


def test_a_quarter_is_judged_by_its_own_pace() -> None:
    """First all are lost after 45 days, from 2026 on all are won: no quarter mixes the two."""
    lives = [Life([("first", 45)], "lost", opened_on=date(2025, 10, 2 + day)) for day in range(25)]
    lives += [Life([("first", 45)], "won", opened_on=date(2026, 1, 2 + day)) for day in range(25)]
    with journeys_of(lives) as journeys:
        rows = win_rates(journeys, ["decision_quarter"])
    assert [row["rate"] for row in rows] == [0, pytest.approx(1)]
    assert max(life.opened_on for life in lives if life.opened_on) < AS_OF


def test_a_young_quarter_has_not_collapsed() -> None:
    """Nothing is won yet and most is open: the interval says that nearly all may be won."""
    lives = [Life([("first", 20)], "lost", opened_on=date(2026, 1, 5))] * 12
    lives += [Life([("first", 60)], opened_on=date(2026, 1, 5))] * 88
    with journeys_of(lives) as journeys:
        [row] = win_rates(journeys, ["opening_quarter"])
    assert (row["rate"], row["undecided"]) == (0, pytest.approx(0.88))
    assert row["rate_high_95"] > 0.9
