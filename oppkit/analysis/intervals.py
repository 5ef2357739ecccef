"""How sure a share is, from how many it was counted.

Wilson's interval (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927) on an effective number of cases, as
K. J. Rothman does for life tables (J. Chronic Dis. 31, 1978): the number of independent cases that
would give an estimate of this variance. Without censored cases it is Wilson's own; it stays between
0 and 1, and has a width where none or all of a few succeeded.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

LEVELS = (0.95, 0.80)
FEW = 10  # with fewer observed ends a figure is to be called "few", and its interval to be shown


@dataclass(frozen=True)
class Share:
    """An estimated share with its intervals of 95 and 80 %, and the ends it rests on."""

    value: float
    low_95: float
    low_80: float
    high_80: float
    high_95: float

    def columns(self, name: str) -> dict[str, float]:
        """The five figures under `name`, `name_low_95`…"""
        bounds = {end: getattr(self, end) for end in ("low_95", "low_80", "high_80", "high_95")}
        return {name: self.value} | {f"{name}_{end}": value for end, value in bounds.items()}


def against(ahead: Share, rest: Share) -> Share:
    """The share `ahead` beside that of the `rest`, where they are not yet everything.

    What is undecided may all come out ahead: up to that goes the interval. Where nothing is, it is
    the interval of `ahead`.
    """
    return Share(
        ahead.value, ahead.low_95, ahead.low_80,
        max(ahead.high_80, 1 - rest.low_80), max(ahead.high_95, 1 - rest.low_95),
    )  # fmt: skip


def share(value: float, variance: float, ends: float) -> Share:
    """`value` with its intervals. `ends` are the cases that it rests on where no variance shows."""
    inside = 0.0 < value < 1.0 and variance > 0.0
    cases = value * (1.0 - value) / variance if inside else ends
    (low_95, high_95), (low_80, high_80) = (wilson(value, cases, level) for level in LEVELS)
    return Share(value, low_95, low_80, high_80, high_95)


def wilson(value: float, cases: float, level: float) -> tuple[float, float]:
    """The interval of a share of so many cases; everything is possible where there are none."""
    if cases <= 0:
        return 0.0, 1.0
    z2 = quantile(level) ** 2
    middle = (value + z2 / (2 * cases)) / (1 + z2 / cases)
    reach = sqrt(z2 * (value * (1 - value) / cases + z2 / (4 * cases**2))) / (1 + z2 / cases)
    # Where none or all succeeded, rounding must not leave the bound a hair beside 0 or 1.
    low = 0.0 if value <= 0 else max(0.0, middle - reach)
    return low, 1.0 if value >= 1 else min(1.0, middle + reach)


def quantile(level: float) -> float:
    """How many standard deviations to either side hold this share of a normal distribution."""
    return NormalDist().inv_cdf((1 + level) / 2)
