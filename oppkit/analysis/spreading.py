"""Amounts spread over days so that the parts add up exactly, whatever the period is cut into.

Of a line of A units over D days, `done` is what is produced at the end of its day k:
round(A × k / D), halves away from zero. A month has the difference between its end and its
beginning, so months add up to A, and so do weeks or quarters of the same line.

Days are those of the calendar: every period has one, also a weekend, and anybody can check them.
Working days would need the holidays of every place that produces, which nobody has typed in.

Units are whole numbers of the last decimal that is kept: cents of an amount, ten-thousandths of a
day, which are the decimals of a quantity. Engines divide whole numbers as floats, which are exact
below 2^53 only, so A is taken apart first: A = whole × D + rest, the whole being about A / D. Then
whole × k needs no division, and rest × k / D is rounded as it should be, since it is a half exactly
or further from one than floats err.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ibis

from oppkit.analysis import money
from oppkit.analysis.snapshot import Snapshot

MEASURES = ("days", "weighted_days", "amount", "weighted_amount", "margin", "weighted_margin")
_DAY_PLACES = 4
_KINDS = ("decimal(18, {})", "decimal(38, {})")  # 64 bits, and three times as slow with 128


def in_units(rows: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Each of `MEASURES` in units, from the columns amount, margin, days and probability."""
    places, chance = snapshot.decimals, rows.probability
    values = {
        "days": rows.days,
        "weighted_days": _weighted_days(rows.days, chance),
        "amount": money.rounded(rows.amount, places),
        "weighted_amount": money.weighted(rows.amount, chance, places),
        "margin": money.rounded(rows.margin, places),
        "weighted_margin": money.weighted(rows.margin, chance, places),
    }
    return {name: _units(value, _places(name, snapshot)) for name, value in values.items()}


def taken_apart(rows: ibis.Table) -> ibis.Table:
    """Rows of measures in units over `length` days, with the parts that `done` puts together."""
    wholes = {f"{name}_whole": (rows[name] / rows.length).floor() for name in MEASURES}
    rows = rows.mutate(**wholes)
    parts = {}
    for name in MEASURES:
        parts[f"{name}_rest"] = (rows[name] - rows[f"{name}_whole"] * rows.length) * 2
        parts[f"{name}_half"] = rows.length - (rows[name] < 0).ifelse(1, 0)
    return rows.mutate(twice=rows.length * 2, **parts)


def done(rows: ibis.Table, name: str, day: Any) -> Any:
    """The units of a measure that are produced at the end of a day, from 0 to `length`.

    Rounding is floor(x + ½), in whole numbers; below zero a half less a little, for halves to go
    away from zero there too.
    """
    rest = (rows[f"{name}_rest"] * day + rows[f"{name}_half"]) / rows.twice
    return rows[f"{name}_whole"] * day + rest.floor()


def sums(rows: ibis.Table) -> dict[str, Any]:
    """The sum of each measure, in units."""
    return {name: rows[name].sum() for name in MEASURES}


def exact(rows: ibis.Table, snapshot: Snapshot, digits: int = 38) -> ibis.Table:
    """The rows with measures in units as decimals of so many digits: 18 hold those of one line."""
    values = {}
    for name in MEASURES:
        places = _places(name, snapshot)
        kind = f"decimal({digits}, {places})"
        unit = ibis.literal(Decimal(1).scaleb(-places), kind)
        values[name] = (rows[name].cast(f"decimal({digits}, 0)") * unit).cast(kind)
    return rows.mutate(**values)


def _places(measure: str, snapshot: Snapshot) -> int:
    return _DAY_PLACES if measure.endswith("days") else snapshot.decimals


def _units(value: Any, places: int) -> Any:
    """A decimal as a whole number of units, worked out in 64 bits where they hold it."""
    narrow, wide = ((value.cast(kind.format(places)) * 10**places).cast("int64") for kind in _KINDS)
    return ibis.cases((value.abs() < _fitting(2 * places), narrow), else_=wide)


def _weighted_days(days: Any, chance: Any) -> Any:
    narrow, wide = (
        (days * chance.cast(kind.format(_DAY_PLACES))).round(_DAY_PLACES).cast("decimal(18, 4)")
        for kind in ("decimal(18, {})", "decimal(19, {})")
    )
    return ibis.cases((days.abs() < _fitting(2 * _DAY_PLACES), narrow), else_=wide)


def _fitting(decimals: int) -> Any:
    """The first number that has more than 18 digits together with its decimals."""
    return ibis.literal(10 ** (18 - decimals), "int64")
