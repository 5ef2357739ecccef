"""What is likely to be signed in each period: bands of quantiles beside what was entered."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import bands, pace, theme
from oppkit.charts.periods import every_period, period_names
from oppkit.charts.values import Row, day, escaped, missing, name_of, records
from oppkit.locale import formats, text
from oppkit.locale import language as chosen

_LOW = 0.25  # of the largest median
_LABELLED = 13  # more bands than this and their figures would run into each other


def fan(
    rows: pd.DataFrame, by: str = "month", currency: str = "EUR", *,
    actual: pd.DataFrame | None = None, target: pd.DataFrame | None = None,
    as_of: datetime.date | None = None, language: str | None = None,
) -> go.Figure:  # fmt: skip
    """A band for each period (`by`: month, quarter or year), the median, the weighted sum.

    `rows` has a column `by` and quantiles by their names: `p10`, `p50`, `p90`, and more for more
    bands; `mean` and `weighted_amount` (what was entered) where they are known. What was `won` in
    each period (`actual`) and the `target` are lines, as in `forecast`.
    """
    language = language or chosen()
    dated = rows[[not missing(value) for value in rows[by]]] if len(rows) else rows
    dated = every_period(pace.joined(dated, by, actual, target), by)
    periods, told = dated[by].tolist(), records(dated)
    hover = [_details(row, by, currency, language) for row in told]
    marks = bands.boxes(told, list(map(str, dated.columns)), hover, language)
    marks += _marks(told, hover, currency, language)
    marks += pace.lines(periods, by, actual, target, currency, language)
    return theme.figure(
        marks, _finding(told, by, currency, as_of, language), _below(as_of, language),
        barmode="overlay", xaxis=theme.name_axis(period_names(periods, by, language)),
        yaxis=theme.amount_axis(_heights(told, marks), currency, language),
    )  # fmt: skip


def _marks(
    rows: Sequence[Row], hover: Sequence[str], currency: str, language: str
) -> list[go.Scatter]:
    """The median with its figure, and what was entered."""
    middle = [bands.figure_or_none(row.get("p50")) for row in rows]
    median = bands.ticks(
        middle, text("likely.median", language), theme.ORANGE, "line-ew-open", hover
    )
    if len(rows) <= _LABELLED:
        words = ["" if value is None else bands.short(value, currency, language)
                 for value in middle]  # fmt: skip
        median.update(
            mode="markers+text", text=[theme.halo(one) if one else "" for one in words],
            textposition=_beside(middle), cliponaxis=False,
        )  # fmt: skip
    entered = [bands.figure_or_none(row.get("weighted_amount")) for row in rows]
    if not any(value is not None for value in entered):
        return [median]
    name = text("measure.weighted_amount", language)
    return [median, bands.ticks(entered, name, theme.GREY, "diamond-open", hover)]


def _beside(middle: Sequence[float | None]) -> list[str]:
    """Below the median, for what was entered mostly lies above; but not on the names of months."""
    top = max((value for value in middle if value is not None), default=0.0)
    low = [value is not None and value < _LOW * top for value in middle]
    return ["top center" if one else "bottom center" for one in low]


def _heights(rows: Sequence[Row], marks: Sequence[Any]) -> list[float]:
    quantile_columns = bands.quantiles([name for row in rows[:1] for name in row]).values()
    ends = [row[name] for row in rows for name in quantile_columns]
    known = [value for end in ends if (value := bands.figure_or_none(end)) is not None]
    drawn = [value for mark in marks if isinstance(mark, go.Scatter) for value in mark.y]
    return [*known, *(value for value in drawn if value is not None)]


def _details(row: Row, by: str, currency: str, language: str) -> str:
    named = {name: name.upper() for name in bands.quantiles(list(row)).values()}
    named |= {"mean": text("likely.mean", language)}
    named |= {"weighted_amount": text("measure.weighted_amount", language)}
    head = f"<b>{escaped(name_of(row[by], by, language))}</b>"
    return "<br>".join([head, *bands.lines(row, named, currency, language)])


def _finding(
    rows: Sequence[Row], by: str, currency: str, as_of: datetime.date | None, language: str
) -> str:
    """The median and the widest band of the first period that is still to come."""
    known = [row for row in rows if not missing(row.get("p50")) and float(row["p50"]) > 0]
    ahead = [row for row in known if as_of is None or day(row[by]) > as_of]
    pairs = bands.pairs(list(rows[0])) if rows else []
    if not known or not pairs:
        return text("likely.none", language)
    row, (low, high) = (ahead or known)[0], pairs[0]
    return text(
        "likely.fan", language,
        period=_begun(text(f"chart.in_{by}", language, period=name_of(row[by], by, language))),
        interval=bands.interval(row[low], row[high], currency, language),
        share=formats.percent(bands.chance_of((low, high)), language),
        median=bands.short(row["p50"], currency, language),
    )  # fmt: skip


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def _below(as_of: datetime.date | None, language: str) -> str:
    notes = [text("likely.by_period", language)]
    if as_of is not None:
        notes.append(text("chart.as_of", language, date=formats.long_date(as_of, language)))
    return " · ".join(notes)
