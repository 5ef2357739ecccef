"""Lines of what was won and aimed at, what was said of a period, and the attention list."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from oppkit import charts
from tests.charts.frames import AS_OF, EVIL, months
from tests.charts.test_figures import ticks, title
from tests.charts.test_tables import plain

Q1 = date(2026, 1, 1)


def pace(*rows: tuple[int, Any, Any]) -> pd.DataFrame:
    return pd.DataFrame(
        [[pd.Timestamp(2026, month, 1), won, target] for month, won, target in rows],
        columns=["month", "won", "target"], dtype=object,
    )  # fmt: skip


def test_what_was_won_and_aimed_at_are_lines_over_the_bars() -> None:
    told = pace((1, Decimal(70), Decimal(90)), (2, Decimal(0), None), (4, None, Decimal(400)))
    figure = charts.forecast(
        months(100, 0, 300), as_of=AS_OF, actual=told, target=told, language="en"
    )
    assert ticks(figure.layout.xaxis) == ["Jan<br>2026", "Feb", "Mar", "Apr", "May"]
    won, target = figure.data[2:]
    assert list(won.y) == [70, 0, None, None, None]
    assert list(target.y) == [90, None, None, 400, None]
    assert figure.layout.yaxis.range[1] >= 400
    assert "January 2026" in won.hovertext[0]
    assert "€90" in target.hovertext[0]


def test_without_them_the_forecast_is_as_it_was() -> None:
    rows = months(100, 0, 300)
    assert charts.forecast(rows, language="fr") == charts.forecast(
        rows, actual=None, target=None, language="fr"
    )
    assert len(charts.forecast(rows, target=pace((3, None, 5)), language="fr").data) == 3


def said(*rows: tuple[date, Any, Any, Any, Any]) -> pd.DataFrame:
    names = ["day", "won", "said", "committed", "best_case"]
    return pd.DataFrame([list(row) for row in rows], columns=names, dtype=object)


ROWS = said(
    (date(2026, 1, 5), Decimal(0), Decimal(900), None, None),
    (date(2026, 1, 12), None, None, Decimal(800), Decimal(1200)),
    (date(2026, 2, 9), Decimal(300), Decimal(700), None, None),
)


def test_a_track_is_true_to_time_and_says_what_came_of_it() -> None:
    figure = charts.track(ROWS, "quarter", Q1, Decimal(310), target=Decimal(1000), language="en")
    assert title(figure) == "Q1 2026: €700 expected on 9 February 2026, €310 won so far"
    expected, won, committed, best, target = figure.data
    assert (list(expected.x), list(expected.y)) == ([0, 35], [900, 700])
    assert (list(won.y), list(committed.x), list(best.y)) == ([0, 300], [7], [1200])
    assert list(target.y) == [1000, 1000]
    assert ticks(figure.layout.xaxis) == ["05/01/2026", "12/01/2026", "09/02/2026"]
    done = charts.track(ROWS, "quarter", Q1, Decimal(310), over=True, language="fr")
    assert title(done) == "T1 2026 a rapporté 310 € ; 900 € étaient annoncés le 5 janvier 2026"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_period_of_which_nothing_was_said_has_a_figure(language: str) -> None:
    figure = charts.track(said(), "month", Q1, Decimal(0), target=Decimal(5), language=language)
    assert len(figure.data) == 0
    assert "2026" in title(figure)
    only_calls = charts.track(ROWS.iloc[1:2], "month", Q1, Decimal(0), language=language)
    assert len(only_calls.data) == 2
    json.loads(only_calls.to_json())


def test_a_long_track_names_some_days_and_the_latest() -> None:
    days = [date(2026, 1, 1 + number) for number in range(25)]
    rows = said(*((day, Decimal(0), Decimal(1), None, None) for day in days))
    shown = ticks(charts.track(rows, "quarter", Q1, Decimal(0), language="en").layout.xaxis)
    assert len(shown) <= 8
    assert shown[-1] == "25/01/2026"


def attention(count: int) -> pd.DataFrame:
    rows = [
        ["overdue", f"O-{number}", EVIL, "C", None, "negotiation", Q1, None, "TND",
         Decimal("1234.5") if number else None, "Late."]
        for number in range(count)
    ]  # fmt: skip
    names = ["reason", "code", "name", "customer", "owner", "status", "expected_signature",
             "probability", "currency", "amount", "told"]  # fmt: skip
    return pd.DataFrame(rows, columns=names, dtype=object)


def test_the_attention_list_is_a_table() -> None:
    shown = charts.attention(attention(3), top=2, language="en")
    assert [cells[0] for cells in plain(shown)] == ["Reason", *["Signature overdue"] * 3]
    assert plain(shown)[1][-1] == "–"
    assert plain(shown)[2][-1] == "TND 1,235"
    assert plain(shown)[3][1] == "Others (1)"
    assert "<img" not in shown.html
    assert "Nothing wants attention" in str(charts.attention(attention(0), language="en"))
