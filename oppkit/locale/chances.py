"""Entered and learnt chances side by side, in a language: for a table on a page or a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oppkit.locale import formats, text

WORDS = ("opportunity", "owner", "why")  # columns of words, before those of figures
FIGURES = ("amount", "entered", "chance", "gap_amount", "month")


def heads(language: str) -> list[str]:
    """The head of each column."""
    return [text(f"signing_head.{name}", language) for name in (*WORDS, *FIGURES)]


def cells(row: Mapping[Any, Any], currency: str, language: str) -> list[str]:
    """The cells of a row of `Signing.rows`."""
    return [
        f"{row['code']} {row['name']}", _known(row["owner"]) or "–", row["why"],
        _amount(row["amount"], currency, language), _percent(row["entered"], language),
        _percent(row["chance"], language), _amount(row["gap_amount"], currency, language),
        "–" if _known(row["month"]) is None else formats.month(row["month"], language, short=True),
    ]  # fmt: skip


def _known(value: Any) -> Any:
    """None for what is missing: only that differs from itself."""
    return value if value is not None and value == value else None


def _percent(value: float, language: str) -> str:
    return "–" if _known(value) is None else formats.percent(value, language)


def _amount(value: Any, currency: str, language: str) -> str:
    return "–" if _known(value) is None else formats.amount(value, currency, language, 0)
