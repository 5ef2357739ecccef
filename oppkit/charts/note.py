"""A sentence on a page of its own, such as the finding of a backtest."""

from __future__ import annotations

from oppkit.charts.shown import Shown
from oppkit.charts.values import escaped


def note(words: str) -> Shown:
    """The words as a paragraph."""
    return Shown(f"<p>{escaped(words)}</p>", words)
