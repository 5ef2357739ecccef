"""Random histories of opportunities, for tests that compare analyses with the versions.

They are re-priced, re-dated, given to others, put into another currency, closed, reopened, deleted
and restored; rates change, appear and lack. Few values, so that they come back, and cents that do
not divide.
"""

from __future__ import annotations

import random
import shutil
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from oppkit.model import Catalogue, Customer, Employee, Line, Opportunity, Responsible
from oppkit.store import records, references
from oppkit.store.history import Stamp
from oppkit.store.kinds import CUSTOMER, EMPLOYEE, OPPORTUNITY
from oppkit.store.opening import open_store
from oppkit.store.session import Session

FIRST = datetime(2026, 3, 2, 10, tzinfo=UTC)
DAYS = [date(2026, 3, 4), date(2026, 3, 9), date(2026, 3, 20)]
RATES = {
    "USD": {1: "1.1", 4: "0.333", 12: "1.7"}, "JPY": {5: "0.0061"}, "EUR": {1: "0.9", 9: "163.64"},
}  # fmt: skip
Prepared = tuple[Path, dict[Any, Any]]


def prepared(template: Path, folder: Path) -> Prepared:
    """A workspace to copy, with a customer, rates and people: {identifier: name}."""
    path = Path(shutil.copy(template, folder / "base.duckdb"))
    with open_store(path).write() as session:
        lists = references.catalogue(session)
        stamp = Stamp("Ana", FIRST)
        customer = records.save(session, CUSTOMER, Customer(name="Client"), stamp, lists)
        people = [
            records.save(session, EMPLOYEE, Employee(last_name=name), stamp, lists)
            for name in ("Ana", "Bo")
        ]
        for currency, rates in RATES.items():
            for day, rate in rates.items():
                session.run(
                    "setting.save_rate", currency=currency, valid_from=date(2026, 3, day),
                    rate=Decimal(rate),
                )  # fmt: skip
    return path, {"customer": customer.id, **{person.id: person.last_name for person in people}}


class Histories:
    """Draws what happens from a seed."""

    def __init__(self, seed: int, session: Session, people: dict[Any, Any]) -> None:
        self.random = random.Random(seed)
        self.session, self.people = session, people
        self.lists: Catalogue = references.catalogue(session)
        self.ids: list[int] = []

    def write(self, steps: int) -> None:
        moment = FIRST
        for _ in range(steps):
            moment += timedelta(hours=self.random.choice([0, 1, 3, 9]))
            stamp = Stamp("Ana", moment)
            if not self.ids or self.random.random() < 0.25:
                draft = Opportunity(**self.fields(), customer_id=self.people["customer"])
                self.ids.append(self.save(draft, stamp).id or 0)
            else:
                self.change(self.random.choice(self.ids), stamp)

    def change(self, chosen: int, stamp: Stamp) -> None:
        current = records.get(self.session, OPPORTUNITY, chosen)
        if current is None:
            records.restore(self.session, OPPORTUNITY, chosen, stamp, self.lists)
        elif self.random.random() < 0.15:
            records.delete(self.session, OPPORTUNITY, current, stamp)
        else:
            drawn = self.fields()
            names = self.random.sample(sorted(drawn), self.random.randint(1, len(drawn)))
            changed = {name: drawn[name] for name in names}
            if "status" in changed or "closed_on" in changed or "loss_reason" in changed:
                changed |= {n: drawn[n] for n in ("status", "closed_on", "loss_reason")}
            self.save(current.replace(**changed), stamp)

    def save(self, draft: Opportunity, stamp: Stamp) -> Opportunity:
        saved: Opportunity = records.save(self.session, OPPORTUNITY, draft, stamp, self.lists)
        return saved

    def fields(self) -> dict[str, Any]:
        pick = self.random.choice
        status = pick(["qualified", "proposal", "proposal", "proposal", *CLOSED])
        owner = pick([None, *(key for key in self.people if key != "customer")])
        return {
            "name": "n", "opened_on": date(2026, 1, 5), "status": status,
            "closed_on": pick(SIGNED[1:]) if status in CLOSED else None,
            "loss_reason": "price" if status == "lost" else None,
            "expected_signature": pick(SIGNED), "currency": pick(CURRENCIES),
            "probability": pick([None, "0", "0.35", "0.3333", "1"]), "probability_typed": True,
            "sector": pick([None, "energy", "public"]),
            "tags": tuple(self.random.sample(["risk", "urgent"], self.random.randint(0, 2))),
            "responsibles": (Responsible(role="sales", employee_id=owner),) if owner else (),
            "lines": tuple(self.line() for _ in range(self.random.randint(0, 3))),
        }  # fmt: skip

    def line(self) -> Line:
        pick = self.random.choice
        amount = pick([None, "0.01", "10.05", "-3.33", "1000", str(self.random.randint(0, 9999))])
        return Line(sale_type=pick([None, "licence", "training"]), title="l", amount=amount)


CLOSED = ["won", "lost", "abandoned"]
CURRENCIES = ["EUR", "EUR", "USD", "JPY", "TND"]
SIGNED = [None, date(2026, 3, 31), date(2026, 4, 2), date(2026, 6, 30), date(2026, 7, 1)]
