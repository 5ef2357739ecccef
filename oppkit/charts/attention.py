"""The attention list as a table, by reason."""

from __future__ import annotations

import pandas as pd

from oppkit.charts.shown import Shown
from oppkit.charts.table import as_html, as_plain
from oppkit.charts.values import Row, missing, records
from oppkit.locale import formats, text
from oppkit.locale import language as chosen

_NAMES = 5  # columns of words, before that of amounts


def attention(rows: pd.DataFrame, *, top: int = 5, language: str | None = None) -> Shown:
    """The first `top` rows of each reason, and how many more there are.

    `rows` are `Workbench.attention(…).frame`; amounts stand in their own currency.
    """
    language = language or chosen()
    heads = [text(f"attention_list.{name}", language) for name in ("reason", "opportunity")]
    heads += [text(f"field.{name}", language) for name in ("customer_id", "owner_id")]
    heads += [text("attention_list.why", language), text("field.amount", language)]
    body: list[list[str]] = []
    for reason in dict.fromkeys(rows["reason"]):
        found = records(rows[rows["reason"] == reason])
        body += [_cells(row, language) for row in found[:top]]
        if len(found) > top:
            title = text(f"attention.{reason}", language)
            others = text("chart.others", language, number=len(found) - top)
            body.append([title, others, "", "", "", ""])
    note = "" if body else text("attention_list.nothing", language)
    return Shown(
        as_html(heads, body, None, note, _NAMES), as_plain(heads, body, None, note, _NAMES)
    )


def _cells(row: Row, language: str) -> list[str]:
    amount = row["amount"]
    return [
        text(f"attention.{row['reason']}", language), f"{row['code']} {row['name']}",
        row["customer"], row["owner"] or "–", row["told"],
        "–" if missing(amount) else formats.amount(amount, row["currency"], language, 0),
    ]  # fmt: skip
