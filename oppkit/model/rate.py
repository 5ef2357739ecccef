"""Exchange rates: what one unit of a currency is worth in the currency of the workspace."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from oppkit.model.money import CurrencyCode
from oppkit.model.record import Record

Factor = Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=8)]


class ExchangeRate(Record):
    """From `valid_from` on, until the next one, a unit of `currency` is `rate` of the workspace's.

    A workspace has one rate of a currency from a day on.
    """

    currency: CurrencyCode
    valid_from: date
    rate: Factor
