"""A forecast in words: amounts and chances, its lines, and what is said above and below them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from oppkit.charts.values import decimal, records
from oppkit.distributions import CALIBRATED, Distribution
from oppkit.forms.forecast_figures import Period
from oppkit.forms.forecast_question import ForecastQuestion
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.ranges import DRAWN, Range
from oppkit.locale import formats
from oppkit.model.bulk import shifted

IN_PERIODS = "in_horizon"
_SURELY = 0.005  # from here on a chance would be rounded to none, or to certainty


class ForecastWords:
    """What stands in the view, as the reader writes it."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen

    def exact(self, value: Decimal | None, currency: str) -> str:
        """An amount that is known, in whole units."""
        return "" if value is None else formats.amount(value, currency, self.screen.language, 0)

    def likely(self, value: Decimal | float, currency: str) -> str:
        """An amount that is likely: rounded, for nobody knows it to the unit."""
        return formats.short(value, currency, self.screen.language)

    def chance(self, value: float | None) -> str:
        """A chance in percent; what is not quite sure is not rounded to it."""
        if value is None:
            return ""
        language = self.screen.language
        if 0 < value < _SURELY:
            return f"< {formats.percent(0.01, language)}"
        if 1 - _SURELY < value < 1:
            return f"> {formats.percent(0.99, language)}"
        return formats.percent(value, language)

    def name(self, question: ForecastQuestion, begins: date) -> str:
        """The name of a period."""
        name: str = getattr(formats, question.kind.value)(begins, self.screen.language)
        return name[0].upper() + name[1:]

    # -- lines -----------------------------------------------------------------------------------

    def columns(self, aimed: bool) -> list[tuple[str, str]]:
        """The columns of the lines, with those of the target where there is one."""
        names = ["period", "opportunities", "weighted", "low", "middle", "high", DRAWN, "won"]
        names += ["target", "chance"] if aimed else []
        return [(name, self._say(name)) for name in names]

    def line(self, key: str, name: str, period: Period, currency: str) -> Range:
        """The line of a period."""
        low, middle, high = period.low, period.middle, period.high
        cells = {
            "opportunities": self.screen.number(period.opportunities),
            "weighted": self.exact(period.weighted, currency),
            **self.likely_cells(low, middle, high, currency),
            "won": self.exact(period.won, currency) if period.won else "",
            "target": self.exact(period.target, currency),
            "chance": self.chance(period.chance),
        }
        amounts = {"low": low, "middle": middle, "high": high, "weighted": period.weighted}
        exact = {one: self.exact(amount, currency) for one, amount in amounts.items()}
        told = self._say("range", period=name, **exact)
        return Range(
            key, name, low, middle, high, period.weighted, period.won, period.target, cells, told
        )

    def likely_cells(
        self, low: Decimal, middle: Decimal, high: Decimal, currency: str
    ) -> dict[str, str]:
        """The three amounts between which others lie."""
        amounts = {"low": low, "middle": middle, "high": high}
        return {name: self.likely(amount, currency) for name, amount in amounts.items()}

    # -- sentences -------------------------------------------------------------------------------

    def lead(self, found: Distribution, periods: Sequence[Period]) -> str:
        """Between which amounts all of it lies."""
        if all(period.law is None for period in periods):
            return self._say("lead_nothing")
        low, high = (
            self.likely(amount, found.currency) for amount in found.whole.quantile([0.1, 0.9])
        )
        last = shifted(found.as_of.replace(day=1), found.months - 1)
        month = formats.month(last, self.screen.language)
        return self._say("lead", low=low, high=high, month=month)

    def meaning(self, question: ForecastQuestion) -> str:
        """What the figures mean."""
        notes = ["meaning"]
        if question.calibrated:
            notes.append("new_business" if question.whose.dimension is None else "no_new_business")
        if question.correlation == "independent":
            notes.append("independent_note")
        return " ".join(self._say(note) for note in notes)

    def left_out(self, found: Distribution) -> str:
        """Where all open opportunities are: each is in one of these parts."""
        rows = records(found.forecast.reconciliation)
        counts = {row["part"]: int(row["opportunities"]) for row in rows}
        every = self.screen.count("open", sum(counts.values()))
        if found.method == CALIBRATED:
            return self._say("every_one", every=every)
        parts = [
            self._say(f"part_{row['part']}", count=self.screen.number(counts[row["part"]]),
                      amount=self.likely(decimal(row["amount"]) or 0, found.currency))
            for row in rows if row["part"] != IN_PERIODS and counts[row["part"]]
        ]  # fmt: skip
        if not parts:
            return self._say("all_in", every=every)
        inside = self.screen.number(counts[IN_PERIODS])
        return self._say("left_out", every=every, inside=inside, parts=", ".join(parts))

    # -- inside ----------------------------------------------------------------------------------

    def _say(self, key: str, **values: object) -> str:
        return self.screen.text(f"forecast_view.{key}", **values)
