"""What cannot be scheduled, as a table: reasons in words, sums of all rows, names as they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from oppkit import charts

EVIL = "<img src=x onerror=alert(1)>"


def rows(*found: tuple[Any, ...]) -> pd.DataFrame:
    columns = ["plan", "reason", "code", "name", "weighted_days", "weighted_amount"]
    return pd.DataFrame(list(found), columns=columns, dtype=object)


SOME = rows(
    ("firm", "no_start", "AF26-1", EVIL, Decimal("2.5"), Decimal(100)),
    ("probable", "no_end", "OPP-1", "Portail", Decimal("1.25"), Decimal(4000)),
    ("won", "no_amount", "OPP-2", "Audit", None, None),
)


def test_the_largest_come_first_and_the_total_counts_all() -> None:
    lines = str(charts.unscheduled(SOME, language="en")).splitlines()
    assert next(line.split("  ")[0].strip() for line in lines if line.strip()) == "Plan"
    places = [next(n for n, line in enumerate(lines) if code in line)
              for code in ("OPP-1", "AF26-1", "OPP-2")]  # fmt: skip
    assert places == sorted(places)
    assert "3.8" in lines[-1]
    assert "€4,100" in lines[-1]


def test_what_is_missing_is_said_in_words() -> None:
    french = str(charts.unscheduled(SOME, language="fr"))
    english = str(charts.unscheduled(SOME, language="en"))
    assert "No start of production" in english
    assert "no_start" not in french + english
    [row] = [line for line in english.splitlines() if "OPP-2" in line]
    assert row.count("–") == 2


def test_the_rest_is_one_row() -> None:
    shown = str(charts.unscheduled(SOME, top=1, language="en"))
    assert "Others (2)" in shown
    assert "AF26-1" not in shown
    assert "€4,100" in shown


def test_names_that_are_markup_stay_names() -> None:
    html = charts.unscheduled(SOME, language="en")._repr_html_()
    assert "&lt;img src=x" in html
    assert "<img" not in html


def test_nothing_is_an_empty_table() -> None:
    assert "Plan" in str(charts.unscheduled(rows(), language="en"))
