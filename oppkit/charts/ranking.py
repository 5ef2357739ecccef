"""Horizontal bars: the pipeline by status, owner, establishment, tag or any other dimension."""

from __future__ import annotations

import datetime

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import findings, theme
from oppkit.charts.values import (
    by_weight,
    details,
    drawn,
    escaped,
    merged_rest,
    name_of,
    records,
    summed,
)
from oppkit.locale import language as chosen
from oppkit.locale import text

_MEASURES = ("amount", "weighted_amount")
_IN_OWN_ORDER = {"status", "month", "quarter", "year", "part"}
_NAME = 36


def ranking(
    rows: pd.DataFrame, by: str, currency: str = "EUR", *, top: int = 12,
    as_of: datetime.date | None = None, language: str | None = None,
) -> go.Figure:  # fmt: skip
    """Weighted amounts as solid bars before the outlines of the gross ones, the largest on top.

    `rows` has a column `by`, `amount` and `weighted_amount` in `currency`. Statuses keep the order
    of the frame. What comes after the `top` first is one bar.
    """
    language = language or chosen()
    rows = summed(rows, [by])
    head = findings.ranking(rows, by, currency, as_of, language)
    if by not in _IN_OWN_ORDER:
        rows = merged_rest(by_weight(rows), by, top, language)
    names = [escaped(name_of(value, by, language), _NAME) for value in rows[by]]
    bars = _bars(rows, names, currency, language)
    lengths = [length for bar in bars for length in bar.x]
    return theme.figure(
        bars, *head, height=150 + 34 * max(len(rows), 1), barmode="overlay",
        xaxis=theme.amount_axis(lengths, currency, language),
        yaxis={**theme.name_axis(names), "range": [len(names) - 0.4, -0.6]},
    )  # fmt: skip


def _bars(rows: pd.DataFrame, names: list[str], currency: str, language: str) -> list[go.Bar]:
    hover = [
        details(row, name, currency, language)
        for row, name in zip(records(rows), names, strict=True)
    ]
    bars = [
        go.Bar(
            x=[drawn(value) for value in rows[measure]], y=list(range(len(rows))),
            orientation="h", name=theme.ink(text(f"measure.{measure}", language)), marker=marker,
            hovertext=hover, hoverinfo="text",
        )
        for measure, marker in zip(_MEASURES, (theme.outline(), theme.solid()), strict=True)
    ]  # fmt: skip
    theme.label(bars[1], rows[_MEASURES[1]], currency, language)
    return bars
