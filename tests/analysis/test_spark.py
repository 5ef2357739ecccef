"""The same numbers to the cent on a Spark cluster as on DuckDB."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from pyarrow import parquet

from oppkit.analysis import moments
from oppkit.analysis.deals import deals
from oppkit.analysis.dimensions import DIMENSIONS
from oppkit.analysis.pipeline import weighted
from oppkit.analysis.schedule import line_months
from oppkit.analysis.snapshot import Snapshot
from oppkit.engines import SPARK, SparkFailed, connected
from oppkit.extract_files import write
from oppkit.extracts import Extract, open_extract
from tests.conftest import Command
from tests.spark_cluster import LOOPBACK, WORKERS, end_driver, running, settings
from tests.spark_pipelines import pipelines

pytestmark = pytest.mark.filterwarnings(
    "ignore:PySpark does not yet fully support pandas", "ignore:The copy keyword is deprecated"
)

DECIMALS = (2, 0, 3)  # of euros, yen and dinars
BY = ("month", "owner")
KEY = (*BY, *moments.KEY)

# What is asked, and by what the rows of an answer that has no order are put in one.
QUESTIONS: dict[str, tuple[Callable[[Snapshot], ibis.Table], tuple[str, ...]]] = {
    "all dimensions": (lambda snapshot: weighted(snapshot, DIMENSIONS), ()),
    "lines by month": (
        lambda snapshot: line_months(snapshot, 4), ("id", "plan", "position", "month")
    ),
    "cells": (lambda snapshot: moments.cells(deals(snapshot, BY, None, 14), BY), KEY),
}  # fmt: skip
ANSWERS: dict[str, tuple[int, Callable[[Extract], Any]]] = {
    "forecast": (0, lambda extract: extract.forecast(["quarter", "tag"], 14, None, "fr")),
    "schedule": (2, lambda extract: extract.schedule(["year", "sale_type", "tag"], 30)),
    "movement": (3, lambda extract: extract.movement(
        BY, "2026", {"tag": ["risk", None], "sale_type": ["licence", None]}, "en"
    )),
}  # fmt: skip


@dataclass(frozen=True)
class Both:
    """The connection to the cluster, and the extracts by the decimals of their currency."""

    master: str
    spark: Any
    folders: dict[int, Path]
    opened: dict[int, tuple[Extract, Extract]] = field(default_factory=dict)

    def extracts(self, places: int) -> tuple[Extract, Extract]:
        """On DuckDB and on Spark; opened once, for Spark looks into every file."""
        if places not in self.opened:
            folder = self.folders[places]
            self.opened[places] = (open_extract(folder), open_extract(folder, self.spark))
        return self.opened[places]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Far from UTC, where a day that becomes a moment is another; folders look like patterns."""
    folder = tmp_path_factory.mktemp("spark")
    folders = {places: folder / f"Ana's [{places} %] *{{a}}" for places in DECIMALS}
    for places, made in folders.items():
        with pipelines(places, places) as span:
            write(made, span)
    with ExitStack() as stack:
        stack.callback(time.tzset)  # at the very end, when the zone is the machine's again
        given = stack.enter_context(pytest.MonkeyPatch.context())
        given.setattr(sys, "path", [*sys.path])  # a session adds a folder of its own
        given.setenv("SPARK_CONF_DIR", str(settings(folder)))
        for name, value in {**LOOPBACK, "TZ": "Pacific/Auckland"}.items():
            given.setenv(name, value)
        time.tzset()
        master = stack.enter_context(running(folder))
        stack.callback(end_driver)
        yield Both(master, stack.enter_context(connected(SPARK, master)), folders)


def rows(table: ibis.Table, order: tuple[str, ...]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return sorted(found, key=lambda row: [(row[n] is None, row[n] or 0) for n in order])


def test_two_workers_take_part(both: Both) -> None:
    assert both.spark.raw_sql("select sum(id) from range(0, 100, 1, 2)").collect()[0][0] == 4950
    context = both.spark._session.sparkContext
    assert context.master == both.master
    members = context._jsc.sc().getExecutorMemoryStatus().size()
    assert members == WORKERS + 1  # with the one that hands out the work


@pytest.mark.parametrize("places", DECIMALS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_spark_answers_to_the_cent(both: Both, question: str, places: int) -> None:
    ask, order = QUESTIONS[question]
    theirs, ours = (rows(ask(extract.snapshot), order) for extract in both.extracts(places))
    assert len(theirs) > 5
    if question != "cells":
        assert ours == theirs
        return
    for mine, other in zip(ours, theirs, strict=True):
        exact = {name: value for name, value in other.items() if name not in moments.SUMS}
        assert {name: mine[name] for name in exact} == exact
        # Floats are summed in any order, so that only their last bits may differ.
        assert [mine[n] for n in moments.SUMS] == pytest.approx(
            [other[n] for n in moments.SUMS], rel=1e-13, abs=1e-9
        )


@pytest.mark.parametrize("name", ANSWERS)
def test_what_people_are_told_is_the_same(both: Both, name: str) -> None:
    places, ask = ANSWERS[name]
    theirs, ours = (ask(extract) for extract in both.extracts(places))
    assert len(theirs.rows) > 5
    assert ours.as_json() == theirs.as_json()
    assert ours.as_csv() == theirs.as_csv()


def test_both_put_every_deal_into_the_same_cell(both: Both, tmp_path: Path) -> None:
    """Amounts on all borders of bins, above and below; every probability with four decimals."""
    borders = [round(2 ** (place / 4), 3) + off
               for place in range(-36, 190) for off in (-0.001, 0.0, 0.001)]  # fmt: skip
    amounts = [sign * amount for amount in borders for sign in (1, -1)] + [100.0] * 10_001
    chances = [0.5] * (len(amounts) - 10_001) + [place / 10_000 for place in range(10_001)]
    columns = {"opportunity_id": range(len(amounts)), "amount": amounts, "probability": chances}
    parquet.write_table(pa.table({name: [*values] for name, values in columns.items()}),
                        tmp_path / "deals.parquet")  # fmt: skip
    theirs, ours = (
        rows(moments.keyed(engine.read_parquet(tmp_path / "deals.parquet")), ("opportunity_id",))
        for engine in (ibis.duckdb.connect(), both.spark)
    )
    assert len(theirs) > 11_000
    assert ours == theirs


def test_a_distribution_on_the_command_line(both: Both, command: Command) -> None:
    asked = ("forecast", "--from", both.folders[2], "--by", "quarter", "--months", "14",
             "--target", "1000000", "--format", "json")  # fmt: skip
    code, told, complaints = command(*asked, "--engine", "spark", "--master", both.master)
    assert (code, complaints) == (0, "")
    theirs = command(*asked)[1]
    assert json.loads(theirs)["rows"][0]["quantiles"]["90"] != "0.00"
    assert told == theirs


def test_what_spark_cannot_do_ends_in_a_sentence(both: Both, tmp_path: Path) -> None:
    def ask_for_files_that_have_gone() -> None:
        with connected(SPARK) as spark:
            table = open_extract(tmp_path / "copy", spark).snapshot.line
            shutil.rmtree(tmp_path / "copy")
            table.to_pyarrow()

    shutil.copytree(both.folders[0], tmp_path / "copy")
    with pytest.raises(SparkFailed, match="where all workers see it") as refused:
        ask_for_files_that_have_gone()
    assert "Traceback" not in str(refused.value)
    assert both.spark.raw_sql("select 1").collect()  # a session that was there goes on
