"""The reference lists: what a form offers and what the rules look up.

Every value has a code that never changes, a label in each language, a rank, and can be closed
(`active=False`): a value in use is closed, never deleted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from pydantic import Field
from pydantic_core import PydanticCustomError

from oppkit.model.errors import NoStatus
from oppkit.model.money import Probability, decimals
from oppkit.model.record import Broken, Record
from oppkit.model.texts import Code, Name


class Outcome(StrEnum):
    """What has become of an opportunity. Only open ones are in a forecast."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    ABANDONED = "abandoned"


class Pricing(StrEnum):
    """How the amount of a line comes about."""

    DAYS = "days"  # days × daily rate, or a typed amount
    UNIT = "unit"  # quantity × unit price
    RECURRING = "recurring"  # quantity × unit price × periods in the duration


class OriginKind(StrEnum):
    """What an origin refers to: a third party or an action."""

    CUSTOMER = "customer"
    CONTACT = "contact"
    EMPLOYEE = "employee"
    PARTNER = "partner"
    CAMPAIGN = "campaign"
    CALL = "call"
    EVENT = "event"


class Reference(Record):
    """A value of a reference list; `list_name` is the list, and the name of its csv file."""

    list_name: ClassVar[str]

    code: Code
    label_fr: Name
    label_en: Name
    rank: int = 0
    active: bool = True

    def label(self, language: str) -> str:
        """The label in `language` ("fr" or "en")."""
        return self.label_fr if language == "fr" else self.label_en


class Status(Reference):
    """Where an opportunity stands; its probability is proposed, never imposed."""

    list_name = "status"
    outcome: Outcome = Outcome.OPEN
    probability: Probability | None = None


class OriginType(Reference):
    """A kind of third party or of action that brings opportunities."""

    list_name = "origin_type"
    kind: OriginKind


class SaleType(Reference):
    """What is sold, and so how a line is priced."""

    list_name = "sale_type"
    pricing: Pricing


class Establishment(Reference):
    """A place of the firm that answers for its opportunities."""

    list_name = "establishment"


class Sector(Reference):
    """The market a customer buys for."""

    list_name = "sector"


class Family(Reference):
    """A family of offers."""

    list_name = "family"


class Subfamily(Reference):
    """Part of a family of offers."""

    list_name = "subfamily"
    family: Code


class Tag(Reference):
    """A word to search and filter by."""

    list_name = "tag"
    colour: str = Field(default="#6b7280", pattern=r"^#[0-9a-fA-F]{6}$")


class Role(Reference):
    """What a responsible answers for; `sales` is the owner."""

    list_name = "role"


class LossReason(Reference):
    """Why an opportunity was lost."""

    list_name = "loss_reason"


class Country(Reference):
    """A country, by its ISO 3166 code."""

    list_name = "country"


class Currency(Reference):
    """A currency, by its ISO 4217 code."""

    list_name = "currency"
    decimals: int = Field(default=2, ge=0, le=3)

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        # Searches round by this list, the model by ISO 4217: they must not differ.
        code, given = values.get("code"), values.get("decimals")
        if code is not None and not re.fullmatch("[A-Z]{3}", code):
            yield (
                ("code",),
                PydanticCustomError(
                    "currency_code", "Type the three capital letters of a currency, such as EUR."
                ),
            )
        if code is not None and given is not None and given != decimals(code):
            yield (
                ("decimals",),
                PydanticCustomError(
                    "other_decimals", "The currency {code} has {decimals} decimals.",
                    {"code": code, "decimals": decimals(code)},
                ),
            )  # fmt: skip


LISTS: dict[str, type[Reference]] = {
    kind.list_name: kind
    for kind in (
        Status, OriginType, SaleType, Establishment, Sector, Family, Subfamily, Tag, Role,
        LossReason, Country, Currency,
    )
}  # fmt: skip

R = TypeVar("R", bound=Reference)


class Catalogue:
    """All reference lists of a workspace, in order of rank."""

    def __init__(self, values: Iterable[Reference] = ()) -> None:
        self._lists: dict[str, dict[str, Reference]] = {name: {} for name in LISTS}
        for value in sorted(values, key=lambda value: (value.rank, value.code)):
            self._lists[value.list_name][value.code] = value

    def all(self, kind: type[R], active_only: bool = False) -> list[R]:
        """The values of a list by rank; closed ones too unless `active_only`."""
        values = [v for v in self._lists[kind.list_name].values() if isinstance(v, kind)]
        return [v for v in values if v.active or not active_only]

    def extended(self, values: Iterable[Reference]) -> Catalogue:
        """These lists with further values."""
        known = (value for entries in self._lists.values() for value in entries.values())
        return Catalogue([*known, *values])

    def get(self, kind: type[R], code: str | None) -> R | None:
        """The value under `code`, or None."""
        value = self._lists[kind.list_name].get(code or "")
        return value if isinstance(value, kind) else None

    def label(self, list_name: str, code: str | None, language: str) -> str:
        """The label of a code; the code itself when the list does not know it."""
        value = self._lists[list_name].get(code or "")
        return value.label(language) if value else (code or "")

    def outcome(self, status: str) -> Outcome:
        """The outcome of a status; an unknown status counts as open, so that nothing vanishes."""
        found = self.get(Status, status)
        return found.outcome if found else Outcome.OPEN

    def first_status(self) -> Status:
        """The open status of the lowest rank, where every opportunity starts."""
        return self.closing_status(Outcome.OPEN)

    def closing_status(self, outcome: Outcome) -> Status:
        """The first active status with this outcome. Raises `NoStatus` when all are closed."""
        for status in self.all(Status, active_only=True):
            if status.outcome is outcome:
                return status
        raise NoStatus(outcome=outcome.value)
