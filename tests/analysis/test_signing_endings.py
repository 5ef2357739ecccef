"""What became of deals: corrections, late records, reopened deals, those seen at no origin."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from oppkit.analysis.signing import Panel
from oppkit.analysis.signing.endings import LOST, NEVER, OPEN, SIGNED, UNSEEN, Endings
from oppkit.analysis.signing.months import Schedule, month_number
from oppkit.analysis.signing.panel import FOREVER, day_number
from tests.analysis.lives_of_deals import months

ORIGINS = months(date(2026, 1, 1), 6)
LAST = ORIGINS[-1]


def day(month: int, number: int) -> int:
    return day_number(date(2026, month, number))


def ended(
    open_at: dict[int, list[int]], *closings: tuple[int, str, int, int, int], last: date = LAST
) -> Endings:
    """Deals by the origins at which they are open; then deal, outcome, day, known, until."""
    pairs = sorted((place, deal) for deal, places in open_at.items() for place in places)
    names = ("deal", "outcome", "day", "known", "until")
    columns: dict[str, Any] = {
        name: [one[place] for one in closings] for place, name in enumerate(names)
    }
    rows = {"origin": [place for place, _ in pairs], "deal": [deal for _, deal in pairs]}
    panel = Panel.of(ORIGINS, rows, columns).before(last)
    return Endings.of(panel, Schedule(last))


def told(endings: Endings) -> list[tuple[int, int]]:
    return list(zip(endings.cause.tolist(), endings.ahead.tolist(), strict=True))


def test_won_lost_and_still_open() -> None:
    found = ended(
        {1: [0, 1], 2: [0], 3: [0]},
        (1, "won", day(3, 9), day(3, 9), FOREVER), (2, "abandoned", day(6, 1), day(6, 1), FOREVER),
    )  # fmt: skip
    assert told(found) == [(SIGNED, 2), (LOST, 5), (OPEN, NEVER), (SIGNED, 1)]
    assert found.closed.deal.tolist() == [1, 2]
    assert found.won.tolist() == [True, False]


def test_what_is_known_later_is_not_known() -> None:
    closing = (1, "won", day(3, 9), day(4, 2), FOREVER)
    assert told(ended({1: [0, 1, 2]}, closing, last=ORIGINS[2])) == [(OPEN, NEVER)] * 3
    # In the books in April for March: lost to what was forecast at the end of March.
    assert told(ended({1: [0, 1, 2]}, closing)) == [(SIGNED, 2), (SIGNED, 1), (LOST, 1)]


def test_a_correction_is_the_same_ending() -> None:
    found = ended(
        {1: [0, 1]},
        (1, "won", day(3, 9), day(3, 9), day(4, 4)), (1, "won", day(4, 3), day(4, 4), FOREVER),
    )  # fmt: skip
    assert told(found) == [(SIGNED, 3), (SIGNED, 2)]
    assert [column.tolist() for column in found.signed] == [[month_number(date(2026, 4, 1))], [3]]


def test_a_reopened_deal_ends_twice() -> None:
    found = ended(
        {1: [0, 2, 3]},
        (1, "lost", day(2, 9), day(2, 9), day(3, 20)), (1, "won", day(6, 3), day(6, 3), FOREVER),
    )  # fmt: skip
    assert told(found) == [(LOST, 1), (SIGNED, 3), (SIGNED, 2)]
    assert found.won.tolist() == [True]
    # Since it came back it has been seen open for three months.
    assert found.signed[1].tolist() == [3]


def test_a_deal_that_is_deleted_is_lost_and_counts_for_no_share() -> None:
    found = ended({1: [0]}, (1, "deleted", day(2, 9), day(2, 9), FOREVER))
    assert told(found) == [(LOST, 1)]
    assert len(found.closed) == 0


def test_signed_between_two_origins() -> None:
    found = ended({1: [0]}, (2, "won", day(3, 9), day(3, 9), FOREVER))
    assert found.signed[1].tolist() == [UNSEEN]
    assert found.first_seen.tolist() == [FOREVER]


def test_nothing_was_ever_closed() -> None:
    found = ended({1: [0, 1]})
    assert told(found) == [(OPEN, NEVER)] * 2
    assert len(found.closed) == 0
    assert np.array(found.signed).size == 0
