"""Competing risks against published figures, plain Python, and shares of nothing censored."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oppkit.analysis.incidence import Incidence
from oppkit.analysis.intervals import wilson

CAUSES = ("won", "lost")
Case = tuple[int, int, int]  # since, days, cause by place (-1: none)

# E. J. Freireich and others, Blood 21 (1963): weeks of remission under 6-MP, and under placebo; as
# treated by D. G. Kleinbaum and M. Klein, Survival Analysis (2012), tables 2.1 and 2.2.
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
STILL_TREATED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def incidence(cases: list[Case], causes: tuple[str, ...] = CAUSES) -> Incidence:
    since, days, cause = (np.array([case[part] for case in cases], int) for part in range(3))
    return Incidence.of(causes, since, days, cause, np.ones(len(cases), int))


def remission() -> Incidence:
    return incidence(
        [(0, week, 0) for week in TREATED] + [(0, week, -1) for week in STILL_TREATED], ("relapse",)
    )


class TestPublished:
    """Kaplan and Meier's estimator is the case of one cause."""

    def test_the_curve_of_the_treated(self) -> None:
        found = remission()
        assert list(found.days) == [6, 7, 10, 13, 16, 22, 23]
        assert list(found.at_risk) == [21, 17, 15, 12, 11, 7, 6]
        remaining = 1 - found.curve(np.ones(1))
        assert [round(value, 4) for value in remaining] == [
            0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482,
        ]  # fmt: skip

    def test_greenwoods_standard_error(self) -> None:
        """As printed by every package that took up the example: 0.1346 at 23 weeks."""
        _, variance = remission().weighed(np.ones(1))
        assert math.sqrt(variance) == pytest.approx(0.1346, abs=5e-5)

    def test_the_medians(self) -> None:
        assert remission().median("relapse").value == 23
        placebo = incidence([(0, week, 0) for week in PLACEBO], ("relapse",))
        assert placebo.median("relapse").value == 8


def by_hand(cases: list[Case], cause: int) -> Fraction:
    """Each day's share of those at risk, times what had not ended before, in fractions."""
    left, total = Fraction(1), Fraction(0)
    for day in sorted({days for _, days, end in cases if end >= 0}):
        at_risk = sum(since <= day <= days for since, days, _ in cases)
        ended = Counter(end for _, days, end in cases if days == day)
        total += left * Fraction(ended[cause], at_risk)
        left *= 1 - Fraction(ended[0] + ended[1], at_risk)
    return total


CASES = st.lists(
    st.tuples(st.just(0), st.integers(0, 30), st.sampled_from((-1, 0, 1))), min_size=1, max_size=60
)


class TestAgainstPlainPython:
    """What the formulas say, worked out another way."""

    @given(CASES)
    def test_competing_causes(self, cases: list[Case]) -> None:
        found = incidence(cases)
        kept = set(found.days.tolist())
        seen = [case if case[2] < 0 or case[1] in kept else (*case[:2], -1) for case in cases]
        for place, cause in enumerate(CAUSES):
            assert found.share(cause).value == pytest.approx(float(by_hand(seen, place)), abs=1e-12)

    @given(CASES)
    def test_what_ends_and_what_does_not_is_all(self, cases: list[Case]) -> None:
        found = incidence(cases)
        ended = found.share("won").value + found.share("lost").value
        assert ended + found.undecided == pytest.approx(1, abs=1e-12)
        assert found.share(*CAUSES).value == pytest.approx(ended, abs=1e-12)

    @given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from((0, 1))), min_size=1))
    def test_with_nothing_censored_it_is_a_plain_share(self, ends: list[tuple[int, int]]) -> None:
        found = incidence([(0, days, cause) for days, cause in ends])
        number, plain = len(ends), sum(cause == 0 for _, cause in ends) / len(ends)
        value, variance = found.weighed(np.array([1.0, 0.0]))
        assert value == pytest.approx(plain, abs=1e-12)
        assert variance == pytest.approx(plain * (1 - plain) / number, abs=1e-12)
        share = found.share("won")
        assert (share.low_95, share.high_95) == pytest.approx(wilson(plain, number, 0.95), abs=1e-6)

    @given(CASES)
    def test_the_variance_of_one_cause_is_greenwoods(self, cases: list[Case]) -> None:
        found = incidence(cases)
        _, variance = found.weighed(np.ones(2))
        ended = found.ends.sum(axis=1)
        terms = [
            d / (n * (n - d)) for d, n in zip(ended, found.at_risk, strict=True) if d < n
        ]  # fmt: skip
        greenwood = found.undecided**2 * sum(terms)
        assert variance == pytest.approx(greenwood, abs=1e-12)

    @given(CASES)
    def test_intervals_hold_the_estimate_and_each_other(self, cases: list[Case]) -> None:
        share = incidence(cases).share("won")
        bounds = [0, share.low_95, share.low_80, share.value, share.high_80, share.high_95, 1]
        assert all(low <= high + 1e-12 for low, high in pairwise(bounds))

    def test_the_variance_of_competing_causes_is_that_of_many_simulations(self) -> None:
        rng = np.random.default_rng(1)
        values, variances = [], []
        for _ in range(600):
            won, lost, seen = rng.exponential([30, 20, 40], (150, 3)).T
            days, cause = np.minimum(won, lost), np.where(won < lost, 0, 1)
            cause = np.where(days < seen, cause, -1)
            counts = np.ones(150, int)
            days = np.minimum(days, seen).astype(int)
            found = Incidence.of(CAUSES, np.zeros(150, int), days, cause, counts)
            value, variance = found.weighed(np.array([1.0, 0.0]))
            values.append(value)
            variances.append(variance)
        assert np.mean(values) == pytest.approx(0.4, abs=0.01)
        assert np.mean(variances) == pytest.approx(np.var(values), rel=0.15)


class TestFollowedLate:
    """Cases that were first seen long after they began."""

    def test_they_are_at_risk_from_then_on(self) -> None:
        found = incidence([(0, 5, 0), (0, 9, 1), (6, 9, 0), (7, 8, -1)])
        assert found.days.tolist() == [5, 9]
        assert found.at_risk.tolist() == [2, 2]

    def test_one_among_few_at_the_start_does_not_end_the_curve(self) -> None:
        """Of 40 cases 39 come in after day 10; the first one alone would be everybody."""
        late = [(10, 20 + place, place % 2) for place in range(39)]
        found = incidence([(0, 3, 1), *late])
        assert 3 not in found.days
        assert found.share("won").value == pytest.approx(20 / 39, abs=0.01)
        assert found.ended("lost") == 20  # it was seen all the same

    def test_without_it_the_slow_ones_would_look_slower(self) -> None:
        """Of stays of 10 and of 100 days, mostly the long ones are met half way."""
        stays = [(0, 10, 0)] * 20 + [(0, 100, 0)] * 20 + [(50, 100, 0)] * 40
        assert incidence(stays).median("won").value == 10
        as_if_from_the_start = [(0, days, cause) for _, days, cause in stays]
        assert incidence(as_if_from_the_start).median("won").value == 100


class TestMedian:
    """When half has ended."""

    def test_open_ones_make_it_longer(self) -> None:
        ends = [(0, days, 0) for days in range(10, 50)]
        still = [(0, 30, -1)] * 60
        naive = incidence(ends).median("won").value
        found = incidence(ends + still).median("won").value
        assert naive is not None
        assert found is not None
        assert found > naive

    def test_it_is_unknown_where_less_than_half_has_ended(self) -> None:
        middle = incidence([(0, 5, 0)] * 3 + [(0, 20, -1)] * 17).median("won")
        assert (middle.value, middle.high_95) == (None, None)

    def test_half_of_those_that_are_won(self) -> None:
        cases = [(0, days, 0) for days in range(1, 10)] + [(0, 1, 1)] * 90
        assert incidence(cases).median("won", of_all=False).value == 5
        assert incidence(cases).median("won").value is None

    def test_its_interval_holds_the_truth_as_often_as_it_says(self) -> None:
        rng, inside = np.random.default_rng(2), {0.95: 0, 0.80: 0}
        for _ in range(300):
            ends, seen = rng.exponential(100, 80), rng.uniform(0, 400, 80)
            days, cause = np.minimum(ends, seen).astype(int), np.where(ends < seen, 0, -1)
            none = np.zeros(80, int)
            middle = Incidence.of(("won",), none, days, cause, none + 1).median("won")
            assert middle.low_95 is not None
            assert middle.high_95 is not None
            assert middle.low_80 is not None
            assert middle.high_80 is not None
            inside[0.95] += middle.low_95 <= 100 * math.log(2) <= middle.high_95
            inside[0.80] += middle.low_80 <= 100 * math.log(2) <= middle.high_80
        assert inside[0.95] / 300 == pytest.approx(0.95, abs=0.035)
        assert inside[0.80] / 300 == pytest.approx(0.80, abs=0.06)


def test_no_case_at_all() -> None:
    found = incidence([])
    assert (found.cases, found.undecided) == (0, 1.0)
    assert found.median("won").value is None
    share = found.share("won")
    assert (share.value, share.low_95, share.high_95) == (0.0, 0.0, 1.0)
