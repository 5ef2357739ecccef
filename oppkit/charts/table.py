"""Small tables to read and copy: formatted numbers on the right, names as they are, a total."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from oppkit.charts.shown import Shown
from oppkit.charts.values import (
    MEASURES,
    OVERLAPPING,
    Row,
    adds_up,
    dimensions_of,
    escaped,
    missing,
    name_of,
    records,
    total,
)
from oppkit.locale import formats, text
from oppkit.locale import language as chosen

# On each cell and in no style sheet: JupyterLab drops those from a page that was not run yet.
# Colours are the page's own, so that the table follows its theme.
_LEFT, _RIGHT = "text-align:left", "text-align:right"
_FOOT = ";font-weight:600;border-top:1px solid currentColor"


def table(
    rows: pd.DataFrame, currency: str = "EUR", *, top: int = 30, decimals: int = 0,
    language: str | None = None,
) -> Shown:  # fmt: skip
    """The rows of a frame with their total, amounts in `currency` with `decimals` decimals.

    After `top` rows the others are one row. Rows by tag overlap: they have no total, and the table
    says why. A missing amount is shown as a dash.
    """
    language = language or chosen()
    by = dimensions_of(rows)
    measures = [measure for measure in MEASURES if measure in rows]
    heads = [text(f"dimension.{name}", language) for name in by]
    heads += [text(f"measure.{measure}", language) for measure in measures]
    body = [_cells(row, by, measures, currency, decimals, language)
            for row in records(rows.head(top))]  # fmt: skip
    if len(rows) > top:
        label = text("chart.others", language, number=len(rows) - top)
        body.append(_sums(rows.iloc[top:], label, by, measures, currency, decimals, language))
    foot = None
    if OVERLAPPING not in by and by and len(rows) > 1:
        label = text("chart.total", language)
        foot = _sums(rows, label, by, measures, currency, decimals, language)
    note = text("chart.overlapping", language) if OVERLAPPING in by else ""
    return Shown(
        as_html(heads, body, foot, note, len(by)), as_plain(heads, body, foot, note, len(by))
    )


def _cells(
    row: Row, by: Sequence[str], measures: Sequence[str], currency: str, decimals: int,
    language: str,
) -> list[str]:  # fmt: skip
    return [name_of(row[name], name, language) for name in by] + [
        _figure(row[measure], measure, currency, decimals, language) for measure in measures
    ]


def _sums(
    rows: pd.DataFrame, label: str, by: Sequence[str], measures: Sequence[str], currency: str,
    decimals: int, language: str,
) -> list[str]:  # fmt: skip
    """A row of sums: a dash where adding up would count an opportunity twice."""
    sums = [total(rows, measure) if adds_up(by, measure) else None for measure in measures]
    return [label, *[""] * (len(by) - 1)] + [
        _figure(value, measure, currency, decimals, language)
        for value, measure in zip(sums, measures, strict=True)
    ]


def _figure(value: Any, measure: str, currency: str, decimals: int, language: str) -> str:
    if missing(value):
        return "–"
    if measure == "opportunities":
        return formats.number(Decimal(str(value)), language)
    return formats.amount(value, currency, language, decimals)


def as_html(
    heads: list[str], body: list[list[str]], foot: list[str] | None, note: str, names: int
) -> str:
    def line(cells: list[str], tag: str, style: str = "") -> str:
        marked = (
            f'<{tag} style="{_LEFT if place < names else _RIGHT}{style}">{escaped(cell)}</{tag}>'
            for place, cell in enumerate(cells)
        )
        return f"<tr>{''.join(marked)}</tr>"

    rows = "".join(line(cells, "td") for cells in body)
    end = f"<tfoot>{line(foot, 'td', _FOOT)}</tfoot>" if foot else ""
    below = f"<p>{escaped(note)}</p>" if note else ""
    return f"<table><thead>{line(heads, 'th')}</thead><tbody>{rows}</tbody>{end}</table>{below}"


def as_plain(
    heads: list[str], body: list[list[str]], foot: list[str] | None, note: str, names: int
) -> str:
    lines = [heads, *body, *([foot] if foot else [])]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    texts = [
        "  ".join(
            cell.ljust(width) if place < names else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([*texts, note] if note else texts)
