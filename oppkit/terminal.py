"""What the command line shows: tables and progress bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from oppkit.locale import formats, text

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.forecasting import Forecast

_PERIODS: dict[str, Callable[[Any, str], str]] = {
    "month": formats.month,
    "quarter": formats.quarter,
    "year": lambda day, language: str(day.year),
}
_MONEY = ("amount", "weighted_amount", "margin", "weighted_margin")
_PIPE_WIDTH = 200  # into a file or another program nothing should be cut off


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the error stream, gone when done; the block calls back with (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(escape(label), total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def print_forecast(forecast: Forecast, language: str) -> None:
    """Rows, total and reconciliation, in the language's formats, amounts in whole units."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PIPE_WIDTH)
    day = formats.date(forecast.as_of, language)
    title = text("cli.forecast_title", language, day=day, months=forecast.months)
    table = _table(title, forecast.rows, forecast.by, forecast, language)
    parts = forecast.reconciliation
    kept = parts[parts["part"] == "in_horizon"].to_dict("records")[0]
    _add_total(table, kept, len(forecast.by), forecast, language)
    console.print(table)
    if forecast.repeated:
        console.print(Text(text("chart.overlapping", language)), "")
    title = text("cli.reconciliation_title", language)
    table = _table(title, parts, ("part",), forecast, language)
    _add_total(table, parts.sum(numeric_only=False).to_dict(), 1, forecast, language)
    console.print(table)


def _table(
    title: str, frame: pd.DataFrame, by: tuple[str, ...], forecast: Forecast, language: str
) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in by:
        table.add_column(text(f"dimension.{name}", language), overflow="fold")
    table.add_column(text("cli.number", language), justify="right")
    for name in _MONEY:
        table.add_column(text(f"measure.{name}", language), justify="right")
    for row in frame.to_dict("records"):
        cells = [_dimension(name, row[name], language) for name in by]
        _add_row(table, cells, row, forecast, language)
    return table


def _add_row(
    table: Table, labels: list[str], row: dict[Any, Any], forecast: Forecast, language: str
) -> None:
    cells = [*labels, formats.number(row["opportunities"], language)]
    cells += [_amount(row[name], forecast.currency, language) for name in _MONEY]
    for column, cell in list(zip(table.columns, cells, strict=True))[len(labels) :]:
        column.min_width = max(column.min_width or 0, len(cell))  # a figure is never cut
    # As text: a customer's name must not be read as Rich's markup.
    table.add_row(*(Text(cell) for cell in cells))


def _add_total(
    table: Table, row: dict[Any, Any], labels: int, forecast: Forecast, language: str
) -> None:
    """The sum over all rows, taken from the reconciliation, which counts everything once."""
    if labels:
        table.add_section()
        head = [text("chart.total", language), *[""] * (labels - 1)]
        _add_row(table, head, row, forecast, language)


def _dimension(name: str, value: Any, language: str) -> str:
    if value is None or value != value:  # only a missing value differs from itself
        return text(f"without.{name}", language)
    if name == "part":
        return text(f"part.{value}", language)
    if name in _PERIODS:
        return _PERIODS[name](value, language)
    return str(value)


def _amount(value: Any, currency: str, language: str) -> str:
    missing = value is None or value != value
    return "—" if missing else formats.amount(value, currency, language, decimals=0)
