"""Months ahead of a day, and the same day of earlier months."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from oppkit.analysis.signing.months import (
    Schedule,
    month_end,
    month_number,
    month_start,
    months_of,
    same_day,
    same_days,
)
from oppkit.analysis.signing.panel import day_number


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(2024, 2, 29), date(2026, 12, 31)])
def test_months_have_numbers(day: date) -> None:
    assert months_of([day_number(day)]).tolist() == [month_number(day)]
    assert month_start(month_number(day)) == day.replace(day=1)
    assert month_start(month_number(day)) <= day <= month_end(month_number(day))


def test_the_same_day_of_a_month_end_is_a_month_end() -> None:
    assert same_days(date(2026, 4, 30), 3) == [
        date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30),
    ]  # fmt: skip


def test_the_same_day_of_a_shorter_month_is_its_last() -> None:
    assert same_day(date(2026, 3, 30), -1) == date(2026, 2, 28)
    assert same_day(date(2026, 3, 15), -14) == date(2025, 1, 15)


def test_of_a_month_end_nothing_is_left() -> None:
    at_the_end, before = Schedule(date(2026, 4, 30)), Schedule(date(2026, 4, 29))
    assert (at_the_end.first, before.first) == (1, 0)
    assert at_the_end.complete == at_the_end.month
    assert before.complete == before.month - 1


def test_only_the_same_days_are_learnt_from() -> None:
    origins = [date(2026, 1, 15), date(2026, 1, 31), date(2026, 2, 15), date(2026, 3, 15)]
    assert Schedule(date(2026, 3, 15)).places(origins) == [0, 2]
    assert Schedule(date(2026, 3, 31)).places(origins) == [1]
    assert np.diff([month_number(day) for day in same_days(date(2026, 3, 15), 24)]).tolist() == (
        [1] * 24
    )
