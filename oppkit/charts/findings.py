"""What a chart shows, in one sentence: its title, and below it what it rests on."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pandas as pd

from oppkit.charts.values import (
    OVERLAPPING,
    by_weight,
    counted,
    day,
    decimal,
    escaped,
    missing,
    name_of,
    records,
    total,
)
from oppkit.locale import formats, text

Head = tuple[str, str]
_NAME = 40


def expected(
    rows: pd.DataFrame, by: str, currency: str, months: int, as_of: datetime.date | None,
    language: str,
) -> Head:  # fmt: skip
    """How much is expected, and in which quarter (or year) most of it."""
    weighted = total(rows, "weighted_amount")
    below = _below(total(rows, "amount"), currency, as_of, language)
    span = counted(months, "months", language)
    if not weighted:
        return text("chart.forecast_none", language, months=span), below
    figure = formats.short(weighted, currency, language)
    parts = _by_quarter(rows, by)
    if len(parts) < 2 or weighted < 0:
        return text("chart.forecast_plain", language, total=figure, months=span), below
    peak, most = max(parts.items(), key=lambda item: (item[1], item[0]))
    unit = "year" if by == "year" else "quarter"
    when = text(f"chart.in_{unit}", language, period=name_of(peak, unit, language))
    share = formats.percent(most / weighted, language)
    title = text("chart.forecast", language, total=figure, months=span, share=share, period=when)
    return title, below


def margin(
    rows: pd.DataFrame, currency: str, months: int, as_of: datetime.date | None, language: str
) -> Head:
    """How much margin is expected, and what part of the amount it is."""
    weighted, amount = total(rows, "weighted_margin"), total(rows, "weighted_amount")
    span = counted(months, "months", language)
    below = _below(None, currency, as_of, language)
    if weighted is None:
        return text("chart.forecast_none", language, months=span), below
    figure = formats.short(weighted, currency, language)
    if not amount or amount < 0:
        return text("chart.margin_plain", language, total=figure, months=span), below
    share = formats.percent(weighted / amount, language)
    return text("chart.margin", language, total=figure, months=span, share=share), below


def split(
    ranked: pd.DataFrame, into: str, currency: str, months: int, as_of: datetime.date | None,
    language: str,
) -> Head:  # fmt: skip
    """Who or what holds the largest part of what is expected; `ranked` has the largest first."""
    span = counted(months, "months", language)
    below = _below(None, currency, as_of, language, into)
    largest = _largest(ranked, into, language)
    if largest is None:
        return text("chart.forecast_none", language, months=span), below
    name, most = largest
    figure = formats.short(most, currency, language)
    weighted = total(ranked, "weighted_amount") or Decimal(0)
    if into == OVERLAPPING or weighted <= 0:
        return text("chart.ranking_overlapping", language, name=name, total=figure), below
    share, figure = (
        formats.percent(most / weighted, language),
        formats.short(weighted, currency, language),
    )
    return text("chart.split", language, name=name, share=share, total=figure, months=span), below


def ranking(
    rows: pd.DataFrame, by: str, currency: str, as_of: datetime.date | None, language: str
) -> Head:
    """Who or what holds the largest part of the pipeline."""
    below = _below(total(rows, "amount"), currency, as_of, language, by)
    largest = _largest(by_weight(rows), by, language)
    if largest is None:
        return text("chart.ranking_none", language), below
    name, most = largest
    weighted = total(rows, "weighted_amount") or Decimal(0)
    if by == OVERLAPPING or weighted <= 0:
        figure = formats.short(most, currency, language)
        return text("chart.ranking_overlapping", language, name=name, total=figure), below
    share, figure = (
        formats.percent(most / weighted, language),
        formats.short(weighted, currency, language),
    )
    return text("chart.ranking", language, name=name, share=share, total=figure), below


def reconciliation(
    parts: pd.DataFrame, currency: str, as_of: datetime.date | None, language: str
) -> Head:
    """How much of the open pipeline is in the forecast."""
    below = _below(None, currency, as_of, language)
    amount = total(parts, "amount") or Decimal(0)
    kept = total(parts[parts["part"] == "in_horizon"], "amount") or Decimal(0)
    if amount <= 0:
        return text("chart.reconciliation_none", language), below
    figure = formats.short(amount, currency, language)
    if kept == amount and not any(parts.loc[parts["part"] != "in_horizon", "opportunities"]):
        return text("chart.reconciliation_all", language, total=figure), below
    share, kept_figure = (
        formats.percent(kept / amount, language),
        formats.short(kept, currency, language),
    )
    title = text("chart.reconciliation", language, share=share, kept=kept_figure, total=figure)
    return title, below


def _below(
    gross: Decimal | None, currency: str, as_of: datetime.date | None, language: str, by: str = ""
) -> str:
    """The gross amount, the day, and a warning where rows overlap."""
    notes = []
    if by == OVERLAPPING:
        notes.append(text("chart.overlapping", language).rstrip("."))
    elif gross is not None:
        figure = formats.short(gross, currency, language)
        notes.append(text("chart.gross", language, amount=figure))
    if as_of is not None:
        notes.append(text("chart.as_of", language, date=formats.long_date(as_of, language)))
    return " · ".join(notes)


def _largest(ranked: pd.DataFrame, by: str, language: str) -> tuple[str, Decimal] | None:
    """The first row's name, escaped, and its weighted amount, where it has a positive one."""
    most = decimal(ranked["weighted_amount"].iloc[0]) if len(ranked) else None
    if most is None or most <= 0:
        return None
    return escaped(name_of(ranked[by].iloc[0], by, language), _NAME), most


def _by_quarter(rows: pd.DataFrame, by: str) -> dict[datetime.date, Decimal]:
    """Weighted amounts by quarter, or by year where the rows are years."""
    sums: dict[datetime.date, Decimal] = {}
    for row in records(rows):
        value = decimal(row["weighted_amount"])
        if value is not None and not missing(row[by]):
            at = day(row[by])
            first = at if by == "year" else at.replace(month=at.month - (at.month - 1) % 3, day=1)
            sums[first] = sums.get(first, Decimal(0)) + value
    return sums
