"""Cells of deals: sums that are kept, added, merged and subtracted."""

from __future__ import annotations

import math

import numpy as np
import pytest

from oppkit.analysis.distribution import Cells, law
from oppkit.analysis.distribution.cells import LOOSE, SUMS

AMOUNTS = np.array([1000.0, 1010.0, -500.0, 20_000.0])
CHANCES = np.array([0.1, 0.1, 0.5, 0.9])


def many(number: int, seed: int = 1) -> Cells:
    """Deals of all sizes, each loose."""
    random = np.random.default_rng(seed)
    amounts = random.lognormal(9, 1.4, number).round(2) * random.choice([1, 1, 1, -1], number)
    chances = np.where(
        random.random(number) < 0.5,
        random.choice([0.0, 0.005, 0.0095, 0.05, 0.125, 0.5, 0.895, 1.0], number),
        random.random(number).round(4),
    )
    return Cells.of_deals(amounts, chances)


def alike(one: Cells, other: Cells) -> None:
    """The same cells, up to the rounding of sums."""
    assert one.key.tolist() == other.key.tolist()
    for name in SUMS:
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9, abs=1e-6), name


def test_the_sums_of_single_deals() -> None:
    cells = Cells.of_deals(AMOUNTS, CHANCES)
    assert (len(cells), cells.deals) == (4, 4)
    assert cells.mean == 100 + 101 - 250 + 18_000
    by_hand = 1000**2 * 0.09 + 1010**2 * 0.09 + 500**2 * 0.25 + 20_000**2 * 0.09
    assert cells.variance == pytest.approx(by_hand, rel=1e-14)
    assert (cells.key == LOOSE).all()


def test_deals_that_are_worth_nothing_are_left_out() -> None:
    assert len(Cells.of_deals([0, 5, 0], [0.1, 0.2, 0.3])) == 1


def test_near_deals_are_counted_together() -> None:
    cells = Cells.of_deals(AMOUNTS, CHANCES).binned()
    assert sorted(cells.count.tolist()) == [1, 1, 2]
    pair = cells[cells.count == 2]
    assert (pair.first[0], pair.second[0], pair.third[0]) == (2010, 2_020_100, 2_030_301_000)


def test_small_probabilities_have_finer_levels() -> None:
    """0.4 % and 1.2 % differ three times over; 40.4 % and 41.2 % are nearly the same."""
    assert len(Cells.of_deals([100] * 2, [0.004, 0.012]).binned()) == 2
    assert len(Cells.of_deals([100] * 2, [0.4041, 0.4049]).binned()) == 1


COLUMNS = {
    "n": [2, 1], "a1": [2010, -500], "a2": [2_020_100, 250_000],
    "a3": [2_030_301_000, -125_000_000], "ap": [201, -250],
}  # fmt: skip


class TestOfColumns:
    """The small table that a database gives."""

    def test_without_keys_they_are_worked_out(self) -> None:
        found = Cells.of_columns(COLUMNS)
        alike(found.merged(), Cells.of_deals(AMOUNTS[:3], CHANCES[:3]).binned())

    def test_with_keys(self) -> None:
        bins = [math.floor(4 * math.log2(1000)), math.floor(4 * math.log2(500))]
        keys = {"level": [100, 500], "bin": bins, "sign": [1, -1]}
        alike(Cells.of_columns(COLUMNS | keys), Cells.of_columns(COLUMNS))

    def test_the_variance_is_that_of_the_deals_where_it_is_told(self) -> None:
        assert Cells.of_columns(COLUMNS | {"a2pq": [181_000.0, 62_000.0]}).variance == 243_000

    def test_rows_worth_nothing_are_left_out(self) -> None:
        columns = {name: [*values, 0] for name, values in COLUMNS.items()}
        columns["n"][-1] = 7
        assert Cells.of_columns(columns).deals == 3

    def test_cents_may_lie_beside_what_is_possible(self) -> None:
        """Three lines of 0.01 and one of −0.02 at 50 %, rounded one by one: 0.02 of 0.01."""
        cells = Cells.of_columns({"n": [1], "a1": [0.01], "a2": [1e-4], "a3": [1e-6], "ap": [0.02]})
        assert cells.chance[0] == 1
        assert law(cells).mean == 0.02

    def test_what_is_expected_is_checked(self) -> None:
        columns = COLUMNS | {"ap": [20_100, -250]}
        with pytest.raises(ValueError, match="between nothing and their amount"):
            Cells.of_columns(columns)


class TestRefused:
    """What is no deal is told, and how many of them."""

    @pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
    @pytest.mark.parametrize("which", ["amount", "probability"])
    def test_what_is_no_number(self, bad: float, which: str) -> None:
        amounts, chances = AMOUNTS.copy(), CHANCES.copy()
        (amounts if which == "amount" else chances)[1] = bad
        with pytest.raises(ValueError, match=r"finite numbers; 1 of 4|between 0 and 1"):
            law(Cells.of_deals(amounts, chances))

    @pytest.mark.parametrize("bad", [-0.01, 1.01, 50])
    def test_what_is_no_probability(self, bad: float) -> None:
        with pytest.raises(ValueError, match="between 0 and 1"):
            Cells.of_deals([100], [bad])

    def test_columns_of_different_lengths(self) -> None:
        with pytest.raises(ValueError, match="2 amounts and 1 probabilities"):
            Cells.of_deals([1, 2], [0.5])


class TestTakenAway:
    """What is left without some deals."""

    def test_deals_one_by_one_from_the_cells_that_hold_them(self) -> None:
        deals = many(400)
        order = np.random.default_rng(3).permutation(len(deals))
        gone, kept = deals[order[:390]], deals[order[390:]]
        left = deals.binned() - gone
        alike(left, kept.binned())

    def test_a_slice_by_its_cells(self) -> None:
        deals = many(400)
        mine = np.random.default_rng(4).random(400) < 0.3
        alike(deals.binned() - deals[mine].binned(), deals[~mine].binned())

    def test_everything(self) -> None:
        deals = many(100)
        assert len(deals.binned() - deals) == 0
        assert len(deals - deals) == 0
        assert len(deals.binned() - deals.binned()) == 0

    def test_loose_deals_from_loose_deals(self) -> None:
        deals = many(50)
        left = deals - deals[10:20]
        assert left.deals == 40
        assert left.mean == pytest.approx(deals.mean - deals[10:20].mean, abs=1e-6)

    def test_what_a_database_rounds_to_the_other_side_is_found(self) -> None:
        """0.125 is 13 % when halves go up, and 12 % when they go to the even one."""
        columns = {"n": [2], "a1": [2000], "a2": [2e6], "a3": [2e9], "ap": [250]}
        keys = {"level": [120], "bin": [math.floor(4 * math.log2(1000))], "sign": [1]}
        left = Cells.of_columns(columns | keys) - Cells.of_deals([1000], [0.125])
        assert (left.deals, left.mean) == (1, 125)

    @pytest.mark.parametrize("cells", [Cells.none(), many(50), many(50).binned()])
    def test_only_what_is_there(self, cells: Cells) -> None:
        stranger = Cells.of_deals([123_456_789], [0.33])
        for taken in (stranger, stranger.binned()):
            with pytest.raises(ValueError, match="are not among these"):
                cells - taken

    def test_not_twice(self) -> None:
        deals = many(50)
        with pytest.raises(ValueError, match="are not among these"):
            deals.binned() - deals[:1] - deals[:1].binned()


def test_other_chances_for_the_deals_of_one_owner() -> None:
    """As a scenario does it: his cells are taken out, and put back with other chances."""
    deals = many(400)
    his = np.arange(400) % 5 == 0
    raised = deals[his].binned().with_chances(0.5 + deals[his].binned().chance / 2)
    changed = deals.binned() - deals[his].binned() + raised
    first = deals.first[his]
    assert changed.mean == pytest.approx(
        deals.mean + (first / 2 - deals.expected[his] / 2).sum(), abs=1e-6
    )
    assert changed.merged().deals == 400


def test_cells_are_met_by_amounts_that_stand_for_them() -> None:
    cells = many(300).binned()
    amounts, counts, place = cells.parted()
    for power, sums in ((0, cells.count), (1, cells.first), (2, cells.second)):
        found = np.bincount(place, counts * amounts**power, len(cells))
        assert found == pytest.approx(sums, rel=1e-9)
    assert (counts == counts.round()).all()
    third = np.bincount(place, counts * amounts**3, len(cells))
    assert third == pytest.approx(cells.third, rel=0.01)
