"""A backtest as people and programs read it: has the forecast been right, and is it better than
looking at no deal at all?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from oppkit.answers import Answer, records
from oppkit.locale import formats, text
from oppkit.model.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.analysis.backtest.forecasts import Forecast
    from oppkit.analysis.backtest.methods import Method
    from oppkit.analysis.backtest.run import Replayed
    from oppkit.analysis.backtest.verdict import Verdict
    from oppkit.analysis.signing.panel import Panel

ORIGINS, HORIZONS = 24, 6
TRAINED = 18  # month ends before the first origin, so that a model has something to learn from
_DIGITS = 4
_CENTS = ("mean", "p5", "p10", "p50", "p90", "p95", "crps", "actual")
_LEARNT = 3  # whole months that must be known before anything is forecast


class NoSuchMethod(UserError):
    """A method that there is not."""

    code = "no_such_method"
    template = "There is no method {name}. Choose among: {known}."


@dataclass(frozen=True)
class Backtest(Answer):
    """What was forecast from past month ends, beside what came. All are pandas frames.

    `rows`          scores by method, horizon (1, 2… months ahead, "quarter": the three months
                    ahead, "months": all single months) and part ("all" that was signed, or what the
                    "pipeline" that was open brought); see `oppkit.analysis.backtest.verdict.table`
    `forecasts`     each forecast: quantiles, P(S < actual) and P(S ≤ actual), CRPS and the actual
    `chances`       how well methods told deals apart: AUC, log-loss, calibration error
    `reliability`   what came of deals by the chance they were given
    `pit`           the histogram of F(actual) by method, all single months
    `closed` is how many closed deals were known at the last origin; `held` of the `judged` last
    months lay in the 80 % interval of the month ahead.
    """

    as_of: date
    currency: str
    origins: tuple[date, ...]
    horizons: int
    rows: pd.DataFrame
    forecasts: pd.DataFrame
    chances: pd.DataFrame
    reliability: pd.DataFrame
    pit: pd.DataFrame
    verdict: Verdict | None
    closed: int
    held: int
    judged: int

    @property
    def method(self) -> str:
        """The method that is judged: the model, or else the best that looks at opportunities."""
        from oppkit.analysis.backtest.verdict import MODEL

        return MODEL if self.verdict is None else self.verdict.method

    def finding(self, language: str) -> str:
        """Which is better, in one sentence: what the method says, or what looks at no deal."""
        if self.verdict is None:
            return text("backtest.nothing", language)
        found = self.verdict
        figures = {"error": found.error, "naive_error": found.naive_error}
        gain = abs(1 - found.crps / found.naive_crps) if found.naive_crps else 0.0
        said = text(
            f"backtest.{found.kind}", language, method=text(f"method_the.{found.method}", language),
            naive=text(f"method_the.{found.naive}", language),
            gain=formats.percent(gain, language),
            **{name: formats.percent(value, language) for name, value in figures.items()},
        )  # fmt: skip
        return said[:1].upper() + said[1:]

    def sentence(self, language: str) -> str:
        """The finding, then what it rests on."""
        if self.verdict is None:
            return self.finding(language)
        first, last = (
            formats.long_date(day, language) for day in (self.origins[0], self.origins[-1])
        )
        used = text(
            "backtest.used", language, origins=len(self.origins), first=first, last=last,
            horizons=self.horizons, closed=formats.number(self.closed, language),
        )  # fmt: skip
        covered = text("backtest.covered", language, held=self.held, judged=self.judged)
        return f"{self.finding(language)} {used} {covered}"

    def as_json(self) -> str:
        """All frames as a JSON text; what is unknown is null."""
        frames = ("rows", "forecasts", "chances", "reliability", "pit")
        found = self.verdict
        return json.dumps(
            {
                "as_of": self.as_of.isoformat(),
                "currency": self.currency,
                "origins": [day.isoformat() for day in self.origins],
                "closed": self.closed,
                "held": self.held,
                "judged": self.judged,
                "verdict": None if found is None else asdict(found) | {"kind": found.kind},
            }
            | {name: records(getattr(self, name)) for name in frames},
            ensure_ascii=False,
            indent=1,
        )


def origins_of(until: date, count: int) -> list[date]:
    """The month ends to read from the history: those to replay, and those to learn from."""
    from oppkit.analysis.backtest.windows import month_ends

    return month_ends(until, count + TRAINED)


def backtest(
    panel: Panel, until: date, currency: str, origins: int = ORIGINS, horizons: int = HORIZONS,
    methods: Sequence[str] = (), pipeline: bool = True, prior: Mapping[str, float] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Backtest:  # fmt: skip
    """Replay the last `origins` month ends, `horizons` months ahead, as far as the history goes.

    `methods` are names of `oppkit.analysis.backtest.registry`, all of them if none is given, and
    `prior` the default probabilities of the statuses. Without `pipeline`, what the open pipeline
    alone brings is left out, which takes half the time. `progress` is called with (done, total).
    Raises `NoSuchMethod`.
    """
    from threadpoolctl import threadpool_limits

    from oppkit.analysis.backtest.forecasts import EVERY, PIPELINE
    from oppkit.analysis.backtest.run import run
    from oppkit.analysis.backtest.windows import QUARTER

    chosen = _chosen(methods, prior or {})
    days = _replayed(panel, origins)
    ahead = (*range(1, horizons + 1), QUARTER) if horizons >= 3 else (*range(1, horizons + 1),)
    parts = (EVERY, PIPELINE) if pipeline else (EVERY,)
    with threadpool_limits(1):  # matrices are small: threads would wait for each other
        made = run(panel, days, until, chosen, ahead, parts, progress)
    return _told(made, panel, until, currency, days, horizons)


def _chosen(names: Sequence[str], prior: Mapping[str, float]) -> Mapping[str, Method]:
    from oppkit.analysis.backtest.registry import METHODS

    for name in names:
        if name not in METHODS:
            raise NoSuchMethod(name=name, known=", ".join(METHODS))
    return {name: METHODS[name](prior) for name in names or METHODS}


def _replayed(panel: Panel, count: int) -> list[date]:
    """The last month ends at which the history told of three whole months."""
    from oppkit.analysis.backtest.actuals import Monthly

    known = [day for day in panel.origins if len(Monthly.known(panel, day).amounts) >= _LEARNT]
    return known[-count:]


def _told(
    made: Replayed, panel: Panel, until: date, currency: str, days: Sequence[date], horizons: int
) -> Backtest:
    from oppkit.analysis.backtest import verdict as judging
    from oppkit.analysis.backtest.reliability import quality, reliability

    found = judging.verdict(made.forecasts)
    held, judged = judging.recent(made.forecasts, found.method) if found else (0, 0)
    return Backtest(
        until, currency, tuple(days), horizons,
        _frame(judging.table(made.forecasts)), _frame(_forecasts(made.forecasts)),
        _frame(quality(one) for one in made.chances),
        _frame(row for one in made.chances for row in reliability(one)),
        _frame(_pit(made.forecasts)), found,
        _closed(panel, days[-1]) if days else 0, held, judged,
    )  # fmt: skip


def _forecasts(forecasts: Iterable[Forecast]) -> Iterable[dict[str, Any]]:
    for one in forecasts:
        row = asdict(one)
        yield row | {name: round(row[name], 2) for name in _CENTS}


def _pit(forecasts: Sequence[Forecast]) -> Iterable[dict[str, Any]]:
    from oppkit.analysis.backtest.forecasts import EVERY, MONTHS, grouped
    from oppkit.analysis.backtest.pit import pit

    for (method, part, horizon), group in grouped(forecasts).items():
        if part == EVERY and horizon == MONTHS:
            yield from ({"method": method, **row} for row in pit(group))


def _closed(panel: Panel, day: date) -> int:
    """How many deals were closed, for good or bad, as was known at the end of a day."""
    import numpy as np

    from oppkit.analysis.signing.panel import FOREVER

    closings = panel.before(day).closings
    ended = np.isin(closings.outcome.astype(str), ("won", "lost", "abandoned"))
    return len(np.unique(closings.deal[ended & (closings.until == FOREVER)]))


def _frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The rows as a frame, without digits that mean nothing."""
    import pandas as pd

    cells = [{name: _cell(value) for name, value in row.items()} for row in rows]
    return pd.DataFrame(cells, dtype=object)


def _cell(value: Any) -> Any:
    return round(value, _DIGITS) if isinstance(value, float) else value
