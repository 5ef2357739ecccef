"""What was won and what is aimed at, as lines over the bars of a forecast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import theme
from oppkit.charts.values import day, decimal, drawn, missing, name_of, records
from oppkit.locale import formats, text

# Column of the frame, colour, and how the line is drawn; shapes tell them apart without colours.
_LINES = (("won", theme.GREEN, "solid", "circle"), ("target", theme.VERMILLION, "dot", "diamond"))


def joined(rows: pd.DataFrame, by: str, *paces: pd.DataFrame | None) -> pd.DataFrame:
    """The rows, with one for each period of which only a pace is known."""
    known = {day(value) for value in rows[by] if not missing(value)}
    told = {day(value) for pace in paces if pace is not None for value in pace[by]}
    more = pd.DataFrame(
        [{by: one} for one in sorted(told - known)], columns=rows.columns, dtype=object
    )
    return pd.concat([rows, more], ignore_index=True) if len(more) else rows


def lines(
    periods: Sequence[Any], by: str, actual: pd.DataFrame | None, target: pd.DataFrame | None,
    currency: str, language: str,
) -> list[go.Scatter]:  # fmt: skip
    """A line for each that is given, with gaps where nothing is known."""
    found = []
    for pace, (column, colour, dash, symbol) in zip((actual, target), _LINES, strict=True):
        if pace is None:
            continue
        known = {day(row[by]): decimal(row[column]) for row in records(pace)}
        values = [None if missing(one) else known.get(day(one)) for one in periods]
        name = text(f"pace.{column}", language)
        found.append(go.Scatter(
            x=list(range(len(periods))), mode="lines+markers",
            y=[None if value is None else drawn(value) for value in values],
            name=theme.ink(name), line={"color": colour, "dash": dash, "width": 2},
            marker={"color": colour, "symbol": symbol, "size": 8}, hoverinfo="text",
            hovertext=[
                "" if value is None else f"<b>{name_of(period, by, language)}</b><br>{name}  "
                f"{formats.amount(value, currency, language)}"
                for period, value in zip(periods, values, strict=True)
            ],
        ))  # fmt: skip
    return found
