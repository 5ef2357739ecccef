"""The law that the demo company obeys: every number a forecast could want to find again.

A forecast is scored by comparing it with this, which no real company can offer. Rates are per
month of 30.4375 days; a multiplier of 1 is the average day.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

VERSION = 1  # of the generator: rises when the same size and seed give other rows
MONTH = 30.4375  # days

STATUSES = ("to_qualify", "qualified", "proposal", "negotiation", "signing")
CLOSED = ("won", "lost", "abandoned")
CAUSES = ("next", *CLOSED)

# Per month, in each status: moves to the next one, won, lost, abandoned.
_HAZARDS = {
    "to_qualify": (0.180, 0.002, 0.065, 0.050),
    "qualified": (0.155, 0.005, 0.070, 0.022),
    "proposal": (0.140, 0.014, 0.095, 0.015),
    "negotiation": (0.175, 0.032, 0.090, 0.009),
    "signing": (0.000, 0.320, 0.055, 0.006),
}


@dataclass(frozen=True)
class Truth:
    """The parameters. The defaults are the company that `oppkit demo` makes."""

    today: date
    days: int = 730  # of history before today
    hazards: dict[str, tuple[float, ...]] = field(default_factory=lambda: dict(_HAZARDS))

    # New business: shares of the first status, yearly growth, share of a month's usual arrivals.
    first_status: tuple[float, ...] = (0.72, 0.21, 0.07, 0.0, 0.0)
    growth: float = 0.18
    season: dict[int, float] = field(default_factory=lambda: {7: 0.8, 8: 0.45, 12: 0.75})

    # The market: z follows an AR(1) by month; wins × e^z, losses × e^(-z/2).
    market_persistence: float = 0.85
    market_sd: float = 0.22

    # Signatures by place in the quarter: the last days, the first month, August.
    quarter_end_days: int = 12
    quarter_end: float = 3.0
    quarter_start: float = 0.6
    august: float = 0.5

    # What makes a deal easier: multiplies its hazards of "next" and "won".
    ease_per_log_amount: float = -0.10
    ease_of_customers: float = 1.25
    ease_sd_of_owners: float = 0.15

    # What salespeople believe. Their probability is logit(truth) + optimism + noise.
    optimism_mean: float = 0.45
    optimism_sd: float = 0.55
    belief_noise: float = 0.35
    # Expected signature: truth^w × usual^(1-w) × haste of the owner × noise.
    date_knowledge: float = 0.5
    date_haste: float = 0.38
    date_noise: float = 0.40
    month_end_pushes: float = 0.55
    neglect: float = 0.16  # chance after each change that nobody moves a date that passes

    # The rest.
    reopened: float = 0.035  # of the lost and abandoned
    deleted: float = 0.006
    giants: float = 0.004
    giant_tail: float = 1.6  # Pareto exponent of their amounts
    median_amount: float = 32_000.0
    amount_sd: float = 1.05  # of the logarithm

    @property
    def start(self) -> date:
        """The first day of the history: a Monday."""
        first = self.today - timedelta(days=self.days)
        return first + timedelta(days=-first.weekday() % 7)

    def win_rate(self, status: str) -> float:
        """Chance that an average opportunity in this status is won in the end."""
        forward, won, lost, abandoned = self.hazards[status]
        onward = forward * self.win_rate(STATUSES[STATUSES.index(status) + 1]) if forward else 0.0
        return (won + onward) / (forward + won + lost + abandoned)

    def document(self) -> dict[str, Any]:
        """Everything above, ready for JSON."""
        values = asdict(self) | {"today": self.today.isoformat(), "start": self.start.isoformat()}
        values["hazards"] = {
            status: dict(zip(CAUSES, rates, strict=True)) for status, rates in self.hazards.items()
        }
        values["win_rate"] = {status: round(self.win_rate(status), 6) for status in STATUSES}
        return values
