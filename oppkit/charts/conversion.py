"""The funnel: what part of each status moves on, and what part is won in the end."""

from __future__ import annotations

import datetime

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import estimates, theme
from oppkit.charts.values import Row, escaped, name_of, records
from oppkit.locale import formats, intervals, text
from oppkit.locale import language as chosen

_NAME = 36
_SHARES = (("onward", theme.ORANGE, -0.19), ("won", theme.BLUE, 0.19))
_WIDTH = 0.34


def funnel(
    rows: pd.DataFrame, *, as_of: datetime.date | None = None, language: str | None = None
) -> go.Figure:
    """Two bars for each status: who moves on, and who is won in the end, with their intervals.

    `rows` are those of a funnel without groups. Statuses that few have left have outlines only.
    """
    language = language or chosen()
    steps = records(rows)
    names = [escaped(name_of(row["status"], "status", language), _NAME) for row in steps]
    hover = [_details(row, name, language) for row, name in zip(steps, names, strict=True)]
    bars = [
        trace
        for name, colour, shift in _SHARES
        for trace in estimates.share_bars(
            steps, name, [place + shift for place in range(len(steps))],
            [escaped(intervals.share(row, name, language)) for row in steps], hover,
            text(f"funnel_measure.{name}", language), colour, _WIDTH,
        )
    ]  # fmt: skip
    highs = [float(row[f"{name}_high_95"]) for row in steps for name, *_ in _SHARES]
    return theme.figure(
        bars, _finding(steps, names, language), below(as_of, language),
        height=150 + 58 * max(len(steps), 1), barmode="overlay",
        xaxis=estimates.share_axis(highs, language), yaxis=estimates.rows_axis(names),
    )  # fmt: skip


def below(as_of: datetime.date | None, language: str) -> str:
    """What the figures rest on, and their day."""
    counted = text("funnel.counted", language)
    if as_of is None:
        return counted
    return f"{counted} · {text('chart.as_of', language, date=formats.long_date(as_of, language))}"


def _finding(steps: list[Row], names: list[str], language: str) -> str:
    """The status that the smallest part moves on from."""
    if not steps:
        return text("funnel.none", language)
    sure = [place for place, row in enumerate(steps) if not row["few"]]
    if not sure:
        return text("funnel.only_few", language)
    worst = min(sure, key=lambda place: float(steps[place]["onward"]))
    share = intervals.share(steps[worst], "onward", language)
    return text("funnel.hardest", language, name=names[worst], share=escaped(share))


def _details(row: Row, name: str, language: str) -> str:
    counts = [(key, formats.number(int(row[key]), language)) for key in ("entered", "left")]
    shares = [(key, intervals.share(row, key, language)) for key in ("onward", "won")]
    rest = [] if row["few"] else [
        (key, formats.percent(float(row[key]), language))
        for key in ("lost", "abandoned", "undecided")
    ]  # fmt: skip
    lines = [
        f"{text(f'funnel_measure.{key}', language)}  {escaped(words)}"
        for key, words in [*counts, *shares, *rest]
    ]
    return "<br>".join([f"<b>{name}</b>", *lines])
