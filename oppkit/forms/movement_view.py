"""What moved in the pipeline: a waterfall, and behind each of its bars who moved and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets

from oppkit.forms.fields import section
from oppkit.forms.groups_table import GroupsTable
from oppkit.forms.movement_days import period_name
from oppkit.forms.movement_figures import ENDS, Figures
from oppkit.forms.movement_filters import MovementFilters
from oppkit.forms.movement_question import Question
from oppkit.forms.movement_values import value_name
from oppkit.forms.moves_table import MovesTable
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.plain import Plain
from oppkit.forms.widgets.waterfall import Step, Waterfall
from oppkit.locale import formats
from oppkit.movements import Movement


class MovementView(widgets.VBox):
    """Figures are worked out when something is asked for; above them stands what they are of."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.selected = ""
        self.figures: Figures | None = None
        self._group: Mapping[str, str] = {}
        say = screen.text
        self.filters = MovementFilters(screen, self.refresh)
        self.lead = Plain(level=2, live=True)
        self.told = Plain(tone="muted")
        self.chart = Waterfall(screen.words("waterfall"), say("movement_view.label"), screen.guard)
        self.chart.on_choose(self.choose)
        self.hint = Plain(text=say("movement_view.hint"), tone="muted")
        self.groups = GroupsTable(screen, self.filters.restrict)
        self.moves = MovesTable(screen)
        self.heading = Plain(level=3, live=True)
        self._by_group = section(say("movement_view.groups"), self.groups)
        self._by_move = widgets.VBox([self.heading, self.moves]).add_class("opp-section")
        super().__init__([self.filters])
        self.add_class("opp-view")
        self.add_class("opp-related")
        self.add_class("opp-movement")

    def refresh(self) -> None:
        """Ask again; what cannot be read is said beside its field, and what is shown stays."""
        question = self.filters.question()
        if question is None:
            return
        with self._busy():
            self._show(question)

    def choose(self, part: str) -> None:
        """Show who moved in a part; chosen again, it is put away."""
        self.selected = "" if part == self.selected else part
        self.chart.selected = self.selected
        with self._busy():
            self._show_moves()

    # -- inside ----------------------------------------------------------------------------------

    @contextmanager
    def _busy(self) -> Iterator[None]:
        self.chart.busy = True
        try:
            yield
        finally:
            self.chart.busy = False

    def _ask(self, question: Question, by: Sequence[str] = ()) -> Movement:
        return self.screen.workbench.movement(
            question.since, question.until, by, question.period, question.where,
            None if by else self.screen.language,
        )  # fmt: skip

    def _show(self, question: Question) -> None:
        figures = Figures(self.screen, self._ask(question), question.measure)
        groups = self._ask(question, [question.by]) if question.by else None
        self.figures, self._group = figures, self._named(question)
        if self.selected not in {row["part"] for row in figures.parts}:
            self.selected = ""
        self._show_moves()  # takes longest: what is said of it follows
        self.lead.text, self.told.text = self._lead(figures), self._told(question, figures)
        self.chart.show([self._step(row) for row in figures.parts], self.selected)
        if groups is not None and question.by:
            self.groups.show(Figures(self.screen, groups, question.measure), question.by)
        parts = [self.filters, self.lead, self.told, self.chart, self.hint, self._by_move]
        self.children = [*parts, self._by_group] if question.by else parts

    def _show_moves(self) -> None:
        if self.selected and self.figures is not None:
            self.moves.show(self.figures, self.selected, self._group)
            every = self.selected in ENDS
            key = "movement_view.every_move" if every else f"movement_part.{self.selected}"
            self.heading.text = self.screen.text(key)
        self.hint.layout.display = "none" if self.selected else None
        self._by_move.layout.display = None if self.selected else "none"

    def _named(self, question: Question) -> dict[str, str]:
        if question.dimension is None:
            return {}
        name = value_name(self.screen, question.dimension, question.value)
        return {question.dimension: name}

    def _step(self, row: Mapping[str, Any]) -> Step:
        assert self.figures is not None
        end, value = row["part"] in ENDS, self.figures.value(row)
        return Step(
            row["part"], self.screen.text(f"movement_part.{row['part']}"), value,
            self.figures.amount(value, signed=not end),
            self.screen.count("opportunities", int(row["opportunities"])), end,
        )  # fmt: skip

    def _lead(self, figures: Figures) -> str:
        """How much more or less there is now."""
        opening, closing = (
            figures.value(next(row for row in figures.parts if row["part"] == end)) for end in ENDS
        )
        change = closing - opening
        way = "up" if change > 0 else "down" if change < 0 else "same"
        return self.screen.text(
            f"movement_view.{way}", change=figures.amount(abs(change), signed=False),
            total=figures.amount(closing, signed=False),
        )  # fmt: skip

    def _told(self, question: Question, figures: Figures) -> str:
        """Between which evenings, in which measure, and of what."""
        say, movement = self.screen.text, figures.movement
        since, until = (
            formats.long_date(day, self.screen.language) for day in (movement.since, movement.until)
        )
        signed = self._signed(question)
        own = [
            say("movement.now", name=say(f"dimension.{name}"), after=value)
            for name, value in self._group.items()
        ]
        return joined([
            say("movement_view.days", since=since, until=until),
            say(f"measure.{question.measure}"), signed, *own,
        ])  # fmt: skip

    def _signed(self, question: Question) -> str:
        if question.undated:
            return self.screen.text("movement_view.told_undated")
        if question.period:
            name = period_name(question.period, self.screen.language)
            return self.screen.text("movement_view.told_period", period=name)
        return ""
