"""What is asked of a movement: between which days, for which signatures, of whom, by what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import ipywidgets as widgets

from oppkit.forms import movement_days as days
from oppkit.forms import movement_values as values
from oppkit.forms.board_filters import MEASURES
from oppkit.forms.fields import ChoiceField, DateField, TextField, readable
from oppkit.forms.movement_question import Question
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.frame import Frame, css_class
from oppkit.forms.widgets.pick import Pick
from oppkit.locale.typed import NotUnderstood
from oppkit.model import PeriodKind
from oppkit.movements import MovementBackwards, NoSuchPeriod, period_of


class MovementFilters(widgets.VBox):
    """Two rows of fields. Of what cannot be read the field says so, and nothing is asked."""

    def __init__(self, screen: Screen, on_change: Callable[[], Any]) -> None:
        self.screen = screen
        self._on_change = on_change
        self._showing = False
        self._frame = Frame(language=screen.language)
        self.since = self._choice("since", days.SINCE)
        self.day = DateField("since_day", self._say("since_on"), screen)
        self.until = DateField("until", self._say("until"), screen)
        self.until.widget.words = {**self.until.widget.words, "hint": self._say("today")}
        self.signed = self._choice("signed", days.SIGNED)
        self.period = TextField("period", self._say("period"))
        self.period.widget.continuous_update = False  # half a period can be another one
        measures = [(measure, screen.text(f"measure.{measure}")) for measure in MEASURES]
        self.measure = ChoiceField("measure", self._say("measure"), measures, none=None)
        self.dimension = self._dimensions("dimension", values.OWN, self._say("everything"))
        self.value = Pick(
            self._proposed,
            screen.words("pick"),
            self._say("value"),
            self._say("any_value"),
            guard=screen.guard,
        ).add_class(css_class("value"))
        self.by = self._dimensions("by", (*values.PERIODS, *values.OWN), self._say("nothing"))
        first = [self.since, self.day, self.until, self.signed, self.period, self.measure]
        second = [self.dimension.widget, self.value, self.by.widget]
        super().__init__([
            self._frame, _bar([field.widget for field in first]), _bar(second),
        ])  # fmt: skip
        self.add_class("opp-movement-filters")
        self._show_what_is_needed()
        self._listen()

    def question(self) -> Question | None:
        """What the fields ask for; None while one of them cannot be read, as is then said."""
        wrong: dict[str, str] = {}
        since = self._read("since_day", self._since, wrong)
        until = self._read("until", self.until.read, wrong)
        period = self._read("period", self._period, wrong)
        last = until or self.screen.workbench.today
        if not wrong and since > last:
            shown = {"since": self.screen.date(since), "until": self.screen.date(last)}
            backwards = MovementBackwards(**shown)
            wrong["until" if until else "since_day"] = self.screen.reason(backwards)
        self._frame.notes = wrong
        if wrong:
            return None
        choice = self.value.choice
        return Question(
            since, until, period, self.signed.read() == "undated",
            self.dimension.read() if choice else None, values.chosen(choice) if choice else None,
            self.by.read(), self.measure.read() or MEASURES[0],
        )  # fmt: skip

    def restrict(self, dimension: str, value: Any) -> None:
        """Ask for one group of a dimension only."""
        with self._in_silence():
            if dimension in values.PERIODS:
                self._restrict_to_period(dimension, value)
            else:
                self.dimension.show(dimension)
                self.value.choose(values.choice_of(self.screen, dimension, value))
        self._touched()

    # -- inside ----------------------------------------------------------------------------------

    def _say(self, key: str) -> str:
        return self.screen.text(f"movement_view.{key}")

    def _choice(self, name: str, choices: tuple[str, ...]) -> ChoiceField:
        labels = [(choice, self._say(f"{name}_{choice}")) for choice in choices]
        return ChoiceField(name, self._say(name), labels, none=None)

    def _dimensions(self, name: str, known: tuple[str, ...], none: str) -> ChoiceField:
        labels = [(one, self.screen.text(f"dimension.{one}")) for one in known]
        return ChoiceField(name, self._say(name), labels, none)

    def _proposed(self, typed: str) -> list[Any]:
        dimension = self.dimension.read()
        return values.proposed(self.screen, dimension, typed) if dimension else []

    def _listen(self) -> None:
        guard = self.screen.guard
        for field in (self.measure, self.by, self.period):
            field.on_change(guard(self._touched))
        self.since.on_change(guard(self._since_chosen))
        self.signed.on_change(guard(self._signed_chosen))
        self.dimension.on_change(guard(self._dimension_chosen))
        self.value.on_choose(lambda _choice: self._touched())
        for day in (self.day, self.until):
            day.on_change(guard(lambda day=day: self._day_typed(day)))

    @contextmanager
    def _in_silence(self) -> Iterator[None]:
        """Fill fields without asking for each of them."""
        self._showing = True
        try:
            yield
        finally:
            self._showing = False

    def _touched(self) -> None:
        self._show_what_is_needed()
        if not self._showing:
            self._on_change()

    def _since_chosen(self) -> None:
        """A day to be typed starts from one that can be read."""
        if self.since.read() == "day" and not self.day.typed:
            self.day.show(days.since_day("monday", self.screen.workbench.today))
        else:
            self._touched()

    def _signed_chosen(self) -> None:
        if self.signed.read() == "other" and not self.period.typed:
            self._type_period("quarter", PeriodKind.QUARTER.start(self.screen.workbench.today))
        else:
            self._touched()

    def _type_period(self, kind: str, begins: date) -> None:
        self.period.show(days.code_of(kind, begins, self.screen.language))

    def _dimension_chosen(self) -> None:
        """A value of another dimension is none of this one."""
        self._show_what_is_needed()
        if self._showing:
            return
        restricted = self.value.choice is not None
        with self._in_silence():  # emptied before figures are worked out: one may type meanwhile
            self.value.choose(None)
        if restricted:
            self._touched()

    def _day_typed(self, field: DateField) -> None:
        """Ask once a day is written out: "16/03/20" is on its way to another one."""
        day, typed = readable(field), field.typed.strip()
        if not typed or (day and self.screen.date(day) == typed):
            self._touched()
        else:
            self.question()  # says at once what cannot be read

    def _restrict_to_period(self, kind: str, begins: date | None) -> None:
        self.signed.show("undated" if begins is None else "other")
        if begins is not None:
            self._type_period(kind, begins)

    def _show_what_is_needed(self) -> None:
        """A field that hangs on a choice is there with it."""
        needed = {
            self.day.widget: self.since.read() == "day",
            self.period.widget: self.signed.read() == "other",
            self.value: self.dimension.read() is not None,
        }
        for widget, shown in needed.items():
            widget.layout.display = None if shown else "none"

    def _read(self, name: str, read: Callable[[], Any], wrong: dict[str, str]) -> Any:
        try:
            return read()
        except NotUnderstood as error:
            wrong[name] = str(error)
        except NoSuchPeriod as error:
            wrong[name] = self.screen.reason(error)
        return None

    def _since(self) -> date:
        choice = self.since.read() or days.SINCE[0]
        if choice != "day":
            return days.since_day(choice, self.screen.workbench.today)
        day: date | None = self.day.read()
        if day is None:
            raise NotUnderstood("date_parsing", self.screen.language)
        return day

    def _period(self) -> str | None:
        choice = self.signed.read() or days.SIGNED[0]
        if choice != "other":
            return days.signed_in(choice, self.screen.workbench.today)
        typed = self.period.read() or ""
        period_of(typed)
        return typed


def _bar(shown: list[widgets.Widget]) -> widgets.HBox:
    return widgets.HBox(shown).add_class("opp-movement-bar")
