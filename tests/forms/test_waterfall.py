"""What the waterfall sends to the page: where each bar goes, and what is told of it."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oppkit.forms.widgets.waterfall import Step, Waterfall

WORDS = {"bar": "{name}: {amount}, {count}", "cut": "The ends are cut."}
MOVED = [("created", 300), ("lost", -100), ("won", -200)]


def steps(opening: int, moves: list[tuple[str, int]]) -> list[Step]:
    closing = opening + sum(value for _, value in moves)
    named = [("opening", opening), *moves, ("closing", closing)]
    return [
        Step(key, key.title(), Decimal(value), f"{value:+} €", "2 sales",
             key in ("opening", "closing"))
        for key, value in named
    ]  # fmt: skip


@pytest.fixture
def fall() -> Waterfall:
    return Waterfall(WORDS, "What moved")


def places(fall: Waterfall) -> list[tuple[str, float, float]]:
    return [(bar["kind"], bar["from"], bar["to"]) for bar in fall.bars]


def test_each_bar_begins_where_the_one_before_ended(fall: Waterfall) -> None:
    fall.show(steps(700, MOVED))
    assert places(fall) == [
        ("end", 0, 0.7), ("up", 0.7, 1), ("down", 1, 0.9), ("down", 0.9, 0.7), ("end", 0, 0.7),
    ]  # fmt: skip
    assert [bar["cut"] for bar in fall.bars] == [False] * 5
    assert fall.note == ""


def test_a_bar_is_told_in_words(fall: Waterfall) -> None:
    fall.show(steps(700, MOVED), "lost")
    assert fall.bars[2]["told"] == "Lost: -100 €, 2 sales"
    assert (fall.bars[2]["label"], fall.bars[2]["amount"]) == ("Lost", "-100 €")
    assert fall.selected == "lost"
    fall.show(steps(700, MOVED))
    assert fall.selected == ""


def test_where_little_moved_the_ends_are_cut_and_it_is_said(fall: Waterfall) -> None:
    fall.show(steps(100_000, MOVED))
    # From 99 850 at the left edge to 100 300 at the right one.
    assert [(start, end) for _, start, end in places(fall)] == [
        (0, 0.33333), (0.33333, 1), (1, 0.77778), (0.77778, 0.33333), (0, 0.33333),
    ]  # fmt: skip
    assert [bar["cut"] for bar in fall.bars] == [True, False, False, False, True]
    assert fall.note == "The ends are cut."
    fall.show(steps(700, MOVED))
    assert fall.note == ""


@pytest.mark.parametrize("opening", [0, 500])
def test_nothing_moved(fall: Waterfall, opening: int) -> None:
    fall.show(steps(opening, []))
    assert places(fall) == [("end", 0, bool(opening))] * 2
    assert fall.note == ""


def test_no_bars_at_all(fall: Waterfall) -> None:
    fall.show([])
    assert (fall.bars, fall.note) == ([], "")


def test_below_nothing_and_of_no_amount(fall: Waterfall) -> None:
    fall.show(steps(100, [("lost", -200), ("created", 0)]))
    assert places(fall) == [("end", 0.5, 1), ("down", 1, 0), ("same", 0, 0), ("end", 0.5, 0)]


@given(
    st.integers(-(10**6), 10**9),
    st.lists(st.integers(-(10**6), 10**6).map(lambda value: ("x", value)), max_size=14),
)
def test_bars_stay_within_the_edges_and_keep_their_proportions(
    opening: int, moves: list[tuple[str, int]]
) -> None:
    fall = Waterfall(WORDS)
    fall.show(steps(opening, moves))
    for _, start, end in places(fall):
        assert 0 <= start <= 1
        assert 0 <= end <= 1
    lengths = [abs(end - start) for _, start, end in places(fall)[1:-1]]
    by_value = sorted(zip((abs(value) for _, value in moves), lengths, strict=True))
    assert all(one[1] <= other[1] + 3e-5 for one, other in pairwise(by_value))


def test_a_click_is_told(fall: Waterfall) -> None:
    chosen: list[Any] = []
    fall.on_choose(chosen.append)
    fall._received(fall, {"type": "choose", "key": "lost"}, [])
    fall._received(fall, {"type": "other"}, [])
    assert chosen == ["lost"]


def test_a_missing_text_is_named() -> None:
    with pytest.raises(ValueError, match="cut"):
        Waterfall({"bar": ""})
