"""What is aimed at for a period: targets, and the manager's own call of what it will bring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import PydanticCustomError

from oppkit.model.catalogue import Catalogue, Currency
from oppkit.model.errors import UserError
from oppkit.model.money import CurrencyCode, Money
from oppkit.model.record import Broken, Record
from oppkit.model.references import classification, known
from oppkit.model.texts import Prose

Aim = tuple["PeriodKind", date, int | None, str | None]
"""A period and a scope: what has one target, and any number of calls."""

_Amount = Annotated[Money, Field(ge=0)]


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many calendar months it has."""
        return {"month": 1, "quarter": 3, "year": 12}[self.value]

    def start(self, day: date) -> date:
        """The first day of the period of this length that a day lies in."""
        return date(day.year, day.month - (day.month - 1) % self.months, 1)

    def after(self, begins: date, count: int = 1) -> date:
        """The first day of the period that is `count` periods after the one that begins then."""
        years, month = divmod(begins.month - 1 + count * self.months, 12)
        return date(begins.year + years, month + 1, 1)


class Aimed(Record):
    """A period by its first day, and whose: the whole firm's, an owner's or an establishment's.

    `author` and `saved_at` are those of a saved one.
    """

    period: PeriodKind
    begins: date
    owner_id: int | None = None
    establishment: str | None = None
    currency: CurrencyCode
    author: str = ""
    saved_at: datetime | None = None

    @property
    def aim(self) -> Aim:
        """What it is about."""
        return self.period, self.begins, self.owner_id, self.establishment

    @property
    def ends(self) -> date:
        """The first day after the period."""
        return self.period.after(self.begins)

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        period, begins = values.get("period"), values.get("begins")
        if period and begins and period.start(begins) != begins:
            yield (
                ("begins",),
                PydanticCustomError("no_period_start", "No period of this length begins then."),
            )
        if values.get("owner_id") is not None and values.get("establishment") is not None:
            yield (
                ("establishment",),
                PydanticCustomError("one_scope", "Choose either an owner or an establishment."),
            )
        yield from classification(values, catalogue)
        yield from known(values, catalogue, currency=Currency)


class Target(Aimed):
    """What is to be won. Without amount there is no target, or not any more."""

    amount: _Amount | None = None


class Call(Aimed):
    """What a manager commits to winning, and what may be won if all goes well.

    `said_on` is the day on which it was saved, as the workspace counts days.
    """

    committed: _Amount | None = None
    best_case: _Amount | None = None
    note: Prose = ""
    said_on: date | None = None

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        yield from super().rules(values, catalogue)
        committed, best = values.get("committed"), values.get("best_case")
        if committed is not None and best is not None and best < committed:
            yield (
                ("best_case",),
                PydanticCustomError(
                    "best_below_commit", "The best case must not be below the commitment."
                ),
            )


class TargetStands(UserError):
    """Somebody else has set a target meanwhile; `theirs` is what stands now."""

    code = "target_stands"
    template = "{author} has changed this target meanwhile. Look at what stands now, then decide."

    def __init__(self, theirs: Target) -> None:
        self.theirs = theirs
        super().__init__(author=theirs.author)


def share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """`part` ÷ `whole` to four decimals; None where either is unknown, or `whole` not positive."""
    if part is None or whole is None or whole <= 0:
        return None
    return (part / whole).quantize(Decimal("0.0001"))
