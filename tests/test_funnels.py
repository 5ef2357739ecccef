"""Funnel, speed and win rates asked of the workbench."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from oppkit.answers import NoSuchDimension
from oppkit.model import Opportunity, Outcome
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]


@pytest.fixture
def lived(workbench: Workbench, saved: Saved, clock: Clock) -> Workbench:
    """Two were won, one was lost, and one is open."""
    records = [saved(status="qualified", origin_type="partner", sector="energy") for _ in range(4)]
    clock.advance(days=10)
    workbench.close(records[0], Outcome.WON)
    workbench.close(records[1], Outcome.LOST, reason="price")
    moved = workbench.change_status(records[2], "proposal")
    clock.advance(days=10)
    workbench.close(moved, Outcome.WON)
    return workbench


def test_the_funnel_with_codes_and_with_labels(lived: Workbench) -> None:
    made = lived.funnel()
    assert (made.as_of, made.currency, made.by) == (TODAY + timedelta(days=20), "EUR", ())
    assert made.rows["status"].tolist() == ["qualified", "proposal"]
    assert made.rows[["entered", "left", "few"]].values.tolist() == [[4, 3, True], [1, 1, True]]
    assert made.steps[["status", "to", "left"]].values.tolist() == [
        ["qualified", "proposal", 1], ["qualified", "won", 1], ["qualified", "lost", 1],
        ["proposal", "won", 1],
    ]  # fmt: skip
    told = lived.funnel(labels="fr")
    assert told.rows["status"].tolist() == ["Qualifiée", "Proposition"]
    assert told.steps["to"].tolist() == ["Proposition", "Gagnée", "Perdue", "Gagnée"]


def test_speed_and_the_cycle_by_dimension(lived: Workbench) -> None:
    made = lived.speed(by=["origin_type"], labels="en")
    assert made.rows[["status", "open", "waiting"]].values.tolist() == [
        ["Qualified", 1, 20], ["Proposal", 0, None],
    ]  # fmt: skip
    assert made.cycle[["origin_type", "opportunities", "won", "days"]].values.tolist() == [
        ["Partner", 4, 2, 10],
    ]  # fmt: skip
    assert made.waiting.values.tolist() == [["Qualified", 14, 1]]


def test_win_rates_as_they_were_known_on_a_day(lived: Workbench) -> None:
    day = TODAY + timedelta(days=12)
    [row] = lived.win_rates(["sector"], as_of=day).rows.to_dict("records")
    assert [row[name] for name in ("sector", "opportunities", "won", "lost")] == ["energy", 4, 1, 1]
    assert lived.win_rates(where={"sector": "health"}).rows.empty


def test_the_copy_is_made_anew_once_something_has_changed(lived: Workbench, saved: Saved) -> None:
    before = lived.funnel().rows["entered"].tolist()
    saved(status="qualified")
    assert lived.funnel().rows["entered"].tolist() == [before[0] + 1, before[1]]


def test_as_text_and_into_a_file(lived: Workbench, tmp_path: Path) -> None:
    told = json.loads(lived.speed().as_json())
    assert (told["as_of"], told["by"]) == ("2026-04-05", [])
    assert set(told) == {"as_of", "by", "currency", "rows", "cycle", "waiting"}
    assert told["rows"][1]["waiting"] is None
    assert [row["status"] for row in json.loads(lived.funnel().as_json())["rows"]] == [
        "qualified", "proposal",
    ]  # fmt: skip
    [row] = csv.DictReader(io.StringIO(lived.win_rates().as_csv()))
    assert (row["opportunities"], row["won"], row["few"]) == ("4", "2", "true")
    assert lived.funnel().write(tmp_path / "funnel.csv") == 2


def test_an_unknown_dimension_is_named(lived: Workbench) -> None:
    for ask in (lived.funnel, lived.speed, lived.win_rates):
        with pytest.raises(NoSuchDimension, match="no dimension tag"):
            ask(by=["tag"])


def test_nothing_yet(workbench: Workbench) -> None:
    assert workbench.funnel().rows.empty
    assert workbench.speed().rows.empty
    assert workbench.win_rates(["owner"]).rows.empty
    assert json.loads(workbench.funnel().as_json())["rows"] == []
