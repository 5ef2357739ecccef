"""A workspace with our firm, a customer that has an address, and a sale to print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from oppkit.model import (
    Address,
    Contact,
    Customer,
    Employee,
    Firm,
    Line,
    Opportunity,
    Participant,
    Quote,
    Responsible,
)
from oppkit.workbench import Workbench

FIRM = Firm(
    name="Ateliers Vauban",
    address=Address(street="12 rue des Forges", postcode="69007", city="Lyon", country="FR"),
    phone="+33 4 72 00 11 22",
    email="contact@vauban.example",
    vat_number="FR12345678901",
    legal="SAS au capital de 250 000 € – RCS Lyon 123 456 789",
    bank="IBAN FR76 3000 4000 0300",
    terms="Paiement à 30 jours.\n\nPénalités : 40 €.",
)
LINES = (
    Line(title="Étude préalable", quantity="12.5", unit_price="950", margin="3000"),
    Line(
        title="Hébergement", quantity="1", unit_price="1250", duration_months=36,
        recurrence="monthly", margin="12000",
    ),
    Line(title="Formation à l'œuvre, sur site", amount="4800", margin="2000"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own templates are not part of a test."""
    monkeypatch.delenv("OPPKIT_TEMPLATES", raising=False)


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder of the firm's own templates."""
    folder = tmp_path / "templates"
    folder.mkdir()
    monkeypatch.setenv("OPPKIT_TEMPLATES", str(folder))
    return folder


@pytest.fixture
def sale(workbench: Workbench) -> Callable[..., Opportunity]:
    """Saves an opportunity for a customer; arguments replace its fields."""

    def build(customer: str = "Énergie du Rhône", **fields: Any) -> Opportunity:
        workbench.quotes.save_firm(FIRM)
        buyer = workbench.save(
            Customer(
                name=customer,
                address=Address(street="Tour Part-Dieu\n129 rue Servient", postcode="69003",
                                city="Lyon", country="FR"),
                contacts=(Contact(first_name="Léa", last_name="Dupont", job="Achats"),),
            )
        )  # fmt: skip
        owner = workbench.save(Employee(first_name="Ana", last_name="Lopez"))
        given = {
            "name": "Supervision des réseaux", "customer_id": buyer.id, "status": "proposal",
            "probability": "0.45", "opened_on": date(2026, 3, 2), "lines": LINES,
            "responsibles": (Responsible(role="sales", employee_id=owner.id),),
            "participants": (Participant(contact_id=buyer.contacts[0].id),),
        } | fields  # fmt: skip
        return workbench.save(Opportunity(**given))

    return build


@pytest.fixture
def quote(sale: Callable[..., Opportunity], workbench: Workbench) -> Quote:
    """A validated quote of three lines."""
    return workbench.quotes.validate(workbench.create_quote(sale()))
