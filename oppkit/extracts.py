"""A pipeline in Parquet files, asked on DuckDB or on Spark: what `oppkit export` made of it.

    extract = oppkit.open_extract("pipeline", ibis.pyspark.connect(session))
    extract.forecast(by=["month", "owner"]).rows

Answers are those of the workbench on the day of the extract, to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oppkit.extract_files import CLOSING, OF_SNAPSHOT, OPENING, STEADY, YEAR, Content, read
from oppkit.model.errors import UserError

if TYPE_CHECKING:
    from datetime import date

    import ibis

    from oppkit.analysis.snapshot import Snapshot
    from oppkit.analysis.span import Span
    from oppkit.distributions import Distribution
    from oppkit.forecasting import Forecast
    from oppkit.movements import Movement
    from oppkit.scheduling import Schedule

_GLOB = str.maketrans({char: f"\\{char}" for char in "\\*?[]{}"})


class OneDayOnly(UserError):
    """A movement is asked of an extract that has no opening."""

    code = "one_day_only"
    template = (
        "The extract {path} is of one day. To see what became of a pipeline, make one of two days: "
        "oppkit export FOLDER --format parquet --since YYYY-MM-DD"
    )


class Extract:
    """The pipeline of a day, or of two, on an Ibis connection, which stays the caller's.

    `snapshot` and `span` are what the functions of `oppkit.analysis` take. What the history knows
    (funnel, backtest, the calibrated distribution) is not in an extract.
    """

    def __init__(self, content: Content, connection: Any) -> None:
        self._content = content
        self._connection = connection

    @property
    def as_of(self) -> date:
        """The day at whose end the pipeline was so; in an extract of two days the later one."""
        return self._content.as_of

    @property
    def since(self) -> date | None:
        """The earlier one of two days."""
        return self._content.since

    @property
    def currency(self) -> str:
        """The currency of the amounts (ISO 4217)."""
        return self._content.currency

    @cached_property
    def snapshot(self) -> Snapshot:
        """The pipeline of the day, as tables of the connection."""
        return self._snapshot(CLOSING, self.as_of)

    @cached_property
    def span(self) -> Span:
        """The pipelines of the two days. Raises `OneDayOnly`."""
        from oppkit.analysis.span import Span

        if self.since is None:
            raise OneDayOnly(path=self._content.folder)
        steady, earlier = (self._table(f"{STEADY}/{name}") for name in ("line", "earlier"))
        return Span(self._snapshot(OPENING, self.since), self.snapshot, steady, earlier)

    def forecast(
        self, by: Sequence[str] = ("month",), months: int = 12,
        where: Mapping[str, Any] | None = None, labels: str | None = None,
    ) -> Forecast:  # fmt: skip
        """The weighted forecast and its reconciliation; see `oppkit.forecasting.forecast`."""
        from oppkit.forecasting import forecast

        return forecast(self.snapshot, by, months, where, labels)

    def distribution(
        self, by: Sequence[str] = ("month",), quantiles: Sequence[float] = (10, 50, 90),
        target: float | Decimal | None = None, correlation: float | None = None,
        where: Mapping[str, Any] | None = None, months: int = 12, cumulated: bool = False,
        labels: str | None = None,
    ) -> Distribution:  # fmt: skip
        """How likely each amount is, as people entered it; see `oppkit.distributions`.

        The engine counts deals together in cells, and only these come to this process.
        """
        from oppkit.distributions import distribution

        return distribution(
            self.snapshot, by, quantiles, target, correlation, where, months, cumulated, labels
        )

    def schedule(
        self, by: Sequence[str] = ("month",), months: int = 12,
        where: Mapping[str, Any] | None = None, labels: str | None = None,
    ) -> Schedule:  # fmt: skip
        """What is to be produced when, and what is left out; see `oppkit.scheduling.schedule`."""
        from oppkit.scheduling import schedule

        return schedule(self.snapshot, by, months, where, labels)

    def movement(
        self, by: Sequence[str] = (), period: str | None = None,
        where: Mapping[str, Any] | None = None, labels: str | None = None,
    ) -> Movement:  # fmt: skip
        """What became of the pipeline between the two days; see `oppkit.movements.movement`.

        Raises `OneDayOnly`.
        """
        from oppkit.movements import movement

        return movement(self.span, by, period, where, labels)

    # -- inside ----------------------------------------------------------------------------------

    def _snapshot(self, side: str, day: date) -> Snapshot:
        from oppkit.analysis.snapshot import Snapshot

        tables = {name: self._table(f"{side}/{name}") for name in OF_SNAPSHOT}
        return Snapshot(
            self._connection, as_of=day, currency=self.currency, decimals=self._content.decimals,
            **tables,
        )  # fmt: skip

    def _table(self, name: str) -> ibis.Table:
        """A table of the extract, without what divides its files."""
        if self._connection.name == "duckdb":
            where: Any = [str(file) for file in self._content.tables[name]]
        else:
            where = str(self._content.folder / name).translate(_GLOB)
        table = self._connection.read_parquet(where)
        return table.drop(YEAR) if YEAR in table.columns else table


def open_extract(folder: str | Path, connection: Any = None) -> Extract:
    """Open an extract on an Ibis connection, of Spark or DuckDB; by default a DuckDB of its own.

    All workers of a Spark cluster must see the folder under the same path. `oppkit.open_extract` is
    this. Raises `NotAnExtract`, `NewerExtract` and `ExtractDamaged`.
    """
    content = read(Path(folder))
    if connection is None:
        import ibis

        connection = ibis.duckdb.connect()
    return Extract(content, connection)
