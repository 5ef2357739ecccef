"""New business: as much as came in before, signed as fast as before."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from oppkit.analysis.signing import Panel
from oppkit.analysis.signing.endings import Endings
from oppkit.analysis.signing.months import Schedule, same_days
from oppkit.analysis.signing.newcomers import Newcomers, _fewer
from oppkit.analysis.signing.panel import day_number
from tests.analysis.lives_of_deals import months, simulated

ORIGINS = months(date(2023, 1, 1), 36)


def of(panel: Panel, day: date, ahead: int = 6) -> Newcomers:
    known = panel.before(day)
    return Newcomers.of(known, Endings.of(known, Schedule(day)), ahead, np.ones_like)


def test_a_steady_firm() -> None:
    """20 deals a month, of which 0.1 are signed and 0.18 lost in each month from the next on."""
    panel = simulated(np.random.default_rng(7), ORIGINS, 20, {"proposal": (0.1, 0.2)}, 500.0)
    found = of(panel, ORIGINS[-1])
    stays = 0.9 * 0.8
    truth = [20 * 0.1 * sum(stays**i for i in range(ahead - 1)) for ahead in range(1, 7)]
    # 25 % is three standard errors of 50 signatures of each lag, and arrivals of a year.
    assert found.rates[1:] == pytest.approx(truth[1:], rel=0.25)
    assert found.rates.sum() == pytest.approx(sum(truth), rel=0.15)
    assert found.rates[0] == 0
    assert found.rate(2, 3) == pytest.approx(found.rates[1] + found.rates[2])
    coming = found.arrivals(2, 3, deviation=0.0)
    assert coming is not None
    assert coming.mean == pytest.approx(found.rate(2, 3) * 500)


def signed_at_once(origins: list[date], days: list[date]) -> Panel:
    """Deals that are opened and signed between two origins, and one that is open all the time."""
    rows = {"origin": range(len(origins)), "deal": [1] * len(origins),
            "opened": [day_number(origins[0]) - 9] * len(origins)}  # fmt: skip
    numbers = [day_number(day) for day in days]
    closings = {"deal": range(2, 2 + len(days)), "outcome": ["won"] * len(days), "day": numbers,
                "amount": [100.0] * len(days), "opened": numbers}  # fmt: skip
    return Panel.of(origins, rows, closings)


def test_who_is_signed_before_the_first_origin_that_could_see_it() -> None:
    origins = months(date(2025, 1, 1), 14)
    days = [day.replace(day=number) for day in origins[1:] for number in (5, 6, 20)]
    found = of(signed_at_once(origins, days), origins[-1], ahead=3)
    assert found.rates == pytest.approx([3.0, 3.0, 3.0])
    assert found.seen == 36 + 3


def test_in_the_middle_of_a_month_both_of_its_parts_are_told_apart() -> None:
    """Three are signed at once in each month, one of them after the 15th: a third of month 0."""
    origins = same_days(date(2026, 3, 15), 24)
    days = [day.replace(day=number) for day in origins[1:] for number in (5, 6, 20)]
    days = [day for day in days if day <= origins[-1]]
    found = of(signed_at_once(origins, days), origins[-1], ahead=3)
    assert found.first == 0
    # Drawn towards all places in the quarter alike, and the first year counts a month less.
    assert found.rates == pytest.approx([1.0, 3.0, 3.0, 3.0], rel=0.07)


def test_growth_goes_on() -> None:
    rng = np.random.default_rng(8)
    slow, fast = (simulated(rng, ORIGINS[18 * at :][:18], n, {"proposal": (0.1, 0.2)})
                  for at, n in ((0, 40), (1, 80)))  # fmt: skip
    steady = of(fast, ORIGINS[-1]).rate(1, 6)
    rows = {
        name: np.concatenate([getattr(slow, name), getattr(fast, name) + move])
        for name, move in (("origin", 18), ("deal", 10_000))
    }
    closings = {
        name: np.concatenate([getattr(one.closings, name) for one in (slow, fast)])
        for name in ("outcome", "day", "amount")
    }
    closings["deal"] = np.concatenate([slow.closings.deal, fast.closings.deal + 10_000])
    assert of(Panel.of(ORIGINS, rows, closings), ORIGINS[-1]).rate(1, 6) > 1.15 * steady


def test_nobody_came_before_the_first_origin() -> None:
    panel = simulated(np.random.default_rng(7), ORIGINS[:1], 20, {"proposal": (0.1, 0.2)})
    found = of(panel, ORIGINS[0])
    assert found.rates.tolist() == [0.0] * 6
    assert found.arrivals(1, 6, 0.2) is None
    assert Newcomers.none(1, 6).arrivals(1, 6, 0.2) is None


def test_doubt_about_the_rate_adds_to_what_moves_it() -> None:
    panel = simulated(np.random.default_rng(7), ORIGINS, 20, {"proposal": (0.1, 0.2)})
    found = of(panel, ORIGINS[-1])
    coming = found.arrivals(1, 6, deviation=0.2)
    assert coming is not None
    assert coming.loading == pytest.approx(np.sqrt(0.04 + 1 / (found.seen + 1)))


def test_few_amounts_stand_for_many() -> None:
    rng = np.random.default_rng(9)
    amounts, weights = rng.pareto(1.6, 5_000) + 1, rng.uniform(0.5, 1.5, 5_000)
    few, total = _fewer(amounts, weights)
    assert len(few) <= 200
    assert total.sum() == pytest.approx(weights.sum())
    assert few @ total == pytest.approx(amounts @ weights)
    assert few**2 @ total == pytest.approx(amounts**2 @ weights, rel=0.02)
    assert few.max() == amounts.max()
