"""The totals of a quote, rounded as EN 16931 prescribes for invoices.

Each line's net amount is rounded once (BT-131), the sum of lines is the total excluding tax
(BR-CO-10, BR-CO-13), tax is worked out per rate on the sum of its lines and rounded there
(BR-CO-17), its parts add up to the tax total (BR-CO-14), and the total including tax is the sum of
both (BR-CO-15): what is printed can be added up by hand. A discount lowers the price (BT-147), so
it is not rounded on its own. Amounts have the decimals of their currency.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from oppkit.model.money import rounded_fraction

if TYPE_CHECKING:
    from oppkit.model.quote import QuoteLine


@dataclass(frozen=True)
class VatPart:
    """The lines of one VAT rate: the sum of their net amounts, and the tax on it."""

    rate: Decimal
    base: Decimal
    vat: Decimal


@dataclass(frozen=True)
class Totals:
    """`lines` are the net amounts in order; `vat_parts` go from the lowest rate to the highest."""

    lines: tuple[Decimal, ...]
    vat_parts: tuple[VatPart, ...]
    excluding_tax: Decimal
    vat: Decimal
    including_tax: Decimal


def net(line: QuoteLine, currency: str) -> Decimal:
    """Quantity × price × (1 − discount) × periods in the duration, rounded once."""
    exact = Fraction(line.quantity) * Fraction(line.unit_price) * (1 - Fraction(line.discount))
    if line.recurrence is not None and line.duration_months is not None:
        exact *= Fraction(line.duration_months, line.recurrence.months)
    return rounded_fraction(exact, currency)


def totals(lines: Iterable[QuoteLine], currency: str) -> Totals:
    """The totals of lines in `currency`."""
    lines = tuple(lines)
    nets = tuple(net(line, currency) for line in lines)
    bases: dict[Decimal, Decimal] = {}
    for line, amount in zip(lines, nets, strict=True):
        bases[line.vat_rate] = bases.get(line.vat_rate, Decimal(0)) + amount
    parts = tuple(
        VatPart(rate, base, rounded_fraction(Fraction(base) * Fraction(rate), currency))
        for rate, base in sorted(bases.items())
    )
    excluding = sum(nets, rounded_fraction(Fraction(0), currency))
    vat = sum((part.vat for part in parts), rounded_fraction(Fraction(0), currency))
    return Totals(nets, parts, excluding, vat, excluding + vat)
