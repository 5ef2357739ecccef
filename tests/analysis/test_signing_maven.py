"""Maven's public file of 8,800 deals, of which only the days and amounts of the ends are known."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from oppkit.analysis.backtest.forecasts import EVERY, Forecast, scores
from oppkit.analysis.backtest.registry import METHODS
from oppkit.analysis.backtest.run import run
from oppkit.analysis.signing.months import month_end, month_number
from oppkit.snapshots import Snapshots
from oppkit.store.opening import open_store
from oppkit.store.snapshot import Request
from oppkit.workbench import Workbench
from tests.analysis.companies import DEFAULTS

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "maven_crm_sales_opportunities"
FIRST, LAST = date(2016, 10, 31), date(2017, 12, 31)  # what the file tells of


@pytest.fixture(scope="module")
def forecasts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Forecast]]:
    """From July to December 2017 for the three months ahead, as far as the file goes, by method."""
    if not FOLDER.is_dir():
        pytest.skip("../shared/data/maven_crm_sales_opportunities is absent")
    given = Path(shutil.copytree(FOLDER, tmp_path_factory.mktemp("maven") / "given"))
    workbench = Workbench(open_store(given.parent / "maven.duckdb"))
    workbench.import_files([given / "sales_pipeline.csv"], "maven")
    months = range(month_number(FIRST), month_number(LAST) + 1)
    origins = [month_end(month) for month in months]
    snapshots = Snapshots(open_store(given.parent / "maven.duckdb"))
    panel = snapshots.panel([Request(day, True, "EUR", 2) for day in origins])
    methods = {name: METHODS[name](DEFAULTS) for name in ("model", "mean_3", "last_quarter")}
    found = run(panel, origins[-6:], LAST, methods, (1, 2, 3), (EVERY,)).forecasts
    return {name: [one for one in found if one.method == name] for name in methods}


def test_the_model_is_near(forecasts: dict[str, list[Forecast]]) -> None:
    """Issue 6 asks for 0.21."""
    assert scores(forecasts["model"])["wape"] <= 0.21


def test_the_same_month_of_last_quarter_is_nearer(forecasts: dict[str, list[Forecast]]) -> None:
    """The months of its quarters differ much, and always in the same way: the notebook says so."""
    near, model, mean = (
        scores(forecasts[name])["wape"] for name in ("last_quarter", "model", "mean_3")
    )
    assert near < model < mean
