"""Weighted amounts in tables: the twin of `oppkit.model.money.weighted`, on exact decimals.

Both engines round decimals half away from zero and neither sees a float here. A property test holds
the twins equal.
"""

from __future__ import annotations

from typing import Any

import ibis

# DuckDB multiplies decimals of at most 18 digits in 64 bits and refuses a product over 10^18. An
# amount below 10^11 stays inside with its three decimals and the four of a probability; the others
# take 128 bits, three times slower, which nobody should pay for the one contract in dong or rupiah.
_FITS_64_BITS = 10**11
_NARROW, _WIDE = "decimal(18, 4)", "decimal(19, 4)"


def rounded(value: Any, decimals: int) -> Any:
    """A decimal(18,3) column rounded to the currency's decimals, as decimal(18, decimals)."""
    return value.cast(f"decimal(18, {decimals})")


def weighted(value: Any, probability: Any, decimals: int) -> Any:
    """`value` × `probability`, rounded half away from zero: rule 3 of the design, for one line.

    `value` is a decimal(18,3) column in the base currency, `probability` a decimal(5,4) column from
    0 to 1, the result decimal(18, decimals). Null where either is null.
    """
    narrow = (value * probability.cast(_NARROW)).round(decimals)
    wide = (value * probability.cast(_WIDE)).round(decimals)
    fits = value.abs() < ibis.literal(_FITS_64_BITS, "int64")
    return ibis.cases((fits, rounded(narrow, decimals)), else_=rounded(wide, decimals))
