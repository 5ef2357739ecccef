"""What signing a quote may change in its opportunity: proposed, and done only when asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from oppkit.model.money import rounded_fraction, rounded_to
from oppkit.model.opportunity import Line, Opportunity
from oppkit.model.quote import Quote, QuoteLine, QuoteState
from oppkit.model.totals import net

_PRICE_PLACES = 4  # of a unit price


@dataclass(frozen=True)
class Following:
    """An opportunity beside itself with the lines of a quote, and so with its amount."""

    opportunity: Opportunity
    offered: Opportunity

    @property
    def differs(self) -> bool:
        """Whether the opportunity says another amount than the quote, excluding tax."""
        before, after = self.opportunity, self.offered
        return (before.currency, before.amount) != (after.currency, after.amount)


def following(opportunity: Opportunity, quote: Quote, others: Iterable[Quote] = ()) -> Following:
    """What the opportunity would be with the lines of the quote, excluding tax.

    `others` are the quotes of the opportunity: the lines of those that are signed too, in the same
    currency, are added, unless a signed quote replaces them.

    A line that stands in both under one title keeps its margin; where its amount differs, its cost
    per unit stays. A line that is new has no margin, for nobody has said one.
    """
    quotes = [*_signed_beside(quote, others), quote]
    lines = tuple(_lines(opportunity, quote.currency, (line for q in quotes for line in q.lines)))
    return Following(opportunity, opportunity.replace(currency=quote.currency, lines=lines))


def _signed_beside(quote: Quote, others: Iterable[Quote]) -> list[Quote]:
    signed = [one for one in others if one.state is QuoteState.SIGNED and one.id != quote.id]
    replaced = {one.parent_id for one in (*signed, quote)}
    return [one for one in signed if one.currency == quote.currency and one.id not in replaced]


def _lines(opportunity: Opportunity, currency: str, offered: Iterable[QuoteLine]) -> Iterator[Line]:
    left = list(opportunity.lines)
    for line in offered:
        amount = net(line, currency)
        names = (line.sale_type, line.title)
        before = next((one for one in left if (one.sale_type, one.title) == names), None)
        margin = None
        if before is not None:
            left.remove(before)
            if opportunity.currency == currency:
                margin = _margin(before, line, amount, currency)
        yield _line(line, amount, margin, currency)


def _margin(before: Line, line: QuoteLine, amount: Decimal, currency: str) -> Decimal | None:
    if before.margin is None or before.amount is None or before.amount == amount:
        return before.margin
    cost = Fraction(before.amount) - Fraction(before.margin)
    if before.unit_price is not None and before.quantity:
        cost *= Fraction(line.quantity) / Fraction(before.quantity)
    return rounded_fraction(Fraction(amount) - cost, currency)


def _line(line: QuoteLine, amount: Decimal, margin: Decimal | None, currency: str) -> Line:
    """Priced with the discounted price where that gives the amount to the cent; else typed."""
    exact = Fraction(line.unit_price) * (1 - Fraction(line.discount))
    priced = Line(
        sale_type=line.sale_type, title=line.title, quantity=line.quantity, margin=margin,
        unit_price=rounded_to(exact, _PRICE_PLACES), duration_months=line.duration_months,
        recurrence=line.recurrence,
    ).priced(currency)  # fmt: skip
    if priced.amount == amount:
        return priced
    return priced.replace(quantity=Decimal(1), unit_price=None, recurrence=None, amount=amount)
