"""What a person searches for; kept as JSON it is a saved search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from oppkit.model.catalogue import Outcome
from oppkit.model.errors import UserError
from oppkit.model.record import Record
from oppkit.model.texts import Name


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


class NewerSearch(UserError):
    """A saved search with criteria that this program does not know."""

    code = "newer_search"
    template = (
        "The search {name} of {author} was saved by a newer oppkit, with criteria that this one "
        "does not know. Update oppkit to run it, or save another search under this name."
    )


class SavedSearch(Record):
    """A search under a name. It keeps criteria and order, not the page.

    `search` is None where a newer oppkit saved criteria that this one does not know.
    """

    name: Name
    author: str
    search: Search | None

    @property
    def criteria(self) -> Search:
        """What to search for. Raises `NewerSearch` where this program cannot know."""
        if self.search is None:
            raise NewerSearch(name=self.name, author=self.author)
        return self.search


@dataclass(frozen=True)
class Found:
    """`rows`: the page asked for, as plain values by name; `count`: how many there are in all."""

    rows: list[dict[str, Any]]
    count: int


@dataclass(frozen=True)
class Sum:
    """What a list comes to in one currency: `count` records, and the sum of their amounts."""

    currency: str
    count: int
    amount: Decimal


@dataclass(frozen=True)
class Suggestion:
    """A record to choose; `detail` tells it from others of its name. Dates in it are ISO."""

    id: int
    code: str
    name: str
    detail: str
