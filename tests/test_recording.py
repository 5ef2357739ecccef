"""Forecasts that are kept: what was said, day by day, beside what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from oppkit.cli import app
from oppkit.model import Call, Employee, Line, NotFound, Opportunity, Target
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]
Q1 = date(2026, 1, 1)


def expect(saved: Saved, amount: int, signature: date, **fields: object) -> Opportunity:
    return saved(
        opened_on=date(2025, 6, 1), expected_signature=signature, lines=(Line(amount=amount),),
        probability="0.5", **fields,
    )  # fmt: skip


def test_what_was_said_stays_while_the_pipeline_goes_on(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    sale = expect(saved, 1000, date(2026, 3, 20))
    expect(saved, 400, date(2026, 5, 2))
    made = workbench.records.keep()
    clock.advance(days=10)
    workbench.close(sale, "won", date(2026, 3, 25))
    expect(saved, 600, date(2026, 3, 31))
    later = workbench.records.keep()
    assert workbench.records.all() == [made, later]
    assert (made.day, made.author, made.currency, made.weighted) == (TODAY, "Ana", "EUR", 700)
    assert made.content["rows"][0] == {
        "month": "2026-03-01", "opportunities": 1, "amount": "1000.00",
        "weighted_amount": "500.00", "margin": None, "weighted_margin": None,
    }  # fmt: skip
    assert made.content["reconciliation"][0]["opportunities"] == 2
    assert (made.content["method"], made.content["months"]) == ("weighted", 12)
    track = workbench.records.track("quarter", Q1)
    assert [(point.day, point.won, point.weighted, point.said) for point in track.points] == [
        (TODAY, 0, 500, 500), (TODAY + timedelta(days=10), 1000, 300, 1300),
    ]  # fmt: skip
    assert (track.won, track.over, track.target, track.others) == (1000, False, None, 0)
    clock.advance(days=10)
    assert workbench.records.track("month", date(2026, 3, 9)).over


def test_the_record_of_a_day_is_found_again(workbench: Workbench, clock: Clock) -> None:
    assert workbench.records.at(TODAY) is None
    first = workbench.records.keep()
    clock.advance(hours=2)
    second = workbench.records.keep()
    clock.advance(days=30)
    third = workbench.records.keep()
    assert first.saved_at < second.saved_at
    assert workbench.records.at(TODAY) == second
    assert workbench.records.at(TODAY + timedelta(days=29)) == second
    assert workbench.records.at(date(2030, 1, 1)) == third
    assert workbench.records.at(TODAY - timedelta(days=1)) is None
    assert workbench.records.all() == [second, third]
    with workbench.store.read() as session:  # both of the day are there
        [row] = session._connection.execute("select count(*) from forecast_record").fetchall()
    assert row == (3,)


def test_owners_and_establishments_are_tracked(
    workbench: Workbench, saved: Saved, owner: Employee, assistant: Employee
) -> None:
    expect(saved, 1000, date(2026, 3, 20), establishment="lyon")
    expect(saved, 10, date(2026, 3, 20), responsibles=())
    workbench.records.keep()
    for scope, said in (
        ({}, 505), ({"owner_id": owner.id}, 500), ({"owner_id": assistant.id}, 0),
        ({"establishment": "lyon"}, 500), ({"establishment": "paris"}, 0),
    ):  # fmt: skip
        [point] = workbench.records.track("quarter", Q1, **scope).points
        assert point.said == said
    with pytest.raises(NotFound):
        workbench.records.track("quarter", Q1, owner_id=9999)


def test_calls_and_targets_stand_in_the_record_and_the_track(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    aim = {"period": "quarter", "begins": Q1, "currency": "EUR"}
    target = workbench.targets.save(Target(**aim, amount=2000))
    call = workbench.targets.say(Call(**aim, committed=900, best_case=1500, note="Hm"))
    made = workbench.records.keep()
    assert [Target.model_validate(one) for one in made.content["targets"]] == [target]
    assert [Call.model_validate(one) for one in made.content["calls"]] == [call]
    clock.advance(days=7)
    workbench.targets.say(Call(**aim, committed=1100))
    track = workbench.records.track("quarter", Q1)
    assert track.target == 2000
    assert [one.committed for one in track.calls] == [900, 1100]
    frame = track.frame
    assert frame["day"].tolist() == [TODAY, TODAY + timedelta(days=7)]
    assert frame["said"].tolist() == [Decimal(0), None]
    assert frame["best_case"].tolist() == [1500, None]


def test_records_of_another_currency_are_left_out(workbench: Workbench, saved: Saved) -> None:
    expect(saved, 1000, date(2026, 3, 20))
    workbench.records.keep()
    workbench.lists.set_currency("USD")
    track = workbench.records.track("quarter", Q1)
    assert (len(track.points), track.others, track.currency) == (0, 1, "USD")
    kept = workbench.records.at(TODAY)
    assert kept is not None
    assert (kept.currency, kept.weighted) == ("EUR", 500)


def test_the_command_says_what_it_kept(workbench: Workbench, saved: Saved) -> None:
    workbench.set("today", TODAY.isoformat())
    expect(saved, 1000, date(2026, 3, 20))
    done = CliRunner().invoke(app, ["record", "--db", workbench.store.engine.place])
    assert (done.exit_code, done.stdout) == (
        0, "The forecast of 16/03/2026 is kept: €500.00 weighted over 12 months.\n",
    )  # fmt: skip
    assert workbench.records.at(TODAY) is not None
