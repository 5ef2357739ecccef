"""Month by month: the interval that was said, and what came."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import bands, theme
from oppkit.charts.periods import period_names
from oppkit.charts.values import Row, day, drawn, records
from oppkit.locale import formats, text
from oppkit.locale import language as chosen
from oppkit.locale import scores as worded

_HAIR = 0.005  # half a cent


def coverage(
    forecasts: pd.DataFrame, method: str = "model", horizon: int | str = 1, currency: str = "EUR",
    *, as_of: datetime.date | None = None, language: str | None = None,
) -> go.Figure:  # fmt: skip
    """The 80 % interval of each month as it was said `horizon` months before, and the actual.

    `forecasts` are those of a backtest, `method` one of them. For "quarter", the three months from
    the one that is named on.
    """
    language = language or chosen()
    told = sorted(
        (row for row in records(forecasts) if row["method"] == method and row["part"] == "all"
         and row["horizon"] == horizon), key=lambda row: day(row["first"]),
    )  # fmt: skip
    months = [day(row["first"]) for row in told]
    hover = [_details(row, currency, language) for row in told]
    boxes = bands.boxes(told, ["p10", "p90"], hover, language)
    middle = bands.ticks([drawn(row["p50"]) for row in told], text("likely.median", language),
                         theme.GREY, "line-ew-open", hover)  # fmt: skip
    middle.update(marker={"size": 14, "line": {"width": 2}})
    heights = [drawn(row[name]) for row in told for name in ("p10", "p90", "actual")]
    return theme.figure(
        [*boxes, middle, *_actuals(told, hover, language)], _finding(told, language),
        _below(method, horizon, as_of, language), barmode="overlay",
        xaxis=theme.name_axis(period_names(months, "month", language)),
        yaxis=theme.amount_axis(heights, currency, language),
    )  # fmt: skip


def inside(row: Row) -> bool:
    """Whether what came lay in the interval."""
    return float(row["p10"]) - _HAIR <= float(row["actual"]) <= float(row["p90"]) + _HAIR


def _actuals(rows: Sequence[Row], hover: Sequence[str], language: str) -> list[go.Scatter]:
    """Squares inside, crosses outside: told apart without colours too."""
    return [
        bands.ticks(
            [drawn(row["actual"]) if inside(row) == wanted else None for row in rows],
            text(f"coverage.{name}", language), colour, symbol, hover,
        )
        for wanted, name, colour, symbol in (
            (True, "inside", theme.GREEN, "square"), (False, "outside", theme.VERMILLION, "x"),
        )
    ]  # fmt: skip


def _details(row: Row, currency: str, language: str) -> str:
    named = {"actual": text("coverage.actual", language)}
    named |= {name: name.upper() for name in ("p90", "p50", "p10")}
    head = f"<b>{formats.month(day(row['first']), language)}</b>"
    return "<br>".join([head, *bands.lines(row, named, currency, language)])


def _finding(rows: Sequence[Row], language: str) -> str:
    if not rows:
        return text("backtest.nothing", language)
    held = sum(inside(row) for row in rows)
    return text(
        "coverage.found", language, held=held, count=len(rows),
        share=formats.percent(held / len(rows), language),
    )  # fmt: skip


def _below(method: str, horizon: int | str, as_of: datetime.date | None, language: str) -> str:
    notes = [text(f"method.{method}", language), worded.horizon(horizon, language)]
    if as_of is not None:
        notes.append(text("chart.as_of", language, date=formats.long_date(as_of, language)))
    return " · ".join(notes)
