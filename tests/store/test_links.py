"""What refers to what: deletions refused with names, strangers refused, codes unique."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oppkit.model import (
    CodeTaken,
    Customer,
    Employee,
    Event,
    InUse,
    NotFound,
    Opportunity,
    Participant,
    Quote,
    Responsible,
    Site,
)
from oppkit.workbench import Workbench
from tests.clock import TODAY

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]


def test_an_opportunity_with_a_quote_and_an_affair_is_kept(
    workbench: Workbench, saved: Saved
) -> None:
    record = saved()
    quote, affair = workbench.create_quote(record), workbench.create_affair(record)
    with pytest.raises(InUse) as caught:
        workbench.delete(record)
    assert str(caught.value) == (
        f"{record.code} cannot be deleted while these refer to it: {quote.code}, {affair.code}. "
        "Delete them first."
    )
    assert workbench.opportunity(record.code or "") == record
    workbench.delete(quote)
    with pytest.raises(InUse):
        workbench.delete(record)
    workbench.delete(affair)
    workbench.delete(record)
    assert workbench.search().rows == []


def test_an_opportunity_with_an_event_is_kept(workbench: Workbench, saved: Saved) -> None:
    record = saved()
    event = workbench.save(Event(kind="note", subject="Appel", opportunity_id=record.id))
    with pytest.raises(InUse, match="Appel"):
        workbench.delete(record)
    workbench.delete(event)
    workbench.delete(record)


def test_a_quote_that_was_revised_is_kept(workbench: Workbench, saved: Saved) -> None:
    quote = workbench.create_quote(saved())
    revised = workbench.save(quote.replace(id=None, version=0, code=None, parent_id=quote.id))
    with pytest.raises(InUse, match=str(revised.code)):
        workbench.delete(quote)


def of_a_quote(workbench: Workbench, sale: Opportunity, people: dict[str, Any]) -> str:
    quote = workbench.create_quote(sale)
    return str(workbench.save(quote.replace(**people)).code)


def of_an_affair(workbench: Workbench, sale: Opportunity, people: dict[str, Any]) -> str:
    affair = workbench.create_affair(sale)
    return str(workbench.save(affair.replace(**people)).code)


def of_the_opportunity(workbench: Workbench, sale: Opportunity, people: dict[str, Any]) -> str:
    return str(workbench.save(sale.replace(**people)).code)


HOLDERS = [of_the_opportunity, of_a_quote, of_an_affair]


@pytest.mark.parametrize("hold", HOLDERS)
@pytest.mark.parametrize("part", ["responsibles", "participants"])
def test_an_employee_with_a_part_in_something_is_kept(
    hold: Any, part: str, workbench: Workbench, saved: Saved, assistant: Employee
) -> None:
    people = {
        "responsibles": (Responsible(role="delivery", employee_id=assistant.id or 0),),
        "participants": (Participant(employee_id=assistant.id),),
    }
    holder = hold(workbench, saved(), {part: people[part]})
    with pytest.raises(InUse, match=holder):
        workbench.delete(assistant)


def test_an_employee_with_an_event_is_kept(workbench: Workbench, assistant: Employee) -> None:
    workbench.save(Event(kind="task", subject="Relancer", owner_id=assistant.id))
    with pytest.raises(InUse, match="Relancer"):
        workbench.delete(assistant)


@pytest.mark.parametrize("hold", HOLDERS)
def test_a_contact_with_a_part_in_something_is_kept(
    hold: Any, workbench: Workbench, saved: Saved, customer: Customer
) -> None:
    dupont, martin = customer.contacts
    holder = hold(workbench, saved(), {"participants": (Participant(contact_id=dupont.id),)})
    now = workbench.customer(customer.code or "")
    with pytest.raises(InUse, match=f"Dupont .*{holder}"):
        workbench.save(now.replace(contacts=(martin,)))
    assert workbench.save(now.replace(contacts=(dupont,))).contacts == (dupont,)


@pytest.mark.parametrize("hold", HOLDERS)
def test_a_customer_whose_contact_helps_elsewhere_is_kept(
    hold: Any, workbench: Workbench, saved: Saved
) -> None:
    adviser = workbench.save(Customer(name="Conseil", contacts=[{"last_name": "Petit"}]))
    people = {"participants": (Participant(contact_id=adviser.contacts[0].id),)}
    holder = hold(workbench, saved(), people)
    with pytest.raises(InUse, match=holder):
        workbench.delete(adviser)


def test_a_site_that_is_sold_to_is_kept(
    workbench: Workbench, saved: Saved, customer: Customer
) -> None:
    lyon, grenoble = customer.sites
    record = saved(site_id=grenoble.id)
    with pytest.raises(InUse, match=f"Grenoble .*{record.code}"):
        workbench.save(customer.replace(sites=(lyon,)))


@pytest.mark.parametrize("make", ["opportunity", "event"])
def test_a_customer_that_something_names_is_kept(
    make: str, workbench: Workbench, saved: Saved, customer: Customer
) -> None:
    if make == "opportunity":
        name = str(saved().code)
    else:
        event = Event(kind="note", subject="Appel", customer_id=customer.id)
        name = workbench.save(event).subject
    with pytest.raises(InUse, match=name):
        workbench.delete(customer)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"customer_id": 999}, "customer"),
        ({"site_id": 999}, "site"),
        ({"responsibles": (Responsible(role="sales", employee_id=999),)}, "employee"),
        ({"participants": (Participant(contact_id=999),)}, "contact"),
        ({"participants": (Participant(employee_id=999),)}, "employee"),
    ],
)
def test_a_reference_to_nothing_is_refused(
    fields: dict[str, Any], kind: str, saved: Saved, workbench: Workbench
) -> None:
    with pytest.raises(NotFound, match=f"There is no {kind} 999"):
        saved(**fields)
    assert workbench.search().rows == []


def test_a_site_must_be_one_of_the_customer(
    saved: Saved, workbench: Workbench, customer: Customer
) -> None:
    other = workbench.save(Customer(name="Autre", sites=(Site(code="X", name="X"),)))
    with pytest.raises(NotFound, match="no site"):
        saved(site_id=other.sites[0].id)
    record = saved(site_id=customer.sites[0].id)
    with pytest.raises(NotFound, match="no site"):
        workbench.save(record.replace(customer_id=other.id))


def test_a_quote_needs_its_opportunity(workbench: Workbench, customer: Customer) -> None:
    quote = Quote(name="Devis", opportunity_id=999, customer_id=customer.id, quoted_on=TODAY)
    with pytest.raises(NotFound, match="no opportunity 999"):
        workbench.save(quote)


def test_a_code_is_unique_and_can_be_changed(workbench: Workbench, saved: Saved) -> None:
    first, second = saved(code="A"), saved()
    with pytest.raises(CodeTaken, match="The code A is already used by another opportunity"):
        saved(code="A")
    with pytest.raises(CodeTaken):
        workbench.save(second.replace(code="A"))
    freed = workbench.save(first.replace(code="B"))
    assert workbench.save(second.replace(code="A")).code == "A"
    assert workbench.opportunity("B") == freed
    assert workbench.save(freed.replace(name="Autre", code="B")).version == 3


def test_a_deleted_code_is_free_until_its_record_comes_back(
    workbench: Workbench, saved: Saved
) -> None:
    first = saved(code="A")
    workbench.delete(first)
    saved(code="A")
    with pytest.raises(CodeTaken):
        workbench.restore(Opportunity, first.id or 0)
