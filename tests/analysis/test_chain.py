"""What comes in the end, from steps: against multiplying out, and against walking at random."""

from __future__ import annotations

import numpy as np
import pytest

from oppkit.analysis.chain import Chain
from oppkit.analysis.incidence import Incidence

STATUSES, ENDS = ("first", "second"), ("won", "lost")
CAUSES = (*STATUSES, *ENDS)


def steps(**counts: int) -> Incidence:
    """So many cases that went to each; `still` are those that stay."""
    cause = [CAUSES.index(name) if name in CAUSES else -1 for name in counts]
    zeros = np.zeros(len(cause), int)
    return Incidence.of(
        CAUSES, zeros, zeros + 10, np.array(cause), np.array(list(counts.values()), int)
    )


def test_chances_are_multiplied_along_the_way() -> None:
    chain = Chain(STATUSES, ENDS, {
        "first": steps(second=60, won=10, lost=30), "second": steps(won=30, lost=10),
    })  # fmt: skip
    won = chain.eventually("won")
    assert won["second"].value == pytest.approx(0.75)
    assert won["first"].value == pytest.approx(0.1 + 0.6 * 0.75)
    assert chain.eventually("lost")["first"].value == pytest.approx(1 - won["first"].value)


def test_going_back_is_a_way_too() -> None:
    """From the second half goes back: w1 = w2 / 2, w2 = 1/4 + w1 / 2 gives 1/6 and 1/3."""
    chain = Chain(STATUSES, ENDS, {
        "first": steps(second=50, lost=50), "second": steps(first=50, won=25, lost=25),
    })  # fmt: skip
    won = chain.eventually("won")
    assert won["second"].value == pytest.approx(1 / 3, abs=1e-6)
    assert won["first"].value == pytest.approx(1 / 6, abs=1e-6)


def test_statuses_that_only_lead_to_each_other_win_nothing() -> None:
    chain = Chain(STATUSES, ENDS, {"first": steps(second=5), "second": steps(first=5)})
    assert [chain.eventually(end)["first"].value for end in ENDS] == [0.0, 0.0]


def test_a_status_that_nobody_was_seen_to_leave_tells_nothing() -> None:
    chain = Chain(STATUSES, ENDS, {"first": steps(second=4), "second": steps(still=4)})
    won = chain.eventually("won")
    assert (won["second"].low_95, won["second"].high_95) == (0.0, 1.0)


def test_the_interval_is_as_wide_as_chance_makes_it() -> None:
    """Counts drawn again and again: the interval of 95 % holds the truth about 95 times in 100."""
    rng, inside, truth = np.random.default_rng(3), 0, 0.2 + 0.5 * 0.6
    for _ in range(400):
        second, won, lost = rng.multinomial(120, [0.5, 0.2, 0.3])
        then_won = int(rng.binomial(second, 0.6))
        found = Chain(STATUSES, ENDS, {
            "first": steps(second=int(second), won=int(won), lost=int(lost)),
            "second": steps(won=then_won, lost=int(second) - then_won),
        }).eventually("won")["first"]  # fmt: skip
        inside += found.low_95 <= truth <= found.high_95
    assert inside / 400 == pytest.approx(0.95, abs=0.03)
