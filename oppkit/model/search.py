"""What a person searches for; kept as JSON it is a saved search."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from oppkit.model.catalogue import Outcome
from oppkit.model.record import Record


class Sort(StrEnum):
    """What a result is ordered by."""

    CODE = "code"
    NAME = "name"
    CUSTOMER = "customer"
    STATUS = "status"
    OWNER = "owner"
    OPENED_ON = "opened_on"
    EXPECTED_SIGNATURE = "expected_signature"
    CLOSED_ON = "closed_on"
    PROBABILITY = "probability"
    AMOUNT = "amount"
    WEIGHTED_AMOUNT = "weighted_amount"


class Search(Record):
    """Criteria that all must hold; an empty one does not restrict.

    `text` is compared without case and accents: each of its words must occur in the code, the name
    or the customer's name. `ids` is a selection of opportunities. `overdue`: open, and expected to
    be signed before today; `undated`: without an expected signature. Amounts are in each
    opportunity's own currency. Names are sorted without case and accents. `limit` None: all rows.
    """

    text: str = ""
    ids: tuple[int, ...] = ()
    statuses: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    owner_ids: tuple[int, ...] = ()
    customer_ids: tuple[int, ...] = ()
    establishments: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    subfamilies: tuple[str, ...] = ()
    origin_types: tuple[str, ...] = ()
    any_tags: tuple[str, ...] = ()
    all_tags: tuple[str, ...] = ()
    opened_from: date | None = None
    opened_to: date | None = None
    expected_from: date | None = None
    expected_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    overdue: bool = False
    undated: bool = False
    sort: Sort = Sort.CODE
    descending: bool = False
    offset: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1)] | None = 100
