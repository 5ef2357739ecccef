"""Whether chances of single deals were right: what was said beside what happened."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import estimates, theme
from oppkit.charts.values import Row, records
from oppkit.locale import formats, text
from oppkit.locale import language as chosen

_LOOK = (("circle", theme.BLUE), ("diamond", theme.ORANGE), ("square", theme.GREEN))
_DOT = (7.0, 22.0)  # pixels, of one deal and of the most
_GRID = "rgba(128,128,128,0.25)"


def reliability(
    rows: pd.DataFrame, question: str = "won", horizon: int | None = None, *,
    methods: Sequence[str] = (), as_of: datetime.date | None = None, language: str | None = None,
) -> go.Figure:  # fmt: skip
    """A point for each bin of chances: on the diagonal, what was said is what happened.

    `rows` are the `reliability` of a backtest. `question` is "won", or "signed" within `horizon`
    months. The larger a point, the more deals; hollow where they are few.
    """
    language = language or chosen()
    told = [row for row in records(rows) if row["question"] == question
            and (question == "won" or row["horizon"] == horizon)]  # fmt: skip
    names = list(methods) or list(dict.fromkeys(row["method"] for row in told))
    most = max((int(row["deals"]) for row in told), default=1)
    groups = {name: [row for row in told if row["method"] == name] for name in names}
    marks = [
        _points(group, look, most, text(f"method.{name}", language), language)
        for (name, group), look in zip(groups.items(), _LOOK, strict=False)
    ]
    shown = [row for group in groups.values() for row in group]
    reach = max([0.1, *(float(row[name]) for row in shown for name in ("chance", "share_high_80"))])
    return theme.figure(
        [_diagonal(reach, language), *marks], _finding(groups, language),
        _below(question, horizon, as_of, language), height=480,
        xaxis=_axis(reach, "reliability.said", language),
        yaxis=_axis(reach, "reliability.happened", language),
    )  # fmt: skip


def _points(
    rows: Sequence[Row], look: tuple[str, str], most: int, name: str, language: str
) -> go.Scatter:
    symbol, colour = look
    values = [float(row["share"]) for row in rows]
    low, high = ([float(row[f"share_{end}_95"]) for row in rows] for end in ("low", "high"))
    return go.Scatter(
        x=[float(row["chance"]) for row in rows], y=values, mode="lines+markers",
        name=theme.ink(name), line={"width": 1, "color": colour},
        marker={
            "color": colour, "size": [_size(int(row["deals"]), most) for row in rows],
            "symbol": [f"{symbol}-open" if row["few"] else symbol for row in rows],
        },
        error_y=estimates.whisker(values, low, high), hoverinfo="text",
        hovertext=[_details(row, name, language) for row in rows],
    )  # fmt: skip


def _size(deals: int, most: int) -> float:
    least, largest = _DOT
    return round(least + (largest - least) * math.sqrt(deals / most), 1)


def _diagonal(reach: float, language: str) -> go.Scatter:
    return go.Scatter(
        x=[0, reach], y=[0, reach], mode="lines", hoverinfo="skip",
        name=theme.ink(text("reliability.right", language)),
        line={"color": theme.GREY, "dash": "dash", "width": 1.5},
    )  # fmt: skip


def _axis(reach: float, title: str, language: str) -> dict[str, Any]:
    step = next(step for step in (0.02, 0.05, 0.1, 0.2) if reach / step <= 6)
    ticks = [round(place * step, 2) for place in range(int(1 / step) + 1)]
    return {
        "tickmode": "array", "tickvals": [tick for tick in ticks if tick <= reach],
        "ticktext": [theme.ink(formats.percent(tick, language), faint=True)
                     for tick in ticks if tick <= reach],
        "range": [-0.02 * reach, round(min(1.03, reach * 1.05), 4)],
        "title": theme.axis_title(text(title, language)),
        "gridcolor": _GRID, "zeroline": True, "zerolinecolor": theme.GREY, "zerolinewidth": 1,
        "showline": False, "ticks": "", "fixedrange": True, "automargin": True,
    }  # fmt: skip


def _details(row: Row, name: str, language: str) -> str:
    said = {end: formats.percent(float(row[end]), language) for end in ("low", "high")}
    happened = {
        name: formats.percent(float(row[key]), language, 1)
        for name, key in (("value", "share"), ("low", "share_low_95"), ("high", "share_high_95"))
    }
    counts = {name: formats.number(int(row[name]), language) for name in ("deals", "cases")}
    return "<br>".join([
        f"<b>{name}</b>",
        text("reliability.bin", language, **said),
        f"{text('reliability.happened', language)}  {text('interval.share', language, **happened)}",
        text("reliability.counts", language, **counts),
    ])  # fmt: skip


def _finding(groups: dict[str, list[Row]], language: str) -> str:
    """Of the first method: what was said and what happened, of all together."""
    name, rows = next(iter(groups.items()), ("", []))
    cases = sum(int(row["cases"]) for row in rows)
    if not cases:
        return text("reliability.nothing", language)
    said, happened = (
        sum(int(row["cases"]) * float(row[key]) for row in rows) / cases
        for key in ("chance", "share")
    )
    gap = said - happened
    way = "right" if abs(gap) < 0.02 else "high" if gap > 0 else "low"
    return text(
        f"reliability.found_{way}", language, method=_begun(text(f"method_the.{name}", language)),
        said=formats.percent(said, language, 1), happened=formats.percent(happened, language, 1),
    )  # fmt: skip


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def _below(question: str, horizon: int | None, as_of: datetime.date | None, language: str) -> str:
    if question == "won":
        notes = [text("reliability.won", language)]
    else:
        plural = "one" if horizon == 1 else "many"
        notes = [text(f"reliability.signed_{plural}", language, number=horizon)]
    if as_of is not None:
        notes.append(text("chart.as_of", language, date=formats.long_date(as_of, language)))
    return " · ".join(notes)
