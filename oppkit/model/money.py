"""Amounts of money: exact decimals, rounded half-up to their currency's decimals, in one place.

`numeric(18, 3)` holds every currency of ISO 4217 in circulation: the dinars have three decimals.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import Field
from pydantic_core import PydanticCustomError

Money = Annotated[Decimal, Field(max_digits=18, decimal_places=3)]
Probability = Annotated[Decimal, Field(ge=0, le=1, max_digits=5, decimal_places=4)]
Quantity = Annotated[Decimal, Field(max_digits=18, decimal_places=4)]
VatRate = Annotated[Decimal, Field(ge=0, le=1, max_digits=5, decimal_places=4)]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]

# The first amount that `numeric(18, 3)` cannot hold.
LIMIT = Decimal(10) ** 15

# ISO 4217 minor units; every currency not named here has two decimals.
_MINOR_UNITS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(),  # noqa: SIM905
        0,
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),  # noqa: SIM905
}

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)  # a product of two quantities has 36 digits


def decimals(currency: str) -> int:
    """Number of decimals of a currency (ISO 4217): 2 for EUR, 0 for JPY, 3 for TND."""
    return _MINOR_UNITS.get(currency, 2)


def rounded(value: Decimal, currency: str) -> Decimal:
    """`value` rounded to the decimals of `currency`, halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-decimals(currency)), rounding=ROUND_HALF_UP)


def rounded_product(first: Decimal, second: Decimal, currency: str) -> Decimal:
    """The exact product of two quantities rounded once, halves away from zero."""
    unit = Decimal(1).scaleb(-decimals(currency))
    exact = _EXACT.multiply(first, second)
    return _EXACT.plus(_EXACT.quantize(exact, unit))  # no negative zero


def rounded_fraction(value: Fraction, currency: str) -> Decimal:
    """An exact fraction rounded to the currency's decimals, halves away from zero."""
    return rounded_to(value, decimals(currency))


def rounded_to(value: Fraction, places: int) -> Decimal:
    """An exact fraction rounded to `places` decimals, halves away from zero."""
    units = abs(value) * 10**places
    whole = (2 * units.numerator + units.denominator) // (2 * units.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def size_error() -> PydanticCustomError:
    """The error for an amount that cannot be kept."""
    return PydanticCustomError(
        "decimal_whole_digits",
        "The amount must have no more than {whole_digits} digits before the decimal point.",
        {"whole_digits": LIMIT.adjusted()},
    )


def weighted(value: Decimal | None, probability: Decimal | None, currency: str) -> Decimal | None:
    """`value` × `probability`, rounded half-up; None where either is unknown.

    This is rule 3 for one line. Its twin for tables is `oppkit.analysis.money.weighted`.
    """
    if value is None or probability is None:
        return None
    return rounded(value * probability, currency)


def total(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of the known values; None when none is known: a missing amount is not a zero."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None
