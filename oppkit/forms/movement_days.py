"""From which day on, and for which expected signatures, a movement is mostly asked for."""

from __future__ import annotations

from datetime import date, timedelta

from oppkit.locale import formats
from oppkit.model import PeriodKind
from oppkit.movements import period_of

SINCE = ("monday", "month", "quarter", "day")
"""The Monday of last week, the end of last month or quarter, or a day that is typed."""

SIGNED = (
    "all", "this_month", "next_month", "this_quarter", "next_quarter", "undated", "other",
)  # fmt: skip
"""The whole pipeline, a month or quarter, what has no date, or a period that is typed."""


def since_day(choice: str, today: date) -> date:
    """The day whose evening one of `SINCE` starts from. Not of "day", which is typed."""
    if choice == "monday":
        # Not that of this week: on a Tuesday, hardly anything has moved since.
        return today - timedelta(days=today.weekday() + 7)
    return PeriodKind(choice).start(today) - timedelta(days=1)


def signed_in(choice: str, today: date) -> str | None:
    """The period of one of `SIGNED`, as `Workbench.movement` takes it; None for no period."""
    way, _, kind = choice.partition("_")
    if not kind:
        return None
    begins = PeriodKind(kind).start(today)
    return code_of(kind, PeriodKind(kind).after(begins) if way == "next" else begins)


def code_of(kind: str, begins: date, language: str = "en") -> str:
    """2026, 2026-Q4 (2026-T4 in French) or 2026-12: a period as one types it."""
    if kind == "year":
        return f"{begins.year}"
    if kind == "quarter":
        return f"{begins.year}-{'T' if language == 'fr' else 'Q'}{(begins.month + 2) // 3}"
    return f"{begins:%Y-%m}"


def period_name(code: str, language: str) -> str:
    """T4 2026, décembre 2026 or 2026: a period that was typed, as people read it."""
    begins, _ = period_of(code)
    if "-" not in code:
        return formats.year(begins, language)
    is_quarter = code.partition("-")[2][0].upper() in "QT"
    return (formats.quarter if is_quarter else formats.month)(begins, language)
