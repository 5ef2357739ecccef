"""Panels from plain columns, parts of them, and what was known before a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from oppkit.analysis.signing.panel import FOREVER, NOBODY, Panel, day_number

ORIGINS = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
JANUARY, FEBRUARY, MARCH = map(day_number, ORIGINS)
ROWS = {"origin": [0, 0, 1, 2], "deal": [7, 8, 7, 7], "amount": [10, 20, 10, None]}
CLOSINGS: dict[str, Any] = {
    "deal": [7, 8, 8], "outcome": ["won", "lost", "won"],
    "day": [MARCH + 5, FEBRUARY - 9, FEBRUARY - 3], "known": [MARCH + 6, FEBRUARY, MARCH],
    "until": [FOREVER, MARCH, FOREVER],
}  # fmt: skip


@pytest.fixture
def panel() -> Panel:
    return Panel.of(ORIGINS, ROWS, CLOSINGS)


def test_what_is_not_given_is_unknown(panel: Panel) -> None:
    assert len(panel) == 4
    assert panel.amount.tolist()[:3] == [10, 20, 10]
    assert np.isnan(panel.amount[3])
    assert np.isnan(panel.probability).all()
    assert panel.status.tolist() == [None] * 4
    assert panel.owner.tolist() == [NOBODY] * 4
    assert panel.pushes.tolist() == [0] * 4
    assert panel.recorded.all()
    types = (panel.origin, panel.deal, panel.expected, panel.opened, panel.closings.until)
    assert [str(column.dtype) for column in types] == [
        "int16", "int64", "float64", "int32", "int32",
    ]  # fmt: skip


def test_closings_are_known_on_their_day_unless_told_otherwise() -> None:
    plain = {name: CLOSINGS[name] for name in ("deal", "outcome", "day")}
    closings = Panel.of(ORIGINS, ROWS, plain).closings
    assert closings.known.tolist() == CLOSINGS["day"]
    assert closings.until.tolist() == [FOREVER] * 3


def test_before_a_day_nothing_later_is_there(panel: Panel) -> None:
    seen = panel.before(date(2026, 2, 28))
    assert seen.origins == ORIGINS[:2]
    assert seen.origin.tolist() == [0, 0, 1]
    assert seen.closings.outcome.tolist() == ["lost"]
    assert seen.closings.until.tolist() == [FOREVER]  # that it was to end was not known
    assert panel.before(date(2026, 3, 31)).closings.until.tolist() == [MARCH, FOREVER]
    assert panel.closings.until.tolist() == [FOREVER, MARCH, FOREVER]
    early = panel.before(date(2026, 1, 30))
    assert (early.origins, len(early), len(early.closings)) == ([], 0, 0)


def test_some_of_the_rows(panel: Panel) -> None:
    mine = panel.at(panel.deal == 7)
    assert mine.origin.tolist() == [0, 1, 2]
    assert mine.origins == ORIGINS
    assert mine.closings is panel.closings
    assert panel.at(np.array([3, 0])).deal.tolist() == [7, 7]


@pytest.mark.parametrize(
    ("rows", "closings", "message"),
    [
        (ROWS | {"colour": [1] * 4}, CLOSINGS, "colour"),
        (ROWS, CLOSINGS | {"status": [1] * 3}, "status"),
        (ROWS | {"amount": [1]}, CLOSINGS, "amount must have 4"),
        (ROWS, CLOSINGS | {"known": [1]}, "known must have 3"),
    ],
)
def test_columns_that_do_not_fit(rows: Any, closings: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Panel.of(ORIGINS, rows, closings)


@pytest.mark.parametrize("origins", [ORIGINS[::-1], [ORIGINS[0], *ORIGINS]])
def test_origins_are_in_order(origins: list[date]) -> None:
    with pytest.raises(ValueError, match="earliest first"):
        Panel.of(origins, ROWS, CLOSINGS)
