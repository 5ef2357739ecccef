"""The dashboard of a customer, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from oppkit.forms.customer_dashboard import CustomerDashboard
from oppkit.forms.customer_form import CustomerForm
from oppkit.forms.related_table import RelatedTable
from oppkit.forms.screen import Screen
from oppkit.model import Customer, Event, EventKind, Line, Opportunity, Record
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock
from tests.forms.conftest import EVIL

Saved = Callable[..., Opportunity]


@pytest.fixture
def visited(screen: Screen) -> list[Record | str]:
    asked: list[Record | str] = []
    screen.navigate(asked.append, asked.append)
    return asked


@pytest.fixture
def form(screen: Screen, customer: Customer) -> CustomerForm:
    form = CustomerForm(screen)
    form.show(customer)
    return form


def shown(form: CustomerForm) -> CustomerDashboard:
    form.tabs.selected_index = 1
    return form.dashboard


def cells(table: RelatedTable, place: int = 0) -> list[Any]:
    return [row["cells"][place] for row in table.first]


def test_it_is_read_when_it_is_shown(form: CustomerForm, saved: Saved) -> None:
    saved()
    assert form.dashboard.opportunities.total == 0
    assert shown(form).opportunities.total == 1


def test_four_sums_stand_at_the_top(
    form: CustomerForm, saved: Saved, workbench: Workbench, clock: Clock
) -> None:
    sale = saved()
    saved(lines=(Line(amount="2000"),), currency="TND", probability="0.5")
    saved(name="Won", status="won", closed_on=TODAY, lines=(Line(amount="300"),))
    quotes = workbench.quotes
    quotes.sign(quotes.validate(quotes.create(sale)))
    quotes.validate(quotes.create(sale))
    workbench.create_affair(sale)
    sums = shown(form).sums
    assert sums.pipeline.amounts.text == "€1,000.00\nTND\xa02,000.000"
    assert sums.pipeline.told.text == "€450.00 + TND\xa01,000.000 weighted\n2 opportunities"
    assert (sums.won.amounts.text, sums.won.told.text) == ("€300.00", "1 opportunity")
    assert sums.quotes.amounts.text == "€1,000.00"
    assert sums.quotes.told.text == "1 quote\nSigned: €1,000.00 (1 quote)"
    assert (sums.affairs.amounts.text, sums.affairs.told.text) == ("€1,000.00", "1 affair")
    clock.advance(days=60)
    sums.show(form.saved)
    assert sums.quotes.amounts.text == "—"
    assert sums.quotes.told.text == "Signed: €1,000.00 (1 quote)"


def test_without_anything_it_says_so(form: CustomerForm) -> None:
    dashboard = shown(form)
    sums = dashboard.sums
    for tile in (sums.pipeline, sums.won, sums.quotes, sums.affairs):
        assert (tile.amounts.text, tile.told.text) == ("—", "")
    assert dashboard.quotes.words["empty"] == "No quote."
    assert dashboard.quotes.footer == "0 quotes"


def test_an_amount_that_is_unknown_is_no_zero(form: CustomerForm, saved: Saved) -> None:
    saved(lines=())
    pipeline = shown(form).sums.pipeline
    assert (pipeline.amounts.text, pipeline.told.text) == ("—", "1 opportunity")


def test_open_and_closed_opportunities_are_told_apart(form: CustomerForm, saved: Saved) -> None:
    yesterday = TODAY - timedelta(days=1)
    saved(name="Open", opened_on=yesterday, expected_signature=TODAY)
    saved(name="Late", opened_on=yesterday, expected_signature=yesterday)
    saved(name="Won", status="won", closed_on=TODAY)
    saved(name="Lost", status="lost", closed_on=TODAY, loss_reason="price")
    dashboard = shown(form)
    assert cells(dashboard.opportunities) == ["Late", "Open"]
    assert cells(dashboard.opportunities, 4) == [
        {"text": "⚠ 15/03/2026", "tone": "late"}, "16/03/2026",
    ]  # fmt: skip
    dashboard.shown.widget.value = "closed"
    assert sorted(cells(dashboard.opportunities)) == ["Lost", "Won"]
    assert {row["tone"] for row in dashboard.opportunities.first} == {"muted"}
    dashboard.shown.widget.value = "all"
    assert dashboard.opportunities.footer == "4 opportunities"


def test_every_row_is_opened_by_a_click(
    form: CustomerForm, customer: Customer, saved: Saved, workbench: Workbench,
    visited: list[Record | str],
) -> None:  # fmt: skip
    sale = saved()
    quote, affair = workbench.create_quote(sale), workbench.create_affair(sale)
    event = workbench.save(Event(kind=EventKind.TASK, subject="Call", customer_id=customer.id))
    dashboard = shown(form)
    tables = (dashboard.opportunities, dashboard.quotes, dashboard.affairs, dashboard.events)
    for table in tables:
        [row] = table.first
        table._received(table, {"type": "open", "key": row["key"]}, [])
    assert visited == [sale, quote, affair, event]
    assert [cells(table)[0] for table in tables] == [sale.name, quote.name, affair.name, "Call"]


def test_a_quote_that_has_expired_says_so(
    form: CustomerForm, saved: Saved, workbench: Workbench, clock: Clock
) -> None:
    workbench.quotes.validate(workbench.quotes.create(saved()))
    workbench.quotes.create(saved())
    clock.advance(days=31)
    assert [
        cell for cell in cells(shown(form).quotes, 4) if isinstance(cell, dict)
    ] == [{"text": "15/04/2026 · expired", "tone": "late"}]  # fmt: skip


def test_only_what_is_of_this_customer_is_shown(
    form: CustomerForm, saved: Saved, workbench: Workbench
) -> None:
    other = workbench.save(Customer(name="Other"))
    sale = saved(customer_id=other.id)
    workbench.create_quote(sale)
    workbench.create_affair(sale)
    workbench.save(Event(kind=EventKind.NOTE, subject="x", customer_id=other.id))
    dashboard = shown(form)
    for table in (dashboard.opportunities, dashboard.quotes, dashboard.affairs, dashboard.events):
        assert table.total == 0
    assert dashboard.sums.quotes.amounts.text == "—"


def test_more_than_the_first_events_are_read_when_wanted(
    form: CustomerForm, customer: Customer
) -> None:
    for number in range(62):
        form.screen.workbench.save(
            Event(kind=EventKind.NOTE, subject=f"{number}", customer_id=customer.id)
        )
    events = shown(form).events
    answers: list[list[str]] = []
    events.send = lambda content, buffers=None: answers.append(
        [row["cells"][0] for row in content["rows"]]
    )
    events._received(
        events,
        {"type": "rows", "generation": events.generation, "from": 58, "to": 62, "view": "a"},
        [],
    )
    assert (events.total, len(events.first)) == (62, 60)
    assert len(answers[0]) == 4
    assert not set(answers[0]) & {row["cells"][0] for row in events.first[:58]}


def test_it_is_told_in_french(
    french: Screen, customer: Customer, saved: Saved, workbench: Workbench
) -> None:
    workbench.create_affair(saved())
    form = CustomerForm(french)
    form.show(customer)
    sums = shown(form).sums
    assert sums.pipeline.told.text == "450,00\xa0€ pondérés\n1 opportunité"
    assert sums.affairs.told.text == "1 affaire"


def test_what_people_type_stays_text(form: CustomerForm, saved: Saved) -> None:
    saved(name=EVIL)
    assert cells(shown(form).opportunities) == [EVIL]
