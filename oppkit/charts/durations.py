"""How long opportunities stay in each status, and how long those that are open have been there."""

from __future__ import annotations

import datetime
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import estimates, theme
from oppkit.charts.conversion import below
from oppkit.charts.values import Row, escaped, missing, name_of, records
from oppkit.locale import formats, intervals, text
from oppkit.locale import language as chosen

_NAME = 36
_LOWER = 0.34  # the open ones stand a little below
_DOT = (5.0, 18.0)  # pixels, of one opportunity and of the most in a week


def durations(
    rows: pd.DataFrame, waiting: pd.DataFrame | None = None, *,
    as_of: datetime.date | None = None, language: str | None = None,
) -> go.Figure:  # fmt: skip
    """The median stay in each status with its interval; below it the open ones, week by week.

    `rows` and `waiting` are those of a `Speed`. A dot is the larger, the more have waited so long.
    """
    language = language or chosen()
    steps = records(rows)
    names = [escaped(name_of(row["status"], "status", language), _NAME) for row in steps]
    dots = [] if waiting is None else records(waiting)
    top = max([end(row) for row in steps] + [float(dot["days"]) for dot in dots], default=0.0)
    hover = [_details(row, name, language) for row, name in zip(steps, names, strict=True)]
    traces = [medians(steps, hover, top, text("funnel_measure.days", language))]
    if dots:
        traces.append(_open_ones(dots, [row["status"] for row in steps], names, language))
    words = [escaped(intervals.days(row, "days", language)) for row in steps]
    traces.append(estimates.labels([end(row) for row in steps], range(len(steps)), words))
    return theme.figure(
        traces, _finding(steps, names, language), below(as_of, language),
        height=150 + 58 * max(len(steps), 1),
        xaxis=estimates.day_axis([top], language, room(steps, top)),
        yaxis=estimates.rows_axis(names),
    )  # fmt: skip


def end(row: Row) -> float:
    """Up to where a stay is drawn."""
    known = [row[key] for key in ("days_high_95", "days", "days_low_95") if not missing(row[key])]
    return float(max(known, default=0))


def room(steps: list[Row], top: float) -> float:
    """What has to be left for the words after the longest interval."""
    longest = max((end(row) for row in steps), default=0.0)
    return max(0.05, 0.45 - (1 - longest / top)) if top else 0.45


def medians(steps: list[Row], hover: list[str], top: float, legend: str) -> go.Scatter:
    """The medians that are known; an interval without an end goes on to the last day drawn."""
    known = [place for place, row in enumerate(steps) if not missing(row["days"])]
    shown = [steps[place] for place in known]
    values = [float(row["days"]) for row in shown]
    low = [float(row["days_low_95"]) for row in shown]
    high = [top if missing(row["days_high_95"]) else float(row["days_high_95"]) for row in shown]
    return go.Scatter(
        x=values, y=known, mode="markers", name=theme.ink(legend),
        marker={
            "size": 11, "color": theme.BLUE,
            "symbol": ["circle-open" if row["few"] else "circle" for row in shown],
        },
        error_x=estimates.whisker(values, low, high), hoverinfo="text",
        hovertext=[hover[place] for place in known],
    )  # fmt: skip


def _open_ones(dots: list[Row], statuses: list[Any], names: list[str], language: str) -> go.Scatter:
    most = max(int(dot["opportunities"]) for dot in dots)
    shown = [dot for dot in dots if dot["status"] in statuses]
    places = [statuses.index(dot["status"]) for dot in shown]
    small, large = _DOT
    return go.Scatter(
        x=[int(dot["days"]) for dot in shown], y=[place + _LOWER for place in places],
        mode="markers", name=theme.ink(text("funnel_measure.open", language)),
        marker={
            "color": theme.ORANGE, "opacity": 0.6, "line": {"width": 0},
            "size": [
                round(small + (large - small) * (int(dot["opportunities"]) / most) ** 0.5, 1)
                for dot in shown
            ],
        },
        hoverinfo="text",
        hovertext=[
            f"<b>{names[place]}</b><br>{text('funnel_measure.open', language)}"
            f"  {formats.number(int(dot['opportunities']), language)}"
            for dot, place in zip(shown, places, strict=True)
        ],
    )  # fmt: skip


def _finding(steps: list[Row], names: list[str], language: str) -> str:
    """The status in which half of them stay the longest."""
    if not steps:
        return text("funnel.none", language)
    sure = [n for n, row in enumerate(steps) if not row["few"] and not missing(row["days"])]
    if not sure:
        return text("funnel.only_few", language)
    longest = max(sure, key=lambda place: float(steps[place]["days"]))
    days = intervals.days(steps[longest], "days", language)
    return text("funnel.longest", language, name=names[longest], days=escaped(days))


def _details(row: Row, name: str, language: str) -> str:
    told = [(key, row[key]) for key in ("stays", "left", "open", "waiting", "age")]
    known = [(key, formats.number(round(float(v)), language)) for key, v in told if not missing(v)]
    lines = [f"{text(f'funnel_measure.{key}', language)}  {figure}" for key, figure in known]
    return "<br>".join([f"<b>{name}</b>", escaped(intervals.days(row, "days", language)), *lines])
