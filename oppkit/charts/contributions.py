"""Which opportunities make the uncertainty, and what winning or losing one would change."""

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

_NAME = 40
_HIGH = 0.3  # where all chances lie above, an axis from 0 would press them together


def contributions(
    rows: pd.DataFrame, currency: str = "EUR", *, target: Any = None, top: int = 12,
    as_of: datetime.date | None = None, language: str | None = None,
) -> go.Figure:  # fmt: skip
    """The `top` opportunities with the largest share of the variance.

    `rows` has `code`, `name`, `amount`, `chance` (its own) and `share` (of the variance). With a
    `target`, from `chance_lost` to `chance_won`: the chance to reach it if it is lost, and if won.
    """
    language = language or chosen()
    told = sorted(records(rows), key=lambda row: -float(row["share"]))[:top]
    names = [escaped(f"{row['code']} {row['name']}", _NAME) for row in told]
    hover = [_details(row, name, currency, language)
             for row, name in zip(told, names, strict=True)]  # fmt: skip
    both = target is not None and not any(missing(row.get("chance_won")) for row in told)
    ends = [max(float(row["chance_won"]), float(row["chance_lost"])) if both
            else float(row["share"]) for row in told]  # fmt: skip
    marks = _dumbbells(told, hover, language) if both else [_bars(told, hover, language)]
    words = [_label(row, currency, language) for row in told]
    marks.append(bands.beside(ends, words, 0.02 * max(ends, default=0.0) if both else 0.0))
    return theme.figure(
        marks, _finding(told, both, language),
        _below(target if both else None, currency, as_of, language),
        height=150 + 34 * max(len(told), 1), showlegend=both,
        xaxis=_axis(told, ends, both, language), yaxis=estimates.rows_axis(names),
    )  # fmt: skip


def _axis(rows: Sequence[Row], ends: Sequence[float], both: bool, language: str) -> dict[str, Any]:
    """From 0 on; chances that all lie high, from a little below the least."""
    axis = estimates.share_axis(ends, language)
    least = min((float(row["chance_lost"]) for row in rows), default=0.0) if both else 0.0
    if least < _HIGH:
        return axis
    low, top = least // 0.1 * 0.1, max(ends)
    ticks = [round(place * 0.05, 2) for place in range(21) if low <= place * 0.05 + 1e-9 <= top]
    words = [theme.ink(formats.percent(tick, language), faint=True) for tick in ticks]
    room = round(top + 1.2 * (top - low), 4)
    return {**axis, "tickvals": ticks, "ticktext": words, "range": [round(low, 2), room]}


def _bars(rows: Sequence[Row], hover: Sequence[str], language: str) -> go.Bar:
    return go.Bar(
        x=[round(float(row["share"]), 4) for row in rows], y=list(range(len(rows))), width=0.6,
        orientation="h", marker=theme.solid(), hovertext=list(hover), hoverinfo="text",
        name=theme.ink(text("likely.share", language)),
    )  # fmt: skip


def _dumbbells(rows: Sequence[Row], hover: Sequence[str], language: str) -> list[Any]:
    """From the chance if it is lost to that if it is won."""
    stems: list[Any] = [
        value for row in rows
        for value in (round(float(row["chance_lost"]), 4), round(float(row["chance_won"]), 4), None)
    ]  # fmt: skip
    places = [value for place in range(len(rows)) for value in (place, place, None)]
    line = go.Scatter(
        x=stems, y=places, mode="lines", line={"color": theme.GREY, "width": 4}, hoverinfo="skip",
        showlegend=False,
    )  # fmt: skip
    ends = [
        bands.ticks(
            [round(float(row[column]), 4) for row in rows], text(f"likely.{column}", language),
            colour, symbol, hover, horizontal=True,
        )
        for column, colour, symbol in (
            ("chance_lost", theme.VERMILLION, "x"), ("chance_won", theme.GREEN, "circle"),
        )
    ]  # fmt: skip
    return [line, *ends]


def _label(row: Row, currency: str, language: str) -> str:
    """ "€310k at 60% · 18% of the uncertainty"."""
    return text(
        "likely.contribution", language, amount=bands.short(row["amount"], currency, language),
        chance=formats.percent(float(row["chance"]), language),
        share=formats.percent(float(row["share"]), language),
    )  # fmt: skip


def _details(row: Row, name: str, currency: str, language: str) -> str:
    lines = [f"<b>{name}</b>", *bands.lines(
        row, {"amount": text("measure.amount", language)}, currency, language
    )]  # fmt: skip
    for column in ("chance", "share", "chance_won", "chance_lost"):
        if not missing(row.get(column)):
            key = "likely.own_chance" if column == "chance" else f"likely.{column}"
            share = formats.percent(float(row[column]), language, 1)
            lines.append(f"{text(key, language)}  {share}")
    return "<br>".join(lines)


def _finding(rows: Sequence[Row], both: bool, language: str) -> str:
    if not rows:
        return text("likely.none", language)
    if not both:
        share = formats.percent(float(rows[0]["share"]), language)
        name = escaped(str(rows[0]["name"]), _NAME)
        return text("likely.most_uncertain", language, name=name, share=share)
    row = max(rows, key=lambda one: float(one["chance_won"]) - float(one["chance_lost"]))
    won, lost = (formats.percent(float(row[f"chance_{end}"]), language) for end in ("won", "lost"))
    name = escaped(str(row["name"]), _NAME)
    return text("likely.decisive", language, name=name, won=won, lost=lost)


def _below(target: Any, currency: str, as_of: datetime.date | None, language: str) -> str:
    if target is None:
        notes = [text("likely.shares", language)]
    else:
        amount = bands.short(target, currency, language)
        notes = [text("likely.chance_of_target", language, target=amount)]
    if as_of is not None:
        notes.append(text("chart.as_of", language, date=formats.long_date(as_of, language)))
    return " · ".join(notes)
