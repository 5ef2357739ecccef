"""The scores of forecasts in words, the same on a page and in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oppkit.locale import formats
from oppkit.locale.catalogue import text
from oppkit.locale.intervals import missing

Row = Mapping[Any, Any]
WORDS = ("horizon", "method", "forecasts")
MEASURES = ("wape", "bias", "crps", "skill", "cov80", "width80", "pit_low", "pit_high")


def horizon(value: Any, language: str) -> str:
    """ "2 months ahead", "The three months ahead", "All months"."""
    if isinstance(value, str):
        return text(f"horizon.{value}", language)
    plural = "one" if value == 1 else "many"
    return text(f"horizon.ahead_{plural}", language, number=value)


def share(value: Any, language: str) -> str:
    """A share of what was signed, or of the forecasts; a dash where it is not known."""
    return "–" if missing(value) else formats.percent(float(value), language)


def heads(language: str) -> list[str]:
    """The headings of `cells`."""
    return [text(f"score_head.{name}", language) for name in (*WORDS, *MEASURES)]


def cells(row: Row, language: str) -> list[str]:
    """Horizon, method, number of forecasts and the measures of a row of scores."""
    return [
        horizon(row["horizon"], language), text(f"method.{row['method']}", language),
        formats.number(int(row["forecasts"]), language),
        *(share(row[name], language) for name in MEASURES),
    ]  # fmt: skip
