"""Shares drawn towards the share of all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit

from oppkit.analysis.signing.endings import Endings
from oppkit.analysis.signing.groups import Groups
from oppkit.analysis.signing.months import Schedule
from oppkit.analysis.signing.rates import PSEUDO, Rates, shrunk, strength
from tests.analysis.lives_of_deals import ORIGINS, panel_of_closed


def test_by_hand() -> None:
    """Two groups: 9 of 10 and 1 of 10. N = 20, p̄ = 0.5.

    Σn(p−p̄)² = 10·0.16·2 = 3.2; less (G−1)·p̄q̄ = 0.25: 2.95. N − Σn²/N − (G−1) = 20 − 10 − 1 = 9.
    τ² = 2.95/9 = 0.32778, m = 0.25/0.32778 − 1 < 0, so m is at its least, 0.5.
    """
    won, closed = np.array([9.0, 1.0]), np.array([10.0, 10.0])
    assert strength(won, closed, 0.5) == 0.5
    assert shrunk(won, closed, 0.5, 0.5) == pytest.approx([9.25 / 10.5, 1.25 / 10.5])


def test_by_hand_where_groups_differ_less() -> None:
    """7 of 10 and 3 of 10: 10·0.04·2 − 0.25 = 0.55; τ² = 0.55/9; m = 0.25·9/0.55 − 1."""
    won, closed = np.array([7.0, 3.0]), np.array([10.0, 10.0])
    m = 0.25 * 9 / 0.55 - 1
    assert strength(won, closed, 0.5) == pytest.approx(m)
    assert shrunk(won, closed, 0.5, m)[0] == pytest.approx((7 + 0.5 * m) / (10 + m))


def test_groups_alike_have_the_share_of_all() -> None:
    won, closed = np.array([5.0, 5.0, 5.0]), np.array([10.0, 10.0, 10.0])
    assert strength(won, closed, 0.5) == np.inf
    assert shrunk(won, closed, 0.5, np.inf).tolist() == [0.5, 0.5, 0.5]


def test_the_strength_of_a_beta_distribution_is_found_again() -> None:
    """Shares from Beta(6, 14): m = 6 + 14 = 20. 4,000 groups: within 10 %."""
    rng = np.random.default_rng(1)
    closed = rng.integers(1, 60, 4_000).astype(float)
    won = rng.binomial(closed.astype(int), rng.beta(6, 14, 4_000)).astype(float)
    assert strength(won, closed, won.sum() / closed.sum()) == pytest.approx(20, rel=0.1)


def test_shrunk_shares_are_nearer_to_the_truth_than_counted_ones() -> None:
    rng = np.random.default_rng(2)
    closed = rng.integers(1, 30, 500).astype(float)
    truth = rng.beta(4, 12, 500)
    won = rng.binomial(closed.astype(int), truth).astype(float)
    mean = won.sum() / closed.sum()
    drawn = shrunk(won, closed, mean, strength(won, closed, mean))
    assert ((drawn - truth) ** 2).mean() < 0.5 * ((won / closed - truth) ** 2).mean()


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=20),
    st.floats(0.01, 0.99),
)
def test_shares_lie_between_their_own_and_that_of_all(
    counts: list[tuple[int, int]], mean: float
) -> None:
    won = np.array([min(pair) for pair in counts], dtype=float)
    closed = np.array([max(pair) for pair in counts], dtype=float)
    share = shrunk(won, closed, mean, strength(won, closed, mean))
    own = np.where(closed > 0, won / np.maximum(closed, 1), mean)
    assert (share >= np.minimum(own, mean) - 1e-12).all()
    assert (share <= np.maximum(own, mean) + 1e-12).all()


def test_a_deal_is_not_counted_for_itself() -> None:
    group, won = np.array([0, 0, 0, 1, 1, 1, 1]), np.array([1, 1, 1, 0, 0, 0, 1], bool)
    rates = Rates.of(group, won, 2, prior=0.3)
    mean = (4 + PSEUDO * 0.3) / (7 + PSEUDO)
    assert rates.mean == pytest.approx(mean)
    m = rates.strength
    share = rates.share(np.array([0, 0, -1]), np.array([1, 0, 0]), np.array([1, 0, 0]))
    assert share == pytest.approx([(2 + m * mean) / (2 + m), (3 + m * mean) / (3 + m), mean])


def test_groups_have_the_shares_that_were_known_at_each_origin() -> None:
    """Ten of owner 1 are won before the second origin, ten of owner 2 lost before the third."""
    panel = panel_of_closed({1: ("won", 1), 2: ("lost", 2)}, each=10)
    endings = Endings.of(panel, Schedule(ORIGINS[-1]))
    groups = Groups.of("owner", panel, endings, prior=0.3)
    rows = np.array([
        np.flatnonzero((panel.owner == owner) & (panel.origin == place))[0]
        for owner, place in ((1, 0), (2, 1), (2, 0))
    ])  # fmt: skip
    assert groups.differ
    # At the first origin nothing was closed; at the second only owner 1 had closed anything.
    assert groups.shares(panel, rows) == pytest.approx([0.3, 13 / 20, 0.3])
    assert groups.column(panel, rows) == pytest.approx([0.0, 0.0, 0.0])
    assert groups.mean.tolist() == pytest.approx([0.3, 13 / 20, 13 / 30])
    [open_now] = np.flatnonzero((panel.origin == 2) & (panel.owner == 1))
    m = groups.strength
    share = (10 + m * 13 / 30) / (10 + m)
    assert groups.column(panel, np.array([open_now])) == pytest.approx(
        [logit(share) - logit(13 / 30)]
    )
