"""Which open opportunities want looking at, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from decimal import Decimal

from oppkit.model.target import PeriodKind
from oppkit.store.directory import midnight, minutes
from oppkit.store.session import Row, Session

TABLES = (
    "opportunity", "opportunity_version", "event", "record_version", "customer", "employee",
    "reference",
)  # fmt: skip
REASONS = ("overdue", "idle", "pushed", "unlikely", "early", "changed")
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Limits:
    """From where on something is remarkable; see `oppkit.attention.Attention`.

    `patience`: how many times the usual number of days without activity; `enough`: how often a
    status must have been seen for something to be usual in it.
    """

    patience: int = 2
    enough: int = 20
    pushes: int = 3
    low: Decimal = Decimal("0.3")
    large: Decimal = Decimal("0.25")


def attention(
    session: Session, today: date, zone: tzinfo | None, limits: Limits,
    owner_ids: Sequence[int] = (),
) -> list[Row]:  # fmt: skip
    """One row for each opportunity and reason, by `REASONS`, the largest amounts first."""
    given = limits.__dict__ | {
        "today": today, "offset": minutes(today, zone), "owned_by": list(owner_ids) or None,
        "month_end": PeriodKind.MONTH.after(PeriodKind.MONTH.start(today)),
        "week_ago": midnight(today - _WEEK + timedelta(days=1), zone),
    }  # fmt: skip
    without = frozenset() if owner_ids else frozenset({"owned_by"})
    rows = session.all("attention.list", given, without=without)
    return [{"reason": REASONS[row.pop("place") - 1], **row} for row in rows]
