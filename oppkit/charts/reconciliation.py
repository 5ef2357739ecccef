"""What is in the forecast and what is not: bars that follow each other up to the open pipeline."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import findings, theme
from oppkit.charts.values import Row, counted, decimal, details, drawn, name_of, records
from oppkit.locale import formats, text
from oppkit.locale import language as chosen


def reconciliation(
    parts: pd.DataFrame, currency: str = "EUR", *, as_of: datetime.date | None = None,
    language: str | None = None,
) -> go.Figure:  # fmt: skip
    """The seven parts of the open pipeline, each bar beginning where the one above ends.

    `parts` has `part`, `opportunities`, `amount` (gross, in `currency`) and `weighted_amount`.
    """
    language = language or chosen()
    amounts = [decimal(value) or Decimal(0) for value in parts["amount"]]
    starts = [sum(amounts[:place], Decimal(0)) for place in range(len(amounts))]
    names = [name_of(part, "part", language) for part in parts["part"]]
    names.append(text("chart.open_pipeline", language))
    reach = [drawn(start + amount) for start, amount in zip(starts, amounts, strict=True)]
    return theme.figure(
        _bars(parts, amounts, starts, currency, language),
        *findings.reconciliation(parts, currency, as_of, language),
        height=150 + 34 * len(names), barmode="overlay", showlegend=False,
        xaxis=theme.amount_axis(_with_room(reach), currency, language),
        yaxis={**theme.name_axis(names), "range": [len(names) - 0.4, -0.6]},
    )  # fmt: skip


def _with_room(reach: list[float]) -> list[float]:
    """The last bars end where the axis does: leave room for what is written after them."""
    return [*reach, max(reach, default=0.0) * 1.3]


def _bars(
    parts: pd.DataFrame, amounts: list[Decimal], starts: list[Decimal], currency: str,
    language: str,
) -> list[go.Bar]:  # fmt: skip
    rows = records(parts)
    counts = [int(row["opportunities"]) for row in rows]
    colours = [theme.BLUE if row["part"] == "in_horizon" else theme.ORANGE for row in rows]
    gross = sum(amounts, Decimal(0))
    every: Row = {"opportunities": sum(counts), "amount": gross}
    labels = [
        theme.ink(_label(count, amount, currency, language))
        for count, amount in zip([*counts, sum(counts)], [*amounts, gross], strict=True)
    ]
    hover = [
        details(row, f"{name_of(row['part'], 'part', language)}", currency, language)
        for row in rows
    ]
    marker = {"color": [*colours, theme.GREY], "line": {"width": 0}}
    hover.append(details(every, text("chart.open_pipeline", language), currency, language))
    return [
        go.Bar(
            x=[drawn(amount) for amount in [*amounts, gross]],
            base=[drawn(start) for start in [*starts, Decimal(0)]],
            y=list(range(len(rows) + 1)), orientation="h", marker=marker,
            text=labels, textposition="outside", cliponaxis=False,
            hovertext=hover, hoverinfo="text",
        )
    ]  # fmt: skip


def _label(count: int, amount: Decimal, currency: str, language: str) -> str:
    """ "1,2 M€ · 34 opportunités"; without amount only the number."""
    number = counted(count, "opportunities", language)
    if not amount:
        return number
    return f"{formats.short(amount, currency, language)} · {number}"
