"""Where entered probabilities and what happened before disagree, as a table with reasons."""

from __future__ import annotations

import pandas as pd

from oppkit.charts.shown import Shown
from oppkit.charts.table import as_html, as_plain
from oppkit.charts.values import records
from oppkit.locale import chances as worded
from oppkit.locale import language as chosen
from oppkit.locale import text


def chances(
    rows: pd.DataFrame, currency: str = "EUR", *, top: int = 10, language: str | None = None
) -> Shown:
    """The first `top` of `Workbench.signing(…).rows`, and how many more there are."""
    language = language or chosen()
    heads, names = worded.heads(language), len(worded.WORDS)
    body = [worded.cells(row, currency, language) for row in records(rows.head(top))]
    if len(rows) > top:
        others = text("chart.others", language, number=len(rows) - top)
        body.append([others, *[""] * (len(heads) - 1)])
    note = "" if body else text("signing.none", language)
    return Shown(as_html(heads, body, None, note, names), as_plain(heads, body, None, note, names))
