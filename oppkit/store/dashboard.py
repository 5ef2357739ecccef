"""What a customer comes to: its pipeline, what was won, its quotes and its affairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from oppkit.model.catalogue import Outcome
from oppkit.model.quote import QuoteState
from oppkit.model.search import Search, Sum
from oppkit.store.search import CurrencyTotal, totals
from oppkit.store.session import Row, Session


@dataclass(frozen=True)
class Dashboard:
    """Sums of one customer, each with one entry per currency; none where there is nothing.

    `open` and `won` are its opportunities, gross and weighted. `offered` are its quotes that are
    validated and have not expired, `signed` those that are signed, both excluding tax. `affairs`
    are the budgets of its affairs but the lost ones.
    """

    open: Sequence[CurrencyTotal]
    won: Sequence[CurrencyTotal]
    offered: Sequence[Sum]
    signed: Sequence[Sum]
    affairs: Sequence[Sum]


def dashboard(session: Session, customer_id: int, today: date) -> Dashboard:
    """The sums as they stand; `today` says which quotes have expired."""
    given = {"customer_id": customer_id}
    quotes = session.all("dashboard.quotes", given | {"today": today})
    affairs = session.all("dashboard.affairs", given)
    return Dashboard(
        _opportunities(session, customer_id, Outcome.OPEN, today),
        _opportunities(session, customer_id, Outcome.WON, today),
        _in_state(quotes, QuoteState.VALIDATED), _in_state(quotes, QuoteState.SIGNED),
        [Sum(**row) for row in affairs],
    )  # fmt: skip


def _opportunities(
    session: Session, customer_id: int, outcome: Outcome, today: date
) -> Sequence[CurrencyTotal]:
    return totals(session, Search(customer_ids=(customer_id,), outcomes=(outcome,)), today)


def _in_state(quotes: Sequence[Row], state: QuoteState) -> Sequence[Sum]:
    found = (row for row in quotes if row["state"] == state)
    return [Sum(row["currency"], row["count"], row["amount"]) for row in found]
