"""Which deals make the uncertainty, against all the ways a few of them may come out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from oppkit.analysis.contributions import contributions
from oppkit.analysis.distribution import Cells, law
from oppkit.analysis.portfolio import read
from tests.analysis.portfolios import BY, MONTHS, Deal, deals, outcomes, table
from tests.analysis.test_portfolio import many, of_month

EXAMPLES = settings(max_examples=10, deadline=None, derandomize=True)


@given(rows=deals(8, least=1))
@EXAMPLES
def test_won_and_lost_are_what_becomes_of_the_target_then(rows: list[Deal]) -> None:
    target = sum(d.amount * d.chance for d in rows)
    portfolio = read(table(rows), BY)
    found = contributions(
        portfolio, table(rows), of_month(portfolio, *MONTHS), len(rows), target=target
    )
    assert found.won is not None
    assert found.lost is not None
    kept = {deal.id: deal for deal in rows if deal.amount}
    assert set(found.ids.tolist()) == set(kept)
    for place, number in enumerate(found.ids.tolist()):
        for chance, settled in ((1.0, found.won[place]), (0.0, found.lost[place])):
            others = [d if d.id != number else Deal(d.amount, chance) for d in rows]
            sums, masses = outcomes(others)
            assert settled == pytest.approx(masses[sums >= target - 1e-6].sum(), abs=1e-9)


@given(rows=deals(8, least=2))
@EXAMPLES
def test_shares_are_parts_of_the_variance(rows: list[Deal]) -> None:
    portfolio = read(table(rows), BY)
    found = contributions(portfolio, table(rows), of_month(portfolio, *MONTHS), len(rows))
    assert found.won is None
    assert found.lost is None
    total = sum(d.amount**2 * d.chance * (1 - d.chance) for d in rows)
    assert found.share.tolist() == sorted(found.share.tolist(), reverse=True)
    for place, number in enumerate(found.ids.tolist()):
        own = rows[number].amount ** 2 * rows[number].chance * (1 - rows[number].chance)
        assert found.sd[place] ** 2 == pytest.approx(own)
        assert found.share[place] == pytest.approx(own / total if total else 0.0)


def test_with_a_common_factor_all_shares_still_add_up_to_one() -> None:
    rows = many(60)
    portfolio = read(table(rows), BY)
    everything = of_month(portfolio, *MONTHS)
    found = contributions(portfolio, table(rows), everything, len(rows), correlation=0.2)
    assert found.share.sum() == pytest.approx(1.0, abs=1e-6)
    alone = contributions(portfolio, table(rows), everything, len(rows))
    assert found.share.max() < alone.share.max()


def test_a_share_is_the_covariance_with_the_sum() -> None:
    """Simulated: 400,000 draws of the factor and of the deals; the error is some 2e-3."""
    rows = [Deal(100.0, 0.3, id=0), Deal(60.0, 0.6, id=1), Deal(30.0, 0.5, MONTHS[1], id=2)]
    portfolio = read(table(rows), BY)
    found = contributions(portfolio, table(rows), of_month(portfolio, *MONTHS), 3, correlation=0.3)
    random = np.random.default_rng(7)
    thresholds = np.array([-0.5244005, 0.2533471, 0.0])  # Φ⁻¹ of the probabilities
    market = random.normal(size=(400_000, 1))
    own = random.normal(size=(400_000, 3))
    brought = (np.sqrt(0.3) * market + np.sqrt(0.7) * own <= thresholds) * [100.0, 60.0, 30.0]
    total = brought.sum(axis=1)
    shares = [np.cov(brought[:, n], total)[0, 1] / total.var() for n in found.ids]
    assert found.share == pytest.approx(shares, abs=0.008)


def test_among_many_the_largest_come_first_and_others_stay_as_likely() -> None:
    rows = many(3000)
    portfolio = read(table(rows), ["month"])
    april = of_month(portfolio, MONTHS[1])
    mine = [deal for deal in rows if deal.month == MONTHS[1]]
    target = sum(d.amount * d.chance for d in mine)
    found = contributions(portfolio, table(rows), april, 3, correlation=0.1, target=target)
    spread = sorted(mine, key=lambda d: -(d.amount**2) * d.chance * (1 - d.chance))
    assert set(found.ids.tolist()) <= {deal.id for deal in spread[:12]}
    others = [deal for deal in mine if deal.id != found.ids[0]]
    rest = law(Cells.of_deals([d.amount for d in others], [d.chance for d in others]), 0.1)
    assert found.won is not None
    assert found.won[0] == pytest.approx(float(rest.chance(target - found.amount[0])), abs=2e-4)
