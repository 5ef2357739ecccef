"""A moment: a day and a time where the person is, kept in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import ipywidgets as widgets

from oppkit.forms.fields import DateField, Field
from oppkit.forms.screen import Screen
from oppkit.locale.typed import NotUnderstood, parse_time


class MomentField(Field):
    """A day beside a time; `day_of` lends its day to a time typed alone."""

    def __init__(
        self, name: str, label: str, screen: Screen, day_of: MomentField | None = None
    ) -> None:
        self._screen, self._day_of = screen, day_of
        self._shown: tuple[tuple[str, str], datetime | None] = (("", ""), None)
        self.day = DateField(f"{name}.day", label, screen)
        # Without a description the words become the name of the input.
        self.time = widgets.Text(
            placeholder=screen.text("moment.time_hint"),
            tooltip=screen.text("moment.time_of", field=label),
        )
        self.time.add_class("opp-time-of-day")
        super().__init__(name, widgets.Box([self.day.widget, self.time]))
        self.widget.add_class("opp-day-and-time")

    def show(self, value: datetime | None) -> None:
        local = value.astimezone(self._screen.workbench.zone) if value else None
        self.day.show(local.date() if local else None)
        self.time.value = f"{local:%H:%M}" if local else ""
        self._shown = (self.typed, value)

    def read(self) -> datetime | None:
        typed, value = self._shown
        if self.typed == typed:
            return value  # with its seconds, and on its side of a clock that was put back
        day, at = self._day(), parse_time(self.time.value, self._screen.language)
        if day is None and at is None:
            return None
        if day is None:
            raise NotUnderstood("time_without_date", self._screen.language)
        if at is None:
            raise NotUnderstood("date_without_time", self._screen.language)
        local = datetime.combine(day, at, self._screen.workbench.zone)
        return local.astimezone(UTC)

    @property
    def typed(self) -> tuple[str, str]:
        return (self.day.typed, self.time.value)

    def on_change(self, callback: Callable[[], Any]) -> None:
        self.day.on_change(callback)
        self.time.observe(lambda _change: callback(), "value")

    def enable(self, enabled: bool) -> None:
        self.day.enable(enabled)
        self.time.disabled = not enabled

    def _day(self) -> date | None:
        """The day that was typed, else that of the other moment when there is a time."""
        typed = self.day.read()
        if typed is None and self._day_of is not None and self.time.value.strip():
            return self._day_of.day.read()
        return typed
