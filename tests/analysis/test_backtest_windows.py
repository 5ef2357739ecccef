"""Days that are replayed, and the periods ahead of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oppkit.analysis.backtest.windows import (
    QUARTER,
    complete_until,
    month_end,
    month_ends,
    month_number,
    month_start,
    windows,
)

DAYS = st.dates(date(1999, 1, 1), date(2060, 12, 31))


def spans(origin: date, until: date = date(2030, 1, 1)) -> dict[object, tuple[date, date]]:
    ahead = windows(origin, (1, 2, QUARTER), until)
    return {window.horizon: (window.first, window.last) for window in ahead}


def test_from_the_end_of_a_month_the_next_one_is_the_first_ahead() -> None:
    assert spans(date(2024, 1, 31)) == {
        1: (date(2024, 2, 1), date(2024, 2, 29)), 2: (date(2024, 3, 1), date(2024, 3, 31)),
        QUARTER: (date(2024, 2, 1), date(2024, 4, 30)),
    }  # fmt: skip


def test_within_a_month_the_rest_of_it_is_not_forecast() -> None:
    assert spans(date(2025, 12, 30)) == {
        1: (date(2026, 1, 1), date(2026, 1, 31)), 2: (date(2026, 2, 1), date(2026, 2, 28)),
        QUARTER: (date(2026, 1, 1), date(2026, 3, 31)),
    }  # fmt: skip


def test_what_is_not_over_is_left_out() -> None:
    assert list(spans(date(2026, 6, 30), date(2026, 9, 15))) == [1, 2]
    assert list(spans(date(2026, 6, 30), date(2026, 9, 30))) == [1, 2, QUARTER]
    assert list(spans(date(2026, 7, 31), date(2026, 8, 30))) == []


@pytest.mark.parametrize(
    ("until", "last"),
    [(date(2026, 9, 15), date(2026, 7, 31)), (date(2026, 9, 30), date(2026, 8, 31))],
)
def test_the_last_origin_has_one_month_to_be_compared_with(until: date, last: date) -> None:
    ends = month_ends(until, 14)
    assert len(ends) == 14
    assert ends[-1] == last
    assert ends[0] == date(last.year - 1, last.month, 1) - timedelta(days=1)


@given(DAYS)
def test_months_are_counted_without_a_gap(day: date) -> None:
    number = month_number(day)
    assert month_start(number) <= day <= month_end(number)
    assert month_start(number + 1) == month_end(number) + timedelta(days=1)
    complete = complete_until(day)
    assert month_end(complete) <= day < month_end(complete + 1)
