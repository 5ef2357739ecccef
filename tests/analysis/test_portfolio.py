"""What is read of a portfolio, and the law of any part of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from oppkit.analysis import portfolio
from oppkit.analysis.distribution import Cells, Law, law
from oppkit.analysis.portfolio import read
from tests.analysis.portfolios import BY, MONTHS, Deal, agrees, deals, numbered, table

EXAMPLES = settings(max_examples=12, deadline=None, derandomize=True)


def of_month(found: portfolio.Portfolio, *months: object) -> np.ndarray:
    return found.chosen(key[0] in months for key in found.groups)


@given(rows=deals(9))
@EXAMPLES
def test_few_deals_are_answered_for_as_they_are(rows: list[Deal]) -> None:
    found = read(table(rows), BY)
    assert set(found.groups) == {(d.month, d.owner) for d in rows if d.amount}
    agrees(found.law(of_month(found, *MONTHS)), rows)
    for month in MONTHS:
        agrees(found.law(of_month(found, month)), [d for d in rows if d.month == month])


def many(count: int, seed: int = 1) -> list[Deal]:
    """Lognormal amounts to the cent and any probabilities."""
    random = np.random.default_rng(seed)
    amounts = np.round(np.exp(random.normal(9, 1.2, count)), 2)
    chances = np.round(random.uniform(0, 1, count), 4)
    months = random.integers(0, len(MONTHS), count)
    return numbered([
        Deal(a, p, MONTHS[month])
        for a, p, month in zip(amounts.tolist(), chances.tolist(), months, strict=True)
    ])  # fmt: skip


def one_by_one(rows: list[Deal]) -> Cells:
    return Cells.of_deals([d.amount for d in rows], [d.chance for d in rows])


def apart(first: Law, second: Law) -> float:
    """The largest distance of quantiles in standard deviations.

    At levels beside the round probabilities of giants: there a quantile may be on either side of a
    gap.
    """
    q = np.arange(0.005, 1, 0.01)
    return float(np.abs(first.quantile(q) - second.quantile(q)).max()) / (second.sd or 1.0)


@pytest.mark.parametrize("correlation", [0.0, 0.15])
def test_of_many_deals_only_cells_are_read(correlation: float) -> None:
    rows = many(4000)
    found = read(table(rows), BY)
    assert len(found.singles.place) == 0
    assert len(found.cells.place) < 3800
    whole = found.law(of_month(found, *MONTHS), correlation)
    exact = law(one_by_one(rows), correlation)
    assert whole.mean == pytest.approx(sum(d.amount * d.chance for d in rows), rel=1e-12)
    assert apart(whole, exact) < 1e-3
    april = found.law(of_month(found, MONTHS[1]), correlation)
    exact = law(one_by_one([d for d in rows if d.month == MONTHS[1]]), correlation)
    assert apart(april, exact) < 1e-3


def test_giants_that_share_a_cell_are_seen_one_by_one() -> None:
    """Two deals of a hundred times the spread of all others, in one month and in two."""
    for months in ([0, 0], [0, 1]):
        giants = [Deal(4e8, 0.5, MONTHS[months[0]]), Deal(4.01e8, 0.502, MONTHS[months[1]])]
        rows = numbered(many(2400) + giants)
        found = read(table(rows), BY)
        whole = found.law(of_month(found, *MONTHS))
        exact = law(one_by_one(rows))
        values = np.array([1e7, 4.0e8, 4.1e8, 4.3e8, 8e8, 8.3e8])
        assert np.abs(whole.cdf(values) - exact.cdf(values)).max() < 1e-4
        assert apart(whole, exact) < 1e-4


def test_a_group_of_rare_wins_is_known_one_by_one() -> None:
    rows = numbered([Deal(1000.0 + n, 0.002) for n in range(900)])
    found = read(table(rows), BY)
    assert len(found.singles.place) == 900
    assert found.limits() == [{"month": MONTHS[0], "owner": "Ana", "least": 0.0}]


def test_nothing_is_nothing() -> None:
    found = read(table([]), BY)
    assert found.groups == ()
    assert found.law(found.chosen([])).quantile([0.1, 0.9]).tolist() == [0.0, 0.0]


def test_what_is_not_there_cannot_be_taken_out() -> None:
    found = read(table(many(20)), BY)
    other = read(table([Deal(5.0, 0.5)]), BY)
    with pytest.raises(ValueError, match="in a portfolio"):
        found.cells.less(other.cells)
