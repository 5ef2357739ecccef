"""The use cases that a form, a notebook or the command line may ask for."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

import oppkit
from oppkit.model import (
    CodeTaken,
    Customer,
    CustomerKind,
    Employee,
    Event,
    NotFound,
    NotSaved,
    Opportunity,
    Outcome,
    QuoteState,
    Site,
)
from oppkit.resources import default_database
from oppkit.store.errors import Busy, NoWorkspace
from oppkit.store.opening import Store, open_store
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Draft = Callable[..., Opportunity]


def test_open_creates_what_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPPKIT_DB", str(tmp_path / "here.duckdb"))
    monkeypatch.setenv("OPPKIT_AUTHOR", "Cléo")
    workbench = oppkit.open()
    assert workbench.author == "Cléo"
    assert oppkit.open(author="Dan").author == "Dan"
    customer = workbench.save(oppkit.Customer(name="Client"))
    assert oppkit.open(tmp_path / "here.duckdb").customer(customer.code or "") == customer


def test_where_the_database_is_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPPKIT_DB", raising=False)
    assert default_database().parts[-2:] == ("oppkit", "oppkit.duckdb")
    monkeypatch.setenv("OPPKIT_DB", "elsewhere.duckdb")
    assert default_database() == "elsewhere.duckdb"


# -- records -------------------------------------------------------------------------------------


def test_a_refused_record_writes_nothing(workbench: Workbench, draft: Draft) -> None:
    with pytest.raises(ValidationError) as caught:
        workbench.save(draft(status="dreaming", sector="space", code="A"))
    assert {e["loc"][0] for e in caught.value.errors()} == {"status", "sector"}
    assert workbench.search().count == 0
    assert workbench.save(draft(code="A")).code == "A"


def test_records_by_code_and_by_identifier(
    workbench: Workbench, draft: Draft, customer: Customer, owner: Employee
) -> None:
    sale = workbench.save(draft())
    quote, affair = workbench.create_quote(sale), workbench.create_affair(sale)
    event = workbench.save(Event(kind="note", subject="Appel"))
    assert workbench.opportunity(sale.code or "") == sale
    assert workbench.employee(owner.code or "") == owner
    assert workbench.quote(quote.code or "") == quote
    assert workbench.affair(affair.code or "") == affair
    assert workbench.event(event.id or 0) == event
    assert workbench.get(Customer, customer.id or 0).code == customer.code


@pytest.mark.parametrize("name", ["opportunity", "customer", "employee", "quote", "affair"])
def test_what_is_not_there(name: str, workbench: Workbench) -> None:
    with pytest.raises(NotFound, match=f"There is no {name} NOPE"):
        getattr(workbench, name)("NOPE")


def test_an_event_that_is_not_there(workbench: Workbench) -> None:
    with pytest.raises(NotFound, match="event 99"):
        workbench.event(99)


def test_a_part_of_a_record_is_saved_with_its_record(workbench: Workbench) -> None:
    with pytest.raises(TypeError, match="part of a record"):
        workbench.save(Site(code="A", name="A"))


def test_an_unsaved_record_has_no_history(workbench: Workbench, draft: Draft) -> None:
    with pytest.raises(NotSaved):
        workbench.history(draft())


# -- the life of an opportunity ------------------------------------------------------------------


def test_change_status_saves_with_the_rules_of_probability(
    workbench: Workbench, draft: Draft, clock: Clock
) -> None:
    sale = workbench.save(draft())
    clock.advance(days=2)
    moved = workbench.change_status(sale, "negotiation")
    assert (moved.version, moved.probability) == (2, Decimal("0.65"))
    assert moved.status_on == TODAY + timedelta(days=2)
    typed = workbench.save(moved.replace(probability="0", probability_typed=True))
    assert workbench.change_status(typed, "signing").probability == 0


def test_won_today_or_on_a_day(workbench: Workbench, draft: Draft) -> None:
    sale = workbench.save(draft(opened_on=TODAY - timedelta(days=30)))
    won = workbench.close(sale, "won")
    assert (won.closed_on, won.status) == (TODAY, "won")
    again = workbench.reopen(won)
    earlier = workbench.close(again, Outcome.WON, on=TODAY - timedelta(days=3), comment="Signé")
    assert (earlier.closed_on, earlier.close_comment) == (TODAY - timedelta(days=3), "Signé")
    assert [v.record.status for v in workbench.history(won)] == [
        "proposal", "won", "to_qualify", "won",
    ]  # fmt: skip


def test_lost_without_a_reason_changes_nothing(workbench: Workbench, draft: Draft) -> None:
    sale = workbench.save(draft())
    with pytest.raises(ValidationError):
        workbench.close(sale, "lost")
    assert workbench.opportunity(sale.code or "") == sale


def test_a_duplicate_is_a_record_of_its_own(workbench: Workbench, draft: Draft) -> None:
    sale = workbench.save(draft())
    workbench.create_quote(sale)
    workbench.create_affair(sale)
    copy = workbench.duplicate(sale)
    assert copy.id != sale.id
    assert (copy.code, copy.version, copy.status) == ("OPP-2026-0002", 1, "to_qualify")
    assert copy.lines == sale.lines
    assert workbench.quotes_of(copy) == []
    assert workbench.affairs_of(copy) == []
    assert len(workbench.history(copy)) == 1


def test_an_event_becomes_an_opportunity(
    workbench: Workbench, customer: Customer, owner: Employee
) -> None:
    event = workbench.save(
        Event(
            kind="appointment", subject="Salon", customer_id=customer.id, owner_id=owner.id,
            site_id=customer.sites[0].id, contact_id=customer.contacts[0].id,
        )
    )  # fmt: skip
    sale = workbench.save(workbench.from_event(event))
    assert (sale.name, sale.origin_id, sale.owner_id) == ("Salon", event.id, owner.id)
    assert sale.participants[0].contact_id == customer.contacts[0].id


def test_quotes_and_affairs_are_found_again(workbench: Workbench, draft: Draft) -> None:
    sale = workbench.save(draft())
    quotes = [workbench.create_quote(sale) for _ in range(2)]
    affair = workbench.create_affair(sale)
    assert workbench.quotes_of(sale) == quotes
    assert workbench.affairs_of(sale) == [affair]
    assert quotes[0].state is QuoteState.DRAFT
    assert affair.budget == sale.amount == Decimal(1000)
    for ask in (workbench.quotes_of, workbench.affairs_of):
        with pytest.raises(NotSaved):
            ask(draft())


def test_an_affair_turns_the_prospect_into_a_customer(
    workbench: Workbench, draft: Draft, customer: Customer
) -> None:
    assert customer.kind is CustomerKind.PROSPECT
    sale = workbench.save(draft())
    workbench.create_affair(sale)
    now = workbench.customer(customer.code or "")
    assert (now.kind, now.customer_since, now.code) == (
        CustomerKind.CUSTOMER, TODAY, customer.code,
    )  # fmt: skip
    workbench.create_affair(sale)
    assert workbench.customer(customer.code or "") == now


def test_an_affair_that_is_refused_leaves_the_prospect_a_prospect(
    workbench: Workbench, draft: Draft, customer: Customer
) -> None:
    sale = workbench.save(draft())
    affair = workbench.create_affair(workbench.save(draft(customer_id=workbench.save(
        Customer(name="Autre")).id)), code="PROJ")  # fmt: skip
    with pytest.raises(CodeTaken):
        workbench.create_affair(sale, code=affair.code)
    assert workbench.customer(customer.code or "").kind is CustomerKind.PROSPECT
    assert workbench.affairs_of(sale) == []


@pytest.mark.parametrize("make", ["create_quote", "create_affair"])
def test_an_unsaved_opportunity_is_refused(make: str, workbench: Workbench, draft: Draft) -> None:
    with pytest.raises(NotSaved, match="Save the opportunity first"):
        getattr(workbench, make)(draft())


# -- the day -------------------------------------------------------------------------------------


@pytest.fixture(params=["UTC", "Europe/Paris", "America/Los_Angeles", "Pacific/Auckland"])
def time_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The machine's time zone."""
    if not hasattr(time, "tzset"):
        pytest.skip("This system cannot change its time zone for one program.")
    with monkeypatch.context() as context:
        context.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.parametrize("hour", [0, 5, 11, 17, 22])
def test_history_is_written_at_the_true_time(time_zone: str, hour: int, store: Store) -> None:
    # The day of the person and the day in UTC may differ; the moment is the same.
    now = datetime(2026, 7, 1, hour, 30, tzinfo=UTC)
    workbench = Workbench(store, "Ana", lambda: now)
    assert workbench.today == now.astimezone(ZoneInfo(time_zone)).date()
    saved = workbench.save(Customer(name="Client"))
    assert workbench.history(saved)[0].valid_from == now


def test_a_fixed_day_keeps_the_time_of_day(workbench: Workbench, clock: Clock) -> None:
    workbench.set("today", "2025-06-30")
    saved = workbench.save(Customer(name="Client"))
    assert workbench.history(saved)[0].valid_from == datetime(2025, 6, 30, 10, tzinfo=UTC)
    clock.advance(hours=3)
    saved = workbench.save(saved.replace(name="Autre"))
    assert workbench.history(saved)[1].valid_from == datetime(2025, 6, 30, 13, tzinfo=UTC)
    assert workbench.today == date(2025, 6, 30)


# -- the forecast --------------------------------------------------------------------------------


def test_the_forecast_of_a_workbench(workbench: Workbench, draft: Draft) -> None:
    workbench.save(draft(expected_signature=date(2026, 5, 2)))
    workbench.save(draft(expected_signature=date(2026, 5, 20), responsibles=()))
    found = workbench.forecast(["month"], months=6)
    [row] = found.rows.to_dict("records")
    assert (row["opportunities"], row["amount"], row["weighted_amount"]) == (
        2, Decimal(2000), Decimal(900),
    )  # fmt: skip
    assert sum(found.reconciliation["weighted_amount"]) == Decimal(900)


@pytest.mark.parametrize("time_zone", ["America/New_York"], indirect=True)
@pytest.mark.usefixtures("time_zone")
def test_a_past_day_ends_at_midnight_where_the_person_is(
    workbench: Workbench, clock: Clock, saved: Callable[..., Opportunity]
) -> None:
    """Half past eleven in the evening in New York is half past three the next day in UTC."""
    clock.now = datetime(2026, 3, 18, 3, 30, tzinfo=UTC)
    assert workbench.today == date(2026, 3, 17)
    saved()
    clock.advance(days=2)
    seen = {
        day: workbench.snapshot(date(2026, 3, day)).opportunity.count().to_pandas()
        for day in (16, 17, 18)
    }
    assert seen == {16: 0, 17: 1, 18: 1}


def test_parts_of_records_and_codes_that_there_are_not(workbench: Workbench) -> None:
    with pytest.raises(TypeError, match="Site is part of a record"):
        workbench.get(Site, 1)
    with pytest.raises(TypeError, match="event has no code"):
        workbench.proposed_code(Event)


# -- several reads at once -----------------------------------------------------------------------


def test_several_things_are_read_as_they_stand_at_one_moment(
    path: Path, workbench: Workbench, draft: Draft
) -> None:
    saved = workbench.save(draft())
    hurried = Workbench(open_store(path, patience=0), "Bo", Clock())
    with workbench.at_once():
        assert workbench.get(Opportunity, saved.id or 0) == saved
        with pytest.raises(Busy):
            hurried.save(saved.replace(name="Entre deux lectures"))
        with workbench.at_once():
            assert workbench.search().count == 1
        assert workbench.opportunity(saved.code or "") == saved
    assert hurried.save(saved.replace(name="Après")).version == 2
    assert workbench.opportunity(saved.code or "").name == "Après"


def test_nothing_is_saved_while_several_things_are_read(workbench: Workbench, draft: Draft) -> None:
    saved = workbench.save(draft())
    with pytest.raises(RuntimeError, match="read at once"), workbench.at_once():
        workbench.save(saved.replace(name="Refusé"))
    assert workbench.save(saved.replace(name="Accepté")).name == "Accepté"


def test_no_snapshot_is_made_while_several_things_are_read(workbench: Workbench) -> None:
    """It would wait a minute for the lock that its own thread holds."""
    with pytest.raises(RuntimeError, match="No snapshot"), workbench.at_once():
        workbench.forecast()
    assert workbench.forecast().rows.empty


# -- rehearsing ------------------------------------------------------------------------------------


def test_a_rehearsal_leaves_the_workspace_as_it_was(
    path: Path, workbench: Workbench, saved: Callable[..., Opportunity]
) -> None:
    sale = saved()
    before = path.read_bytes()
    rehearsal = Workbench.rehearse(path, author="Ana")
    quote = rehearsal.quotes.validate(rehearsal.create_quote(sale))
    assert rehearsal.quotes_of(sale) == [quote]
    assert (path.read_bytes(), workbench.quotes_of(sale)) == (before, [])
    copied = rehearsal.store.engine.path
    assert copied.exists()
    del rehearsal
    gc.collect()
    assert not copied.parent.exists()


def test_there_must_be_something_to_rehearse_on(tmp_path: Path) -> None:
    with pytest.raises(NoWorkspace):
        Workbench.rehearse(tmp_path / "none.duckdb")
    assert list(tmp_path.iterdir()) == []
