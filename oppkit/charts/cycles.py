"""How long it takes from opening to won, by owner, sector, size…"""

from __future__ import annotations

import datetime

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import estimates, theme
from oppkit.charts.conversion import below
from oppkit.charts.durations import end, medians, room
from oppkit.charts.values import Row, escaped, missing, records
from oppkit.locale import formats, intervals, text
from oppkit.locale import language as chosen

_NAME = 36


def cycle(
    rows: pd.DataFrame, by: str | None = None, currency: str = "EUR", *, top: int = 12,
    as_of: datetime.date | None = None, language: str | None = None,
) -> go.Figure:  # fmt: skip
    """The median of those that are won, for each value of `by`, with its interval of 95 %.

    `rows` is the `cycle` of a `Speed`. The `top` values that were won most often, in their order.
    """
    language = language or chosen()
    often = sorted(records(rows), key=lambda row: -int(row["won"]))[:top]
    shown = [row for row in records(rows) if row in often]
    names = [_name(row, by, currency, language) for row in shown]
    hover = [_details(row, name, language) for row, name in zip(shown, names, strict=True)]
    last = max((end(row) for row in shown), default=0.0)
    words = [escaped(intervals.days(row, "days", language)) for row in shown]
    traces = [
        medians(shown, hover, last, text("funnel_measure.cycle", language)),
        estimates.labels([end(row) for row in shown], range(len(shown)), words),
    ]
    return theme.figure(
        traces, _finding(shown, names, language), below(as_of, language),
        height=150 + 34 * max(len(shown), 1), showlegend=False,
        xaxis=estimates.day_axis([last], language, room(shown, last)),
        yaxis=estimates.rows_axis(names),
    )  # fmt: skip


def _name(row: Row, by: str | None, currency: str, language: str) -> str:
    words = intervals.group(row, by, currency, language) if by else text("funnel.all", language)
    return escaped(words, _NAME)


def _finding(rows: list[Row], names: list[str], language: str) -> str:
    """The cycle of all; or the longest one, where chance does not explain that it is."""
    sure = [n for n, row in enumerate(rows) if not row["few"] and not missing(row["days"])]
    if not sure:
        return text("funnel.only_few" if rows else "funnel.none", language)
    longest = max(sure, key=lambda place: float(rows[place]["days"]))
    days = escaped(intervals.days(rows[longest], "days", language))
    if len(rows) == 1:
        return text("funnel.cycle_all", language, days=days)
    shortest = min(sure, key=lambda place: float(rows[place]["days"]))
    high, low = rows[shortest]["days_high_95"], rows[longest]["days_low_95"]
    if shortest != longest and (missing(high) or missing(low) or high >= low):
        return text("funnel.rates_close", language, best=names[longest], worst=names[shortest])
    return text("funnel.cycle_longest", language, name=names[longest], days=days)


def _details(row: Row, name: str, language: str) -> str:
    counts = {"opportunities": "opportunities", "won": "won_count"}
    lines = [
        f"{text(f'funnel_measure.{words}', language)}  {formats.number(int(row[key]), language)}"
        for key, words in counts.items()
    ]
    return "<br>".join([f"<b>{name}</b>", *lines, escaped(intervals.days(row, "days", language))])
