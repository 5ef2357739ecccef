"""The scores of a backtest to read and copy: a row for each method and horizon."""

from __future__ import annotations

import pandas as pd

from oppkit.charts.shown import Shown
from oppkit.charts.table import as_html, as_plain
from oppkit.charts.values import records
from oppkit.locale import language as chosen
from oppkit.locale import scores as worded
from oppkit.locale import text

_NAMES = 2  # columns of words


def scoreboard(
    rows: pd.DataFrame, *, part: str = "all", method: str | None = None,
    language: str | None = None,
) -> Shown:  # fmt: skip
    """`rows` of `Workbench.backtest`, of one `part`, and of one `method` where it is named."""
    language = language or chosen()
    told = [row for row in records(rows)
            if row["part"] == part and method in (None, row["method"])]  # fmt: skip
    body = [worded.cells(row, language) for row in told]
    note = text("score.note" if told else "backtest.nothing", language)
    shape = (worded.heads(language), body, None, note, _NAMES)
    return Shown(as_html(*shape), as_plain(*shape))
