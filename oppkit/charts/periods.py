"""Expected amounts over time: gross and weighted, margin, and split by a dimension."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import findings, pace, theme
from oppkit.charts.values import (
    PERIODS,
    by_weight,
    day,
    details,
    drawn,
    escaped,
    merged_rest,
    missing,
    name_of,
    records,
    summed,
)
from oppkit.locale import formats, text
from oppkit.locale import language as chosen

_LABELLED = 16  # more bars than this and their figures would run into each other


def forecast(
    rows: pd.DataFrame, by: str = "month", currency: str = "EUR", *, months: int = 12,
    as_of: datetime.date | None = None, actual: pd.DataFrame | None = None,
    target: pd.DataFrame | None = None, language: str | None = None,
) -> go.Figure:  # fmt: skip
    """Weighted amounts as solid bars before the outlines of the gross ones.

    `rows` has a column `by` (month, quarter or year), `amount` and `weighted_amount` in
    `currency`; other dimensions are summed up. `months` and `as_of` are those of the forecast.
    What was `won` in each period (`actual`) and the `target` are lines, from frames that have
    these columns beside `by`, as those of `workbench.targets.frame` do.
    """
    language = language or chosen()
    rows = every_period(pace.joined(summed(rows, [by]), by, actual, target), by)
    head = findings.expected(rows, by, currency, months, as_of, language)
    lines = pace.lines(rows[by].tolist(), by, actual, target, currency, language)
    return _two_bars(rows, by, ("amount", "weighted_amount"), head, currency, language, lines)


def margin(
    rows: pd.DataFrame, by: str = "month", currency: str = "EUR", *, months: int = 12,
    as_of: datetime.date | None = None, language: str | None = None,
) -> go.Figure:  # fmt: skip
    """The same as `forecast`, for the margin."""
    language = language or chosen()
    rows = every_period(summed(rows, [by]), by)
    head = findings.margin(rows, currency, months, as_of, language)
    return _two_bars(rows, by, ("margin", "weighted_margin"), head, currency, language)


def split(
    rows: pd.DataFrame, by: str, into: str, currency: str = "EUR", *, top: int = 5,
    months: int = 12, as_of: datetime.date | None = None, language: str | None = None,
) -> go.Figure:  # fmt: skip
    """Weighted amounts per period (`by`) stacked by a dimension (`into`).

    The `top` largest values have a colour of their own, the others are one grey.
    """
    language = language or chosen()
    rows = summed(rows, [by, into])
    ranked = by_weight(_totals(rows, into))
    periods = every_period(_totals(rows, by), by)[by].tolist()
    shown = merged_rest(ranked, into, min(top, len(theme.SERIES)), language)
    bars = [
        _series(rows, periods, (by, into), ranked.iloc[places], name, colour, currency, language)
        for places, name, colour in _stack(ranked, shown, into, language)
    ]
    heights = [sum(drawn(bar.y[place]) for bar in bars) for place in range(len(periods))]
    head = findings.split(ranked, into, currency, months, as_of, language)
    return theme.figure(
        bars, *head, barmode="relative", legend=theme.side_legend(),
        xaxis=theme.name_axis(period_names(periods, by, language)),
        yaxis=theme.amount_axis(heights, currency, language),
    )  # fmt: skip


def _totals(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Summed by one of two dimensions; tags overlap, but no more than in any chart by tag."""
    kept = [name for name in rows.columns if name != "tag" or name == by]
    return summed(rows[kept], [by])


def _stack(
    ranked: pd.DataFrame, shown: pd.DataFrame, into: str, language: str
) -> list[tuple[list[int], str, str]]:
    """For each colour of a stack: the rows of `ranked` it stands for, its name, the colour."""
    own = len(shown) if len(shown) == len(ranked) else len(shown) - 1
    names = [name_of(value, into, language) for value in shown[into]]
    colours = [*theme.SERIES, theme.GREY]
    stack = [([place], names[place], colours[place]) for place in range(own)]
    if own < len(ranked):
        stack.append((list(range(own, len(ranked))), names[own], theme.GREY))
    return stack


def _series(
    rows: pd.DataFrame, periods: Sequence[Any], columns: tuple[str, str], members: pd.DataFrame,
    name: str, colour: str, currency: str, language: str,
) -> go.Bar:  # fmt: skip
    """One colour of the stack, its amount in every period."""
    by, into = columns
    wanted = set(members[into])
    sums: dict[Any, Decimal] = {}
    for row in records(rows):
        if row[into] in wanted and not missing(row["weighted_amount"]):
            sums[row[by]] = sums.get(row[by], Decimal(0)) + row["weighted_amount"]
    label = escaped(name, 32)
    return go.Bar(
        x=list(range(len(periods))), y=[drawn(sums.get(period)) for period in periods],
        name=theme.ink(label), marker=theme.solid(colour), hoverinfo="text",
        hovertext=[
            f"<b>{label}</b><br>{name_of(period, by, language)}<br>"
            f"{formats.amount(sums.get(period, Decimal(0)), currency, language)}"
            for period in periods
        ],
    )  # fmt: skip


def every_period(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """The rows in order of time, with an empty one for each period in between without any."""
    dated = {day(row[by]): row for row in records(rows) if not missing(row[by])}
    undated = [row for row in records(rows) if missing(row[by])]
    filled = []
    at = min(dated, default=None)
    while at is not None and at <= max(dated):
        filled.append({**dated.get(at, {}), by: at})
        months = at.year * 12 + at.month - 1 + PERIODS[by]
        at = datetime.date(months // 12, months % 12 + 1, 1)
    return pd.DataFrame([*filled, *undated], columns=rows.columns, dtype=object)


def period_names(periods: Sequence[Any], by: str, language: str) -> list[str]:
    """Names under the bars; months have their year below, where it begins."""
    names: list[str] = []
    for place, period in enumerate(periods):
        name = escaped(name_of(period, by, language, short=True))
        if by == "month" and not missing(period):
            month, _, year = name.rpartition(" ")
            name = f"{month}<br>{year}" if place == 0 or period.month == 1 else month
        names.append(name)
    return names


def _two_bars(
    rows: pd.DataFrame, by: str, measures: tuple[str, str], head: tuple[str, str],
    currency: str, language: str, lines: Sequence[go.Scatter] = (),
) -> go.Figure:  # fmt: skip
    """The second measure as solid bars before the outlines of the first; `lines` over both."""
    periods = rows[by].tolist()
    hover = [
        details(row, escaped(name_of(row[by], by, language)), currency, language)
        for row in records(rows)
    ]
    heights = [drawn(value) for measure in measures for value in rows[measure]]
    heights += [value for line in lines for value in line.y if value is not None]
    axis = theme.amount_axis(heights, currency, language)
    bars = [
        go.Bar(
            x=list(range(len(periods))), y=[drawn(value) for value in rows[measure]],
            name=theme.ink(text(f"measure.{measure}", language)), marker=marker,
            hovertext=hover, hoverinfo="text",
        )
        for measure, marker in zip(measures, (theme.outline(), theme.solid()), strict=True)
    ]  # fmt: skip
    if len(periods) <= _LABELLED:
        theme.label(bars[1], rows[measures[1]], currency, language)
    names = period_names(periods, by, language)
    return theme.figure(
        [*bars, *lines], *head, barmode="overlay", xaxis=theme.name_axis(names), yaxis=axis
    )
