"""Tables of deals for tests of portfolios, and every way a few of them may come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import ibis
import numpy as np
from hypothesis import strategies as st

from oppkit.analysis.distribution import Law

MONTHS = tuple(date(2026, month, 1) for month in (3, 4, 5, 6))
BEYOND = date(2026, 7, 1)
BY = ("month", "owner")


@dataclass(frozen=True)
class Deal:
    """One row of a table of deals."""

    amount: float
    chance: float
    month: date = MONTHS[0]
    owner: str | None = "Ana"
    id: int = 0


def numbered(deals: Sequence[Deal]) -> list[Deal]:
    """Each with an identifier of its own."""
    return [Deal(d.amount, d.chance, d.month, d.owner, place) for place, d in enumerate(deals)]


def table(deals: Sequence[Deal]) -> Any:
    """As `oppkit.analysis.deals` gives it, by month and owner."""
    rows = [
        {"opportunity_id": d.id, "month": d.month, "owner": d.owner, "amount": d.amount,
         "probability": d.chance, "expected": d.amount * d.chance}
        for d in deals
    ]  # fmt: skip
    number = dict.fromkeys(("amount", "probability", "expected"), "float64")
    schema = {"opportunity_id": "int64", "month": "date", "owner": "string"} | number
    return ibis.memtable(rows, schema=schema)


def deals(most: int, least: int = 0) -> st.SearchStrategy[list[Deal]]:
    """A few deals of round amounts, some of them negative, certain or hopeless."""
    one = st.builds(
        Deal,
        amount=st.integers(-20, 100).map(lambda n: 10.0 * n),
        chance=st.sampled_from([0.0, 0.05, 0.1, 0.3, 0.5, 0.75, 0.95, 1.0]),
        month=st.sampled_from(MONTHS),
        owner=st.sampled_from(["Ana", "Bo", None]),
    )
    return st.lists(one, min_size=least, max_size=most).map(numbered)


def outcomes(deals: Sequence[Deal]) -> tuple[np.ndarray, np.ndarray]:
    """All sums of a few deals and their probabilities, one way after the other."""
    sums, masses = [], []
    for won in product((0, 1), repeat=len(deals)):
        sums.append(sum(w * d.amount for w, d in zip(won, deals, strict=True)))
        masses.append(
            np.prod([d.chance if w else 1 - d.chance for w, d in zip(won, deals, strict=True)])
        )
    return np.array(sums, dtype=float), np.array(masses, dtype=float)


def agrees(law: Law, deals: Sequence[Deal]) -> None:
    """Assert that a law is the one of these deals, all ways counted."""
    sums, masses = outcomes(deals)
    for value in np.unique(sums):
        assert abs(float(law.chance(value)) - masses[sums >= value].sum()) < 1e-9
    mean = float(sums @ masses)
    assert abs(law.mean - mean) < 1e-6
    assert abs(law.sd - np.sqrt(max(float(sums**2 @ masses) - mean**2, 0.0))) < 1e-3
