"""What the history tells a model: who was open when, how each closed, and when that was known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, timedelta, timezone, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from oppkit.analysis.signing.panel import FOREVER, NOBODY, Closings, Panel, day_number
from oppkit.model import Employee, Line, Opportunity, Outcome, Responsible
from oppkit.model.rate import ExchangeRate
from oppkit.snapshots import Snapshots
from oppkit.store.snapshot import Request
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

Saved = Callable[..., Opportunity]
Read = Callable[..., Panel]
START = day_number(TODAY)


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.fixture
def panel(workbench: Workbench) -> Read:
    """The panel at the ends of days, counted from the first."""

    def read(*days: int, zone: tzinfo = UTC) -> Panel:
        requests = [Request(after(day), True, "EUR", 2, zone) for day in days]
        return Snapshots(workbench.store).panel(requests)

    return read


def told(closings: Closings) -> list[tuple[Any, ...]]:
    """Outcome, and the days counted from the first; None for what goes on."""
    return [
        (outcome, day - START, known - START, None if until == FOREVER else until - START)
        for outcome, day, known, until in zip(
            closings.outcome.tolist(), closings.day.tolist(), closings.known.tolist(),
            closings.until.tolist(), strict=True,
        )
    ]  # fmt: skip


def test_what_a_row_says(saved: Saved, panel: Read, owner: Employee) -> None:
    record = saved(
        status="qualified", probability="0.3", expected_signature=after(30), sector="energy",
        opened_on=after(-9), status_on=after(-4), origin_type="partner",
    )  # fmt: skip
    found = panel(-1, 0, 5)
    assert found.origins == [after(-1), after(0), after(5)]
    row = {name: value[0] for name, value in vars(found.at(found.origin == 2)).items()
           if name not in ("origins", "closings")}  # fmt: skip
    assert row == {
        "origin": 2, "deal": record.id, "status": "qualified", "probability": 0.3,
        "amount": 1000.0, "opened": START - 9, "expected": START + 30, "entered": START - 4,
        "pushes": 0, "touched": START, "owner": owner.id, "customer": record.customer_id,
        "establishment": None, "sector": "energy", "family": None, "subfamily": None,
        "origin_type": "partner", "recorded": True,
    }  # fmt: skip
    assert found.origin.tolist() == [1, 2]
    assert len(found.closings) == 0


def test_a_run_of_one_status_and_pushes(
    workbench: Workbench, saved: Saved, clock: Clock, panel: Read
) -> None:
    record = saved(status="qualified", expected_signature=after(30))
    for days, changes in [
        (2, {"expected_signature": after(40)}), (4, {"status": "proposal"}),
        (5, {"expected_signature": None}), (6, {"expected_signature": after(35)}),
        (7, {"expected_signature": after(50)}), (9, {"status": "qualified"}),
    ]:  # fmt: skip
        clock.advance(days=days - (clock.now.date() - TODAY).days)
        record = workbench.save(record.replace(**changes))
    found = panel(1, 3, 4, 6, 8, 9)
    assert found.pushes.tolist() == [0, 1, 1, 1, 2, 2]
    assert (found.entered - START).tolist() == [0, 0, 4, 4, 4, 9]
    assert (found.touched - START).tolist() == [0, 2, 4, 6, 7, 9]


def test_reopened_and_closed_again(
    workbench: Workbench, saved: Saved, clock: Clock, panel: Read
) -> None:
    record = saved()
    clock.advance(days=5)
    record = workbench.close(record, Outcome.LOST, on=after(3), reason="price")
    clock.advance(days=5)
    record = workbench.reopen(record, "qualified")
    clock.advance(days=5)
    workbench.close(record, Outcome.WON)
    found = panel(4, 5, 10, 15)
    assert found.origin.tolist() == [0, 2]
    assert told(found.closings) == [("lost", 3, 5, 10), ("won", 15, 15, None)]
    assert told(found.before(after(4)).closings) == []
    assert told(found.before(after(9)).closings) == [("lost", 3, 5, None)]
    assert told(found.before(after(10)).closings) == [("lost", 3, 5, 10)]


def test_reopened_by_mistake_and_closed_as_before_is_two_closings(
    workbench: Workbench, saved: Saved, clock: Clock, panel: Read
) -> None:
    record = saved()
    clock.advance(days=5)
    closed = workbench.close(record, Outcome.WON, on=after(3))
    clock.advance(days=1)
    record = workbench.save(closed.replace(status="proposal", closed_on=None))
    clock.advance(days=2)
    workbench.save(record.replace(status="won", closed_on=after(3)))
    assert told(panel(9).closings) == [("won", 3, 5, 6), ("won", 3, 8, None)]


def test_a_corrected_closing_is_two_as_each_was_known(
    workbench: Workbench, saved: Saved, clock: Clock, panel: Read
) -> None:
    record = saved()
    clock.advance(days=5)
    record = workbench.close(record, Outcome.WON)
    clock.advance(days=2)
    record = workbench.save(record.replace(name="Another name"))
    clock.advance(days=2)
    workbench.save(record.replace(closed_on=after(2), lines=(Line(amount=Decimal(900)),)))
    closings = panel(20).closings
    assert told(closings) == [("won", 5, 5, 9), ("won", 2, 9, None)]
    assert closings.amount.tolist() == [1000, 900]


def test_deleted_and_restored(
    workbench: Workbench, saved: Saved, clock: Clock, panel: Read
) -> None:
    record = saved()
    clock.advance(days=3)
    workbench.delete(record)
    clock.advance(days=4)
    assert record.id is not None
    record = workbench.restore(Opportunity, record.id)
    clock.advance(days=1)
    record = workbench.close(record, Outcome.ABANDONED)
    clock.advance(days=1)
    workbench.delete(record)
    found = panel(2, 3, 7, 8)
    assert found.origin.tolist() == [0, 2]
    assert (found.entered - START).tolist() == [0, 0]
    assert told(found.closings) == [
        ("deleted", 3, 3, 7), ("abandoned", 8, 8, 9), ("deleted", 9, 9, None),
    ]  # fmt: skip


def test_what_was_undone_within_a_day_was_not_seen_at_its_end(
    workbench: Workbench, saved: Saved, clock: Clock, panel: Read
) -> None:
    record = saved()
    clock.advance(days=1)
    record = workbench.close(record, Outcome.WON)
    clock.advance(hours=1)
    workbench.reopen(record, "proposal")
    gone = saved()
    clock.advance(hours=1)
    workbench.delete(gone)
    found = panel(0, 1)
    assert found.deal.tolist() == [record.id, record.id]
    assert len(found.closings) == 0


def test_days_end_where_people_live(
    workbench: Workbench, saved: Saved, clock: Clock, panel: Read
) -> None:
    """At ten and a half in the evening, in UTC, it is the next day in Paris and not in Lima."""
    record = saved()
    clock.advance(days=1, hours=12, minutes=30)
    workbench.close(record, Outcome.WON, on=after(1))
    zones = [timezone(timedelta(hours=hours)) for hours in (2, 0, -5)]
    assert [told(panel(0, 1, 2, zone=zone).closings)[0][2] for zone in zones] == [2, 1, 1]
    assert [panel(0, 1, 2, zone=zone).origin.tolist() for zone in zones] == [[0, 1], [0], [0]]


def test_amounts_take_the_rate_of_the_origin_and_of_the_closing(
    workbench: Workbench, saved: Saved, clock: Clock, panel: Read
) -> None:
    for days, rate in [(0, "0.5"), (4, "0.8"), (8, "2")]:
        workbench.lists.save_rate(
            ExchangeRate(currency="USD", valid_from=after(days), rate=Decimal(rate))
        )
    record = saved(currency="USD", lines=(Line(amount=Decimal("10.01")),))
    saved(currency="TND", lines=(Line(amount=Decimal(10)),))
    saved(lines=())
    clock.advance(days=9)
    workbench.close(record, Outcome.WON, on=after(5))
    found = panel(1, 5)
    assert found.at(found.deal == record.id).amount.tolist() == [5.01, 8.01]
    assert [value != value for value in found.at(found.deal != record.id).amount] == [True] * 4
    assert found.closings.amount.tolist() == [8.01]


def test_attributes_are_those_of_their_time(
    workbench: Workbench, saved: Saved, clock: Clock, panel: Read, owner: Employee,
    assistant: Employee,
) -> None:  # fmt: skip
    record = saved(sector="energy")
    clock.advance(days=1)
    new = (Responsible(role="sales", employee_id=assistant.id),)
    record = workbench.save(record.replace(responsibles=new, sector="public"))
    clock.advance(days=1)
    record = workbench.close(record, Outcome.WON)
    clock.advance(days=1)
    workbench.save(record.replace(responsibles=()))
    found = panel(0, 1)
    assert found.owner.tolist() == [owner.id, assistant.id]
    assert found.sector.tolist() == ["energy", "public"]
    assert found.closings.owner.tolist() == [assistant.id, NOBODY]


IMPORTED = """code;name;customer;status;opened_on;closed_on;expected_signature;amount
A;Old and lost;Client;lost;01/12/2025;10/01/2026;31/01/2026;
B;Old and won;Client;won;15/12/2025;20/02/2026;28/02/2026;500
C;Still open;Client;proposal;20/01/2026;;30/06/2026;700
"""


@pytest.fixture
def imported(workbench: Workbench, tmp_path: Path) -> dict[str, int]:
    """Three opportunities imported today: {code: identifier}."""
    file = tmp_path / "old.csv"
    file.write_text(IMPORTED, encoding="utf-8")
    assert workbench.import_files([file]).created == 3
    return {row["code"]: row["id"] for row in workbench.search(limit=None).rows}


def day(text: str) -> int:
    return day_number(date.fromisoformat(text))


def test_an_import_is_reconstructed_without_what_would_give_the_outcome_away(
    workbench: Workbench, imported: dict[str, int]
) -> None:
    days = ["2026-01-08", "2026-01-09", "2026-01-10", "2026-01-31", "2026-02-28", "2026-03-16"]
    requests = [Request(date.fromisoformat(d), True, "EUR", 2) for d in days]
    found = Snapshots(workbench.store).panel(requests)
    code = {identifier: code for code, identifier in imported.items()}
    rows = [(days[o], code[d]) for o, d in zip(found.origin, found.deal, strict=True)]
    # Followed since the eve of the first closing: those closed before are not in the file.
    assert rows == [
        ("2026-01-09", "A"), ("2026-01-09", "B"), ("2026-01-10", "B"), ("2026-01-31", "B"),
        ("2026-01-31", "C"), ("2026-02-28", "C"), ("2026-03-16", "C"),
    ]  # fmt: skip
    past = found.at(found.origin < 5)
    assert not past.recorded.any()
    assert set(past.status) == {None}
    for unknown in (past.probability, past.amount, past.expected, past.entered, past.touched):
        assert (unknown != unknown).all()
    assert past.opened[-1] == day("2026-01-20")
    now = found.at(found.origin == 5)
    assert (now.recorded[0], now.status[0], now.amount[0]) == (True, "proposal", 700)


def test_a_closing_before_the_import_was_known_on_its_day(
    panel: Read, imported: dict[str, int]
) -> None:
    closings = panel(0).closings
    assert closings.deal.tolist() == [imported["A"], imported["B"]]
    assert closings.outcome.tolist() == ["lost", "won"]
    assert closings.day.tolist() == [day("2026-01-10"), day("2026-02-20")]
    assert closings.known.tolist() == closings.day.tolist()
    assert not closings.recorded.any()
    assert closings.amount.tolist()[1] == 500


def test_an_import_that_was_deleted_is_not_reconstructed(
    workbench: Workbench, clock: Clock, panel: Read, imported: dict[str, int]
) -> None:
    clock.advance(days=1)
    for record in [workbench.get(Opportunity, identifier) for identifier in imported.values()]:
        workbench.delete(record)
    found = panel(-30, -1, 0, 1)
    assert found.deal.tolist() == [imported["C"]]
    closings = found.closings
    assert told(closings.at(closings.deal == imported["B"])) == [
        ("won", day("2026-02-20") - START, 0, 1), ("deleted", 1, 1, None),
    ]  # fmt: skip


def test_who_types_a_closed_one_later_did_not_know_it_before(saved: Saved, panel: Read) -> None:
    saved(opened_on=after(-60), status="won", closed_on=after(-20))
    found = panel(-50, -30, 0)
    assert len(found) == 0
    assert told(found.closings) == [("won", -20, 0, None)]


def test_open_ones_imported_alone_are_not_followed_before(saved: Saved, panel: Read) -> None:
    """None of those that closed meanwhile is known: it would look as if none ever did."""
    saved(opened_on=after(-60))
    saved(opened_on=after(-50))
    assert panel(-30, 0).origin.tolist() == [1, 1]


def test_an_empty_workspace(panel: Read) -> None:
    found = panel(0, 1)
    assert (len(found), len(found.closings), found.origins) == (0, 0, [after(0), after(1)])


def test_it_is_kept_until_something_changes(workbench: Workbench, saved: Saved) -> None:
    saved()
    snapshots, days = Snapshots(workbench.store), [Request(TODAY, True, "EUR", 2)]
    first = snapshots.panel(days)
    assert snapshots.panel(days) is first
    saved()
    assert len(snapshots.panel(days)) == 2
