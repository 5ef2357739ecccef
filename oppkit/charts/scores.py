"""How far off each method was: its errors, and the score of its intervals."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import bands, estimates, theme
from oppkit.charts.values import Row, escaped, missing, records
from oppkit.locale import formats, text
from oppkit.locale import language as chosen
from oppkit.locale import scores as worded

_MEASURES = (("wape", theme.ORANGE, -0.19), ("crps", theme.BLUE, 0.19))
_WIDTH = 0.34


def scores(
    rows: pd.DataFrame, horizon: int | str = "months", *, part: str = "all", finding: str = "",
    as_of: datetime.date | None = None, language: str | None = None,
) -> go.Figure:  # fmt: skip
    """Two bars for each method, the best one first: the shorter, the closer.

    `rows` are those of `Workbench.backtest`, of one `horizon` (a number of months, "quarter", or
    "months" for all of them) and `part`. `finding`, a sentence, is the title; without it, the best.
    """
    language = language or chosen()
    told = [row for row in of(rows, horizon, part) if not missing(row["crps"])]
    names = [_name(row, told, language) for row in told]
    hover = [_details(row, language) for row in told]
    ends = [max(float(row[name]) for name, *_ in _MEASURES) for row in told]
    bars = [_bars(told, name, colour, shift, hover, language) for name, colour, shift in _MEASURES]
    words = [
        text("score.covered", language, share=formats.percent(float(row["cov80"]), language))
        for row in told
    ]
    return theme.figure(
        [*bars, bands.beside(ends, words, 0.08 * max(ends, default=0.0))],
        escaped(finding).rstrip(".") or _finding(told, language), _below(horizon, as_of, language),
        height=170 + 58 * max(len(told), 1), barmode="overlay",
        xaxis=_axis(ends, language), yaxis=estimates.rows_axis(names),
    )  # fmt: skip


def of(rows: pd.DataFrame, horizon: int | str, part: str) -> list[Row]:
    """The rows of one horizon and part, as they are ordered: the best CRPS first."""
    return [row for row in records(rows) if row["horizon"] == horizon and row["part"] == part]


def _name(row: Row, rows: Sequence[Row], language: str) -> str:
    """With the number of its forecasts, where it is not that of the others."""
    name = escaped(text(f"method.{row['method']}", language))
    most = max(int(one["forecasts"]) for one in rows)
    if int(row["forecasts"]) == most:
        return name
    count = formats.number(int(row["forecasts"]), language)
    return f"{name}<br>{text('score.only', language, number=count)}"


def _bars(
    rows: Sequence[Row], name: str, colour: str, shift: float, hover: Sequence[str], language: str
) -> go.Bar:
    values = [float(row[name]) for row in rows]
    return go.Bar(
        x=values, y=[place + shift for place in range(len(rows))], orientation="h", width=_WIDTH,
        marker=theme.solid(colour), name=theme.ink(text(f"score.{name}", language)),
        text=[theme.halo(formats.percent(value, language)) for value in values],
        textposition="outside", cliponaxis=False, hovertext=list(hover), hoverinfo="text",
    )  # fmt: skip


def _axis(ends: Sequence[float], language: str) -> dict[str, Any]:
    """From 0 on, with room for what is written after the bars; errors may exceed 100 %."""
    top = max([0.1, *ends])
    step = next(step for step in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 100) if top / step <= 6)
    axis = theme.number_axis([0.0, top], language)
    places = range(int(top / step) + 1)
    return {
        **axis, "tickvals": [round(place * step, 2) for place in places],
        "ticktext": [theme.ink(formats.percent(place * step, language), faint=True)
                     for place in places],
        "range": [0, round(top * 1.55, 4)],
    }  # fmt: skip


def _details(row: Row, language: str) -> str:
    lines = [f"<b>{text('method.' + row['method'], language)}</b>"]
    for name in ("wape", "bias", "crps", "skill", "width80", "cov80", "cov90"):
        if not missing(row[name]):
            share = formats.percent(float(row[name]), language)
            lines.append(f"{text('score.' + name, language)}  {share}")
    count = formats.number(int(row["forecasts"]), language)
    return "<br>".join([*lines, f"{text('score.forecasts', language)}  {count}"])


def _finding(rows: Sequence[Row], language: str) -> str:
    if not rows:
        return text("backtest.nothing", language)
    best = rows[0]
    return text(
        "score.best", language, method=text(f"method_the.{best['method']}", language),
        error=formats.percent(float(best["wape"]), language),
        crps=formats.percent(float(best["crps"]), language),
    )  # fmt: skip


def _below(horizon: int | str, as_of: datetime.date | None, language: str) -> str:
    notes = [worded.horizon(horizon, language), text("score.of_signed", language)]
    if as_of is not None:
        notes.append(text("chart.as_of", language, date=formats.long_date(as_of, language)))
    return " · ".join(notes)
