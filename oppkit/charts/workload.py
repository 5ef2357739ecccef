"""The figures of a production schedule to read and copy: a row per group, a column per plan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from oppkit.charts.schedule import PLANS
from oppkit.charts.shown import Shown
from oppkit.charts.table import as_html, as_plain
from oppkit.charts.values import OVERLAPPING, Row, decimal, missing, name_of, records
from oppkit.locale import formats, text
from oppkit.locale import language as chosen

Figures = dict[str, Decimal]
_MEASURES = ("days", "amount", "margin")
_ALL, _GROSS = "all", "gross"


def workload(
    rows: pd.DataFrame, currency: str = "EUR", *, measure: str = "amount", top: int = 60,
    decimals: int = 0, language: str | None = None,
) -> Shown:  # fmt: skip
    """What each group of a schedule has in each plan, in all, and gross for what is open.

    `rows` are those of `Workbench.schedule`. `measure` is "days", "amount" or "margin"; open
    opportunities count with their probability, but for the last column. After `top` groups the
    others are one row. Rows by tag overlap: they have no total, and the table says why.
    """
    language = language or chosen()
    by = [str(name) for name in rows.columns if name != "plan" and not _measured(str(name))]
    groups = _groups(rows, by, measure, language)
    columns = (*PLANS, _ALL, _GROSS)

    def cells(names: list[str], figures: Figures) -> list[str]:
        return [*names, *(_figure(figures.get(c), measure, currency, decimals, language)
                          for c in columns)]  # fmt: skip

    body = [cells(names, figures) for names, figures in groups[:top]]
    blank = [""] * (len(by) - 1)
    if len(groups) > top:
        label = text("chart.others", language, number=len(groups) - top)
        body.append(cells([label, *blank], _added(groups[top:])))
    overlapping = OVERLAPPING in by
    foot = None
    if by and len(groups) > 1 and not overlapping:
        foot = cells([text("chart.total", language), *blank], _added(groups))
    note = text("chart.overlapping", language) if overlapping else ""
    heads = [text(f"dimension.{name}", language) for name in by]
    heads += [text(f"workload.{column}", language) for column in columns]
    shape = (heads, body, foot, note, len(by))
    return Shown(as_html(*shape), as_plain(*shape))


def _measured(column: str) -> bool:
    return column.removeprefix("weighted_") in _MEASURES


def _groups(
    rows: pd.DataFrame, by: list[str], measure: str, language: str
) -> list[tuple[list[str], Figures]]:
    """The names of each group and its figures by column, in order of appearance."""
    found: dict[tuple[Any, ...], tuple[list[str], Figures]] = {}
    for row in records(rows):
        key = tuple(None if missing(row[name]) else row[name] for name in by)
        names = [name_of(row[name], name, language) for name in by]
        _add(found.setdefault(key, (names, {}))[1], row, measure)
    return list(found.values())


def _add(figures: Figures, row: Row, measure: str) -> None:
    weighted, gross = decimal(row[f"weighted_{measure}"]), decimal(row[measure])
    columns = {row["plan"]: weighted, _ALL: weighted}
    if row["plan"] == "probable":
        columns[_GROSS] = gross
    for column, value in columns.items():
        if value is not None:
            figures[column] = figures.get(column, Decimal(0)) + value


def _added(groups: list[tuple[list[str], Figures]]) -> Figures:
    total: Figures = {}
    for _, figures in groups:
        for column, value in figures.items():
            total[column] = total.get(column, Decimal(0)) + value
    return total


def _figure(
    value: Decimal | None, measure: str, currency: str, decimals: int, language: str
) -> str:
    if value is None:
        return "–"
    if measure == "days":
        return formats.number(value, language, 1)
    return formats.amount(value, currency, language, decimals)
