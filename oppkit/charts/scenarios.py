"""What if: the law of the base beside those of other cases, one under the other."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import bands, estimates, theme
from oppkit.charts.values import Row, drawn, escaped, missing, records
from oppkit.locale import formats, text
from oppkit.locale import language as chosen

_NAME = 44
_ROOM = 1.5  # right of the bands, for what is written there


def scenarios(
    rows: pd.DataFrame, currency: str = "EUR", *, target: Any = None,
    as_of: datetime.date | None = None, language: str | None = None,
) -> go.Figure:  # fmt: skip
    """A band and a median for each case; the first row is the base.

    `rows` has `scenario` (words), quantiles (`p10`, `p50`, `p90`), `mean`, and `chance`, that of
    reaching the `target`, where there is one.
    """
    language = language or chosen()
    told = records(rows)
    names = [escaped(str(row["scenario"]), _NAME) for row in told]
    hover = [_details(row, name, currency, language)
             for row, name in zip(told, names, strict=True)]  # fmt: skip
    highs = [_end(row) for row in told]
    marks: list[Any] = bands.boxes(
        told, list(map(str, rows.columns)), hover, language, horizontal=True, width=0.5
    )
    marks.append(bands.ticks(
        [bands.figure_or_none(row.get("p50")) for row in told], text("likely.median", language),
        theme.ORANGE, "line-ns-open", hover, horizontal=True,
    ))  # fmt: skip
    words = [_label(row, currency, language) for row in told]
    reach = [*highs, drawn(target) if target is not None else 0.0]
    if target is not None:
        marks.append(_target(float(target), len(told), currency, language))
    marks.append(bands.beside(highs, words))
    axis = theme.amount_axis(reach, currency, language)
    low, high = min([0.0, *(drawn(row["p10"]) for row in told if "p10" in row)]), max(reach)
    return theme.figure(
        marks, _finding(told, names, target, currency, language),
        "" if as_of is None
        else text("chart.as_of", language, date=formats.long_date(as_of, language)),
        height=170 + 46 * max(len(told), 1), barmode="overlay",
        xaxis={**axis, "range": [low, round(low + (high - low or 1.0) * _ROOM, 2)]},
        yaxis=estimates.rows_axis(names),
    )  # fmt: skip


def _end(row: Row) -> float:
    values = [row[name] for name in bands.quantiles(list(row)).values()]
    return max((drawn(value) for value in values), default=0.0)


def _label(row: Row, currency: str, language: str) -> str:
    """ "€1.1M (€0.8M to €1.5M) · 72%"."""
    pairs = bands.pairs(list(row))
    words = bands.short(row["p50"], currency, language)
    if pairs:
        low, high = pairs[0]
        words += f" ({bands.interval(row[low], row[high], currency, language)})"
    if not missing(row.get("chance")):
        words += f" · {formats.percent(float(row['chance']), language)}"
    return words


def _target(target: float, count: int, currency: str, language: str) -> go.Scatter:
    words = text("pace.target", language)
    return go.Scatter(
        x=[round(target, 2)] * 2, y=[-0.6, count - 0.4], mode="lines", hoverinfo="text",
        hovertext=f"{words}  {formats.amount(target, currency, language, 0)}",
        name=theme.ink(f"{words} {bands.short(target, currency, language)}"),
        line={"color": theme.VERMILLION, "dash": "dot", "width": 2},
    )  # fmt: skip


def _details(row: Row, name: str, currency: str, language: str) -> str:
    named = {column: column.upper() for column in bands.quantiles(list(row)).values()}
    named |= {"mean": text("likely.mean", language)}
    lines = [f"<b>{name}</b>", *bands.lines(row, named, currency, language)]
    if not missing(row.get("chance")):
        share = formats.percent(float(row["chance"]), language)
        lines.append(f"{text('likely.chance_name', language)}  {share}")
    return "<br>".join(lines)


def _finding(
    rows: Sequence[Row], names: Sequence[str], target: Any, currency: str, language: str
) -> str:
    """The case that changes most: the chance of the target, or the median."""
    if len(rows) < 2:
        return text("likely.scenarios", language)
    base, others = rows[0], list(zip(rows[1:], names[1:], strict=True))
    if target is not None and not any(missing(row.get("chance")) for row in rows):
        row, name = max(
            others, key=lambda one: abs(float(one[0]["chance"]) - float(base["chance"]))
        )
        before, after = (formats.percent(float(one["chance"]), language) for one in (base, row))
        return text(
            "likely.scenario_chance", language, name=name, before=before, after=after,
            target=bands.short(target, currency, language),
        )  # fmt: skip
    row, name = max(others, key=lambda one: abs(float(one[0]["p50"]) - float(base["p50"])))
    before, after = (bands.short(one["p50"], currency, language) for one in (base, row))
    return text("likely.scenario_median", language, name=name, before=before, after=after)
