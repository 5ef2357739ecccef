"""The reconciliation in sentences: what the forecast counts, what it leaves out, what to do."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from oppkit.charts.shown import Shown
from oppkit.charts.values import Row, counted, decimal, escaped, name_of, records, total
from oppkit.locale import formats, text
from oppkit.locale import language as chosen


def words(
    parts: pd.DataFrame, currency: str = "EUR", *, as_of: datetime.date, months: int = 12,
    language: str | None = None,
) -> Shown:  # fmt: skip
    """Every open opportunity accounted for, part by part, with what would bring it in.

    `parts` is the frame of a reconciliation; `as_of` and `months` are those of the forecast.
    """
    language = language or chosen()
    span = counted(months, "months", language)
    rows = records(parts)
    [kept] = [row for row in rows if row["part"] == "in_horizon"]
    opening = text(
        "words.opening", language, date=formats.long_date(as_of, language),
        count=counted(sum(int(row["opportunities"]) for row in rows), "opportunities", language),
        amount=_money(total(parts, "amount"), currency, language),
        weighted=_money(total(parts, "weighted_amount"), currency, language),
    )  # fmt: skip
    forecast = text(
        "words.forecast", language, months=span,
        count=counted(int(kept["opportunities"]), "opportunities", language),
        amount=_money(kept["amount"], currency, language),
        weighted=_money(kept["weighted_amount"], currency, language),
    )  # fmt: skip
    outside = [
        _outside(row, currency, months, language)
        for row in rows
        if row["part"] != "in_horizon" and row["opportunities"]
    ]
    gross = _money(total(parts, "amount"), currency, language)
    closing = text("words.sum", language, amount=gross)
    return _laid_out(f"{opening} {forecast}", outside, closing, language)


def _outside(row: Row, currency: str, months: int, language: str) -> tuple[str, str]:
    """What is left out, and what to do about it."""
    name = name_of(row["part"], "part", language)
    number = counted(int(row["opportunities"]), "opportunities", language)
    if decimal(row["amount"]):
        amount = _money(row["amount"], currency, language)
        what = text("words.part", language, name=name, count=number, amount=amount)
    else:
        what = text("words.part_unpriced", language, name=name, count=number)
    return what, text(f"part_meaning.{row['part']}", language, months=months)


def _money(value: Any, currency: str, language: str) -> str:
    return formats.amount(decimal(value) or Decimal(0), currency, language)


def _laid_out(lead: str, outside: list[tuple[str, str]], closing: str, language: str) -> Shown:
    if not outside:
        nothing = text("words.nothing_outside", language)
        return Shown(f"<p>{escaped(lead)} {escaped(nothing)}</p>", f"{lead} {nothing}")
    head = text("words.outside", language)
    items = "".join(
        f"<li><b>{escaped(what)}</b> {escaped(meaning)}</li>" for what, meaning in outside
    )
    lines = [f"- {what} {meaning}" for what, meaning in outside]
    return Shown(
        f"<p>{escaped(lead)}</p><p>{escaped(head)}</p><ul>{items}</ul><p>{escaped(closing)}</p>",
        "\n".join([lead, head, *lines, closing]),
    )
