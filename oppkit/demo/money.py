"""Exchange rates over time, and amounts as exact integers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from oppkit.demo.columns import NEVER, Array, dates, decimals
from oppkit.demo.firm import MONEYS
from oppkit.demo.timeline import Timeline
from oppkit.model.money import decimals as decimals_of

# Euros for one unit at the start, and its volatility by month. The dirham (MAD) has no rate, on
# purpose: what cannot be converted must show in the reconciliation of a forecast.
_START = {"USD": (0.905, 0.018), "GBP": (1.185, 0.012), "CHF": (1.06, 0.008), "TND": (0.297, 0.006)}
_USUAL = {"EUR": 1.0, "MAD": 0.092}
PLACES = np.array([decimals_of(code) for code in MONEYS])


def usual_rates() -> Array:
    """Euros for one unit of each of MONEYS, roughly: to turn price lists into its prices."""
    return np.array([_USUAL[code] if code in _USUAL else _START[code][0] for code in MONEYS])


def exchange_rates(rng: np.random.Generator, line: Timeline) -> pa.Table:
    """A rate on the first of every month, from the one before the history until today."""
    first = (line.months[:1] - 1).astype("datetime64[D]")
    days = np.r_[first, line.months.astype("datetime64[D]")] - line.start
    days = days.astype(np.int64)[days.astype(np.int64) <= line.today]
    units = []
    for start, volatility in _START.values():
        steps = np.r_[0.0, rng.normal(0, volatility, len(days) - 1)]
        units.append(np.rint(start * np.exp(0.9 ** np.arange(len(days)) * np.cumsum(steps)) * 1e4))
    return pa.table(
        {
            "currency": pa.array(np.repeat(list(_START), len(days)), pa.string()),
            "valid_from": dates(line.start, np.tile(days, len(_START))),
            "rate": decimals(np.concatenate(units).astype(np.int64) * 10_000, 18, 8),
        }
    )


def priced(quantity: Array, price: Array, months: Array, period: Array, places: Array) -> Array:
    """quantity × price × months / period in units of 10^-places, halves away from zero.

    Quantity and price are in units of 10^-4. Exact while the amount stays below 10^9.
    """
    divisor = 2 * period * 10 ** (8 - places)
    units: Array = (2 * quantity * price * months + divisor // 2) // divisor
    return units


def sums(values: Array, groups: Array, count: int) -> Array:
    """Exact sums of the known values by group; NEVER where none is known."""
    known = values != NEVER
    total = np.bincount(groups[known], values[known].astype(float), count)
    some = np.bincount(groups[known], minlength=count) > 0
    return np.where(some, np.rint(total).astype(np.int64), NEVER)


def money_text(units: Array, places: Array) -> pa.Array:
    """Amounts in units of 10^-3 as texts with the decimals of their currency."""
    result = decimals(units, 18, 3).cast(pa.string())
    for count in np.unique(places[places < 3]).tolist():
        shorter = np.where(units == NEVER, NEVER, units // 10 ** (3 - count))
        result = pc.if_else(
            pa.array(places == count), decimals(shorter, 18, count).cast(pa.string()), result
        )
    return result
