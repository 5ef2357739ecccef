"""Lists of quotes and affairs, and what they come to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from oppkit.model import Affair, Customer, Employee, Found, Opportunity, Quote, Responsible, Sum
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]


def codes(found: Found) -> list[str]:
    assert len(found.rows) == found.count
    return [row["code"] for row in found.rows]


@pytest.fixture
def other(workbench: Workbench) -> Customer:
    return workbench.save(Customer(name="Ateliers Zénith", code="ZEN"))


@pytest.fixture
def quotes(
    workbench: Workbench, saved: Saved, other: Customer, assistant: Employee
) -> dict[str, Quote]:
    """A draft, a validated, a signed and an archived one, of two customers and two owners."""
    sale = saved()
    elsewhere = saved(
        name="Éclairage", customer_id=other.id, currency="CHF",
        responsibles=(Responsible(role="sales", employee_id=assistant.id),),
        lines=({"title": "Lampes", "quantity": "3", "unit_price": "99.95"},),
    )  # fmt: skip
    quotes = workbench.quotes
    validated = quotes.validate(quotes.create(sale))
    return {
        "draft": quotes.create(sale),
        "validated": validated,
        "signed": quotes.sign(quotes.validate(quotes.create(elsewhere))),
        "archived": quotes.archive(quotes.create(sale), "Price"),
    }


def test_a_row_of_a_quote(
    workbench: Workbench, quotes: dict[str, Quote], customer: Customer, owner: Employee
) -> None:
    quote = quotes["validated"]
    [row] = workbench.directory.quotes(states=["validated"]).rows
    assert row == {
        "id": quote.id, "code": "QUO-2026-0001", "name": "Supervision des réseaux",
        "state": "validated", "customer_id": customer.id, "customer": "Énergie du Rhône",
        "opportunity_id": quote.opportunity_id, "opportunity": "OPP-2026-0001",
        "quoted_on": TODAY, "valid_until": TODAY + timedelta(days=30), "validated_on": TODAY,
        "signed_on": None, "owner_id": owner.id, "owner": "Ana Lopez", "currency": "EUR",
        "excluding_tax": Decimal(1000), "including_tax": Decimal(1200), "parent_id": None,
        "expired": False,
    }  # fmt: skip


ALL = ["draft", "validated", "signed", "archived"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {*ALL}),
        ({"text": "supervision"}, {"draft", "validated", "archived"}),
        ({"text": "ECLAIRAGE zenith"}, {"signed"}),  # its name and its customer's
        ({"text": "quo-2026"}, {"validated", "signed"}),
        ({"text": "zenith supervision"}, set()),
        ({"text": "%"}, set()),
        ({"states": ["draft", "signed"]}, {"draft", "signed"}),
        ({"states": ["archived"], "text": "rhone"}, {"archived"}),
    ],
)
def test_quotes(
    asked: dict[str, Any], found: set[str], workbench: Workbench, quotes: dict[str, Quote]
) -> None:
    assert set(codes(workbench.directory.quotes(**asked))) == {quotes[one].code for one in found}
    sums = workbench.directory.quote_sums(**asked)
    assert sum(one.count for one in sums) == len(found)


def test_quotes_of_somebody(
    workbench: Workbench, quotes: dict[str, Quote], other: Customer, owner: Employee,
    assistant: Employee,
) -> None:  # fmt: skip
    signed = quotes["signed"]
    for criteria in (
        {"customer_id": other.id}, {"opportunity_id": signed.opportunity_id},
        {"owner_ids": [assistant.id]},
    ):  # fmt: skip
        assert codes(workbench.directory.quotes(**criteria)) == [signed.code], criteria
        [total] = workbench.directory.quote_sums(**criteria)
        assert total == Sum("CHF", 1, Decimal("299.85"))
    assert workbench.directory.quotes(owner_ids=[owner.id, assistant.id]).count == 4
    assert workbench.directory.quotes(customer_id=10**9) == Found([], 0)
    assert workbench.directory.quote_sums(customer_id=10**9) == []


def test_sums_are_by_currency(workbench: Workbench, quotes: dict[str, Quote]) -> None:
    assert workbench.directory.quote_sums() == [
        Sum("CHF", 1, Decimal("299.85")), Sum("EUR", 3, Decimal(3000)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("name", "signed", "validated"), ("customer", "signed", "validated"),
        ("state", "draft", "archived"), ("amount", "signed", "archived"),
        ("quoted_on", "validated", "archived"), ("valid_until", "validated", "archived"),
        ("code", "draft", "signed"),
    ],
)  # fmt: skip
def test_orders_of_quotes(
    sort: str, first: str, last: str, workbench: Workbench, quotes: dict[str, Quote]
) -> None:
    found = codes(workbench.directory.quotes(sort=sort))
    assert (found[0], found[-1]) == (quotes[first].code, quotes[last].code)
    assert set(codes(workbench.directory.quotes(sort=sort, descending=True))) == set(found)
    pages = [workbench.directory.quotes(sort=sort, limit=2, offset=at) for at in (0, 2, 4)]
    assert [row["code"] for page in pages for row in page.rows] == found
    assert {page.count for page in pages} == {4}


def test_only_what_is_on_offer_expires(
    workbench: Workbench, quotes: dict[str, Quote], clock: Clock
) -> None:
    def expired() -> list[str]:
        return [row["code"] for row in workbench.directory.quotes().rows if row["expired"]]

    clock.advance(days=30)
    assert expired() == []  # it holds on its last day
    clock.advance(days=1)
    assert expired() == [quotes["validated"].code]


def test_a_quote_without_an_end_never_expires(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    draft = workbench.quotes.create(saved())
    workbench.quotes.validate(workbench.save(draft.replace(valid_until=None)))
    clock.advance(days=4000)
    assert [row["expired"] for row in workbench.directory.quotes().rows] == [False]


# -- affairs --------------------------------------------------------------------------------------


@pytest.fixture
def affairs(
    workbench: Workbench, saved: Saved, other: Customer, assistant: Employee
) -> list[Affair]:
    """One of each status; the last two stand alone, in another currency, of another customer."""
    first = workbench.create_affair(saved())
    second = workbench.create_affair(saved(name="Portail", lines=({"amount": "250.50"},)))
    second = workbench.save(second.replace(
        status="in_production", production_start=date(2026, 4, 1), production_end=date(2026, 9, 30)
    ))  # fmt: skip
    alone = [
        workbench.save(Affair(
            name=name, customer_id=other.id, opened_on=TODAY + timedelta(days=1), status=status,
            currency="CHF", budget=budget,
            responsibles=(Responsible(role="sales", employee_id=assistant.id),),
        ))
        for name, status, budget in (("Audit", "finished", "10"), ("Bail", "lost", "20"))
    ]  # fmt: skip
    return [first, second, *alone]


def test_a_row_of_an_affair(
    workbench: Workbench, affairs: list[Affair], customer: Customer, owner: Employee
) -> None:
    [row] = workbench.directory.affairs("portail").rows
    assert row == {
        "id": affairs[1].id, "code": "AF26-00002", "name": "Portail", "status": "in_production",
        "customer_id": customer.id, "customer": "Énergie du Rhône",
        "opportunity_id": affairs[1].opportunity_id, "opportunity": "OPP-2026-0002",
        "opened_on": TODAY, "production_start": date(2026, 4, 1),
        "production_end": date(2026, 9, 30), "owner_id": owner.id, "owner": "Ana Lopez",
        "currency": "EUR", "budget": Decimal("250.5"),
    }  # fmt: skip
    [alone] = workbench.directory.affairs("audit zenith").rows
    assert (alone["opportunity_id"], alone["opportunity"]) == (None, None)


def test_affairs(workbench: Workbench, affairs: list[Affair], assistant: Employee) -> None:
    directory, known = workbench.directory, [affair.code for affair in affairs]
    for criteria, found in (
        ({}, known), ({"statuses": ["finished", "lost"]}, known[2:]),
        ({"text": "rhone"}, known[:2]),
        ({"customer_id": affairs[0].customer_id}, known[:2]),
        ({"opportunity_id": affairs[1].opportunity_id}, known[1:2]),
        ({"owner_ids": [assistant.id]}, known[2:]), ({"text": "af26-00003"}, known[2:3]),
    ):  # fmt: skip
        assert codes(directory.affairs(**criteria)) == found, criteria
        assert sum(one.count for one in directory.affair_sums(**criteria)) == len(found)
    assert directory.affair_sums() == [
        Sum("CHF", 2, Decimal(30)), Sum("EUR", 2, Decimal("1250.5")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("code", [0, 1, 2, 3]), ("name", [2, 3, 1, 0]), ("customer", [2, 3, 1, 0]),
        ("status", [0, 1, 2, 3]), ("opened_on", [0, 1, 2, 3]), ("budget", [2, 3, 1, 0]),
        ("production_start", [1, 0, 2, 3]), ("production_end", [1, 0, 2, 3]),
    ],
)  # fmt: skip
def test_orders_of_affairs(
    sort: str, order: list[int], workbench: Workbench, affairs: list[Affair]
) -> None:
    assert codes(workbench.directory.affairs(sort=sort)) == [affairs[at].code for at in order]


@pytest.mark.parametrize("name", ["quotes", "affairs"])
def test_an_order_that_is_none_is_refused(name: str, workbench: Workbench) -> None:
    with pytest.raises(ValueError, match=rf"{name} cannot be sorted by 'owner'"):
        getattr(workbench.directory, name)(sort="owner")
