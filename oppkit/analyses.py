"""The questions a workbench answers about its pipeline, as it is or as it was known one day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oppkit.attention import Attention, Limits, attention
from oppkit.desk import Desk
from oppkit.model.money import decimals
from oppkit.snapshots import Snapshots

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.analysis.journeys import Journeys
    from oppkit.analysis.signing.model import Model
    from oppkit.analysis.snapshot import Snapshot
    from oppkit.backtests import Backtest
    from oppkit.distributions import Distribution
    from oppkit.forecasting import Forecast
    from oppkit.funnels import Funnel, Speed, WinRates
    from oppkit.movements import Movement
    from oppkit.scheduling import Schedule
    from oppkit.signings import Signing
    from oppkit.store.snapshot import Request

_LEARNT = 36  # months of history that a model learns from
_AHEAD = 24  # months that it looks ahead at least


class Analyses:
    """What `Workbench` is when it is asked. Snapshots are made once and reused until a change."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._snapshots = Snapshots(desk.store)

    @property
    def today(self) -> date:
        """The day on which "overdue" and new records are judged."""
        self._desk.refresh()
        return self._desk.today

    def snapshot(self, as_of: date | None = None) -> Snapshot:
        """The pipeline in memory as it was known at the end of a day (default: now, live).

        It is made in one consistent read and reused while nothing has changed.
        """
        return self._snapshots.get(self._request(as_of or self.today))

    def forecast(
        self, by: Sequence[str] = ("month",), as_of: date | None = None, months: int = 12,
        where: Mapping[str, Any] | None = None, labels: str | None = None,
    ) -> Forecast:  # fmt: skip
        """The weighted forecast and its reconciliation; see `oppkit.forecasting.forecast`."""
        from oppkit.forecasting import forecast

        return forecast(self.snapshot(as_of), by, months, where, labels)

    def distribution(
        self, by: Sequence[str] = ("month",), quantiles: Sequence[float] = (10, 50, 90),
        target: float | Decimal | None = None, correlation: float | str | None = None,
        where: Mapping[str, Any] | None = None, as_of: date | None = None, months: int = 12,
        cumulated: bool = False, labels: str | None = None, method: str = "entered",
    ) -> Distribution:  # fmt: skip
        """How likely each amount is; see `oppkit.distributions.distribution`."""
        from oppkit.distributions import distribution

        return distribution(
            self.snapshot(as_of), by, quantiles, target, correlation, where, months, cumulated,
            labels, method, lambda: self._model(as_of, months),
        )  # fmt: skip

    def signing(
        self, as_of: date | None = None, where: Mapping[str, Any] | None = None,
        language: str | None = None,
    ) -> Signing:  # fmt: skip
        """How likely each opportunity is to be signed, and why; see `oppkit.signings.Signing`."""
        from oppkit.signings import signing

        return signing(self.snapshot(as_of), self._model(as_of), where, language)

    def schedule(
        self, by: Sequence[str] = ("month",), months: int = 12, as_of: date | None = None,
        where: Mapping[str, Any] | None = None, labels: str | None = None,
    ) -> Schedule:  # fmt: skip
        """What is to be produced when, and what is left out; see `oppkit.scheduling.schedule`."""
        from oppkit.scheduling import schedule

        return schedule(self.snapshot(as_of), by, months, where, labels)

    def movement(
        self, since: date, until: date | None = None, by: Sequence[str] = (),
        period: str | None = None, where: Mapping[str, Any] | None = None,
        labels: str | None = None,
    ) -> Movement:  # fmt: skip
        """What became of the pipeline from the end of a day to that of another (default: now).

        See `oppkit.movements.movement`. Raises `MovementBackwards` too.
        """
        from oppkit.movements import MovementBackwards, movement

        last = until or self.today
        if since > last:
            raise MovementBackwards(since=since, until=last)
        span = self._snapshots.span(self._request(since), self._request(last))
        return movement(span, by, period, where, labels)

    def replay(
        self, days: Sequence[date], by: Sequence[str] = (), exact: bool = True
    ) -> pd.DataFrame:
        """The open pipeline at the end of each of many days, in order, as the history tells it.

        Equal to the snapshots of these days to the cent. Without `exact` the lines in the records
        are left unread, which is much faster; `oppkit.analysis.replay` tells what is rounded
        otherwise then. Raises `NoSuchDimension`.
        """
        from oppkit.replays import replay

        requests = [self._request(day) for day in sorted(set(days))]
        return replay(self._snapshots, requests, by, exact)

    def funnel(
        self, by: Sequence[str] = (), as_of: date | None = None,
        where: Mapping[str, Any] | None = None, bounds: Sequence[float] | None = None,
        labels: str | None = None,
    ) -> Funnel:  # fmt: skip
        """From each status to the next and to won; see `oppkit.funnels.funnel`."""
        from oppkit.funnels import funnel

        return funnel(self._journeys(as_of), by, where, bounds, labels)

    def speed(
        self, by: Sequence[str] = (), as_of: date | None = None,
        where: Mapping[str, Any] | None = None, bounds: Sequence[float] | None = None,
        labels: str | None = None,
    ) -> Speed:  # fmt: skip
        """Time in each status, age, and the sales cycle; see `oppkit.funnels.speed`."""
        from oppkit.funnels import speed

        return speed(self._journeys(as_of), by, where, bounds, labels)

    def win_rates(
        self, by: Sequence[str] = (), as_of: date | None = None,
        where: Mapping[str, Any] | None = None, bounds: Sequence[float] | None = None,
        labels: str | None = None,
    ) -> WinRates:  # fmt: skip
        """What part of the opportunities is won, by anything; see `oppkit.funnels.win_rates`."""
        from oppkit.funnels import win_rates

        return win_rates(self._journeys(as_of), by, where, bounds, labels)

    def backtest(
        self, origins: int = 24, horizons: int = 6, methods: Sequence[str] = (),
        pipeline: bool = True, progress: Callable[[int, int], None] | None = None,
    ) -> Backtest:  # fmt: skip
        """Whether forecasts of past month ends have been right; see `oppkit.backtests.backtest`."""
        from oppkit.backtests import backtest, origins_of

        today = self.today
        days = [self._request(day) for day in origins_of(today, origins)]
        panel, currency = self._snapshots.panel(days), self._desk.currency
        return backtest(
            panel, today, currency, origins, horizons, methods, pipeline, self._defaults(), progress
        )

    def extract(
        self, folder: str | Path, as_of: date | None = None, since: date | None = None
    ) -> int:
        """Write what analyses need into Parquet files; `oppkit.open_extract` reads them, on Spark.

        The pipeline at the end of a day (default: now, live), and with `since` also of an earlier
        one, so that movements can be told. An extract that is there is replaced. Returns the number
        of rows. Raises `FolderTaken`, and `MovementBackwards` for days that are not in order.
        """
        from oppkit.extract_files import write
        from oppkit.movements import MovementBackwards

        last = as_of or self.today
        if since is None:
            return write(Path(folder), self.snapshot(as_of))
        if since > last:
            raise MovementBackwards(since=since, until=last)
        span = self._snapshots.span(self._request(since), self._request(last))
        return write(Path(folder), span)

    def attention(
        self, owner_ids: Sequence[int] = (), language: str | None = None,
        limits: Limits | None = None,
    ) -> Attention:  # fmt: skip
        """Open opportunities that want looking at, and why; see `oppkit.attention.Attention`."""
        return attention(self._desk, owner_ids, language, limits)

    # -- inside ----------------------------------------------------------------------------------

    def _model(self, as_of: date | None, months: int = 0) -> Model:
        """The signing model of a day, learnt from the same day of earlier months."""
        from oppkit.analysis.signing.months import same_days

        days = same_days(as_of or self.today, _LEARNT)
        origins = [replace(self._request(day), from_history=True) for day in days]
        # One for most questions, since learning takes some seconds and a month ahead costs nothing.
        ahead = max(months, _AHEAD)
        return self._snapshots.model(origins, ahead, self._defaults())

    def _defaults(self) -> dict[str, float]:
        """The default probability of each status that has one."""
        from oppkit.model import Status
        from oppkit.store import references

        with self._desk.read() as session:
            statuses = references.catalogue(session).all(Status)
        return {one.code: float(one.probability) for one in statuses if one.probability is not None}

    def _journeys(self, as_of: date | None) -> Journeys:
        return self._snapshots.journeys(self._request(as_of or self.today))

    def _request(self, day: date) -> Request:
        from oppkit.store.snapshot import Request

        self._desk.require_alone("No snapshot can be made while several things are read at once.")
        past, currency = day < self._desk.today, self._desk.currency
        return Request(day, past, currency, decimals(currency), self._desk.zone)
