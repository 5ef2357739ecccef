"""What if: a scenario beside what is expected now, for the chosen period or for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import ipywidgets as widgets

from oppkit.charts.values import Row, day, decimal, missing, records
from oppkit.distributions import Distribution
from oppkit.forms.fields import ChoiceField
from oppkit.forms.forecast_figures import Period
from oppkit.forms.forecast_question import ForecastQuestion
from oppkit.forms.forecast_words import ForecastWords
from oppkit.forms.pick_field import PickField
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.plain import Plain
from oppkit.forms.widgets.ranges import DRAWN, Range, Ranges
from oppkit.scenarios import NeedsEntered, NobodyThere, Scenario, losing, raising, slipping, without

LARGEST, POINTS = 3, 10
KINDS = ("losing", "slipping", "without", "raising")


@dataclass(frozen=True)
class Subject:
    """What a scenario is about: a period, or all of them, with what is won and what is wanted."""

    found: Distribution
    question: ForecastQuestion
    period: Period | None
    name: str
    won: Decimal
    target: Decimal | None

    def rows(self, scenario: Scenario) -> list[Row]:
        """The figures as they are, and as they would be; none where nothing is expected."""
        gap = None if self.target is None else self.target - self.won
        told = self.found.what_if(scenario, target=gap)
        if self.period is None:
            return records(told.whole)
        kind, begins = self.question.kind.value, self.period.begins
        return [row for row in records(told.rows) if day(row[kind]) == begins]


class ForecastWhatIf(widgets.VBox):
    """A row of fields, and two ranges below. Nothing is worked out before a scenario is chosen."""

    def __init__(self, screen: Screen, busy: Callable[[], Any]) -> None:
        self.screen, self._busy, self._words = screen, busy, ForecastWords(screen)
        self._subject: Subject | None = None
        say = screen.text
        kinds = [(kind, self._say(kind)) for kind in KINDS]
        self.kind = ChoiceField("scenario", self._say("scenario"), kinds, self._say("none"))
        self.customer = PickField("customer_id", say("field.customer_id"), screen, "customer")
        self.owner = PickField("owner_ids", say("field.owner"), screen, "employee")
        self.told = Plain(tone="muted", live=True)
        self.chart = Ranges(screen.words("ranges"), self._say("label"))
        fields = [self.kind.widget, self.customer.widget, self.owner.widget]
        bar = widgets.HBox(fields).add_class("opp-movement-bar")
        super().__init__([bar, self.told, self.chart])
        self.add_class("opp-what-if")
        self.kind.on_change(screen.guard(self._chosen))
        for pick in (self.customer, self.owner):
            pick.widget.on_choose(lambda _choice: self._asked())
        self._show_what_is_needed()

    def about(self, subject: Subject) -> None:
        """Work the scenario out for something else."""
        self._subject = subject
        self._work_out()

    def scenario(self) -> Scenario | None:
        """What is to be worked out; None while it is not chosen, or not whole."""
        kind = self.kind.read()
        customer, owner = self.customer.widget.choice, self.owner.widget.choice
        if kind == "losing":
            return losing(LARGEST)
        if kind == "slipping":
            return slipping(months=1)
        if kind == "without" and customer:
            return without(customer=customer.label)
        if kind == "raising" and owner:
            return raising(points=POINTS, owner=owner.label)
        return None

    # -- inside ----------------------------------------------------------------------------------

    def _say(self, key: str, **values: object) -> str:
        return self.screen.text(f"forecast_if.{key}", **values)

    def _chosen(self) -> None:
        self._show_what_is_needed()
        self._asked()

    def _asked(self) -> None:
        with self._busy():
            self._work_out()

    def _show_what_is_needed(self) -> None:
        """The field for a customer or an owner is there with the scenario that is about one."""
        kind = self.kind.read()
        for pick, needed in ((self.customer, "without"), (self.owner, "raising")):
            pick.widget.layout.display = None if kind == needed else "none"

    def _work_out(self) -> None:
        scenario, subject = self.scenario(), self._subject
        rows: list[Row] = []
        told = ""
        if scenario is not None and subject is not None:
            try:
                rows = subject.rows(scenario)
                told = self._say("for" if rows else "nothing", period=subject.name)
            except NobodyThere:
                told = self._say("nobody")
            except NeedsEntered:
                told = self._say("needs_entered")
        self.told.text = told
        self._draw(rows)

    def _draw(self, rows: list[Row]) -> None:
        subject = self._subject
        if subject is None or not rows:
            self.chart.show([], [], str)
            return
        names = (self._say("base"), self.kind_name())
        ranges = [self._range(subject, *pair) for pair in zip(rows, names, strict=True)]
        write = partial(self._words.likely, currency=subject.found.currency)
        self.chart.show(ranges, self._columns(subject), write)

    def kind_name(self) -> str:
        """The scenario in words, with whom it is about."""
        kind = str(self.kind.read())
        picks = {"without": self.customer, "raising": self.owner}
        choice = picks[kind].widget.choice if kind in picks else None
        return self._say(f"{kind}_named", name=choice.label) if choice else self._say(kind)

    def _columns(self, subject: Subject) -> list[tuple[str, str]]:
        say = self.screen.text
        names = ["weighted", "low", "middle", "high", DRAWN]
        names += [] if subject.target is None else ["chance"]
        return [
            ("name", self._say("scenario")),
            *((name, say(f"forecast_view.{name}")) for name in names),
        ]

    def _range(self, subject: Subject, row: Row, name: str) -> Range:
        amounts = [decimal(row[one]) or Decimal(0) for one in ("mean", "p10", "p50", "p90")]
        mean, low, middle, high = amounts
        currency, words = subject.found.currency, self._words
        chance = row.get("chance")
        cells = {
            "weighted": words.exact(mean, currency),
            **words.likely_cells(low, middle, high, currency),
            "chance": "" if missing(chance) else words.chance(chance),
        }  # fmt: skip
        return Range(name, name, low, middle, high, mean, subject.won, subject.target, cells, name)
