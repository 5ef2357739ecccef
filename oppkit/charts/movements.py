"""What moved in the pipeline, one line for each opportunity, with what changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from oppkit.charts.shown import Shown
from oppkit.charts.table import as_html, as_plain
from oppkit.charts.values import Row, decimal, missing, name_of, records
from oppkit.locale import formats, text
from oppkit.locale import language as chosen

# What each part is about.
_ABOUT = {
    "created": ("status", "expected_signature"),
    "reopened": ("status", "expected_signature"),
    "increased": ("amount", "currency"),
    "decreased": ("amount", "currency"),
    "pulled_in": ("expected_signature", "closed_on"),
    "pushed_out": ("expected_signature", "closed_on"),
    "reassigned_in": ("owner", "customer", "status", "currency"),
    "reassigned_out": ("owner", "customer", "status", "currency"),
    "probability": ("probability",),
    "currency": (),
    "won": ("status", "probability"),
    "lost": ("status", "probability"),
    "abandoned": ("status", "probability"),
    "removed": ("status",),
}
_NAMES = 3  # columns of words, before those of amounts


def movements(
    details: pd.DataFrame, currency: str = "EUR", *, part: str | None = None, top: int = 30,
    decimals: int = 0, language: str | None = None,
) -> Shown:  # fmt: skip
    """The first `top` rows of a movement's details, of one `part` or of all, with their total.

    `details` are those of `Workbench.movement`: who moved in which part, by how much, and what
    they were before and after.
    """
    language = language or chosen()
    rows = records(details if part is None else details[details["part"] == part])
    heads = [
        text("movement.opportunity", language), text("movement.part", language),
        text("movement.changed", language), text("measure.amount", language),
        text("measure.weighted_amount", language),
    ]  # fmt: skip
    body = [_cells(row, currency, decimals, language) for row in rows[:top]]
    if len(rows) > top:
        label = text("chart.others", language, number=len(rows) - top)
        body.append([label, "", "", *_sums(rows[top:], currency, decimals, language)])
    foot = None
    if len(rows) > 1:
        foot = [text("chart.total", language), "", "", *_sums(rows, currency, decimals, language)]
    return Shown(as_html(heads, body, foot, "", _NAMES), as_plain(heads, body, foot, "", _NAMES))


def _cells(row: Row, currency: str, decimals: int, language: str) -> list[str]:
    return [
        f"{row['code']} {row['name']}",
        text(f"movement_part.{row['part']}", language),
        changes(row, currency, language),
        *_sums([row], currency, decimals, language),
    ]


def _sums(rows: list[Row], currency: str, decimals: int, language: str) -> list[str]:
    sums = (
        sum((decimal(row[name]) or Decimal(0) for row in rows), Decimal(0))
        for name in ("amount", "weighted_amount")
    )
    return [formats.amount(value, currency, language, decimals) for value in sums]


def changes(row: Row, currency: str = "EUR", language: str | None = None) -> str:
    """ "Montant : 1 000 € → 1 200 €": what changed in a row of the details, in words."""
    language = language or chosen()
    found = []
    for name in _ABOUT[row["part"]]:
        sides = [row[f"{name}_before"], row[f"{name}_after"]]
        before, after = (_worded(name, value, currency, language) for value in sides)
        if before != after:
            label = text(f"movement_fact.{name}", language)
            key = "movement.from_to" if not missing(sides[0]) else "movement.now"
            found.append(text(key, language, name=label, before=before, after=after))
    return ", ".join(found or _otherwise(row, language)) or "–"


def _otherwise(row: Row, language: str) -> list[str]:
    """The group it went into or out of, by a dimension that details do not follow; the rates."""
    if row["part"] == "currency":
        return [text("movement.rates_only", language)]
    own = list(row)[: list(row).index("part")]
    return [
        text("movement.now", language, name=text(f"dimension.{name}", language),
             after=name_of(row[name], name, language))
        for name in own
    ]  # fmt: skip


def _worded(name: str, value: Any, currency: str, language: str) -> str:
    if missing(value):
        return "–"
    if name == "amount":
        return formats.amount(Decimal(str(value)), currency, language, 0)
    if name == "probability":
        return formats.percent(Decimal(str(value)), language, None)
    if name in ("expected_signature", "closed_on"):
        return formats.date(pd.Timestamp(value).date(), language)
    return str(value)
