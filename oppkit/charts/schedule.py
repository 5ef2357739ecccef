"""What is to be produced in each period: what is won below what is likely, in days or amounts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from oppkit.charts import theme
from oppkit.charts.periods import every_period, period_names
from oppkit.charts.values import counted, day, decimal, drawn, escaped, name_of, records
from oppkit.locale import formats, text
from oppkit.locale import language as chosen

# From the bottom up: what is certain, then what is only likely.
PLANS = {"firm": theme.BLUE, "won": theme.GREEN, "probable": theme.ORANGE}

Sums = dict[tuple[Any, str], Decimal]


def schedule(
    rows: pd.DataFrame, by: str = "month", currency: str = "EUR", *, measure: str = "amount",
    months: int = 12, as_of: datetime.date | None = None, language: str | None = None,
) -> go.Figure:  # fmt: skip
    """The load of each period (`by`: month, quarter or year), stacked by plan.

    `rows` are those of `Workbench.schedule`; other dimensions are summed up. `measure` is "amount",
    in `currency`, or "days". Open opportunities count with their probability; the gross figure is
    in what a bar says when pointed at. `months` and `as_of` are those of the schedule.
    """
    language = language or chosen()
    weighted, gross = sums(rows, by, f"weighted_{measure}"), sums(rows, by, measure)
    periods = _periods(rows, by)
    figures = {"measure": measure, "currency": currency, "language": language}
    bars = [_bar(plan, periods, by, weighted, gross, figures) for plan in PLANS]
    loads = [sum((weighted.get((p, plan), Decimal(0)) for plan in PLANS), Decimal(0))
             for p in periods]  # fmt: skip
    heights = [drawn(load) for load in loads]
    head = _finding(periods, by, weighted, loads, months, figures)
    amounts = measure == "amount"
    return theme.figure(
        bars, head, _below(gross, measure, as_of, figures), barmode="relative",
        legend=theme.side_legend(),
        xaxis=theme.name_axis(period_names(periods, by, language)),
        yaxis=theme.amount_axis(heights, currency, language) if amounts
        else theme.number_axis(heights, language),
    )  # fmt: skip


def sums(rows: pd.DataFrame, by: str, measure: str) -> Sums:
    """The known values of a measure, summed by a period and plan.

    Raises ValueError where rows overlap, for then work would count twice.
    """
    if "tag" in rows:
        raise ValueError("Rows by tag overlap and cannot be summed: ask for them without the tag.")
    found: Sums = {}
    for row in records(rows):
        value = decimal(row[measure])
        if value is not None:
            key = (day(row[by]), str(row["plan"]))
            found[key] = found.get(key, Decimal(0)) + value
    return found


def shown(value: Decimal, figures: Mapping[str, str]) -> str:
    """ "1,2 M€" or "340 jours"."""
    if figures["measure"] == "amount":
        return formats.short(value, figures["currency"], figures["language"])
    days = value.to_integral_value(ROUND_HALF_UP)
    return counted(int(days), "days", figures["language"])


def _periods(rows: pd.DataFrame, by: str) -> list[Any]:
    every = pd.DataFrame({by: sorted({day(value) for value in rows[by]})}, dtype=object)
    return list(every_period(every, by)[by])


def _bar(
    plan: str, periods: Sequence[Any], by: str, weighted: Sums, gross: Sums,
    figures: Mapping[str, str],
) -> go.Bar:  # fmt: skip
    language = figures["language"]
    name = escaped(text(f"plan.{plan}", language))
    hover = []
    for period in periods:
        lines = [f"<b>{name}</b>", escaped(name_of(period, by, language))]
        for prefix, values in (("", gross), ("weighted_", weighted)):
            label = text(f"measure.{prefix}{figures['measure']}", language)
            value = values.get((period, plan), Decimal(0))
            lines.append(f"{label}  {escaped(_exactly(value, figures))}")
        hover.append("<br>".join(lines))
    return go.Bar(
        x=list(range(len(periods))), y=[drawn(weighted.get((p, plan))) for p in periods],
        name=theme.ink(name), marker=theme.solid(PLANS[plan]), hovertext=hover, hoverinfo="text",
    )  # fmt: skip


def _exactly(value: Decimal, figures: Mapping[str, str]) -> str:
    if figures["measure"] == "amount":
        return formats.amount(value, figures["currency"], figures["language"])
    return formats.number(value, figures["language"], 1)


def _finding(
    periods: Sequence[Any], by: str, weighted: Sums, loads: Sequence[Decimal], months: int,
    figures: Mapping[str, str],
) -> str:  # fmt: skip
    """How much there is to produce, what part of it is won, and when most of it is."""
    language, total = figures["language"], sum(loads, Decimal(0))
    span = counted(months, "months", language)
    if total <= 0:
        return text("schedule.none", language, months=span)
    sure = sum((value for (_, plan), value in weighted.items() if plan != "probable"), Decimal(0))
    words = {
        "total": shown(total, figures), "months": span,
        "share": formats.percent(sure / total, language),
    }  # fmt: skip
    if len(periods) < 2:
        return text("schedule.finding_plain", language, **words)
    most, peak = max(zip(loads, periods, strict=True))
    when = text(f"chart.in_{by}", language, period=name_of(peak, by, language))
    return text("schedule.finding", language, **words, period=when, most=shown(most, figures))


def _below(
    gross: Sums, measure: str, as_of: datetime.date | None, figures: Mapping[str, str]
) -> str:
    language = figures["language"]
    notes = [
        text("schedule.gross", language, total=shown(sum(gross.values(), Decimal(0)), figures))
    ]
    if as_of is not None:
        notes.append(text("chart.as_of", language, date=formats.long_date(as_of, language)))
    return " · ".join(notes)
