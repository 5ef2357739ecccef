"""What the ranges send to the page: where each amount stands on the scale that all lines share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oppkit.forms.widgets.ranges import DRAWN, Range, Ranges

WORDS = {name: name for name in ("won", "band", "middle", "expected", "target")}
COLUMNS = [("period", "Period"), ("low", "Low"), (DRAWN, "On one scale"), ("chance", "Chance")]


def line(
    key: str, low: int, middle: int, high: int, expected: int, won: int = 0,
    target: int | None = None,
) -> Range:  # fmt: skip
    amounts = (Decimal(amount) for amount in (low, middle, high, expected, won))
    aim = None if target is None else Decimal(target)
    return Range(key, key.title(), *amounts, aim, {"low": f"{low} €", "chance": "50%"}, "told")


@pytest.fixture
def ranges() -> Ranges:
    return Ranges(WORDS, "What is likely", choosable=True)


def test_a_range_begins_where_what_is_won_ends(ranges: Ranges) -> None:
    ranges.show([line("q1", 10, 20, 50, 25, won=50, target=80), line("q2", 0, 5, 20, 8)],
                COLUMNS, "{} €".format)  # fmt: skip
    assert ranges.lines[0]["drawn"] == {
        "ground": 0, "won": 0.5, "low": 0.6, "middle": 0.7, "high": 1, "expected": 0.75,
        "target": 0.8,
    }  # fmt: skip
    assert ranges.lines[1]["drawn"] == {
        "ground": 0, "won": 0, "low": 0, "middle": 0.05, "high": 0.2, "expected": 0.08,
    }  # fmt: skip
    assert [each["has_won"] for each in ranges.lines] == [True, False]
    assert ranges.ends == ["0 €", "100 €"]


def test_figures_stand_in_the_order_of_the_columns(ranges: Ranges) -> None:
    ranges.show([line("q1", 1, 2, 3, 2)], COLUMNS, str, "q1")
    assert ranges.columns == [list(column) for column in COLUMNS]
    assert ranges.lines[0]["cells"] == ["1 €", "", "50%"]
    assert (ranges.lines[0]["label"], ranges.lines[0]["told"]) == ("Q1", "told")
    assert ranges.selected == "q1"


@pytest.mark.parametrize("lines", [[], [line("q1", 0, 0, 0, 0)]])
def test_nothing_has_no_scale(ranges: Ranges, lines: list[Range]) -> None:
    ranges.show(lines, COLUMNS, str)
    assert ranges.ends == []
    assert [set(each["drawn"].values()) for each in ranges.lines] == [{0.0}] * len(lines)


def test_credit_notes_stand_left_of_nothing(ranges: Ranges) -> None:
    ranges.show([line("q1", -50, 0, 150, 60)], COLUMNS, str)
    assert ranges.lines[0]["drawn"]["ground"] == 0.25
    assert ranges.lines[0]["drawn"]["low"] == 0
    assert ranges.ends == ["-50", "150"]


@given(st.lists(st.tuples(*[st.integers(-(10**9), 10**9)] * 6), max_size=14))
def test_amounts_stay_between_the_edges_and_in_order(rows: list[tuple[int, ...]]) -> None:
    ranges = Ranges(WORDS)
    lines = [
        line(str(place), *sorted(row[:3]), row[3], row[4], row[5]) for place, row in enumerate(rows)
    ]
    ranges.show(lines, COLUMNS, str)
    drawn = [each["drawn"] for each in ranges.lines]
    for row, each in zip(rows, drawn, strict=True):
        assert all(0 <= share <= 1 for share in each.values())
        assert ("low" in each) == any(row[:4])
        if "low" in each:
            assert each["low"] <= each["middle"] <= each["high"]
    by_amount = sorted(
        (Decimal(row[5]), each["target"]) for row, each in zip(rows, drawn, strict=True)
    )
    assert [share for _, share in by_amount] == sorted(share for _, share in by_amount)


def test_a_click_is_told(ranges: Ranges) -> None:
    chosen: list[Any] = []
    ranges.on_choose(chosen.append)
    ranges._received(ranges, {"type": "choose", "key": "q2"}, [])
    ranges._received(ranges, {"type": "other"}, [])
    assert chosen == ["q2"]


def test_a_missing_text_is_named() -> None:
    with pytest.raises(ValueError, match="band"):
        Ranges({"won": ""})
