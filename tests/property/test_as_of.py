"""A day is told by the history as it was seen on that day, whatever happened since.

Everything that can change what a snapshot says happens: opportunities are created, edited, closed,
reopened, deleted, restored and merged; customers and people are renamed, merged and deleted; rates
move.
"""

from __future__ import annotations

import random
import shutil
from contextlib import closing, suppress
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from oppkit.model import (
    Customer,
    Employee,
    Line,
    Opportunity,
    Outcome,
    Responsible,
    Search,
    UserError,
)
from oppkit.model.rate import ExchangeRate
from oppkit.store.opening import open_store
from oppkit.store.snapshot import Request, fill
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock
from tests.examples import examples

TABLES = ("opportunity", "line", "tag", "affair", "affair_tag")
Seen = dict[str, list[tuple[Any, ...]]]


def tables(workbench: Workbench, day: date, past: bool) -> Seen:
    request = Request(day, past, "EUR", 2)
    with closing(fill(workbench.store.engine, request)) as connection:
        return {
            name: connection.execute(f"select columns(*) from {name} order by all").fetchall()
            for name in TABLES
        }


class Office:
    """People at work, drawn from a seed. Names are few, so that two get the same one."""

    def __init__(self, workbench: Workbench, seed: int) -> None:
        self.workbench, self.random = workbench, random.Random(seed)
        self.customers = [self._new(Customer(name="Vidal")) for _ in range(2)]
        self.people = [self._new(Employee(last_name="Berg")) for _ in range(2)]
        self.sales: list[int] = []
        for _ in range(3):
            self.open_one()

    def _new(self, record: Any) -> int:
        return self.workbench.save(record).id or 0

    def a_day(self) -> None:
        actions = (
            self.open_one, self.edit, self.edit, self.close_or_reopen, self.delete_or_restore,
            self.rename_customer, self.rename_person, self.merge_customers, self.merge_sales,
            self.delete_person,
        )  # fmt: skip
        if self.random.random() < 0.5:
            self.new_rate()
        for action in self.random.choices(actions, k=6):
            with suppress(UserError):  # somebody's owner cannot be deleted, nor won and lost merged
                action()

    def name(self) -> str:
        return self.random.choice(["Vidal", "Berg", "Léon & fils", "O'Neil"])

    def sale(self) -> Opportunity | None:
        """One that is there, if there is any."""
        there = self.workbench.search_ids(Search())
        return self.workbench.get(Opportunity, self.random.choice(there)) if there else None

    def fields(self) -> dict[str, Any]:
        pick = self.random.choice
        return {
            "name": self.name(), "customer_id": pick(self.customers),
            "currency": pick(["EUR", "USD"]), "tags": pick([(), ("risk",), ("risk", "urgent")]),
            "lines": tuple(
                Line(title="l", amount=pick([None, "0.01", "10.05", "1000"]), sale_type="licence")
                for _ in range(self.random.randint(0, 2))
            ),
            "responsibles": (Responsible(role="sales", employee_id=pick(self.people)),),
        }  # fmt: skip

    def open_one(self) -> None:
        draft = Opportunity(**self.fields(), status="proposal", opened_on=TODAY)
        self.sales.append(self._new(draft))

    def edit(self) -> None:
        sale = self.sale()
        if sale is not None:
            self.workbench.save(sale.replace(**self.fields()))

    def close_or_reopen(self) -> None:
        sale = self.sale()
        if sale is not None and sale.closed_on is None:
            self.workbench.close(sale, self.random.choice([Outcome.WON, Outcome.ABANDONED]))
        elif sale is not None:
            self.workbench.reopen(sale)

    def delete_or_restore(self) -> None:
        sale = self.sale()
        if sale is not None and self.random.random() < 0.5:
            self.workbench.delete(sale)
        else:
            self.workbench.restore(Opportunity, self.random.choice(self.sales))

    def rename_customer(self) -> None:
        customer = self.workbench.get(Customer, self.random.choice(self.customers))
        self.workbench.save(customer.replace(name=self.name()))

    def rename_person(self) -> None:
        person = self.workbench.get(Employee, self.random.choice(self.people))
        self.workbench.save(person.replace(last_name=self.name()))

    def merge_customers(self) -> None:
        self.customers.append(self._new(Customer(name=self.name())))
        kept, other = self.random.sample(self.customers, 2)
        self.workbench.duplicates.merge(*(self.workbench.get(Customer, n) for n in (kept, other)))
        self.customers.remove(other)

    def merge_sales(self) -> None:
        one, two = self.sale(), self.sale()
        if one and two and one.id != two.id and one.currency == two.currency:
            self.workbench.duplicates.merge(one, two)

    def delete_person(self) -> None:
        self.people.append(self._new(Employee(last_name=self.name())))
        chosen = self.random.choice(self.people)
        self.workbench.delete(self.workbench.get(Employee, chosen))
        self.people.remove(chosen)

    def new_rate(self) -> None:
        rate = Decimal(self.random.choice(["0.9", "0.333", "1.7"]))
        self.workbench.lists.save_rate(
            ExchangeRate(currency="USD", valid_from=self.workbench.today, rate=rate)
        )


@given(seed=st.integers(0, 2**32))
@settings(max_examples=examples(6), phases=(Phase.explicit, Phase.generate))
def test_each_day_is_told_as_it_was_seen(
    template: Path, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    path = tmp_path_factory.mktemp("as_of") / "office.duckdb"
    clock = Clock()
    workbench = Workbench(open_store(shutil.copy(template, path)), "Ana", clock)
    office = Office(workbench, seed)
    seen: dict[date, Seen] = {}
    for number in range(5):
        office.a_day()
        day = TODAY + timedelta(days=number)
        seen[day] = tables(workbench, day, past=False)
        assert tables(workbench, day, past=True) == seen[day]
        clock.advance(days=1)
    for day, then in seen.items():
        assert tables(workbench, day, past=True) == then
