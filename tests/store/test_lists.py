"""Reference lists, settings, exchange rates and the change counter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from oppkit.model import (
    LISTS,
    Catalogue,
    Customer,
    Employee,
    Establishment,
    Family,
    Line,
    Opportunity,
    Outcome,
    Role,
    Sector,
    Status,
    Subfamily,
    Tag,
)
from oppkit.model.catalogue import Country, Currency, LossReason, OriginType, SaleType
from oppkit.model.rate import ExchangeRate
from oppkit.store.errors import InUseValue
from oppkit.store.opening import Store
from oppkit.workbench import Workbench

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]


def counter(store: Store) -> int:
    with store.read() as session:
        return int(session.all("setting.counter")[0]["counter"])


def test_a_new_workspace_has_the_lists_that_ship(
    workbench: Workbench, catalogue: Catalogue
) -> None:
    found = workbench.catalogue()
    for kind in LISTS.values():
        assert found.all(kind) == catalogue.all(kind), kind


def test_values_are_added_changed_and_removed(workbench: Workbench) -> None:
    tag = Tag(code="new", label_fr="Nouveau", label_en="New", rank=5, colour="#123456")
    workbench.lists.save(tag)
    assert workbench.catalogue().all(Tag)[0] == tag
    changed = tag.replace(label_fr="Neuf", active=False)
    workbench.lists.save(changed, tag)
    assert workbench.catalogue().get(Tag, "new") == changed
    workbench.lists.delete(changed)
    assert workbench.catalogue().get(Tag, "new") is None


def test_one_code_in_two_lists_is_two_values(workbench: Workbench) -> None:
    workbench.lists.save(Sector(code="risk", label_fr="Risque", label_en="Risk"))
    workbench.lists.delete(workbench.catalogue().get(Sector, "risk"))
    assert workbench.catalogue().get(Tag, "risk") is not None


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Status, "lost"), (OriginType, "partner"), (Establishment, "lyon"), (Sector, "energy"),
        (Family, "data"), (Subfamily, "data_platform"), (LossReason, "price"), (Currency, "TND"),
        (SaleType, "licence"), (Tag, "risk"), (Role, "presales"),
    ],
)  # fmt: skip
def test_a_value_in_use_cannot_be_deleted(
    kind: Any, code: str, workbench: Workbench, saved: Saved, owner: Employee
) -> None:
    record = saved(
        origin_type="partner", establishment="lyon", sector="energy", family="data",
        subfamily="data_platform", currency="TND", tags=("risk",),
        lines=(Line(sale_type="licence", amount=1),),
        responsibles=[{"role": "presales", "employee_id": owner.id}],
    )  # fmt: skip
    workbench.close(record, Outcome.LOST, reason="price")
    # The last status of its outcome could not be closed for another reason.
    workbench.lists.save(
        Status(code="no_bid", label_fr="Sans suite", label_en="No bid", rank=99, outcome="lost")
    )
    value = workbench.catalogue().get(kind, code)
    assert value is not None
    with pytest.raises(InUseValue, match=f"{code} is used by .* Close it instead"):
        workbench.lists.delete(value)
    assert workbench.catalogue().get(kind, code) == value
    workbench.lists.save(value.replace(active=False), value)
    assert workbench.opportunity(record.code or "").currency == "TND"


@pytest.mark.parametrize(
    ("kind", "code"), [(Country, "TN"), (Sector, "food"), (Establishment, "tunis")]
)
def test_values_of_customers_and_employees_count_too(
    kind: Any, code: str, workbench: Workbench
) -> None:
    workbench.save(Customer(name="a", sector="food"))
    site = {"code": "T", "name": "Tunis", "address": {"country": "TN"}}
    workbench.save(Customer(name="b", sites=[site]))
    workbench.save(Employee(last_name="c", establishment="tunis"))
    with pytest.raises(InUseValue, match="used by 1 records"):
        workbench.lists.delete(workbench.catalogue().get(kind, code))


def test_a_family_with_subfamilies_cannot_be_deleted(workbench: Workbench) -> None:
    with pytest.raises(InUseValue):
        workbench.lists.delete(workbench.catalogue().get(Family, "data"))


def test_settings(workbench: Workbench, colleague: Workbench, store: Store) -> None:
    assert workbench.currency == "EUR"
    workbench.set("currency", "USD")
    workbench.set("currency", "TND")
    assert workbench.currency == "TND"
    assert Workbench(store, "Bo").currency == "TND"


def test_a_fixed_today_rules_over_the_clock(workbench: Workbench, saved: Saved) -> None:
    workbench.set("today", "2025-12-31")
    assert workbench.today == date(2025, 12, 31)
    record = saved(opened_on=date(2025, 1, 1))
    assert record.code == "OPP-2025-0001"
    assert workbench.history(record)[0].valid_from.date() == date(2025, 12, 31)


def test_every_write_moves_the_counter(
    workbench: Workbench, store: Store, saved: Saved, customer: Customer
) -> None:
    record = saved()
    tag = Tag(code="new", label_fr="Nouveau", label_en="New")
    rate = ExchangeRate(currency="USD", valid_from=date(2026, 1, 1), rate=1)
    writes: list[Callable[[], Any]] = [
        saved,
        lambda: workbench.save(record.replace(name="Autre")),
        lambda: workbench.save(customer.replace(name="Autre")),
        lambda: workbench.change_status(workbench.opportunity(record.code or ""), "signing"),
        lambda: workbench.create_quote(saved()),
        lambda: workbench.lists.save(tag),
        lambda: workbench.lists.delete(tag),
        lambda: workbench.set("language", "fr"),
        lambda: workbench.lists.save_rate(rate),
        lambda: workbench.delete(record),
        lambda: workbench.restore(Opportunity, record.id or 0),
    ]
    for place, write in enumerate(writes):
        before = counter(store)
        write()
        assert counter(store) > before, place


def test_reading_does_not_move_the_counter(
    workbench: Workbench, store: Store, saved: Saved
) -> None:
    record = saved()
    before = counter(store)
    workbench.search(text="x")
    workbench.opportunity(record.code or "")
    workbench.history(record)
    workbench.catalogue()
    workbench.snapshot()
    workbench.check()
    workbench.proposed_code(Opportunity)
    workbench.save(record)
    assert counter(store) == before
