"""The sums of a customer, against the same sums worked out record by record."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from oppkit.model import Affair, AffairStatus, Customer, Line, Opportunity, Outcome, Quote
from oppkit.model.errors import NotSaved
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]
Sums = dict[str, tuple[int, Decimal | None]]


def added(pairs: Iterable[tuple[str, Decimal | None]]) -> Sums:
    """Count and sum by currency; a sum of nothing but unknown amounts is unknown."""
    by_currency: defaultdict[str, list[Decimal | None]] = defaultdict(list)
    for currency, amount in pairs:
        by_currency[currency].append(amount)
    found: Sums = {}
    for currency, amounts in by_currency.items():
        known = [amount for amount in amounts if amount is not None]
        found[currency] = (len(amounts), sum(known, Decimal(0)) if known else None)
    return found


def told(sums: Iterable[Any], amount: str = "amount") -> Sums:
    return {one.currency: (one.count, getattr(one, amount)) for one in sums}


def anything(saved: Saved, workbench: Workbench, others: list[int], chance: random.Random) -> None:
    """An opportunity of some customer, with some quotes and affairs in whatever state."""
    lines = tuple(
        Line(title="x", amount=chance.choice([None, Decimal(chance.randint(-500, 99999)) / 100]))
        for _ in range(chance.randint(0, 3))
    )
    status, closed = chance.choice([("proposal", None), ("won", TODAY), ("abandoned", TODAY)])
    sale = saved(
        customer_id=chance.choice(others), currency=chance.choice(["EUR", "TND", "CHF"]),
        status=status, closed_on=closed, lines=lines,
        probability=chance.choice([None, "0", "0.335", "1"]),
    )  # fmt: skip
    quotes = workbench.quotes
    for _ in range(chance.randint(0, 2) if lines else 0):
        quote = quotes.create(sale)
        days = chance.choice([None, TODAY, TODAY + timedelta(days=1)])
        quote = workbench.save(quote.replace(valid_until=days))
        for step in chance.choice([(), ("validate",), ("validate", "sign"), ("validate", "drop")]):
            act: Any = {"drop": lambda q: quotes.archive(q, "Price")}.get(step)
            quote = (act or getattr(quotes, step))(quote)
    for _ in range(chance.randint(0, 1)):
        affair = workbench.create_affair(sale)
        workbench.save(affair.replace(status=chance.choice(list(AffairStatus))))


@pytest.mark.parametrize("seed", range(3))
def test_the_sums_are_those_of_the_records(
    seed: int, customer: Customer, saved: Saved, workbench: Workbench, clock: Clock
) -> None:
    chance = random.Random(seed)
    ids = [customer.id or 0, workbench.save(Customer(name="Other")).id or 0]
    for _ in range(14):
        anything(saved, workbench, ids, chance)
    clock.advance(days=1)  # what held until yesterday has expired now
    found = workbench.dashboard(customer)

    sales = [workbench.get(Opportunity, row["id"]) for row in workbench.search(limit=None).rows]
    own = [sale for sale in sales if sale.customer_id == customer.id]
    lists = workbench.catalogue()
    for outcome, totals in ((Outcome.OPEN, found.open), (Outcome.WON, found.won)):
        some = [sale for sale in own if lists.outcome(sale.status) is outcome]
        assert told(totals) == added((sale.currency, sale.amount) for sale in some)
        weighted = added((sale.currency, sale.weighted_amount) for sale in some)
        assert told(totals, "weighted_amount") == weighted

    quotes: list[Quote] = [quote for sale in own for quote in workbench.quotes_of(sale)]
    offered = [
        quote for quote in quotes
        if quote.state == "validated"
        and (quote.valid_until is None or quote.valid_until >= workbench.today)
    ]  # fmt: skip
    signed = [quote for quote in quotes if quote.state == "signed"]
    for some_quotes, sums in ((offered, found.offered), (signed, found.signed)):
        assert told(sums) == added((q.currency, q.totals.excluding_tax) for q in some_quotes)
    affairs: list[Affair] = [affair for sale in own for affair in workbench.affairs_of(sale)]
    kept = [affair for affair in affairs if affair.status is not AffairStatus.LOST]
    assert told(found.affairs) == added((affair.currency, affair.budget) for affair in kept)
    assert all((found.open, found.won, found.signed, found.affairs))  # it says something


def test_a_quote_is_on_offer_to_its_last_day(
    customer: Customer, saved: Saved, workbench: Workbench, clock: Clock
) -> None:
    quotes = workbench.quotes
    quotes.validate(quotes.create(saved()))
    clock.advance(days=30)
    assert told(workbench.dashboard(customer).offered) == {"EUR": (1, Decimal(1000))}
    clock.advance(days=1)
    assert workbench.dashboard(customer).offered == []


def test_a_customer_without_anything(customer: Customer, workbench: Workbench) -> None:
    found = workbench.dashboard(customer)
    assert not any((found.open, found.won, found.offered, found.signed, found.affairs))
    with pytest.raises(NotSaved):
        workbench.dashboard(Customer(name="New"))
