"""The signature calendar: open opportunities by month; dragging a card changes its date."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Any

import ipywidgets as widgets

from oppkit.boards import Pipeline
from oppkit.forms.cards import Reading
from oppkit.forms.dialog import button
from oppkit.forms.moving import moved
from oppkit.forms.pipeline_view import PipelineView
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.board import BoardColumn
from oppkit.forms.widgets.plain import Plain
from oppkit.locale import formats
from oppkit.model import Opportunity, Outcome, Status
from oppkit.model.bulk import shifted

MONTHS = 12
STEP = 3
"""Months by which the window moves: a card can still be dragged over the edge."""


class CalendarView(PipelineView):
    """Overdue ones first, then twelve months, later ones, and those without a date."""

    def __init__(self, screen: Screen) -> None:
        say, guard = screen.text, screen.guard
        self._start: date | None = None  # the first month; None: the present one
        self.earlier = button(say("calendar.earlier"), lambda: self.shift(-STEP), guard)
        self.present = button(say("calendar.this_month"), self.show_present, guard)
        self.later = button(say("calendar.later_months"), lambda: self.shift(STEP), guard)
        self.window = Plain(level=-1, live=True)
        self.earlier.icon, self.later.icon = "chevron-left", "chevron-right"
        steps = [self.earlier, self.present, self.later, self.window]
        for step in steps[:3]:
            step.add_class("opp-outlined")
        row = widgets.HBox(steps).add_class("opp-calendar-bar")
        super().__init__(screen, say("calendar.label"), [row])

    def read(self, shown: Mapping[str, int]) -> Pipeline:
        boards = self.screen.workbench.boards
        return boards.by_month(self.filters.criteria(), shown, self._start, MONTHS)

    def heads(self, found: Pipeline, reading: Reading) -> list[BoardColumn]:
        months = [column.key for column in found.columns if _first_day(column.key)]
        self._show_window(months, found.today)
        heads = []
        for column in found.columns:
            droppable = column.key == "undated" or column.key in months
            tone = "late" if column.key == "overdue" and column.count else ""
            heads.append(reading.column(column, self._label(column.key, months), tone, droppable))
        return heads

    def move(self, card: str, old: str, new: str) -> None:
        workbench, today = self.screen.workbench, self.screen.workbench.today
        month = _first_day(new)

        def change(record: Opportunity) -> Opportunity:
            if self.screen.lists.outcome(record.status) is not Outcome.OPEN:
                return record  # closed meanwhile: its expected signature is history
            day = day_in(month, record.expected_signature, today) if month else None
            return workbench.save(record.replace(expected_signature=day))

        before, after = moved(self.screen, int(card), change)
        if self.screen.lists.outcome(after.status) is not Outcome.OPEN:
            self.refresh()
            status = self.screen.label(Status, after.status)
            self.screen.say("calendar.closed_meanwhile", "bad", name=after.name, status=status)
            return
        self.settle(before, after, self._dated(after))

    def shift(self, months: int) -> None:
        """Show the months from so many later on, or earlier; never from before this month."""
        present = self.screen.workbench.today.replace(day=1)
        start = shifted(max(self._start or present, present), months)
        self._start = start if start > present else None
        self.refresh()

    def show_present(self) -> None:
        """Show the months from this one on."""
        self._start = None
        self.refresh()

    # -- inside ----------------------------------------------------------------------------------

    def _dated(self, after: Opportunity) -> str:
        if after.expected_signature is None:
            return self.screen.text("calendar.undated_now", name=after.name)
        day = self.screen.date(after.expected_signature)
        return self.screen.text("calendar.dated", name=after.name, date=day)

    def _show_window(self, months: list[str], today: date) -> None:
        first, last = (self._month(key) for key in (months[0], months[-1]))
        self.window.text = f"{first} – {last}"
        at_present = months[0] == f"{today:%Y-%m}"
        self.earlier.disabled = self.present.disabled = at_present

    def _label(self, key: str, months: list[str]) -> str:
        if _first_day(key):
            return self._month(key)
        edges: dict[str, Any] = {
            "before": months[0],
            "later": f"{shifted(_day(months[-1]), 1):%Y-%m}",
        }
        month = self._month(edges[key], short=True) if key in edges else ""
        return self.screen.text(f"calendar.{key}", month=month)

    def _month(self, key: str, short: bool = False) -> str:
        name = formats.month(_day(key), self.screen.language, short)
        return name[0].upper() + name[1:] if not short else name


def day_in(month: date, day: date | None, today: date) -> date:
    """The same day of another month; its last one when it has no such day or that has passed."""
    last = calendar.monthrange(month.year, month.month)[1]
    same = month.replace(day=last if day is None else min(day.day, last))
    return same if same >= today else month.replace(day=last)


def _first_day(key: str) -> date | None:
    """The first day of the month that a column stands for; None for the other columns."""
    return _day(key) if key[:1].isdigit() else None


def _day(key: str) -> date:
    return date.fromisoformat(f"{key}-01")
