"""Gradient boosting: adopted where it was better, beyond doubt, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from oppkit.analysis.signing import Forecaster, Panel, Stages, challenger
from oppkit.analysis.signing import model as model_module
from oppkit.analysis.signing.challenger import Duel, better
from oppkit.analysis.signing.chances import chances
from oppkit.analysis.signing.endings import Endings
from oppkit.analysis.signing.months import Schedule, same_day
from tests.analysis.lives_of_deals import months, simulated

ORIGINS = months(date(2024, 1, 1), 26)
STAGES = Stages(factor=False, recalibration=False, challenger=True)
DAY = ORIGINS[-1]


def crossed(rng: np.random.Generator) -> Panel:
    """Large old deals and small young ones are signed; a sum of effects cannot tell."""
    hazards = {"large": (0.35, 0.05), "small": (0.01, 0.2)}
    panel = simulated(rng, ORIGINS, 120, hazards)
    large = np.isin(panel.status, ["large"])
    odd = panel.deal % 2 == 1
    amount = np.where(large == odd, 9_000.0, 100.0)
    probability = np.where(odd, 0.9, 0.1)
    return replace(
        panel, amount=amount, probability=probability, status=np.full(len(panel), None, object)
    )  # fmt: skip


@pytest.fixture(scope="module")
def panel() -> Panel:
    return crossed(np.random.default_rng(40))


@pytest.fixture(scope="module")
def fought(panel: Panel) -> Duel:
    """Three months ago."""
    day = same_day(DAY, -3)
    found = chances(panel.before(day), day, 3, STAGES, None)
    return Duel.of(found, found.by_boosting())


@pytest.fixture(scope="module")
def endings(panel: Panel) -> Endings:
    return Endings.of(panel.before(DAY), Schedule(DAY))


def test_what_matters_together_only_boosting_finds(
    panel: Panel, fought: Duel, endings: Endings
) -> None:
    assert better([fought], panel, endings)
    turned = replace(fought, regressions=fought.boosting, boosting=fought.regressions)
    assert not better([turned], panel, endings)


def test_equal_ones_do_not_win(panel: Panel, fought: Duel, endings: Endings) -> None:
    assert not better([replace(fought, boosting=fought.regressions)], panel, endings)
    assert not better([], panel, endings)


@pytest.mark.parametrize(("enough", "adopted"), [(100, True), (10**6, False)])
def test_it_is_adopted_where_it_wins_and_there_is_enough(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, enough: int, adopted: bool
) -> None:
    for module in (challenger, model_module):
        monkeypatch.setattr(module, "ENOUGH", enough)
    model = Forecaster(STAGES).fit(panel, DAY, months=6)
    assert model.found.boosted is adopted


def test_it_is_not_asked_unless_it_is_on(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(model_module, "ENOUGH", 100)
    monkeypatch.setattr(Duel, "of", refused)
    stages = replace(STAGES, challenger=False)
    assert not Forecaster(stages).fit(panel, DAY, months=6).found.boosted
