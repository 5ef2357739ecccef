"""What the command line shows: tables and progress bars."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from math import exp
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from oppkit.locale import chances, formats, intervals, scores, text

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.backtests import Backtest
    from oppkit.distributions import Distribution
    from oppkit.forecasting import Forecast
    from oppkit.funnels import Funnel, Speed, WinRates
    from oppkit.model import Affair, Quote
    from oppkit.movements import Movement
    from oppkit.scheduling import Schedule
    from oppkit.signings import Signing

    Made = Distribution | Forecast | Movement | Schedule

_PERIODS: dict[str, Callable[[Any, str], str]] = {
    "month": formats.month,
    "quarter": formats.quarter,
    "year": lambda day, language: str(day.year),
}
# The part of a movement, or of a schedule, in words; the dimension `part` is that of a forecast.
_STEP, _STATE = "step", "state"
_HEADS = {_STEP: "movement.part", _STATE: "schedule.part"}
_COUNTS, _DAYS = ("opportunities", "records"), ("days", "weighted_days")
_MONEY = ("amount", "weighted_amount", "margin", "weighted_margin")
_CHANCE, _QUANTILE = "chance", re.compile(r"p[0-9.]+")
_MOST = 20  # opportunities in a list that is longer
_PIPE_WIDTH = 200  # into a file or another program nothing should be cut off


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the error stream, gone when done; the block calls back with (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
               TimeRemainingColumn())  # fmt: skip
    console = Console(stderr=True)
    nobody = not console.is_terminal  # a bar would leave an empty line in a log
    with Progress(*columns, console=console, transient=True, disable=nobody) as bars:
        task = bars.add_task(escape(label), total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def _console() -> Console:
    """The terminal; a wide one where the output goes into a file or another program."""
    console = Console()
    return console if console.is_terminal else Console(width=_PIPE_WIDTH)


def print_forecast(forecast: Forecast, language: str) -> None:
    """Rows, total and reconciliation, in the language's formats, amounts in whole units."""
    _print_forecast(forecast, forecast, {}, [], language)


def print_distribution(made: Distribution, language: str) -> None:
    """The same with quantiles, and with a target its chance, in place of margins."""
    whole = dict(zip(made.figures.names, made.figures.of(made.whole), strict=True))
    notes = [text("cli.quantiles_note", language), text(f"cli.{made.method}_note", language)]
    if made.correlation is None:
        notes.append(text("cli.learnt_note", language))
    elif made.correlation:
        correlation = formats.number(made.correlation, language)
        notes.append(text("cli.correlation_note", language, correlation=correlation))
    _print_forecast(made, made.forecast, whole, notes, language)


def _print_forecast(
    made: Distribution | Forecast, forecast: Forecast, whole: Mapping[str, Any],
    notes: Sequence[str], language: str,
) -> None:  # fmt: skip
    """`whole` are the figures of the total that are not in the reconciliation."""
    console = _console()
    day = formats.date(forecast.as_of, language)
    title = text("cli.forecast_title", language, day=day, months=forecast.months)
    table = _table(title, made.rows, made.by, made, language)
    parts = forecast.reconciliation
    kept = parts[parts["part"] == "in_horizon"].to_dict("records")[0]
    names = [name for name in kept if name in made.rows]
    total = {name: kept[name] for name in names} | dict(whole)
    _add_total(table, total, len(made.by), made, language)
    console.print(table)
    notes = [*([text("chart.overlapping", language)] if made.repeated else []), *notes]
    for note in notes:
        console.print(Text(note))
    if notes:
        console.print()
    title = text("cli.reconciliation_title", language)
    table = _table(title, parts, ("part",), forecast, language)
    _add_total(table, parts.sum(numeric_only=False).to_dict(), 1, forecast, language)
    console.print(table)


def print_quote(quote: Quote, language: str) -> None:
    """One line: code, name, state, and what it comes to."""
    totals = quote.totals
    state = text(f"quote_state.{quote.state.value}", language)
    typed = {
        "excluding": formats.amount(totals.excluding_tax, quote.currency, language),
        "including": formats.amount(totals.including_tax, quote.currency, language),
    }
    line = text("cli.quote", language, code=quote.code, name=quote.name, state=state, **typed)
    _plain(line)


def print_affair(affair: Affair, language: str) -> None:
    """One line: code, name and budget."""
    budget = formats.amount(affair.budget, affair.currency, language)
    _plain(text("cli.affair", language, code=affair.code, name=affair.name, budget=budget))


def _plain(line: str) -> None:
    """As text: a name must not be read as Rich's markup, nor a long line be broken."""
    Console(soft_wrap=True).print(Text(line))


def print_movement(movement: Movement, language: str) -> None:
    """The parts of a movement in the language's formats, amounts in whole units."""
    console = _console()
    days = {"since": movement.since, "until": movement.until}
    shown = {name: formats.date(day, language) for name, day in days.items()}
    title = text("cli.movement_title", language, **shown)
    parts = [text(f"movement_part.{part}", language) for part in movement.rows["part"]]
    rows = movement.rows.assign(**{_STEP: parts})
    console.print(_table(title, rows, (*movement.by, _STEP), movement, language))
    if movement.repeated:
        console.print(Text(text("chart.overlapping", language)), "")


def print_funnel(funnel: Funnel, language: str) -> None:
    """What comes of each status, with intervals."""
    columns = {"entered": "", "left": "", "onward": "share", "won": "share"}
    _print_estimates("funnel_title", funnel, funnel.rows, (*funnel.by, "status"), columns, language)


def print_speed(speed: Speed, language: str) -> None:
    """How long each status takes, and the whole way to won."""
    columns = {"stays": "", "left": "", "days": "days", "open": "", "waiting": "", "age": ""}
    _print_estimates("speed_title", speed, speed.rows, ("status",), columns, language)
    columns = {"opportunities": "", "won": "", "days": "days"}
    _print_estimates("cycle_title", speed, speed.cycle, speed.by, columns, language)


def print_win_rates(rates: WinRates, language: str) -> None:
    """What part is won, with intervals."""
    columns = {"opportunities": "", "won": "", "lost": "", "rate": "share"}
    _print_estimates("rates_title", rates, rates.rows, rates.by, columns, language)


def _print_estimates(
    title: str, made: Funnel | Speed | WinRates, rows: pd.DataFrame, by: tuple[str, ...],
    columns: Mapping[str, str], language: str,
) -> None:  # fmt: skip
    """A table of figures; those of kind "share" and "days" have their intervals."""
    console = _console()
    day = formats.date(made.as_of, language)
    table = _headed(text(f"cli.{title}", language, day=day))
    for name in by:
        table.add_column(text(f"dimension.{name}", language), overflow="fold")
    for name, kind in columns.items():
        key = "won_count" if name == "won" and not kind else name
        table.add_column(text(f"funnel_measure.{key}", language), justify="right")
    for row in rows.to_dict("records"):
        cells = [intervals.group(row, name, made.currency, language) for name in by]
        cells += [_estimate(row, name, kind, language) for name, kind in columns.items()]
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)


def _estimate(row: dict[Any, Any], name: str, kind: str, language: str) -> str:
    if kind == "share":
        return intervals.share(row, name, language)
    if kind == "days":
        return intervals.days(row, name, language)
    if intervals.missing(row[name]):
        return text("interval.unknown", language)
    return formats.number(round(row[name]), language)


def print_signing(made: Signing, language: str) -> None:
    """The findings, and the opportunities that the difference moves most, with reasons."""
    console = _console()
    console.print(*(Text(finding) for finding in made.findings), "", sep="\n")
    day = formats.date(made.as_of, language)
    table = _headed(text("signing.title", language, day=day))
    for place, head in enumerate(chances.heads(language)):
        right = place >= len(chances.WORDS)
        table.add_column(head, justify="right" if right else "left", overflow="fold")
    for row in made.rows.head(_MOST).to_dict("records"):
        table.add_row(*(Text(cell) for cell in chances.cells(row, made.currency, language)))
    console.print(table)
    if len(made.rows) > _MOST:
        every = formats.number(len(made.rows), language)
        console.print(Text(text("signing.shown", language, number=_MOST, every=every)))


def print_reasons(made: Signing, code: str, language: str) -> None:
    """Both chances of one opportunity, and all that makes the learnt one."""
    console = Console()
    reasons = made.reasons(code)
    row = made.rows[made.rows["code"] == code].iloc[0]
    told = {name: formats.percent(row[name], language) for name in ("entered", "chance")
            if row[name] == row[name]}  # fmt: skip
    key = "reasons" if "entered" in told else "reasons_unentered"
    table = _headed(text(f"signing.{key}", language, code=code, **told))
    table.add_column(text("signing_head.reason", language))
    table.add_column(text("signing_head.effect", language), justify="right")
    for reason in reasons.to_dict("records"):
        odds = formats.number(exp(reason["effect"]), language, 2)
        table.add_row(Text(reason["told"]), f"× {odds}")
    console.print(table)


def print_backtest(made: Backtest, language: str) -> None:
    """The finding in words, then the scores of every method, the best first, by horizon."""
    console = _console()
    console.print(Text(made.sentence(language)), "")
    table = _headed(text("cli.backtest_title", language))
    for place, head in enumerate(scores.heads(language)):
        right = place >= len(scores.WORDS) - 1
        table.add_column(head, justify="right" if right else "left", overflow="fold")
    before = None
    for row in made.rows.to_dict("records"):
        if row["part"] == "all":
            if row["horizon"] != before:
                table.add_section()
            before = row["horizon"]
            table.add_row(*(Text(cell) for cell in scores.cells(row, language)))
    console.print(table)
    console.print(Text(text("score.note", language)))


def _headed(title: str) -> Table:
    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))


def print_schedule(schedule: Schedule, language: str) -> None:
    """Rows and reconciliation; of this the parts that hold something."""
    console = _console()
    day = formats.date(schedule.as_of, language)
    title = text("cli.schedule_title", language, day=day, months=schedule.months)
    by = tuple(dict.fromkeys([*schedule.by, "plan"]))
    console.print(_table(title, schedule.rows, by, schedule, language))
    if schedule.repeated:
        console.print(Text(text("chart.overlapping", language)), "")
    parts = schedule.reconciliation
    parts = parts[parts["records"] > 0]
    states = [text(f"schedule_part.{part}", language) for part in parts["part"]]
    title = text("cli.schedule_parts", language)
    parts = parts.assign(**{_STATE: states})
    console.print(_table(title, parts, ("plan", _STATE), schedule, language))


def _table(
    title: str, frame: pd.DataFrame, by: tuple[str, ...], made: Made, language: str
) -> Table:
    table = _headed(title)
    for name in by:
        key = _HEADS.get(name, f"dimension.{name}")
        table.add_column(text(key, language), overflow="fold")
    for name in (*_COUNTS, *_DAYS, *_MONEY):
        if name in frame:
            key = "cli.number" if name in _COUNTS else f"measure.{name}"
            table.add_column(text(key, language), justify="right")
    for name in _likely(frame.columns):
        table.add_column(_likely_head(name, made, language), justify="right")
    for row in frame.to_dict("records"):
        cells = [_dimension(name, row[name], language) for name in by]
        _add_row(table, cells, row, made, language)
    return table


def _add_row(
    table: Table, labels: list[str], row: dict[Any, Any], made: Made, language: str
) -> None:
    cells = [*labels, *(formats.number(row[name], language) for name in _COUNTS if name in row)]
    cells += [_days(row[name], language) for name in _DAYS if name in row]
    cells += [_amount(row[name], made.currency, language) for name in _MONEY if name in row]
    for name in _likely(row):
        if name == _CHANCE:
            cells.append(formats.percent(row[name], language))
        else:
            cells.append(_amount(row[name], made.currency, language))
    for column, cell in list(zip(table.columns, cells, strict=True))[len(labels) :]:
        column.min_width = max(column.min_width or 0, len(cell))  # a figure is never cut
    # As text: a customer's name must not be read as Rich's markup.
    table.add_row(*(Text(cell) for cell in cells))


def _likely(names: Iterable[Any]) -> list[str]:
    """The quantiles among the names of columns, and the chance."""
    return [str(name) for name in names if _QUANTILE.fullmatch(str(name)) or name == _CHANCE]


def _likely_head(name: str, made: Any, language: str) -> str:
    if name != _CHANCE:
        return f"P{formats.number(Decimal(name[1:]), language)}"
    target = formats.amount(made.target, made.currency, language, decimals=0)
    return text("likely.chance_of_target", language, target=target)


def _add_total(
    table: Table, row: dict[Any, Any], labels: int, forecast: Made, language: str
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
    if name == "plan":
        return text(f"plan.{value}", language)
    if name in _PERIODS:
        return _PERIODS[name](value, language)
    return str(value)


def _days(value: Any, language: str) -> str:
    return "—" if value is None or value != value else formats.number(value, language, 1)


def _amount(value: Any, currency: str, language: str) -> str:
    missing = value is None or value != value
    return "—" if missing else formats.amount(value, currency, language, decimals=0)
