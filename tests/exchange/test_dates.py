"""Dates as people and programs write them."""

from datetime import UTC, date, datetime

import pytest

from oppkit.exchange.dates import day, day_first, moment
from oppkit.exchange.reasons import Reason


@pytest.mark.parametrize(
    ("value", "first", "expected"),
    [
        ("2026-04-05", True, date(2026, 4, 5)),
        ("2026-04-05 23:59:59", True, date(2026, 4, 5)),
        ("2026-04-05T10:00:00.000+0000", True, date(2026, 4, 5)),
        ("2026/4/5", False, date(2026, 4, 5)),
        ("05/04/2026", True, date(2026, 4, 5)),
        ("05/04/2026", False, date(2026, 5, 4)),
        ("5.4.2026", True, date(2026, 4, 5)),
        ("05-04-26", True, date(2026, 4, 5)),
        ("4/5/2026, 3:15 PM", False, date(2026, 4, 5)),
        ("20260405", True, date(2026, 4, 5)),
        (datetime(2026, 4, 5, 12, 30, tzinfo=UTC), True, date(2026, 4, 5)),
        (date(2026, 4, 5), True, date(2026, 4, 5)),
        (46117, True, date(2026, 4, 5)),
        (46117.75, True, date(2026, 4, 5)),
        ("", True, None),
        (None, True, None),
        (float("nan"), True, None),
    ],
)
def test_a_date_is_read(value: object, first: bool, expected: date | None) -> None:
    assert day(value, (), first) == expected


@pytest.mark.parametrize(
    "text", ["31/02/2026", "2026-13-01", "soon", "2026", "99999999", "12/2026"]
)
def test_what_is_no_date_is_a_reason(text: str) -> None:
    assert str(day(text, (), True)) == f"“{text}” is not a date that can be read."


@pytest.mark.parametrize("value", [True, 12, -1.5])
def test_other_values_are_no_dates(value: object) -> None:
    assert isinstance(day(value, (), True), Reason)


def test_stated_formats_are_the_only_ones() -> None:
    assert day("Apr 5, 2026", ("%b %d, %Y",), True) == date(2026, 4, 5)
    assert day("5 26 04", ("%Y", "%d %y %m"), True) == date(2026, 4, 5)
    assert isinstance(day("2026-04-05", ("%d/%m/%Y",), True), Reason)


def test_the_month_comes_first_when_a_second_part_exceeds_twelve() -> None:
    assert day_first(["05/04/2026", "31/12/2026"])
    assert day_first(["05/04/2026"])
    assert not day_first(["05/04/2026", "12/31/2026"])


def test_moments_are_in_utc() -> None:
    assert moment("2026-04-05 10:00:00") == datetime(2026, 4, 5, 10, tzinfo=UTC)
    assert moment("2026-04-05T10:00:00+02:00") == datetime(2026, 4, 5, 8, tzinfo=UTC)
    assert moment(date(2026, 4, 5)) == datetime(2026, 4, 5, tzinfo=UTC)
    assert moment("") is None
    assert isinstance(moment("yesterday"), Reason)
    assert isinstance(moment(5), Reason)
