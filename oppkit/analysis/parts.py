"""Where each open opportunity stands in a forecast: in exactly one part, so that none vanishes."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis

IN_HORIZON, OVERDUE, UNDATED, BEYOND = "in_horizon", "overdue", "undated", "beyond"
NO_AMOUNT, NO_PROBABILITY, NO_RATE = "no_amount", "no_probability", "no_rate"
PARTS = (IN_HORIZON, OVERDUE, UNDATED, BEYOND, NO_AMOUNT, NO_PROBABILITY, NO_RATE)


def horizon_end(as_of: date, months: int) -> date:
    """The first day beyond a horizon of `months` calendar months, the month of `as_of` included.

    Raises ValueError where the horizon is shorter than one month or leaves the calendar.
    """
    if months < 1:
        raise ValueError(f"A forecast looks at least 1 month ahead, not {months}.")
    years, month = divmod(as_of.month - 1 + months, 12)
    return date(as_of.year + years, month + 1, 1)


def part(opportunity: ibis.Table, as_of: date, months: int) -> Any:
    """The part of each open opportunity, as a text column.

    The first that applies of: no rate for its currency, no amount on any line, no probability, no
    expected signature, signature expected before `as_of` (overdue), after the horizon (beyond),
    and else in the horizon.
    """
    signature = opportunity.expected_signature
    return ibis.cases(
        (~opportunity.has_rate, NO_RATE),
        (opportunity.amount.isnull(), NO_AMOUNT),
        (opportunity.probability.isnull(), NO_PROBABILITY),
        (signature.isnull(), UNDATED),
        (signature < ibis.literal(as_of), OVERDUE),
        (signature >= ibis.literal(horizon_end(as_of, months)), BEYOND),
        else_=IN_HORIZON,
    )
