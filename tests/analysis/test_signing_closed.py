"""Stages 2 and 3: won or not, from closed deals."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy.optimize import minimize

from oppkit.analysis.signing import Panel, Stages, fit
from oppkit.analysis.signing import closed as module
from oppkit.analysis.signing.closed import Regression, StatusRates
from oppkit.analysis.signing.endings import Endings
from oppkit.analysis.signing.groups import Groups
from oppkit.analysis.signing.months import Schedule
from oppkit.analysis.signing.traits import Traits
from tests.analysis.lives_of_deals import months, simulated

HAZARDS = {"proposal": (0.03, 0.12), "signing": (0.3, 0.1)}
ORIGINS = months(date(2024, 1, 1), 24)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return simulated(np.random.default_rng(30), ORIGINS, 30, HAZARDS)


def test_the_share_of_a_status_is_that_of_the_deals_once_in_it(panel: Panel) -> None:
    endings = Endings.of(panel, Schedule(ORIGINS[-1]))
    found = StatusRates.of(panel, endings, prior=0.3)
    status = dict(zip(panel.deal.tolist(), panel.status.tolist(), strict=True))
    for place, name in enumerate(found.statuses):
        ended = [status[deal] == name for deal in panel.closings.deal.tolist()]
        won = (panel.closings.outcome == "won")[ended]
        assert (found.rates.won[place], found.rates.closed[place]) == (won.sum(), len(won))
        share = (won.sum() + found.rates.strength * found.rates.mean) / (
            len(won) + found.rates.strength
        )
        assert found.shares(np.array([name]))[0] == pytest.approx(share)
    assert found.shares(np.array([None, "unheard of"])) == pytest.approx([found.rates.mean] * 2)


def test_the_regression_is_the_ridge_that_another_optimiser_finds(panel: Panel) -> None:
    endings = Endings.of(panel, Schedule(ORIGINS[-1]))
    statuses = StatusRates.of(panel, endings, prior=0.3)
    traits = Traits.of(panel, endings, np.arange(len(panel)))
    found = Regression.of(panel, endings, traits, statuses)
    assert found is not None
    rows, closed = module._of_closed(panel, endings)
    won = endings.won[closed]
    share = statuses.shares(panel.status[rows], np.ones(len(rows)), won)
    design = np.column_stack(
        [module._above(share, statuses), found.traits.matrix(panel, endings, rows)]
    )
    weight = 1 / np.bincount(closed)[closed]
    assert weight.sum() == pytest.approx(len(np.unique(closed)))

    def loss(b: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        eta = b[0] + design @ b[1:]
        each = np.logaddexp(0, eta) - won * eta
        return float(module._FREEDOM * weight @ each + (b[1:] ** 2).sum() / 2)

    best = minimize(loss, np.zeros(design.shape[1] + 1), method="BFGS").x
    assert [found.level, *found.effects] == pytest.approx(best, abs=2e-3)


def test_who_wins_more_has_a_higher_chance(panel: Panel) -> None:
    model = fit(panel, ORIGINS[-1], stages=Stages(time=False))
    means = [model.won[model.rows.status == name].mean() for name in HAZARDS]
    truth = [signed / (signed + lost * (1 - signed)) for signed, lost in HAZARDS.values()]
    assert means == pytest.approx(truth, abs=0.08)


def test_shares_do_not_betray_the_outcome(panel: Panel) -> None:
    """At an origin nothing of a deal's own end is known: flipping it changes no column there."""
    first = panel.closings.deal[5]
    flipped = np.where(panel.closings.outcome == "won", "lost", "won").astype(object)
    outcome = np.where(panel.closings.deal == first, flipped, panel.closings.outcome)
    closings = {"deal": panel.closings.deal, "day": panel.closings.day, "outcome": outcome,
                "owner": panel.closings.deal % 3}  # fmt: skip
    rows = {"origin": panel.origin, "deal": panel.deal, "owner": panel.deal % 3}
    other = Panel.of(ORIGINS, rows, closings)
    same = Panel.of(ORIGINS, rows, closings | {"outcome": panel.closings.outcome})
    own = np.flatnonzero(panel.deal == first)
    columns = []
    for one in (same, other):
        endings = Endings.of(one, Schedule(ORIGINS[-1]))
        groups = Groups.of("owner", one, endings, prior=0.3)
        columns.append(
            (groups.won[:, one.origin[own]].tolist(), groups.mean[one.origin[own]].tolist())
        )
    assert columns[0] == columns[1]
