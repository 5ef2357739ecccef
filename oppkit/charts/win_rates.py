"""Win rates with their intervals, by anything, and from quarter to quarter."""

from __future__ import annotations

import datetime

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import estimates, theme
from oppkit.charts.conversion import below
from oppkit.charts.values import Row, escaped, missing, records
from oppkit.locale import formats, intervals, text
from oppkit.locale import language as chosen

_NAME = 36
_IN_OWN_ORDER = ("opening_quarter", "decision_quarter", "size")
_TRENDS = _IN_OWN_ORDER[:2]


def win_rates(
    rows: pd.DataFrame, by: str, currency: str = "EUR", *, top: int = 12,
    as_of: datetime.date | None = None, language: str | None = None,
) -> go.Figure:  # fmt: skip
    """A bar for each value of `by` with its interval of 95 %, the `top` most frequent values.

    The highest rate comes first; quarters and sizes keep their order. Values with few closed
    opportunities have outlines only.
    """
    language = language or chosen()
    shown = _ordered(records(rows), by, top)
    names = [escaped(intervals.group(row, by, currency, language), _NAME) for row in shown]
    words = [escaped(intervals.share(row, "rate", language)) for row in shown]
    hover = [_details(row, name, language) for row, name in zip(shown, names, strict=True)]
    bars = estimates.share_bars(
        shown, "rate", range(len(shown)), words, hover, text("funnel_measure.rate", language),
        theme.BLUE, 0.6,
    )  # fmt: skip
    highs = [float(row["rate_high_95"]) for row in shown]
    finding = _trend(shown, names, language) if by in _TRENDS else _difference(
        shown, by, names, language
    )  # fmt: skip
    return theme.figure(
        bars, finding, below(as_of, language), height=150 + 34 * max(len(shown), 1),
        barmode="overlay", showlegend=False,
        xaxis=estimates.share_axis(highs, language), yaxis=estimates.rows_axis(names),
    )  # fmt: skip


def _ordered(rows: list[Row], by: str, top: int) -> list[Row]:
    often = sorted(rows, key=lambda row: -int(row["opportunities"]))[:top]
    if by in _IN_OWN_ORDER:
        return [row for row in rows if row in often]
    return sorted(often, key=lambda row: (missing(row[by]), bool(row["few"]), -float(row["rate"])))


def _difference(rows: list[Row], by: str, names: list[str], language: str) -> str:
    """The best and the worst, where chance alone does not explain it."""
    if not rows:
        return text("funnel.none", language)
    sure = [n for n, row in enumerate(rows) if not row["few"] and not missing(row[by])]
    if not sure:
        return text("funnel.only_few", language)
    best = max(sure, key=lambda place: float(rows[place]["rate"]))
    worst = min(sure, key=lambda place: float(rows[place]["rate"]))
    share = escaped(intervals.share(rows[best], "rate", language))
    if best == worst:
        return text("funnel.rate_all", language, share=share)
    if rows[worst]["rate_high_95"] >= rows[best]["rate_low_95"]:
        return text("funnel.rates_close", language, best=names[best], worst=names[worst])
    return text(
        "funnel.rates_apart", language, best=names[best], best_share=share, worst=names[worst],
        worst_share=escaped(intervals.share(rows[worst], "rate", language)),
    )  # fmt: skip


def _trend(rows: list[Row], names: list[str], language: str) -> str:
    """The last quarter that tells something beside the first one."""
    sure = [place for place, row in enumerate(rows) if not row["few"]]
    if len(sure) < 2:
        return text("funnel.only_few" if rows else "funnel.none", language)
    first, last = rows[sure[0]], rows[sure[-1]]
    way = "same"
    if last["rate_low_95"] > first["rate_high_95"]:
        way = "up"
    elif last["rate_high_95"] < first["rate_low_95"]:
        way = "down"
    return text(
        f"funnel.trend_{way}", language, start=names[sure[0]], end=names[sure[-1]],
        first=escaped(intervals.share(first, "rate", language)),
        last=escaped(intervals.share(last, "rate", language)),
    )  # fmt: skip


def _details(row: Row, name: str, language: str) -> str:
    counts = {"opportunities": "opportunities", "won": "won_count", "lost": "lost"}
    lines = [
        f"{text(f'funnel_measure.{words}', language)}  {formats.number(int(row[key]), language)}"
        for key, words in counts.items()
    ]
    return "<br>".join([f"<b>{name}</b>", *lines, escaped(intervals.share(row, "rate", language))])
