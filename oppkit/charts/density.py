"""How likely each amount is in one period, and what part of it reaches the target."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from oppkit.charts import bands, theme
from oppkit.charts.values import missing, name_of
from oppkit.locale import formats, text
from oppkit.locale import language as chosen

_AREA, _REACHED = "rgba(128,128,128,0.30)", "rgba(0,158,115,0.45)"


def density(
    curve: tuple[Any, Any], currency: str = "EUR", *, quantiles: Mapping[float, Any] | None = None,
    mean: Any = None, target: Any = None, chance: float | None = None, period: str = "quarter",
    begins: datetime.date | None = None, as_of: datetime.date | None = None,
    language: str | None = None,
) -> go.Figure:  # fmt: skip
    """The law of an amount as a hill, as wide as it is uncertain; green what reaches the target.

    `curve` are amounts and their densities, as `Law.density` gives them; `quantiles` are marked by
    their level ({10: …, 50: …}), the `mean` too. `chance` is that of reaching the `target`.
    `period` is "month", "quarter" or "year", and `begins` its first day, where it is one.
    """
    language = language or chosen()
    amounts, heights = (np.asarray(one, dtype=np.float64) for one in curve)
    shape = _shape(heights)
    traces = [_area(amounts, shape, _AREA, text("likely.amount_below", language))]
    if target is not None and not missing(target):
        traces += _reached(amounts, shape, float(target), currency, language)
    traces += _marked(amounts, shape, quantiles or {}, mean, currency, language)
    return theme.figure(
        traces, _finding(quantiles or {}, target, chance, _when(period, begins, language),
                         currency, language),
        "" if as_of is None
        else text("chart.as_of", language, date=formats.long_date(as_of, language)),
        xaxis=_axis(amounts, target, currency, language), yaxis=_hidden(),
    )  # fmt: skip


def _shape(heights: Any) -> Any:
    """The highest as 1: a density has no unit that a reader knows. What is certain has no width."""
    top = float(heights.max(initial=0.0))
    if np.isinf(top):
        return np.isinf(heights).astype(np.float64)
    return heights / top if top > 0 else heights


def _area(amounts: Any, shape: Any, colour: str, name: str) -> go.Scatter:
    return go.Scatter(
        x=np.round(amounts, 2).tolist(), y=np.round(shape, 5).tolist(), mode="lines",
        fill="tozeroy", fillcolor=colour, line={"width": 1.5, "color": theme.GREY},
        name=theme.ink(name), hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def _reached(
    amounts: Any, shape: Any, target: float, currency: str, language: str
) -> list[go.Scatter]:
    """What lies at the target and above it, and the line where it begins."""
    beyond = amounts > target
    at = float(np.interp(target, amounts, shape)) if len(amounts) else 0.0
    words = text("pace.target", language)
    told = f"{words} {bands.short(target, currency, language)}"
    area = _area(np.r_[target, amounts[beyond]], np.r_[at, shape[beyond]], _REACHED, words)
    return [area.update(line={"width": 0}), go.Scatter(
        x=[round(target, 2)] * 2, y=[0, 1.12], mode="lines+text", text=["", theme.halo(told)],
        textposition="top center", line={"color": theme.VERMILLION, "dash": "dot", "width": 2},
        hoverinfo="skip", name=theme.ink(words), cliponaxis=False, showlegend=False,
    )]  # fmt: skip


def _marked(
    amounts: Any, shape: Any, quantiles: Mapping[float, Any], mean: Any, currency: str,
    language: str,
) -> list[go.Scatter]:  # fmt: skip
    """The quantiles and the mean on the line of the hill."""

    def marks(points: Sequence[tuple[str, float]], legend: str, **look: Any) -> go.Scatter:
        at = [value for _, value in points]
        return go.Scatter(
            x=[round(value, 2) for value in at],
            y=np.round(np.interp(at, amounts, shape), 5).tolist(),
            name=theme.ink(legend), hoverinfo="text", cliponaxis=False,
            hovertext=[f"<b>{name}</b><br>{formats.amount(value, currency, language, 0)}"
                       for name, value in points],
            text=[theme.halo(name) for name, _ in points], textposition="top center", **look,
        )  # fmt: skip

    found = []
    if quantiles and len(amounts):
        points = [(f"P{level:g}", float(value)) for level, value in sorted(quantiles.items())]
        dot = {"size": 10, "color": theme.BLUE}
        legend = text("likely.quantiles", language)
        found.append(marks(points, legend, mode="markers+text", marker=dot))
    if mean is not None and len(amounts):
        words = text("likely.mean", language)
        diamond = {"size": 10, "color": theme.ORANGE, "symbol": "diamond"}
        found.append(marks([(words, float(mean))], words, mode="markers", marker=diamond))
    return found


def _axis(amounts: Any, target: Any, currency: str, language: str) -> dict[str, Any]:
    ends = [float(amounts.min(initial=0.0)), float(amounts.max(initial=0.0))]
    values = [*ends] if target is None or missing(target) else [*ends, float(target)]
    axis = theme.amount_axis(values, currency, language)
    low, high = min(values), max(values)
    room = 0.02 * ((high - low) or 1.0)
    return {**axis, "range": [round(low - room, 2), round(high + room, 2)]}


def _hidden() -> dict[str, Any]:
    return {
        "visible": False, "range": [0, 1.25], "fixedrange": True, "showgrid": False,
    }  # fmt: skip


def _when(period: str, begins: datetime.date | None, language: str) -> str:
    if begins is None:
        return ""
    return text(f"chart.in_{period}", language, period=name_of(begins, period, language))


def _finding(
    quantiles: Mapping[float, Any], target: Any, chance: float | None, period: str,
    currency: str, language: str,
) -> str:  # fmt: skip
    """The chance of the target; without one, the widest band."""
    words = {"period": period}
    if chance is not None and target is not None:
        key = "likely.chance" if period else "likely.chance_plain"
        return text(key, language, **words, chance=formats.percent(chance, language),
                    target=bands.short(target, currency, language))  # fmt: skip
    levels = sorted(level for level in quantiles if level != bands.MEDIAN)
    if len(levels) < 2:
        return text("likely.density", language)
    low, high = levels[0], levels[-1]
    key = "likely.within" if period else "likely.within_plain"
    return text(
        key, language, **words, share=formats.percent((high - low) / 100, language),
        interval=bands.interval(quantiles[low], quantiles[high], currency, language),
    )  # fmt: skip
