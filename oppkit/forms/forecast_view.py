"""What is likely to be signed: a line for each period, what decides it, and what if."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import partial

import ipywidgets as widgets

from oppkit.distributions import Distribution
from oppkit.forms.fields import section
from oppkit.forms.forecast_decisive import DecisiveTable
from oppkit.forms.forecast_figures import Period, periods
from oppkit.forms.forecast_filters import ForecastFilters
from oppkit.forms.forecast_gaps import ForecastGaps
from oppkit.forms.forecast_question import ForecastQuestion
from oppkit.forms.forecast_reading import ForecastReading
from oppkit.forms.forecast_whatif import ForecastWhatIf, Subject
from oppkit.forms.forecast_words import ForecastWords
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.plain import Plain
from oppkit.forms.widgets.ranges import Ranges


class ForecastView(widgets.VBox):
    """Only what a choice changes is worked out again; above the lines stands what they say."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.selected = ""
        self.periods: Sequence[Period] = ()
        self.found: Distribution | None = None
        self._words = ForecastWords(screen)
        self._reading = ForecastReading(screen.workbench, screen.language)
        self.filters = ForecastFilters(screen, self.refresh)
        self._question = self.filters.question()
        self.lead = Plain(level=2, live=True)
        self.told = Plain(tone="muted")
        self.chart = Ranges(screen.words("ranges"), self._say("label"), True, screen.guard)
        self.chart.add_class("opp-forecast-lines").on_choose(self.choose)
        self.left_out = Plain()
        self.hint = Plain(tone="muted")
        self.heading = Plain(level=3, live=True)
        self.decisive = DecisiveTable(screen)
        self._decided = widgets.VBox([self.heading, self.decisive]).add_class("opp-section")
        self.gaps = ForecastGaps(screen)
        self.what_if = ForecastWhatIf(screen, self._busy)
        self._below = [
            self.lead, self.told, self.chart, self.left_out, self.hint, self._decided,
            section(self._say("what_if"), self.what_if), self.gaps,
        ]  # fmt: skip
        super().__init__([self.filters])
        for name in ("opp-view", "opp-related", "opp-movement", "opp-forecast"):
            self.add_class(name)

    def refresh(self) -> None:
        """Ask again; what was asked for before is at hand while nothing has changed."""
        with self._busy():
            self._reading.refresh()
            self._show(self.filters.question())

    def choose(self, key: str) -> None:
        """Show what decides a period; chosen again, it is put away."""
        self.selected = "" if key == self.selected else key
        self.chart.selected = self.selected
        with self._busy():
            self._show_chosen()

    # -- inside ----------------------------------------------------------------------------------

    @contextmanager
    def _busy(self) -> Iterator[None]:
        charts = (self.chart, self.what_if.chart)
        for chart in charts:
            chart.busy = True
        try:
            yield
        finally:
            for chart in charts:
                chart.busy = False

    def _say(self, key: str, **values: object) -> str:
        return self.screen.text(f"forecast_view.{key}", **values)

    def _show(self, question: ForecastQuestion) -> None:
        found, attained = self._reading.distribution(question), self._reading.attained(question)
        self.found, self._question = found, question
        self.periods = periods(question, found, attained)
        if self.selected not in {self._key(period) for period in self.periods}:
            self.selected = ""
        self._show_chosen()  # takes longest: what is said of it follows
        words, currency = self._words, found.currency
        self.lead.text, self.told.text = words.lead(found, self.periods), words.meaning(question)
        self.left_out.text = words.left_out(found)
        self.gaps.layout.display = None if question.calibrated else "none"
        if question.calibrated:
            self.gaps.show(self._reading.signing(question))
        lines = [
            words.line(self._key(period), self._name(period), period, currency)
            for period in self.periods
        ]
        write = partial(words.likely, currency=currency)
        self.chart.show(lines, words.columns(self._aimed), write, self.selected)
        self.children = [self.filters, *self._below]

    def _show_chosen(self) -> None:
        """What decides the chosen period, and what if."""
        assert self.found is not None
        period = self._chosen()
        if period is not None:
            self.decisive.show(self.found, self._question, period)
            self.heading.text = self._say("decides", period=self._name(period))
        self.what_if.about(self._subject(period))
        self.hint.text = self._hint()
        self._decided.layout.display = None if period else "none"

    def _chosen(self) -> Period | None:
        keyed = {self._key(period): period for period in self.periods}
        return keyed.get(self.selected)

    def _subject(self, period: Period | None) -> Subject:
        assert self.found is not None
        if period is not None:
            name = self._name(period)
            return Subject(
                self.found, self._question, period, name, period.won, period.target
            )  # fmt: skip
        won = sum((one.won for one in self.periods), Decimal(0))
        targets = [one.target for one in self.periods if one.target is not None]
        wanted = sum(targets, Decimal(0)) if len(targets) == len(self.periods) else None
        return Subject(self.found, self._question, None, self._say("all"), won, wanted)

    def _key(self, period: Period) -> str:
        return f"{self._question.kind}:{period.begins}"

    def _name(self, period: Period) -> str:
        return self._words.name(self._question, period.begins)

    @property
    def _aimed(self) -> bool:
        return any(period.target is not None for period in self.periods)

    def _hint(self) -> str:
        hints = [] if self.selected else [self._say("hint")]
        return " ".join([*hints, *([] if self._aimed else [self._say("no_target")])])
