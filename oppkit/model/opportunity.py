"""The opportunity: its lines, its people, its dates, and what it is likely to bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self

from pydantic import Field
from pydantic_core import PydanticCustomError

from oppkit.model.catalogue import (
    Catalogue,
    Currency,
    LossReason,
    OriginType,
    Outcome,
    Pricing,
    SaleType,
    Status,
)
from oppkit.model.money import (
    LIMIT,
    CurrencyCode,
    Money,
    Probability,
    Quantity,
    rounded,
    rounded_fraction,
    rounded_product,
    size_error,
    total,
    weighted,
)
from oppkit.model.record import Broken, Record
from oppkit.model.references import (
    OWNER_ROLE,
    Participant,
    Responsible,
    classification,
    in_order,
    known,
    people,
)
from oppkit.model.texts import Code, Name, Prose, Words


class Recurrence(StrEnum):
    """How often a recurring price is charged."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"

    @property
    def months(self) -> int:
        """Months in one period."""
        return {"monthly": 1, "quarterly": 3, "yearly": 12}[self.value]


class Line(Record):
    """One thing that is sold. With a unit price the amount is computed, without one it is typed.

    `quantity` counts days where the sale type is priced in days, and `unit_price` is then the
    daily rate. `duration_months` is in months, `amount` and `margin` in the opportunity's currency.
    """

    sale_type: str | None = None
    title: Words = ""
    quantity: Quantity = Decimal(1)
    unit_price: Quantity | None = None
    amount: Money | None = None
    margin: Money | None = None
    duration_months: int | None = Field(default=None, ge=1, le=600)
    recurrence: Recurrence | None = None

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        yield from known(values, catalogue, sale_type=SaleType)
        if values.get("recurrence") and values.get("unit_price") is None:
            yield (
                ("unit_price",),
                PydanticCustomError(
                    "price_missing", "A recurring line needs the price of one period."
                ),
            )
        if values.get("recurrence") and values.get("duration_months", 0) is None:
            yield (
                ("duration_months",),
                PydanticCustomError(
                    "duration_missing", "A recurring line needs its duration in months."
                ),
            )
        sale_type = catalogue and catalogue.get(SaleType, values.get("sale_type"))
        if sale_type and "recurrence" in values:
            recurring = sale_type.pricing is Pricing.RECURRING
            if recurring and values["recurrence"] is None and values.get("unit_price") is not None:
                yield (
                    ("recurrence",),
                    PydanticCustomError(
                        "recurrence_missing", "Say how often this price is charged."
                    ),
                )
            if not recurring and values["recurrence"] is not None:
                yield (
                    ("recurrence",),
                    PydanticCustomError(
                        "not_recurring", "This sale type is not recurring: remove the recurrence."
                    ),
                )

    def priced(self, currency: str) -> Line:
        """The line with its amount computed (rule 2) and rounded to the currency's decimals."""
        amount = None if self.amount is None else rounded(self.amount, currency)
        if self.unit_price is not None:
            amount = rounded_product(self.quantity, self.unit_price, currency)
            if self.recurrence is not None and self.duration_months is not None:
                periods = Fraction(self.duration_months, self.recurrence.months)
                exact = Fraction(self.quantity) * Fraction(self.unit_price) * periods
                amount = rounded_fraction(exact, currency)
        margin = None if self.margin is None else rounded(self.margin, currency)
        if str(amount) == str(self.amount) and str(margin) == str(self.margin):
            return self  # to the letter: 5 and 5.00 are equal, but read differently
        return self.model_copy(update={"amount": amount, "margin": margin})


class Opportunity(Record):
    """A sale that may come. `id` and `version` are the store's; `version` 0 was never saved."""

    id: int | None = None
    version: int = 0
    code: Code | None = None
    name: Name
    customer_id: int
    site_id: int | None = None
    origin_type: str | None = None
    origin_id: int | None = None
    origin_text: Words = ""
    status: str
    status_on: date | None = None
    opened_on: date
    expected_signature: date | None = None
    production_start: date | None = None
    production_end: date | None = None
    probability: Probability | None = None
    probability_typed: bool = False
    currency: CurrencyCode = "EUR"
    establishment: str | None = None
    sector: str | None = None
    family: str | None = None
    subfamily: str | None = None
    tags: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    responsibles: tuple[Responsible, ...] = ()
    participants: tuple[Participant, ...] = ()
    closed_on: date | None = None
    loss_reason: str | None = None
    close_comment: Prose = ""
    comment: Prose = ""

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        yield from in_order(
            values, "opened_on", "expected_signature", "signature_before_opening",
            "The expected signature must not be before the opening ({first}).",
        )  # fmt: skip
        yield from in_order(
            values, "production_start", "production_end", "end_before_start",
            "The production must not end before it starts ({first}).",
        )  # fmt: skip
        yield from known(
            values, catalogue,
            status=Status, origin_type=OriginType, loss_reason=LossReason, currency=Currency,
        )  # fmt: skip
        yield from classification(values, catalogue)
        yield from people(values, catalogue)
        yield from _size_rules(values)
        if catalogue is not None:
            yield from _closing_rules(values, catalogue)

    @classmethod
    def derived(cls, record: Self) -> dict[str, Any]:
        lines = tuple(line.priced(record.currency) for line in record.lines)
        tags = tuple(dict.fromkeys(record.tags))
        changes: dict[str, Any] = {}
        if any(new is not old for new, old in zip(lines, record.lines, strict=True)):
            changes["lines"] = lines
        if tags != record.tags:
            changes["tags"] = tags
        if record.status_on is None:
            changes["status_on"] = record.closed_on or record.opened_on
        return changes

    @property
    def amount(self) -> Decimal | None:
        """Forecast amount: the sum of the lines; None when no line has one."""
        return total(line.amount for line in self.lines)

    @property
    def margin(self) -> Decimal | None:
        """Forecast margin: the sum of the lines; None when no line has one."""
        return total(line.margin for line in self.lines)

    @property
    def weighted_amount(self) -> Decimal | None:
        """The sum of the lines' weighted amounts, each rounded (rule 3)."""
        return total(weighted(line.amount, self.probability, self.currency) for line in self.lines)

    @property
    def weighted_margin(self) -> Decimal | None:
        """The sum of the lines' weighted margins, each rounded (rule 3)."""
        return total(weighted(line.margin, self.probability, self.currency) for line in self.lines)

    @property
    def owner_id(self) -> int | None:
        """The employee responsible for the sale."""
        return next((r.employee_id for r in self.responsibles if r.role == OWNER_ROLE), None)


def _size_rules(values: Mapping[str, Any]) -> Iterator[Broken]:
    """Factors that fit may have a product, and lines a sum, that cannot be kept."""
    if "lines" not in values or "currency" not in values:
        return
    lines = [line.priced(values["currency"]) for line in values["lines"]]
    broken = [place for place, line in enumerate(lines) if _too_large([line.amount])]
    for place in broken:
        yield ("lines", place, "unit_price"), size_error()
    sums = ([line.amount for line in lines], [line.margin for line in lines])
    if not broken and any(map(_too_large, sums)):
        yield ("lines",), size_error()


def _too_large(amounts: Iterable[Decimal | None]) -> bool:
    return abs(total(amounts) or Decimal(0)) >= LIMIT


def _closing_rules(values: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Broken]:
    """A closed opportunity has its date and, when lost, its reason; an open one has neither."""
    status = catalogue.get(Status, values.get("status"))
    if status is None:
        return
    if status.outcome is Outcome.OPEN:
        if values.get("closed_on") is not None:
            yield (
                ("closed_on",),
                PydanticCustomError(
                    "closed_but_open",
                    "An open opportunity has no closing date: remove it or close it.",
                ),
            )
        return
    if "closed_on" in values and values["closed_on"] is None:
        yield (
            ("closed_on",),
            PydanticCustomError("closing_date_missing", "Say on which date it was closed."),
        )
    if status.outcome is Outcome.LOST and "loss_reason" in values and not values["loss_reason"]:
        yield ("loss_reason",), PydanticCustomError("reason_missing", "Say why it was lost.")
    yield from in_order(
        values, "opened_on", "closed_on", "closed_before_opening",
        "It cannot be closed before its opening ({first}).",
    )  # fmt: skip
