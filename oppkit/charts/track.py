"""What was said of a period, day by day, beside what it has brought."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import theme
from oppkit.charts.values import Row, day, decimal, drawn, name_of, records
from oppkit.locale import formats, text
from oppkit.locale import language as chosen

_TICKS = 8
_SERIES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("said", "lines+markers", {"color": theme.BLUE, "symbol": "circle"}),
    ("won", "lines+markers", {"color": theme.GREEN, "symbol": "square"}),
    ("committed", "markers", {"color": theme.ORANGE, "symbol": "diamond"}),
    ("best_case", "markers", {"color": theme.PURPLE, "symbol": "triangle-up"}),
)


def track(
    rows: pd.DataFrame, period: str, begins: datetime.date, won: Decimal,
    currency: str = "EUR", *, target: Decimal | None = None, over: bool = False,
    language: str | None = None,
) -> go.Figure:  # fmt: skip
    """The forecasts and calls for a period over the days on which they were made.

    `rows` has `day`, `said` (won by then and still expected), `won` (by then), `committed` and
    `best_case`, empty where nothing was said. `period` is "month", "quarter" or "year", `begins`
    its first day, `won` what it has brought, for good when it is `over`.
    """
    language = language or chosen()
    said = records(rows)
    lines = [line for one in _SERIES if (line := _line(said, *one, currency, language))]
    if target is not None and said:
        lines.append(_target(said, target, language))
    values = [drawn(value) for line in lines for value in line.y if value is not None]
    return theme.figure(
        lines, *_head(said, period, begins, won, over, currency, language),
        xaxis=_days(said, language), yaxis=theme.amount_axis([*values, 0.0], currency, language),
    )  # fmt: skip


def _line(
    rows: Sequence[Row], name: str, mode: str, marker: dict[str, Any], currency: str, language: str
) -> go.Scatter | None:
    known = [(row["day"], value) for row in rows if (value := decimal(row[name])) is not None]
    if not known:
        return None
    words = text(f"pace.{name}", language)
    return go.Scatter(
        x=[_place(rows, one) for one, _ in known], y=[drawn(value) for _, value in known],
        mode=mode, name=theme.ink(words), marker={**marker, "size": 9},
        line={"color": marker["color"], "width": 2}, hoverinfo="text",
        hovertext=[
            f"<b>{formats.date(day(one), language)}</b><br>{words}  "
            f"{formats.amount(value, currency, language)}"
            for one, value in known
        ],
    )  # fmt: skip


def _target(rows: Sequence[Row], target: Decimal, language: str) -> go.Scatter:
    ends = [0, max(_place(rows, rows[-1]["day"]), 1)]
    return go.Scatter(
        x=ends, y=[drawn(target)] * 2, mode="lines", hoverinfo="skip",
        name=theme.ink(text("pace.target", language)),
        line={"color": theme.VERMILLION, "dash": "dot", "width": 2},
    )  # fmt: skip


def _place(rows: Sequence[Row], one: Any) -> int:
    return (day(one) - day(rows[0]["day"])).days


def _days(rows: Sequence[Row], language: str) -> dict[str, Any]:
    """An axis true to time, with the names of some of the days."""
    step = -(-len(rows) // _TICKS) or 1
    shown = rows[::-1][::step][::-1]  # the latest is among them
    last = _place(rows, rows[-1]["day"]) if rows else 1
    return {
        **theme.name_axis([]),
        "tickvals": [_place(rows, row["day"]) for row in shown],
        "ticktext": [theme.ink(formats.date(day(row["day"]), language)) for row in shown],
        "range": [-0.04 * max(last, 1), 1.04 * max(last, 1)],
    }


def _head(
    rows: Sequence[Row], period: str, begins: datetime.date, won: Decimal, over: bool,
    currency: str, language: str,
) -> tuple[str, str]:  # fmt: skip
    """What was said last (first, of what is over), and what came of it."""
    known = [row for row in rows if decimal(row["said"]) is not None]
    values = {
        "period": name_of(begins, period, language),
        "won": formats.short(won, currency, language),
    }
    if not known:
        return text("pace.nothing_said", language, **values), ""
    row = known[0] if over else known[-1]
    values["day"] = formats.long_date(day(row["day"]), language)
    values["said"] = formats.short(Decimal(str(row["said"])), currency, language)
    return text("pace.over" if over else "pace.running", language, **values), ""
