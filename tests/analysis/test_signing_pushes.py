"""The pushes of three months, counted by hand and in a history that has only begun."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oppkit.analysis.signing import Panel
from oppkit.analysis.signing.pushes import above_usual, lately
from tests.analysis.lives_of_deals import months

ORIGINS = months(date(2026, 1, 1), 6)


def panel_of(pushes: dict[int, list[int | None]], recorded: bool = True) -> Panel:
    """Of each deal how often it was pushed by the end of each month; None where it is not open."""
    rows = [
        (place, deal, counts[place]) for place in range(len(ORIGINS))
        for deal, counts in sorted(pushes.items()) if counts[place] is not None
    ]  # fmt: skip
    columns = dict(zip(("origin", "deal", "pushes"), zip(*rows, strict=True), strict=True))
    columns["recorded"] = (recorded,) * len(rows)
    return Panel.of(ORIGINS, columns, {"deal": [], "outcome": [], "day": []})


def test_by_hand() -> None:
    """February to April are the three months before the end of April, counted from January."""
    panel = panel_of({7: [1, 2, 2, 4, 4, 5], 3: [None, None, 2, 2, 3, 11]})
    by_deal = {deal: panel.pushed[panel.deal == deal].tolist() for deal in (3, 7)}
    assert by_deal[7] == [0, 1, 1, 3, 2, 3]
    # New ones have all of theirs, and six stand for more.
    assert by_deal[3] == [2, 2, 3, 6]


def test_more_than_usual_on_the_same_day() -> None:
    panel = panel_of({1: [0, 0, 1, 1, 1, 1], 2: [0, 2, 2, 2, 2, 2]})
    found = above_usual(panel.pushed, panel.origin, len(ORIGINS))
    assert found[panel.origin == 1].tolist() == [-1.0, 1.0]
    assert found[panel.origin == 0].tolist() == [0.0, 0.0]


def test_of_what_is_not_recorded_nothing_is_known() -> None:
    panel = panel_of({1: [0, 1, 2, 3, 4, 5]}, recorded=False)
    assert np.isnan(panel.pushed).all()
    assert np.isnan(above_usual(panel.pushed, panel.origin, len(ORIGINS))).all()


def test_as_many_late_in_a_history_as_early() -> None:
    """Half of the deals are pushed in a month: 1.5 times in three months, however long it lasts."""
    rng = np.random.default_rng(30)
    origins = months(date(2024, 1, 1), 30)
    moved = np.cumsum(rng.random((30, 2_000)) < 0.5, axis=0)
    origin, deal = np.divmod(np.arange(moved.size), moved.shape[1])
    found = lately(origins, origin, deal, moved.ravel(), np.ones(moved.size, bool))
    means = found.reshape(moved.shape).mean(axis=1)
    assert means[3:] == pytest.approx(np.full(27, 1.5), abs=0.1)  # five standard errors


@given(st.permutations(range(40)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    rng = np.random.default_rng(31)
    origin, deal = np.divmod(np.arange(40), 10)
    pushes = rng.integers(0, 9, 40)
    columns = (origin, deal, pushes, np.ones(40, bool))
    straight = lately(ORIGINS[:4], *columns)
    shuffled = lately(ORIGINS[:4], *(column[order] for column in columns))
    assert shuffled.tolist() == straight[order].tolist()
