"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

TODAY = date(2026, 3, 16)  # a Monday


class Clock:
    """Called like `datetime.now(UTC)`; at ten, in UTC, it is the same day almost anywhere."""

    def __init__(self) -> None:
        self.now = datetime(TODAY.year, TODAY.month, TODAY.day, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        """Go on, or back, by what `timedelta` takes: `days=1`."""
        self.now += timedelta(**duration)
