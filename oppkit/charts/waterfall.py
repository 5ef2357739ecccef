"""How the pipeline moved: bars that go from the opening up and down to the closing."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import theme
from oppkit.charts.values import Row, counted, decimal, details, drawn, missing, records, summed
from oppkit.locale import formats, text
from oppkit.locale import language as chosen

_ENDS = ("opening", "closing")


def waterfall(
    rows: pd.DataFrame, currency: str = "EUR", *, measure: str = "amount",
    since: datetime.date | None = None, until: datetime.date | None = None,
    language: str | None = None,
) -> go.Figure:  # fmt: skip
    """Each part of a movement, every bar beginning where the one above ends.

    `rows` has `part`, `opportunities`, `amount` and `weighted_amount`, signed, in `currency`; other
    dimensions are summed up. `measure` is "amount" or "weighted_amount". Parts that changed nothing
    are left out. Each bar carries the name of its part as `customdata`.
    """
    language = language or chosen()
    steps = [row for row in records(summed(rows, ["part"])) if _shown(row, measure)]
    names = [text(f"movement_part.{row['part']}", language) for row in steps]
    spans = _spans(steps, measure)
    reach = [drawn(end) for span in spans for end in span]
    room = [*reach, max(reach, default=0.0) * 1.25]  # for what is written after the bars
    return theme.figure(
        [_bars(steps, names, spans, measure, currency, language)],
        _finding(steps, measure, currency, language), _days(measure, since, until, language),
        height=150 + 34 * len(names), barmode="overlay", showlegend=False,
        xaxis=theme.amount_axis(room, currency, language),
        yaxis={**theme.name_axis(names), "range": [len(names) - 0.4, -0.6]},
    )  # fmt: skip


def _shown(row: Row, measure: str) -> bool:
    return row["part"] in _ENDS or bool(decimal(row[measure]))


def _value(row: Row, measure: str) -> Decimal:
    return decimal(row[measure]) or Decimal(0)


def _spans(steps: list[Row], measure: str) -> list[tuple[Decimal, Decimal]]:
    """From where to where each bar goes: the two ends start from nothing."""
    spans, level = [], Decimal(0)
    for row in steps:
        start = Decimal(0) if row["part"] in _ENDS else level
        level = start + _value(row, measure)
        spans.append((start, level))
    return spans


def _bars(
    steps: list[Row], names: list[str], spans: list[tuple[Decimal, Decimal]], measure: str,
    currency: str, language: str,
) -> go.Bar:  # fmt: skip
    hover = [details(row, name, currency, language) for row, name in zip(steps, names, strict=True)]
    return go.Bar(
        x=[drawn(abs(end - start)) for start, end in spans],
        base=[drawn(min(span)) for span in spans],
        y=list(range(len(steps))), orientation="h",
        marker={"color": [_colour(row, measure) for row in steps], "line": {"width": 0}},
        text=[theme.ink(_label(row, measure, currency, language)) for row in steps],
        textposition="outside", cliponaxis=False, hovertext=hover, hoverinfo="text",
        customdata=[row["part"] for row in steps],
    )  # fmt: skip


def _colour(row: Row, measure: str) -> str:
    if row["part"] in _ENDS:
        return theme.BLUE
    if row["part"] == "won":
        return theme.PURPLE  # it leaves the pipeline, but is no loss
    return theme.GREEN if _value(row, measure) > 0 else theme.VERMILLION


def _label(row: Row, measure: str, currency: str, language: str) -> str:
    """ "+1,2 M€ · 34 opportunités": the sign tells gains from losses without colour."""
    figure = formats.short(_value(row, measure), currency, language)
    if row["part"] not in _ENDS and _value(row, measure) > 0:
        figure = f"+{figure}"
    return f"{figure} · {counted(int(row['opportunities']), 'opportunities', language)}"


def _finding(steps: list[Row], measure: str, currency: str, language: str) -> str:
    """How much more or less there is, and which part did most of it."""
    ends = {row["part"]: _value(row, measure) for row in steps if row["part"] in _ENDS}
    closing = ends.get("closing", Decimal(0))
    change = closing - ends.get("opening", Decimal(0))
    total = formats.short(closing, currency, language)
    if not change:
        return text(f"movement.{measure}_same", language, total=total)
    way = 1 if change > 0 else -1
    cause = max(
        (row for row in steps if row["part"] not in _ENDS), key=lambda r: way * _value(r, measure)
    )
    return text(
        f"movement.{measure}_{'up' if way > 0 else 'down'}", language, total=total,
        change=formats.short(abs(change), currency, language),
        part=text(f"movement_part.{cause['part']}", language),
        figure=formats.short(_value(cause, measure), currency, language),
    )  # fmt: skip


def _days(
    measure: str, since: datetime.date | None, until: datetime.date | None, language: str
) -> str:
    words = text(f"measure.{measure}", language)
    if since is None or until is None or missing(since):
        return words
    first, last = formats.long_date(since, language), formats.long_date(until, language)
    return f"{words} · {text('movement.days', language, since=first, until=last)}"
