"""A backtest asked of the workbench, on a history that was lived through."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from oppkit.backtests import NoSuchMethod
from oppkit.model import Opportunity, Outcome
from oppkit.workbench import Workbench
from tests.clock import Clock

Saved = Callable[..., Opportunity]
NAIVE = ("mean_3", "last_quarter", "last_year")


@pytest.fixture
def lived(workbench: Workbench, saved: Saved, clock: Clock) -> Workbench:
    """Eight months from March to October 2026: each month one of 1,000 is won, and one lost.

    What is won was entered with 45 % for the 28th of the month before, so it is always late.
    """
    for month in range(3, 11):
        opened = clock.now.date()
        made = [saved(opened_on=opened, expected_signature=date(2026, month, 28)) for _ in range(2)]
        clock.advance(days=30)
        workbench.close(made[0], Outcome.WON)
        workbench.close(made[1], Outcome.LOST, reason="price")
    return workbench


def test_methods_side_by_side_on_what_was_signed(lived: Workbench) -> None:
    seen: list[tuple[int, int]] = []
    made = lived.backtest(6, 2, ("weighted", *NAIVE), progress=lambda *done: seen.append(done))
    assert made.as_of == lived.today == date(2026, 11, 11)
    # April (a closing in its middle) is the first month that is known in part.
    assert made.origins == (date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30))
    assert seen[-1] == (12, 12)
    told = made.forecasts[(made.forecasts["part"] == "all") & (made.forecasts["horizon"] == 1)]
    assert set(told["method"]) == {"weighted", "mean_3", "last_quarter"}  # no last year yet
    of_weighted = told[told["method"] == "weighted"]
    assert of_weighted["actual"].tolist() == [1000, 1000, 1000]
    assert of_weighted["mean"].tolist() == [0, 0, 0]  # expected in the month before
    row = made.rows[(made.rows["method"] == "mean_3") & (made.rows["horizon"] == "months")]
    assert row[["forecasts", "wape", "cov80"]].values.tolist() == [[5, 0, 1]]


def test_the_first_sentence_says_where_a_naive_forecast_is_better(lived: Workbench) -> None:
    made = lived.backtest(methods=("weighted", *NAIVE))
    assert made.verdict is not None
    assert (made.method, made.verdict.kind) == ("weighted", "worse")
    assert made.finding("en") == (
        "The mean of the last three months does better than the weighted forecast as entered:"
        " off by 0% of what was signed, against 100%."
    )
    assert made.sentence("en").startswith(made.finding("en"))
    assert "3 month ends, 31 July 2026 to 30 September 2026" in made.sentence("en")
    assert made.closed == 12  # those of six months, won and lost
    assert "for 0 of the last 3 months" in made.sentence("en")
    assert made.finding("fr").startswith("La moyenne des trois derniers mois fait mieux que la")


def test_without_the_pipeline_alone_the_rest_is_as_it_was(lived: Workbench) -> None:
    whole, less = (
        lived.backtest(methods=("weighted",), pipeline=with_it) for with_it in (True, False)
    )
    assert set(whole.rows["part"]) == {"all", "pipeline"}
    kept = whole.rows[whole.rows["part"] == "all"].reset_index(drop=True)
    assert less.rows.equals(kept)


def test_chances_of_deals_and_the_histogram(lived: Workbench) -> None:
    made = lived.backtest(methods=("weighted",))
    assert set(made.chances["question"]) == {"signed"}  # nothing is a year old yet
    [row] = made.chances[made.chances["horizon"] == 1].to_dict("records")
    assert (row["method"], row["deals"], row["chance"], row["share"]) == ("weighted", 6, 0.45, 0.5)
    assert {row["few"] for row in made.reliability.to_dict("records")} == {True}
    assert made.pit["method"].unique().tolist() == ["weighted"]
    assert len(made.pit) == 10


def test_as_text_and_into_a_file(lived: Workbench, tmp_path: Path) -> None:
    made = lived.backtest(methods=("weighted", "mean_3"))
    told = json.loads(made.as_json())
    assert set(told) == {
        "as_of", "currency", "origins", "closed", "held", "judged", "verdict", "rows", "forecasts",
        "chances", "reliability", "pit",
    }  # fmt: skip
    assert told["verdict"]["kind"] == "worse"
    assert told["forecasts"][0]["origin"] == "2026-07-31"
    rows = list(csv.DictReader(io.StringIO(made.as_csv())))
    assert {row["method"] for row in rows} == {"weighted", "mean_3"}
    assert made.write(tmp_path / "scores.csv") == len(rows)


def test_an_unknown_method_is_named(lived: Workbench) -> None:
    with pytest.raises(NoSuchMethod, match=r"no method crystal_ball\. Choose among: .*mean_3"):
        lived.backtest(methods=("crystal_ball",))


def test_nothing_yet(workbench: Workbench) -> None:
    made = workbench.backtest()
    assert made.origins == ()
    assert made.rows.empty
    assert (made.verdict, made.method) == (None, "model")
    assert made.sentence("en").startswith("There is nothing to compare yet")
    assert json.loads(made.as_json())["rows"] == []
