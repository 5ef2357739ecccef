"""Many days at once are what the snapshots of these days say one by one."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from oppkit.analysis.pipeline import weighted
from oppkit.answers import NoSuchDimension
from oppkit.model.money import decimals
from oppkit.store.opening import open_store
from oppkit.workbench import Workbench
from tests.analysis.rows import found
from tests.clock import Clock
from tests.examples import examples
from tests.property.histories import DAYS, Histories, Prepared, prepared

MEASURES = ("opportunities", "amount", "weighted_amount")
ORIGINS = [DAYS[0] - timedelta(days=30), *DAYS, DAYS[-1] - timedelta(days=3)]


@pytest.fixture(scope="module")
def base(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared(template, tmp_path_factory.mktemp("replay"))


def told(frame: Any, by: list[str]) -> dict[tuple[Any, ...], list[Any]]:
    """The rows of a replay, by day and group, dates as dates and nothing as None."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {
        (as_date(row["origin"]), *(as_date(row[name]) for name in by)): [row[m] for m in MEASURES]
        for row in rows
    }


def as_date(value: Any) -> Any:
    return value.date() if hasattr(value, "date") else value


def one_by_one(workbench: Workbench, by: list[str]) -> dict[tuple[Any, ...], list[Any]]:
    return {
        (day, *(row[name] for name in by)): [row[measure] for measure in MEASURES]
        for day in sorted(ORIGINS)
        for row in found(weighted(workbench.snapshot(day), by))
        if row["opportunities"]
    }


@given(
    seed=st.integers(0, 2**32), currency=st.sampled_from(["EUR", "TND", "JPY"]),
    by=st.sampled_from([[], ["month"], ["owner", "currency"], ["status", "quarter", "customer"]]),
)  # fmt: skip
@settings(max_examples=examples(8), phases=(Phase.explicit, Phase.generate))
def test_a_replay_equals_the_snapshots(
    base: Prepared, seed: int, currency: str, by: list[str]
) -> None:
    path, people = base
    store = open_store(shutil.copy(path, path.with_name("replayed.duckdb")))
    with store.write() as session:
        Histories(seed, session, people).write(80)
    workbench = Workbench(store, "Ana", Clock())
    workbench.set("today", "2026-06-01")
    workbench.set("currency", currency)
    exact = told(workbench.replay([*ORIGINS, *ORIGINS], by), by)
    assert exact == one_by_one(workbench, by)
    fast = told(workbench.replay(ORIGINS, by, exact=False), by)
    near(exact, fast, Decimal(1).scaleb(-decimals(currency)))


def near(exact: dict[Any, list[Any]], fast: dict[Any, list[Any]], unit: Decimal) -> None:
    """The same groups and numbers, and amounts within (3 lines + 1) / 2 units for each of these."""
    assert exact.keys() == fast.keys()
    for key, (count, *amounts) in exact.items():
        assert fast[key][0] == count
        for mine, theirs in zip(amounts, fast[key][1:], strict=True):
            assert (mine is None) == (theirs is None)
            assert abs((mine or 0) - (theirs or 0)) <= 2 * unit * count


def test_a_replay_needs_days_and_dimensions_that_are_kept(workbench: Workbench) -> None:
    assert workbench.replay([date(2026, 1, 31)], ["owner"]).empty
    with pytest.raises(ValueError, match="one day"):
        workbench.replay([])
    with pytest.raises(NoSuchDimension, match="sale_type"):
        workbench.replay([date(2026, 1, 31)], ["sale_type"])
