"""What charts of estimates share: bars with their intervals, axes of shares and of days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from oppkit.charts import theme
from oppkit.charts.values import Row
from oppkit.locale import formats

_GRID = "rgba(128,128,128,0.25)"
_WHISKER = "#767676"
_PALE = "rgba(128,128,128,0.12)"
_STEPS = (5, 10, 20, 30, 60, 90, 180, 365, 730, 1825, 3650)
_TICKS = 7
_ROOM = 0.55  # right of the bars, for what is written there


def share_bars(
    rows: Sequence[Row], name: str, places: Sequence[float], words: Sequence[str], hover: list[str],
    legend: str, colour: str, width: float,
) -> list[Any]:  # fmt: skip
    """A bar for each share, with its interval of 95 % and, right of it, what it says.

    Where cases are few there is only an outline: its length means little.
    """
    values = [float(row[name]) for row in rows]
    low, high = ([float(row[f"{name}_{end}_95"]) for row in rows] for end in ("low", "high"))
    bars = go.Bar(
        x=values, y=list(places), orientation="h", width=width, name=theme.ink(legend),
        marker={
            "color": [_PALE if row["few"] else colour for row in rows],
            "line": {"width": [1.25 if row["few"] else 0 for row in rows], "color": theme.GREY},
        },
        error_x=whisker(values, low, high), hovertext=hover, hoverinfo="text",
    )  # fmt: skip
    return [bars, labels(high, places, words)]


def whisker(values: Sequence[float], low: Sequence[float], high: Sequence[float]) -> dict[str, Any]:
    """An interval around each value, as Plotly's error bars."""
    return {
        "type": "data", "symmetric": False, "color": _WHISKER, "thickness": 1.5, "width": 4,
        "array": [round(end - value, 4) for value, end in zip(values, high, strict=True)],
        "arrayminus": [round(value - end, 4) for value, end in zip(values, low, strict=True)],
    }  # fmt: skip


def labels(ends: Sequence[float], places: Sequence[float], words: Sequence[str]) -> go.Scatter:
    """Words (escaped already) right of where the intervals end."""
    return go.Scatter(
        x=list(ends), y=list(places), mode="text", textposition="middle right", cliponaxis=False,
        text=[theme.ink(f" {one}") for one in words], hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def share_axis(highs: Sequence[float], language: str) -> dict[str, Any]:
    """An axis of percentages from 0 on, as long as the intervals need."""
    top = max([0.1, *highs])
    step = next(step for step in (0.02, 0.05, 0.1, 0.2) if top / step <= 6)
    ticks = [round(place * step, 2) for place in range(int(1 / step) + 1) if place * step <= top]
    return _axis(ticks, [formats.percent(tick, language) for tick in ticks], top)


def day_axis(highs: Sequence[float], language: str, room: float = _ROOM) -> dict[str, Any]:
    """An axis of days from 0 on."""
    top = max([10.0, *highs])
    step = next((step for step in _STEPS if top / step <= _TICKS), _STEPS[-1])
    ticks = [place * step for place in range(int(top / step) + 1)]
    return _axis(ticks, [formats.number(tick, language) for tick in ticks], top, room)


def _axis(
    ticks: Sequence[float], words: Sequence[str], top: float, room: float = _ROOM
) -> dict[str, Any]:
    return {
        "tickmode": "array", "tickvals": list(ticks),
        "ticktext": [theme.ink(one, faint=True) for one in words],
        "range": [0, round(top * (1 + room), 4)],
        "gridcolor": _GRID, "zeroline": True, "zerolinecolor": theme.GREY, "zerolinewidth": 1,
        "showline": False, "ticks": "", "fixedrange": True, "automargin": True,
    }  # fmt: skip


def rows_axis(names: Sequence[str]) -> dict[str, Any]:
    """Names (escaped already) from top to bottom."""
    return {**theme.name_axis(names), "range": [max(len(names), 1) - 0.4, -0.6]}
