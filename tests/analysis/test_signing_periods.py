"""Deal-months to learn from, against counting them one by one."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest

from oppkit.analysis.signing import Panel
from oppkit.analysis.signing.endings import LOST, OPEN, SIGNED, Endings
from oppkit.analysis.signing.months import Schedule, month_number
from oppkit.analysis.signing.periods import AHEAD, Periods, periods
from tests.analysis.lives_of_deals import months, simulated

HAZARDS = {"proposal": (0.05, 0.08), "signing": (0.3, 0.1)}
ORIGINS = months(date(2024, 1, 1), 20)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return simulated(np.random.default_rng(3), ORIGINS, 12, HAZARDS)


def at(panel: Panel, day: date, most: int = 10**9) -> tuple[Endings, Periods]:
    known = panel.before(day)
    endings = Endings.of(known, Schedule(day))
    places = endings.schedule.places(known.origins)
    return endings, periods(endings, places, known.origin, most)


def counted(panel: Panel, day: date) -> Counter[tuple[int, int, int]]:
    """(row, months ahead, cause) of every deal-month that is over, by plain loops."""
    known = panel.before(day)
    closed = {
        int(deal): (str(outcome), int(when))
        for deal, outcome, when in zip(
            known.closings.deal, known.closings.outcome, known.closings.day, strict=True
        )
    }
    found: Counter[tuple[int, int, int]] = Counter()
    for row, (place, deal) in enumerate(zip(known.origin, known.deal, strict=True)):
        origin = known.origins[int(place)]
        if origin == day:
            continue
        for ahead in range(1, AHEAD + 1):
            month = month_number(origin) + ahead
            if month > month_number(day):
                break
            outcome, when = closed.get(int(deal), ("open", 0))
            ends = month_number(date.fromordinal(when + date(1970, 1, 1).toordinal()))
            if outcome != "open" and ends == month:
                found[row, ahead, SIGNED if outcome == "won" else LOST] += 1
                break
            found[row, ahead, OPEN] += 1
    return found


def test_each_open_deal_is_at_risk_until_it_ends(panel: Panel) -> None:
    _, found = at(panel, ORIGINS[-4])
    told = Counter(zip(found.row.tolist(), found.ahead.tolist(), found.cause.tolist(),
                       strict=True))  # fmt: skip
    assert told == counted(panel, ORIGINS[-4])
    assert set(found.weight.tolist()) == {0.25}


def test_what_is_drawn_stands_for_all(panel: Panel) -> None:
    _, whole = at(panel, ORIGINS[-1])
    _, drawn = at(panel, ORIGINS[-1], most=400)
    assert len(drawn.row) <= 400
    for cause in (OPEN, SIGNED, LOST):
        weights = [one.weight[one.cause == cause].sum() for one in (whole, drawn)]
        assert weights[1] == pytest.approx(weights[0])
    # Evenly over time: the mean origin is that of all to half a month.
    means = [np.average(panel.origin[one.row], weights=one.weight) for one in (whole, drawn)]
    assert means[1] == pytest.approx(means[0], abs=0.5)
    # Two stretches that share a place may both give it.
    assert len({*zip(drawn.row.tolist(), drawn.ahead.tolist(), strict=True)}) >= 0.98 * 400


def test_it_is_the_same_every_time(panel: Panel) -> None:
    one, other = (at(panel, ORIGINS[-1], most=300)[1] for _ in range(2))
    assert (one.row == other.row).all()
    assert (one.ahead == other.ahead).all()


def test_nothing_is_learnt_from_one_origin(panel: Panel) -> None:
    assert len(at(panel, ORIGINS[0])[1].row) == 0
