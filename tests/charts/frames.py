"""Small frames as the analyses give them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

EVIL = "<img src=x onerror=alert(1)> & <b>sons</b>"
AS_OF = date(2026, 3, 18)


def row(
    amount: Any = "100", weighted: Any = "50", count: int = 1, **dimensions: Any
) -> dict[str, Any]:
    """A row of a breakdown; the margin is a tenth of the amount."""
    gross = None if amount is None else Decimal(amount)
    likely = None if weighted is None else Decimal(weighted)
    return {
        **dimensions, "opportunities": count, "amount": gross, "weighted_amount": likely,
        "margin": None if gross is None else gross / 10,
        "weighted_margin": None if likely is None else likely / 10,
    }  # fmt: skip


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows))


def months(*amounts: Any, first: int = 3, by: str = "month") -> pd.DataFrame:
    """One row a month from March 2026 on, weighted at a half."""
    return frame(
        *(
            row(amount, Decimal(amount) / 2, **{by: pd.Timestamp(2026 + at // 12, at % 12 + 1, 1)})
            for at, amount in enumerate(amounts, start=first - 1)
        )
    )


def parts(**counts: tuple[int, Any, Any]) -> pd.DataFrame:
    """The seven parts, zero where not told."""
    names = (
        "in_horizon", "overdue", "undated", "beyond", "no_amount", "no_probability", "no_rate",
    )  # fmt: skip
    told = {name: counts.get(name, (0, "0", "0")) for name in names}
    return frame(*(row(a, w, count, part=name) for name, (count, a, w) in told.items()))


def moved(**steps: tuple[int, Any, Any]) -> pd.DataFrame:
    """Parts of a movement: number, amount and weighted amount."""
    return frame(
        *(
            {"part": name, "opportunities": count, "amount": Decimal(amount),
             "weighted_amount": Decimal(weighted)}
            for name, (count, amount, weighted) in steps.items()
        )
    )  # fmt: skip
