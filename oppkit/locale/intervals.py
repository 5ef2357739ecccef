"""Estimates in words: never without their interval, and without a figure where cases are few."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from oppkit.locale import formats
from oppkit.locale.catalogue import text

Row = Mapping[Any, Any]
_QUARTERS = ("opening_quarter", "decision_quarter")


def share(row: Row, name: str, language: str) -> str:
    """14 % (12 à 17 %); where the row is of few cases, only between what it may be."""
    low, high = (_percent(row[f"{name}_{end}_95"], language) for end in ("low", "high"))
    if row["few"]:
        return text("interval.share_few", language, low=low, high=high)
    value = _percent(row[name], language)
    return text("interval.share", language, value=value, low=low, high=high)


def days(row: Row, name: str, language: str) -> str:
    """71 j (67 à 84); a dash where half has not been reached."""
    low, value, high = (row[key] for key in (f"{name}_low_95", name, f"{name}_high_95"))
    if missing(value) or missing(low):
        return text("interval.unknown", language)
    kind = "few" if row["few"] else "sure"
    open_end = "_open" if missing(high) else ""
    given = {"value": value, "low": low, "high": 0 if missing(high) else high}
    shown = {name: formats.number(int(number), language) for name, number in given.items()}
    return text(f"interval.days_{kind}{open_end}", language, **shown)


def group(row: Row, name: str, currency: str, language: str) -> str:
    """What a dimension of win rates says: a quarter, a size, a name; not escaped."""
    value = row[name]
    if missing(value):
        return text(f"without.{name}", language)
    if name in _QUARTERS:
        at = value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)
        return formats.quarter(at, language)
    if name == "size":
        return text("funnel.size_from", language, amount=formats.short(value, currency, language))
    return str(value)


def missing(value: Any) -> bool:
    """Whether there is nothing: null, or what pandas makes of it."""
    return value is None or value != value


def _percent(value: float, language: str) -> str:
    return formats.percent(value, language)
