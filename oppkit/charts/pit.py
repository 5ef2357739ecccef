"""Whether what came lay where the forecasts said: level bars, within what chance explains."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import estimates, theme
from oppkit.charts.values import Row, records
from oppkit.locale import formats, text
from oppkit.locale import language as chosen

_BAND = "rgba(128,128,128,0.22)"


def pit(
    rows: pd.DataFrame, method: str = "model", *, as_of: datetime.date | None = None,
    language: str | None = None,
) -> go.Figure:  # fmt: skip
    """How often the actual lay in each tenth of the forecast distribution of a `method`.

    `rows` are the `pit` of a backtest. The grey band is where right forecasts would lie 9 times out
    of 10, if they were independent of each other.
    """
    language = language or chosen()
    told = [row for row in records(rows) if row["method"] == method]
    names = [f"{row['low'] * 100:.0f}–{row['high'] * 100:.0f}" for row in told]
    highs = [max(float(row["share"]), float(row["band_high"])) for row in told]
    highs.append(0.2)
    axis = estimates.share_axis(highs, language)
    return theme.figure(
        [_bars(told, language), *_band(told, language)], _finding(told, language),
        _below(method, as_of, language),
        xaxis={**theme.name_axis(names), "title": theme.axis_title(text("pit.place", language))},
        yaxis={**axis, "range": [0, round(max(highs) * 1.1, 4)]},
    )  # fmt: skip


def _bars(rows: Sequence[Row], language: str) -> go.Bar:
    shares = [formats.percent(float(row["share"]), language, 1) for row in rows]
    return go.Bar(
        x=list(range(len(rows))), y=[float(row["share"]) for row in rows],
        marker={"color": [theme.BLUE if _level(row) else theme.VERMILLION for row in rows]},
        hoverinfo="text", showlegend=False,
        hovertext=[f"{text('pit.share', language)}  {share}" for share in shares],
    )  # fmt: skip


def _level(row: Row) -> bool:
    return bool(row["band_low"] <= row["share"] <= row["band_high"])


def _band(rows: Sequence[Row], language: str) -> list[go.Scatter]:
    if not rows:
        return []
    ends = [-0.5, len(rows) - 0.5]
    low, high, level = (float(rows[0][name]) for name in ("band_low", "band_high", "expected"))
    return [
        go.Scatter(
            x=[*ends, *reversed(ends)], y=[low, low, high, high], fill="toself", fillcolor=_BAND,
            line={"width": 0}, mode="lines", hoverinfo="skip",
            name=theme.ink(text("pit.noise", language)),
        ),
        go.Scatter(
            x=ends, y=[level, level], mode="lines", hoverinfo="skip", showlegend=False,
            line={"color": theme.GREY, "dash": "dash", "width": 1.5},
        ),
    ]  # fmt: skip


def _finding(rows: Sequence[Row], language: str) -> str:
    """What the two ends say: too sure, too high, too low, or nothing against it."""
    if not rows or not any(row["share"] for row in rows):
        return text("pit.nothing", language)
    first, last = rows[0], rows[-1]
    low, high = (float(row["share"]) > float(row["band_high"]) for row in (first, last))
    ends = float(first["share"]) + float(last["share"])
    share = formats.percent(ends, language)
    if low and high:
        return text("pit.too_sure", language, share=share)
    if low or high:
        worst = formats.percent(float((first if low else last)["share"]), language)
        return text("pit.too_high" if low else "pit.too_low", language, share=worst)
    if all(float(row["share"]) < float(row["band_low"]) for row in (first, last)):
        return text("pit.too_vague", language, share=share)
    return text("pit.level", language)


def _below(method: str, as_of: datetime.date | None, language: str) -> str:
    notes = [text(f"method.{method}", language), text("pit.months", language)]
    if as_of is not None:
        notes.append(text("chart.as_of", language, date=formats.long_date(as_of, language)))
    return " · ".join(notes)
