"""Forecasts that are kept: what was said on a day, beside what happened afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from oppkit.forecasting import forecast
from oppkit.model.errors import NotFound
from oppkit.model.target import Aim, PeriodKind
from oppkit.targets import Outcome, Targets, scope_of

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.analysis.snapshot import Snapshot
    from oppkit.desk import Desk

MONTHS = 12
METHOD = "weighted"  # amount × probability of each line; FORECASTING.md has others


@dataclass(frozen=True)
class Kept:
    """The forecast that was kept on a day; all amounts are in `currency`.

    `content` has the `method` and its `months`, `rows` and `reconciliation` as `Forecast.as_json`
    writes them, the `targets` and `calls` in force, and for each month what was won, open and
    weighted then: in all (`firm`), by owner (`owner_id`), by `establishment`.
    """

    day: date
    author: str
    saved_at: datetime
    content: Mapping[str, Any]

    @property
    def currency(self) -> str:
        """The currency of totals on that day."""
        return str(self.content["currency"])

    @property
    def weighted(self) -> Decimal:
        """What was expected within the horizon."""
        return _sum(row["weighted_amount"] for row in self.content["rows"])

    def said(self, aim: Aim) -> tuple[Decimal, Decimal]:
        """Won by then in a period and a scope, and still expected in it (weighted)."""
        period, begins, owner_id, establishment = aim
        key, wanted = scope_of(aim), owner_id or establishment
        ends = period.after(begins)
        rows = [
            row
            for row in self.content[key]
            if begins <= date.fromisoformat(row["begins"]) < ends and row.get(key) == wanted
        ]  # fmt: skip
        return _sum(row["won"] for row in rows), _sum(row["weighted"] for row in rows)


@dataclass(frozen=True)
class Point:
    """What was said of a period on a day: `won` by then, `weighted` still to come, and the sum."""

    day: date
    won: Decimal
    weighted: Decimal

    @property
    def said(self) -> Decimal:
        """What the period was to bring."""
        return self.won + self.weighted


@dataclass(frozen=True)
class Track:
    """What was said of a period, day by day, and what it has brought so far (`won`).

    `over` tells whether `won` is final; `calls` come oldest first. `others` records were made in
    another currency and are left out.
    """

    aim: Aim
    currency: str
    points: Sequence[Point]
    calls: Sequence[Outcome]
    target: Decimal | None
    won: Decimal
    over: bool
    others: int

    @property
    def about(self) -> dict[str, Any]:
        """What `charts.track` wants to know beside the rows."""
        return {
            "period": self.aim[0].value, "begins": self.aim[1], "won": self.won,
            "target": self.target, "over": self.over, "currency": self.currency,
        }  # fmt: skip

    @property
    def frame(self) -> pd.DataFrame:
        """One row for each day on which something was said, for `charts.track`."""
        import pandas as pd

        rows: dict[date, dict[str, Any]] = {
            point.day: {"won": point.won, "said": point.said} for point in self.points
        }
        for one in self.calls:
            said = {"committed": one.committed, "best_case": one.best_case}
            if one.call.said_on is not None:
                rows.setdefault(one.call.said_on, {}).update(said)
        names = ("won", "said", "committed", "best_case")
        return pd.DataFrame(
            [[day, *(rows[day].get(name) for name in names)] for day in sorted(rows)],
            columns=["day", *names], dtype=object,
        )  # fmt: skip


class Records:
    """The forecasts that are kept, reached as `workbench.records`. None is ever changed."""

    def __init__(self, desk: Desk, snapshot: Callable[[], Snapshot], targets: Targets) -> None:
        self._desk = desk
        self._snapshot = snapshot
        self._targets = targets

    def keep(self) -> Kept:
        """Keep today's forecast. A second one of a day is kept too, and counts from then on."""
        # Decimals and dates become texts, so that none rounds.
        text = json.dumps(self._content(), ensure_ascii=False, default=str)
        with self._desk.write() as session:
            stamp = self._desk.stamp()
            kept = Kept(self._desk.today, stamp.author, stamp.now, json.loads(text))
            session.run("forecast_record.add", kept.__dict__, content=text)
        return kept

    def at(self, day: date) -> Kept | None:
        """What was last said by a day; None where nothing had been kept by then."""
        with self._desk.read() as session:
            row = session.one("forecast_record.at", day=day)
        return _kept(row) if row else None

    def all(self) -> list[Kept]:
        """The latest of each day, oldest first."""
        with self._desk.read() as session:
            return [_kept(row) for row in session.all("forecast_record.every")]

    def track(
        self, period: PeriodKind | str = PeriodKind.QUARTER, first: date | None = None,
        owner_id: int | None = None, establishment: str | None = None,
    ) -> Track:  # fmt: skip
        """What was said of the period of a day (today), and what it has brought."""
        kind = PeriodKind(period)
        aim = (kind, kind.start(first or self._desk.today), owner_id, establishment)
        by = scope_of(aim)
        known = {one.aim: one for one in self._targets.attainments(kind, aim[1], by=by)}
        if aim not in known:
            raise NotFound(kind="employee", key=owner_id)
        found, kept = known[aim], self.all()
        points = [Point(one.day, *one.said(aim)) for one in kept if one.currency == found.currency]
        outcomes = self._targets.outcomes(kind, aim[1], by=by)
        calls = [one for one in reversed(outcomes) if one.call.aim == aim]
        others = len(kept) - len(points)
        return Track(
            aim, found.currency, points, calls, found.target, found.won, found.over, others
        )

    def _content(self) -> dict[str, Any]:
        from oppkit.analysis.attainment import SCOPES, attained

        snapshot = self._snapshot()
        made = forecast(snapshot, ("month",), MONTHS)
        targets, calls = self._targets.standing()
        sums = {"firm": attained(snapshot, "month")} | {
            scope: attained(snapshot, "month", [scope]) for scope in SCOPES
        }
        return {
            "method": METHOD, "months": MONTHS, **json.loads(made.as_json()),
            **{name: table.to_pyarrow().to_pylist() for name, table in sums.items()},
            "targets": [target.model_dump(mode="json") for target in targets],
            "calls": [call.model_dump(mode="json") for call in calls],
        }  # fmt: skip


def _kept(row: Mapping[str, Any]) -> Kept:
    return Kept(row["day"], row["author"], row["saved_at"], json.loads(row["content"]))


def _sum(values: Iterable[str | None]) -> Decimal:
    return sum((Decimal(value) for value in values if value is not None), Decimal(0))
