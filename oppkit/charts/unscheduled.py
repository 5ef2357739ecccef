"""What cannot be scheduled, one line for each record, with what is missing."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from oppkit.charts.shown import Shown
from oppkit.charts.table import as_html, as_plain
from oppkit.charts.values import Row, decimal, records
from oppkit.locale import formats, text
from oppkit.locale import language as chosen

_NAMES = 3  # columns of words, before those of figures
_FIGURES = ("weighted_days", "weighted_amount")


def unscheduled(
    rows: pd.DataFrame, currency: str = "EUR", *, top: int = 30, decimals: int = 0,
    language: str | None = None,
) -> Shown:  # fmt: skip
    """The first `top` rows of `Schedule.unscheduled`, the largest first, with the total of all.

    Days and amounts are weighted for what is open; what has none is shown as a dash.
    """
    language = language or chosen()
    found = sorted(records(rows), key=_size, reverse=True)
    heads = [
        text("dimension.plan", language), text("schedule.record", language),
        text("dimension.reason", language),
        *(text(f"measure.{name}", language) for name in _FIGURES),
    ]  # fmt: skip
    body = [_cells(row, currency, decimals, language) for row in found[:top]]
    if len(found) > top:
        label = text("chart.others", language, number=len(found) - top)
        body.append([label, "", "", *_sums(found[top:], currency, decimals, language)])
    foot = None
    if len(found) > 1:
        foot = [text("chart.total", language), "", "", *_sums(found, currency, decimals, language)]
    return Shown(as_html(heads, body, foot, "", _NAMES), as_plain(heads, body, foot, "", _NAMES))


def _size(row: Row) -> Decimal:
    return abs(decimal(row["weighted_amount"]) or Decimal(0))


def _cells(row: Row, currency: str, decimals: int, language: str) -> list[str]:
    return [
        text(f"plan.{row['plan']}", language),
        f"{row['code']} {row['name']}",
        text(f"schedule_part.{row['reason']}", language),
        *_sums([row], currency, decimals, language),
    ]


def _sums(rows: list[Row], currency: str, decimals: int, language: str) -> list[str]:
    days, amount = (
        [value for row in rows if (value := decimal(row[name])) is not None] for name in _FIGURES
    )
    return [
        formats.number(sum(days, Decimal(0)), language, 1) if days else "–",
        formats.amount(sum(amount, Decimal(0)), currency, language, decimals) if amount else "–",
    ]
