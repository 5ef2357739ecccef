"""Read dates and times as people and programs write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from oppkit.exchange.reasons import Reason

_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?", re.DOTALL)
_DAYS_LAST = re.compile(
    r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4}|[0-9]{2})(?:[ ,T]+[0-9].*)?"
)
_SOLID = re.compile(r"[0-9]{8}")
_EXCEL_EPOCH = date(1899, 12, 30)  # day 60 is a 29 February that never was: right from March 1900


def day_first(texts: Iterable[Any]) -> bool:
    """Whether 05/04/2024 is 5 April here: unless a second part above 12 proves the contrary."""
    for text in texts:
        found = _DAYS_LAST.fullmatch(text.strip()) if isinstance(text, str) else None
        if found is not None and int(found[2]) > 12:
            return False
    return True


def day(value: Any, formats: tuple[str, ...], first: bool) -> date | Reason | None:
    """The date in a cell, None for an empty one, or the reason why it is none.

    `formats` are the only ones accepted when there are any; else ISO 8601, day/month/year or
    month/day/year as `first` says, and the day numbers of a spreadsheet. A time is left out.
    """
    if isinstance(value, str):
        return _from_text(value.strip(), formats, first)
    if value is None or value != value:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 61 <= value < 2_958_466:
        return _EXCEL_EPOCH + timedelta(days=int(value))
    return Reason("not_a_date", values={"text": str(value)})


def _from_text(text: str, formats: tuple[str, ...], first: bool) -> date | Reason | None:
    if not text:
        return None
    try:
        if formats:
            return _by_format(text, formats)
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DAYS_LAST.fullmatch(text):
            one, two, year = int(found[1]), int(found[2]), int(found[3])
            year += 2000 if len(found[3]) == 2 else 0
            return date(year, two, one) if first else date(year, one, two)
        if _SOLID.fullmatch(text):
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        pass
    return Reason("not_a_date", values={"text": text})


def _by_format(text: str, formats: tuple[str, ...]) -> date:
    for form in formats:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise ValueError(text)


def moment(value: Any) -> datetime | Reason | None:
    """A date with its time, in UTC where no zone is written."""
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            return Reason("not_a_date", values={"text": text})
    if value is None or value != value:
        return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return Reason("not_a_date", values={"text": str(value)})
