"""Figures and tables for presentations, from small pandas frames.

    charts.forecast(rows, "month", currency="EUR")    weighted as solid bars before gross outlines
    charts.margin(rows, "month", currency="EUR")      the same for the margin
    charts.split(rows, "month", "owner", "EUR")       stacked by a dimension
    charts.ranking(rows, "status", currency="EUR")    horizontal bars of the pipeline
    charts.reconciliation(parts, currency="EUR")      what is in the forecast and what is not
    charts.table(rows, currency="EUR")                the same figures to read and copy
    charts.words(parts, currency="EUR", …)            the reconciliation in sentences

Frames come from `oppkit.analysis` (`.to_pandas()`): a column for each dimension, then
opportunities, amount, weighted_amount, margin, weighted_margin. `language` is "fr" or "en", and
`oppkit.locale.language()` where it is not given.
"""

from oppkit.charts.periods import forecast, margin, split
from oppkit.charts.ranking import ranking
from oppkit.charts.reconciliation import reconciliation
from oppkit.charts.table import table
from oppkit.charts.words import words

__all__ = ["forecast", "margin", "ranking", "reconciliation", "split", "table", "words"]
