"""How likely each amount is: the weighted forecast with quantiles and the chance of a target.

    outlook = workbench.distribution(by=["quarter"], target=500_000)
    outlook.rows                                        # mean, p10, p50, p90, chance
    outlook.what_if(losing(3), slipping(months=1))      # side by side with the base
    outlook.contributions()                             # which opportunities decide

Laws are worked out with floats; amounts in frames and in JSON are rounded to the currency.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from oppkit import locale
from oppkit.answers import Answer, known_dimensions, records
from oppkit.figures import CHANCE_PLACES, Figures
from oppkit.forecasting import Forecast
from oppkit.locale import text
from oppkit.model.errors import UserError
from oppkit.windowed import (
    forecast_with_keys,
    in_all_periods,
    in_periods,
    open_groups,
    to_ends_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.analysis.contributions import Contributions
    from oppkit.analysis.distribution import Law
    from oppkit.analysis.outlook import Outlook
    from oppkit.analysis.signing.model import Model
    from oppkit.analysis.snapshot import Snapshot
    from oppkit.analysis.windows import Window
    from oppkit.scenarios import Scenario
    from oppkit.whatif import WhatIf

ENTERED = "entered"  # probabilities and dates as people entered them
CALIBRATED = "calibrated"  # chances by month as the history tells them, and new business
METHODS = (ENTERED, CALIBRATED)
AUTO = "auto"  # the correlation that past months had
# Of wins, where nothing else is said. Of sales between firms, ranges that should have held 80 % of
# what came held 35 to 41 % with independent deals, and 71 to 76 % with this.
USUAL_CORRELATION = 0.15
Amount = float | Decimal


class NoSuchCorrelation(UserError):
    """A correlation that is none."""

    code = "no_such_correlation"
    template = "{value} is no correlation. Give a number from 0 (independent) to below 1."


class NoSuchForecast(UserError):
    """A way of forecasting that there is not."""

    code = "no_such_forecast"
    template = "There is no way of forecasting {name}. Choose among: {known}."


class NothingToCumulate(UserError):
    """Cumulated amounts without a period to the end of which they go."""

    code = "nothing_to_cumulate"
    template = "Amounts are cumulated to the ends of periods: name one of month, quarter and year."


class NoSuchGroup(UserError):
    """A row that a distribution does not have."""

    code = "no_such_group"
    template = "No row is that of {group}. Take the values from the rows of the distribution."


@dataclass(frozen=True)
class Distribution(Answer):
    """`rows`: a group each, with the mean, spread and quantiles of what is signed, and the chance.

    A pandas frame: the dimensions `by`, `opportunities`, `amount`, `weighted_amount` (as in
    `forecast`), then `mean`, `sd`, `p10`, `p50`…, and with a target `chance`, 0 to 1, that of
    reaching it; amounts are decimals in `currency`. `laws` are the laws of the rows in their order.
    With `cumulated` a row is about all that is signed to the end of its period. Where `repeated`,
    an opportunity counts in several rows (one per tag). By the `method` "calibrated" there is a row
    for every period and group, and new business is in those about the whole firm; a `correlation`
    of None is that of the past.
    """

    as_of: date
    currency: str
    months: int
    by: tuple[str, ...]
    figures: Figures
    method: str
    correlation: float | None
    cumulated: bool
    rows: pd.DataFrame
    laws: tuple[Law, ...]
    forecast: Forecast
    repeated: bool
    outlook: Outlook = field(repr=False, compare=False)
    windows: tuple[Window, ...] = field(repr=False, compare=False)

    @property
    def target(self) -> Decimal | None:
        """What is to be reached, in each row and in all."""
        return self.figures.target

    @cached_property
    def whole(self) -> Law:
        """The law of all that is signed in the horizon, whatever the rows."""
        return self._in_all.law(self._in_all.horizon)

    def chance(self, target: Amount) -> float:
        """The chance of signing as much as that, or more, in the horizon."""
        return float(self.whole.chance(float(target)))

    def what_if(self, *scenarios: Scenario, target: Amount | None = None) -> WhatIf:
        """The same rows in each scenario, the base first; see `oppkit.scenarios`.

        Raises `NoSuchDimension`, and `NobodyThere` for one that is about no opportunity.
        """
        from oppkit.whatif import SCENARIO, WhatIf, worlds

        language, figures = locale.language(), self._figures(target)
        found = worlds(scenarios, self.outlook, self._in_all, language)
        names = [text("scenario.base", language), *(world.name for world in found)]
        laws = [self.laws, *(self._laws_in(world.outlook) for world in found)]
        whole = [self.whole, *(world.in_all.law(world.in_all.horizon) for world in found)]
        count = len(self.rows)
        rows = self.rows[list(self.by)].iloc[[row for row in range(count) for _ in names]]
        rows = rows.assign(**{SCENARIO: names * count})
        each = [of[row] for row in range(count) for of in laws]
        return WhatIf(
            self.as_of, self.currency, self.by, figures, figures.beside(rows, each),
            figures.beside(rows[[SCENARIO]].head(0).assign(**{SCENARIO: names}), whole),
        )  # fmt: skip

    def contributions(
        self, target: Amount | None = None, count: int = 10, **of: Any
    ) -> pd.DataFrame:
        """The opportunities that make the uncertainty, those that make most of it first.

        `code`, `name`, `amount`, `chance` (of its own), `sd`, `share` (of the variance), and with a
        target `chance_won` and `chance_lost`: the chance of reaching it if the opportunity is, all
        others as likely as before. They are about the whole horizon, or about one row, named by its
        values: `contributions(quarter=date(2026, 7, 1))`. Raises `NoSuchGroup`.
        """
        outlook = self.outlook if of else self._in_all
        window = self.windows[self._place(of)] if of else outlook.horizon
        figures = self._figures(target)
        wanted = None if figures.target is None else float(figures.target)
        return _named(outlook.snapshot, outlook.contributions(window, count, wanted), figures)

    def as_json(self) -> str:
        """The forecast as a JSON text, with `quantiles` and with a target `chance`.

        They stand in each row, and beside the rows for the whole horizon; amounts are strings.
        """
        told = self.forecast.as_dict()
        frame = self.rows.drop(columns=list(self.figures.names))
        mine = self.cumulated or self.method == CALIBRATED
        rows = records(frame if mine else self.forecast.rows)
        told["rows"] = [
            row | self.figures.told(law) for row, law in zip(rows, self.laws, strict=True)
        ]
        correlation = AUTO if self.correlation is None else self.correlation
        told |= {"method": self.method, "correlation": correlation, "cumulated": self.cumulated}
        told |= {"target": str(self.target)} if self.target is not None else {}
        return json.dumps(told | self.figures.told(self.whole), ensure_ascii=False, indent=1)

    # -- inside ----------------------------------------------------------------------------------

    @cached_property
    def _in_all(self) -> Outlook:
        """What the horizon as a whole is worked out from."""
        return self.outlook.in_all()

    def _laws_in(self, outlook: Outlook) -> list[Law]:
        return outlook.relaws(self.windows, self.outlook, self.laws)

    def _figures(self, target: Amount | None) -> Figures:
        """The same for another target, where one is given."""
        if target is None:
            return self.figures
        return replace(self.figures, target=Decimal(str(target)))

    def _place(self, of: Mapping[str, Any]) -> int:
        """The number of the only row that has these values."""
        import pandas as pd

        [wanted] = records(pd.DataFrame([of], dtype=object))
        rows = records(self.rows)
        places = [place for place, row in enumerate(rows) if wanted.items() <= row.items()]
        if len(places) != 1:
            raise NoSuchGroup(group=", ".join(f"{name}={value}" for name, value in of.items()))
        return places[0]


def distribution(
    snapshot: Snapshot, by: Sequence[str] = ("month",), quantiles: Sequence[float] = (10, 50, 90),
    target: float | Decimal | None = None, correlation: float | str | None = None,
    where: Mapping[str, Any] | None = None, months: int = 12, cumulated: bool = False,
    labels: str | None = None, method: str = ENTERED, model: Callable[[], Model] | None = None,
) -> Distribution:  # fmt: skip
    """The distribution of what is signed in the next `months` calendar months by dimensions.

    `correlation` is that of wins with each other, by one common factor (the market): 0 for deals
    that are independent, 0.15 for what was seen in business between firms (the default of the
    method "entered"), "auto" for what past months had (that of "calibrated"). `model` makes the
    signing model of the day, where it is needed. `quantiles` are in percent. With `labels` ("fr" or
    "en") the codes of reference lists are replaced by their labels. Raises `NoSuchDimension`,
    `NoSuchQuantile`, `NoSuchCorrelation`, `NoSuchForecast` and `NothingToCumulate`.
    """
    figures = Figures(tuple(quantiles), None if target is None else Decimal(str(target)),
                      snapshot.decimals)  # fmt: skip
    if method not in METHODS:
        raise NoSuchForecast(name=method, known=", ".join(METHODS))
    rho = _correlation(correlation, method, model)
    names = tuple(dict.fromkeys(by))
    with known_dimensions():
        made, keys = forecast_with_keys(snapshot, names, months, where, labels)
        if method == CALIBRATED and model is not None:
            basis, rows, windows = _calibrated(
                snapshot, made, keys, where, rho, cumulated, labels, model()
            )
        else:
            basis, rows, windows = _entered(snapshot, made, keys, where, rho or 0.0, cumulated)
    laws = basis.laws(windows)
    return Distribution(
        made.as_of, made.currency, months, names, figures, method, rho, cumulated,
        figures.beside(rows, laws), laws, made, made.repeated, basis, windows,
    )  # fmt: skip


def _correlation(
    wanted: float | str | None, method: str, model: Callable[[], Model] | None
) -> float | None:
    """A number, or None for what the model says of each window."""
    if wanted is None:
        wanted = USUAL_CORRELATION if method == ENTERED else AUTO
    if wanted == AUTO and model is not None:
        return model().correlation if method == ENTERED else None
    if isinstance(wanted, str) or not 0 <= wanted < 1:
        raise NoSuchCorrelation(value=wanted if isinstance(wanted, str) else f"{wanted:g}")
    return wanted


def _entered(
    snapshot: Snapshot, made: Forecast, keys: Sequence[tuple[Any, ...]],
    where: Mapping[str, Any] | None, rho: float, cumulated: bool,
) -> tuple[Outlook, pd.DataFrame, tuple[Window, ...]]:  # fmt: skip
    """The rows that the forecast has, and their windows."""
    from oppkit.analysis.outlook import outlook

    basis = outlook(snapshot, made.by, where, made.months, rho)
    if cumulated:
        return basis, *to_ends_of(_period(made.by), made, keys, basis.horizon)
    return basis, *in_periods(made, keys, basis.horizon)


def _calibrated(
    snapshot: Snapshot, made: Forecast, keys: Sequence[tuple[Any, ...]],
    where: Mapping[str, Any] | None, rho: float | None, cumulated: bool, labels: str | None,
    model: Model,
) -> tuple[Outlook, pd.DataFrame, tuple[Window, ...]]:  # fmt: skip
    """A row for each period and group: what is overdue or undated may be signed in any."""
    from oppkit.analysis.calibrated import calibrated
    from oppkit.analysis.windows import horizon

    whole = horizon(snapshot.as_of, made.months)
    periods = [_period(made.by)] if cumulated else _periods(made.by)
    others = [name for name in made.by if name not in periods]
    groups = open_groups(snapshot, others, where, labels)
    rows, windows = in_all_periods(made, keys, groups, whole, cumulated)
    basis = calibrated(snapshot, model, windows, others, where, made.months, rho)
    return basis, rows, windows


def _periods(by: Sequence[str]) -> list[str]:
    """Months, quarters or years among dimensions."""
    from oppkit.analysis.dimensions import PERIODS

    return [name for name in by if name in PERIODS]


def _period(by: Sequence[str]) -> str:
    """The one to whose ends amounts are cumulated."""
    found = _periods(by)
    if len(found) != 1:
        raise NothingToCumulate
    return found[0]


def _named(snapshot: Snapshot, found: Contributions, figures: Figures) -> pd.DataFrame:
    """Contributions as a frame, with code and name of each opportunity."""
    sale = snapshot.opportunity
    named = sale.filter(sale.id.isin(found.ids.tolist())).select("id", "code", "name").to_pandas()
    named = named.set_index("id").loc[found.ids.tolist()].reset_index(drop=True)
    columns = {
        "amount": [figures.amount(value) for value in found.amount],
        "chance": _rounded(found.chance),
        "sd": [figures.amount(value) for value in found.sd],
        "share": _rounded(found.share),
    }
    if found.won is not None and found.lost is not None:
        columns |= {"chance_won": _rounded(found.won), "chance_lost": _rounded(found.lost)}
    told: pd.DataFrame = named.assign(**columns)
    return told


def _rounded(chances: Any) -> list[float]:
    return [round(value, CHANCE_PLACES) for value in chances.tolist()]
