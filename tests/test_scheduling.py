"""The production schedule as people and programs get it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from oppkit.answers import NoSuchDimension
from oppkit.model import Line, Opportunity, Outcome
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock
from tests.test_cli import run

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]
START, END = date(TODAY.year, TODAY.month, 1), date(TODAY.year + 1, 2, 28)
PERIOD = {"production_start": START, "production_end": END}


@pytest.fixture
def filled(workbench: Workbench, saved: Saved) -> Workbench:
    """One of each plan, each over the same year, and two that cannot be scheduled."""
    lines = (Line(sale_type="consulting", quantity=10, unit_price=100, margin=300),)
    saved(lines=lines, probability="0.5", establishment="lyon", name="=open", **PERIOD)
    won = saved(lines=lines, establishment="paris", **PERIOD)
    workbench.close(won, Outcome.WON)
    sold = workbench.close(saved(lines=lines, establishment="lyon", **PERIOD), Outcome.WON)
    workbench.create_affair(sold)
    saved(lines=lines, name="=undated")
    saved(lines=(Line(title="?"),), name="unpriced", **PERIOD)
    return workbench


def test_rows_add_up_and_the_rest_is_listed_with_its_reason(filled: Workbench) -> None:
    made = filled.schedule(months=18)
    assert (made.as_of, made.currency, made.by, made.repeated) == (TODAY, "EUR", ("month",), False)
    sums = made.rows.groupby("plan")[["days", "amount", "weighted_amount", "margin"]].sum()
    assert sums.loc["firm"].tolist() == [10, 1000, 1000, 300]
    assert sums.loc["won"].tolist() == [10, 1000, 1000, 300]
    assert sums.loc["probable"].tolist() == [10, 1000, 500, 300]
    left_out = made.unscheduled[["plan", "reason", "name", "amount"]].to_numpy(object).tolist()
    assert left_out == [
        ["probable", "no_amount", "unpriced", None],
        ["probable", "no_start", "=undated", Decimal(1000)],
    ]
    open_ones = made.reconciliation[made.reconciliation["plan"] == "probable"]
    assert open_ones["amount"].sum() == 2000


def test_codes_become_labels_on_request(filled: Workbench) -> None:
    by = ("establishment",)
    assert set(filled.schedule(by).rows["establishment"]) == {"lyon", "paris"}
    assert set(filled.schedule(by, labels="fr").rows["establishment"]) == {"Lyon", "Paris"}


def test_a_breakdown_by_tag_says_that_it_repeats(filled: Workbench) -> None:
    assert filled.schedule(("month", "tag")).repeated


def test_what_is_no_dimension_is_refused(filled: Workbench) -> None:
    with pytest.raises(NoSuchDimension, match=r"no dimension moon.*plan"):
        filled.schedule(("moon",))
    with pytest.raises(NoSuchDimension):
        filled.schedule(where={"part": "past"})


def test_the_schedule_as_it_was_known(filled: Workbench, clock: Clock) -> None:
    before = filled.schedule(("plan", "establishment"))
    clock.advance(days=1)
    found = filled.search(text="=undated").rows[0]
    filled.save(filled.get(Opportunity, found["id"]).replace(**PERIOD))
    assert len(filled.schedule().unscheduled) == 1
    past = filled.schedule(("plan", "establishment"), as_of=TODAY)
    pd.testing.assert_frame_equal(past.rows, before.rows)
    pd.testing.assert_frame_equal(past.unscheduled, before.unscheduled)


def test_json_has_strings_for_decimals(filled: Workbench) -> None:
    told = json.loads(filled.schedule(("quarter",), months=18).as_json())
    assert (told["currency"], told["months"], told["by"]) == ("EUR", 18, ["quarter"])
    assert told["rows"][0]["quarter"] == "2026-01-01"
    assert sum(Decimal(row["amount"]) for row in told["rows"]) == 3000
    assert told["unscheduled"][0]["amount"] is None
    assert len(told["reconciliation"]) == 27


def test_files_hold_the_rows(filled: Workbench, tmp_path: Path) -> None:
    made = filled.schedule(("establishment",), months=18)
    rows = list(csv.DictReader(io.StringIO(made.as_csv())))
    assert [row["plan"] for row in rows] == ["firm", "probable", "won"]
    for ending in ("csv", "xlsx", "parquet"):
        assert made.write(tmp_path / f"schedule.{ending}") == 3


def test_the_command_prints_writes_and_refuses(
    filled: Workbench, path: Path, tmp_path: Path
) -> None:
    filled.set("today", TODAY.isoformat())
    asked = ("schedule", "--by", "quarter,establishment", "--months", "18", "--db", path)
    printed = run(*asked, lang="fr")
    assert printed.returncode == 0, printed.stderr
    for words in ("Plan de production des 18 prochains mois", "Gagnées sans affaire",
                  "Sans début de production", "Jours pondérés", "Lyon"):  # fmt: skip
        assert words in printed.stdout
    assert len(json.loads(run(*asked, "--format", "json").stdout)["rows"]) == 15
    file = tmp_path / "schedule.csv"
    assert "15" in run(*asked, "--to", file).stdout
    assert file.read_text("utf-8-sig").count("\n") == 16
    refused = run("schedule", "--by", "moon", "--db", path)
    assert (refused.returncode, "no dimension moon" in refused.stderr) == (1, True)
