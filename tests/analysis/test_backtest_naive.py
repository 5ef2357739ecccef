"""Naive forecasts: what they say, and the spread of their own errors."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oppkit.analysis.backtest import naive
from oppkit.analysis.backtest.actuals import Monthly, Signed
from oppkit.analysis.backtest.windows import month_number
from oppkit.analysis.distribution import Law
from tests.analysis.panels import Deal, ends, panel_of

JANUARY = month_number(date(2025, 1, 1))


def monthly(*amounts: float) -> Monthly:
    return Monthly(JANUARY, np.array(amounts, dtype=np.float64))


def ahead(known: Monthly, first: int, count: int = 1) -> range:
    """Months by how far they are after the last known one."""
    return range(known.stop + first - 1, known.stop + first - 1 + count)


class TestRules:
    """What the next months are said to bring."""

    KNOWN = monthly(*range(1, 15))  # January of one year to February of the next

    def test_the_mean_of_the_last_three_months(self) -> None:
        assert naive.said(naive.mean_3, self.KNOWN, ahead(self.KNOWN, 1)) == 13
        assert naive.said(naive.mean_3, self.KNOWN, ahead(self.KNOWN, 6)) == 13
        assert naive.said(naive.mean_3, self.KNOWN, ahead(self.KNOWN, 1, 3)) == 39
        assert naive.said(naive.mean_3, monthly(1, 2), range(JANUARY + 2, JANUARY + 3)) is None

    def test_the_same_month_of_the_last_quarter_that_is_known(self) -> None:
        said = [
            naive.said(naive.last_quarter, self.KNOWN, ahead(self.KNOWN, n)) for n in range(1, 8)
        ]
        assert said == [12, 13, 14, 12, 13, 14, 12]  # March: that of December; June: it too
        assert naive.said(naive.last_quarter, self.KNOWN, ahead(self.KNOWN, 1, 3)) == 39

    def test_the_same_month_of_the_last_year(self) -> None:
        said = [naive.said(naive.last_year, self.KNOWN, ahead(self.KNOWN, n)) for n in (1, 6, 13)]
        assert said == [3, 8, None]  # what is more than a year ahead has no last year yet
        assert naive.said(naive.last_year, monthly(1, 2, 3), ahead(monthly(1, 2, 3), 1)) is None


class TestErrors:
    """What would have been said earlier, beside what came."""

    def test_by_hand(self) -> None:
        known = monthly(3, 3, 3, 9, 6)
        # April: 9 against 3; May: 6 against 5.
        errors = naive.errors(naive.mean_3, known, ahead(known, 1))
        assert errors[:2].tolist() == [6, 1]

    def test_with_few_errors_those_of_nearer_months_count_too(self) -> None:
        known = monthly(3, 3, 3, 9, 6)
        # Two months ahead there is one: May, 6 against 3.
        errors = naive.errors(naive.mean_3, known, ahead(known, 2))
        assert errors.tolist() == [3, 6, 1]

    def test_with_next_to_none_it_is_how_far_the_months_are_apart(self) -> None:
        known = monthly(2, 4, 6)
        assert naive.errors(naive.mean_3, known, ahead(known, 1)).tolist() == [-2, 0, 2]
        quarter = naive.errors(naive.mean_3, known, ahead(known, 1, 3))
        assert quarter == pytest.approx([-2 * 3**0.5, 0, 2 * 3**0.5])

    def test_of_a_steady_company_there_are_many(self) -> None:
        steady = monthly(*[1] * 20)
        assert len(naive.errors(naive.mean_3, steady, ahead(steady, 4))) == 20 - 3 - 3

    def test_a_quarter_is_compared_with_quarters(self) -> None:
        known = monthly(1, 1, 1, 2, 2, 2, 4)
        assert naive.errors(naive.mean_3, known, ahead(known, 1, 3))[:2].tolist() == [
            6 - 3, 8 - 4,
        ]  # fmt: skip


class TestLaw:
    """The forecast as a distribution."""

    def test_the_mean_is_what_the_rule_says_and_the_spread_that_of_its_errors(self) -> None:
        known = monthly(100, 100, 100, 112, 104, 108, 116)
        law = naive.forecast(naive.mean_3, known, ahead(known, 1))
        assert law is not None
        errors = naive.errors(naive.mean_3, known, ahead(known, 1))
        assert law.mean == pytest.approx((104 + 108 + 116) / 3)
        widest = np.abs(errors - errors.mean()).max() * (5 / 3) ** 0.5  # from four errors
        assert np.abs(law.points - law.mean).max() == pytest.approx(widest)

    def test_of_months_that_were_all_alike_it_is_one_number(self) -> None:
        known = monthly(2, 2, 2)
        law = naive.forecast(naive.mean_3, known, ahead(known, 1))
        assert law is not None
        assert (law.mean, law.sd) == (2, 0)
        assert law.crps(5.0) == pytest.approx(3)  # of one number: its distance

    def test_a_sample_that_is_widened_covers_what_it_should(self) -> None:
        """Of normal months, the intervals of 80 % from 12 errors hold 0.72 to 0.88."""
        rng = np.random.default_rng(12)
        held = 0
        for _ in range(400):
            amounts = rng.normal(1000, 100, 16)
            known = monthly(*amounts[:-1])
            law = naive.forecast(naive.mean_3, known, ahead(known, 1))
            assert law is not None
            low, high = law.quantile([0.1, 0.9])
            held += bool(low <= amounts[-1] <= high)
        assert 0.72 <= held / 400 <= 0.88

    @given(st.lists(st.floats(0, 1e6), min_size=4, max_size=12), st.integers(1, 6))
    def test_nothing_below_zero_and_the_mean_stays(self, amounts: list[float], lead: int) -> None:
        known = monthly(*amounts)
        law = naive.forecast(naive.mean_3, known, ahead(known, lead))
        assert law is not None
        assert law.mean == pytest.approx(np.mean(amounts[-3:]), abs=1e-6)
        assert law.points[0] >= 0
        middle = float(np.diff(law.cumulated) @ (law.points[1:] + law.points[:-1])) / 2
        assert middle == pytest.approx(law.mean, rel=1e-9, abs=1e-6)

    @given(st.lists(st.floats(0, 1e4), min_size=1, max_size=9))
    def test_a_sample_keeps_its_mean_and_its_ends(self, values: list[float]) -> None:
        law = naive.sample(np.array(values))
        drawn = law.quantile((np.arange(20_000) + 0.5) / 20_000)
        assert drawn.mean() == pytest.approx(law.mean, rel=1e-3, abs=1e-3)
        assert drawn.std() == pytest.approx(law.sd, rel=1e-2, abs=1e-2)
        assert (law.points[0], law.points[-1]) == (min(values), max(values))
        assert law.mean == pytest.approx(np.mean(values))


class TestActuals:
    """What was signed, as it was known."""

    def deals(self) -> list[Deal]:
        return [
            Deal(date(2025, 1, 5), 5, closed=date(2025, 1, 20), outcome="lost"),
            Deal(date(2025, 1, 5), 10, closed=date(2025, 2, 10)),
            Deal(date(2025, 1, 5), 20, closed=date(2025, 4, 10), known=date(2025, 5, 2)),
            Deal(date(2025, 1, 5), 40, closed=date(2025, 4, 30)),
        ]  # fmt: skip

    def test_months_from_the_first_whole_one(self) -> None:
        panel = panel_of(self.deals(), ends(date(2025, 1, 1), 6))
        known = Monthly.known(panel.before(date(2025, 4, 30)), date(2025, 4, 30))
        assert (known.start, known.amounts.tolist()) == (JANUARY + 1, [10, 0, 40])
        later = Monthly.known(panel, date(2025, 5, 20))
        assert later.amounts.tolist() == [10, 0, 60]  # May is not over
        assert (
            Monthly.known(panel.before(date(2025, 1, 1)), date(2025, 1, 1)).amounts.tolist() == []
        )

    def test_a_period_and_some_deals_only(self) -> None:
        signed = Signed.known(panel_of(self.deals(), [date(2025, 1, 31)]), date(2025, 12, 31))
        first, last = date(2025, 4, 1), date(2025, 4, 30)
        assert signed.within(first, last) == 60
        assert signed.within(first, last, np.array([4, 1])) == 40
        happened = signed.won_between(np.array([1, 2, 3, 4]), date(2025, 2, 10), last)
        assert happened.tolist() == [0, 0, 1, 1]


def test_laws_of_the_engine_are_scored_as_closed_forms_say() -> None:
    """CRPS of a uniform and of a normal law (Gneiting and Raftery 2007, eq. 5; Taillardat 2016)."""
    from statistics import NormalDist

    uniform = Law(np.array([0.0, 1.0]), np.array([0.0, 1.0]), 0.5, 12**-0.5)
    assert uniform.crps(0.3) == pytest.approx((0.3**3 + 0.7**3) / 3)
    normal = NormalDist()
    points = np.linspace(-8, 8, 4001)
    law = Law(points, np.array([normal.cdf(x) for x in points]), 0.0, 1.0)
    for actual in (-1.3, 0.0, 2.4):
        exact = actual * (2 * normal.cdf(actual) - 1) + 2 * normal.pdf(actual) - np.pi**-0.5
        assert law.crps(actual) == pytest.approx(exact, abs=1e-5)
