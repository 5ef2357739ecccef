"""Commands that answer questions about the pipeline."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oppkit import locale
from oppkit.cli.extracts import Engine, Master, Source, extract, refuse_what_needs_a_workspace
from oppkit.cli.options import Day, Db, Format, app, progress, say, workbench
from oppkit.figures import NoSuchQuantile
from oppkit.locale.typed import NotUnderstood, parse_decimal

if TYPE_CHECKING:
    from oppkit.backtests import Backtest
    from oppkit.distributions import Distribution
    from oppkit.forecasting import Forecast
    from oppkit.funnels import Funnel, Speed, WinRates
    from oppkit.movements import Movement
    from oppkit.scheduling import Schedule
    from oppkit.signings import Signing

    Told = (
        Backtest | Distribution | Forecast | Funnel | Movement | Signing | Speed | WinRates
        | Schedule
    )  # fmt: skip

_QUANTILES = (10, 50, 90)

Output = Annotated[Format, typer.Option("--format", help="How it is printed.")]
To = Annotated[
    Path | None, typer.Option("--to", metavar="FILE", help="Write a .csv, .xlsx or .parquet.")
]


@app.command(epilog="Example: oppkit forecast --by quarter --quantiles 10,50,90 --target 500000")
def forecast(
    by: Annotated[
        str, typer.Option(help="Dimensions, separated by commas: month, quarter, owner, tag…")
    ] = "month",
    as_of: Day = None,
    months: Annotated[
        int, typer.Option(min=1, max=120, help="Calendar months, the current one included.")
    ] = 12,
    quantiles: Annotated[
        str, typer.Option(metavar="10,50,90", help="Amounts not exceeded so many times in 100.")
    ] = "",
    target: Annotated[
        str, typer.Option(metavar="AMOUNT", help="How likely it is to reach this amount.")
    ] = "",
    method: Annotated[
        str,
        typer.Option(help="entered: as people entered it; calibrated: as the history tells it."),
    ] = "",
    correlation: Annotated[
        str,
        typer.Option(
            help="Of wins: 0 independent, 0.15 as seen between firms, auto as in the past."
        ),
    ] = "",
    output: Output = Format.TABLE,
    to: To = None,
    source: Source = None,
    engine: Engine = "",
    master: Master = "",
    db: Db = None,
) -> None:
    """The weighted forecast of the open pipeline, and where the rest of it is.

    With quantiles, a target, a method or a correlation: how likely each amount is, from the
    probabilities entered or from what the history tells. With --from: from an extract that
    `oppkit export --format parquet` made, on DuckDB or on a Spark cluster.
    """
    from oppkit.terminal import print_distribution, print_forecast

    asked: dict[str, Any] = {"months": months, "labels": _labels(output, to)}
    likely = bool(quantiles or target or method or correlation)
    if likely:
        wanted = _numbers(quantiles) or _QUANTILES
        asked |= {"quantiles": wanted, "target": _amount(target)}
        asked |= {"correlation": _correlation(correlation)}
    with ExitStack() as stack:
        opened: Any
        if source or engine or master:
            refuse_what_needs_a_workspace(as_of, db, method, correlation)
            opened = stack.enter_context(extract(source, engine, master))
        else:
            opened = workbench(db, create=False)
            asked |= {"as_of": as_of.date() if as_of else None}
            asked |= {"method": method or "entered"} if likely else {}
        if likely:
            _tell(opened.distribution(_names(by), **asked), output, to, print_distribution)
        else:
            _tell(opened.forecast(_names(by), **asked), output, to, print_forecast)


@app.command(epilog="Example: oppkit movement --since 2026-07-31 --by owner --period 2026-Q4")
def movement(
    since: Annotated[
        datetime,
        typer.Option(
            "--since", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD",
            help="From the pipeline as it was known at the end of this day.",
        ),
    ],
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", show_default=False,
            help="To the pipeline as it was known at the end of this day. Default: now.",
        ),
    ] = None,
    by: Annotated[
        str, typer.Option(help="Dimensions, separated by commas: owner, month, sector…")
    ] = "",
    period: Annotated[
        str | None,
        typer.Option(metavar="PERIOD", help="Signatures expected in 2026, 2026-Q4 or 2026-12."),
    ] = None,
    output: Output = Format.TABLE,
    to: To = None,
    db: Db = None,
) -> None:  # fmt: skip
    """What became of the open pipeline between two days: created, won, lost, moved…"""
    from oppkit.terminal import print_movement

    last: date | None = until.date() if until else None
    labels = _labels(output, to)
    made = workbench(db, create=False).movement(
        since.date(), last, _names(by), period, labels=labels
    )
    _tell(made, output, to, print_movement)


@app.command(epilog="Example: oppkit funnel --by owner")
def funnel(
    by: Annotated[
        str, typer.Option(help="Win rates instead, by owner, origin_type, sector, size…")
    ] = "",
    as_of: Day = None,
    output: Output = Format.TABLE,
    to: To = None,
    db: Db = None,
) -> None:
    """What part of each status moves on and is won; or with --by, what part is won of what."""
    from oppkit.terminal import print_funnel, print_win_rates

    day: date | None = as_of.date() if as_of else None
    labels = _labels(output, to)
    opened = workbench(db, create=False)
    if names := _names(by):
        _tell(opened.win_rates(names, day, labels=labels), output, to, print_win_rates)
    else:
        _tell(opened.funnel(as_of=day, labels=labels), output, to, print_funnel)


@app.command(epilog="Example: oppkit speed --by size")
def speed(
    by: Annotated[
        str, typer.Option(help="The time from opening to won by owner, sector, size…")
    ] = "",
    as_of: Day = None,
    output: Output = Format.TABLE,
    to: To = None,
    db: Db = None,
) -> None:
    """How long opportunities stay in each status, and how long it takes to win one."""
    from oppkit.terminal import print_speed

    day: date | None = as_of.date() if as_of else None
    labels = _labels(output, to)
    made = workbench(db, create=False).speed(_names(by), day, labels=labels)
    _tell(made, output, to, print_speed)


@app.command(epilog="Example: oppkit schedule --by month,establishment --months 18")
def schedule(
    by: Annotated[
        str, typer.Option(help="Dimensions, separated by commas: month, establishment, family…")
    ] = "month",
    as_of: Day = None,
    months: Annotated[
        int, typer.Option(min=1, max=120, help="Calendar months, the current one included.")
    ] = 12,
    output: Output = Format.TABLE,
    to: To = None,
    db: Db = None,
) -> None:
    """What is to be produced when: affairs, what is won without one, and what is likely."""
    from oppkit.terminal import print_schedule

    day: date | None = as_of.date() if as_of else None
    labels = _labels(output, to)
    made = workbench(db, create=False).schedule(_names(by), months, day, labels=labels)
    _tell(made, output, to, print_schedule)


@app.command(epilog="Example: oppkit backtest --origins 12 --methods weighted,mean_3")
def backtest(
    origins: Annotated[
        int, typer.Option(min=1, max=120, help="Month ends to replay, the last ones.")
    ] = 24,
    horizons: Annotated[int, typer.Option(min=1, max=12, help="Months ahead of each.")] = 6,
    methods: Annotated[
        str, typer.Option(help="Methods, separated by commas. Default: all that there are.")
    ] = "",
    output: Output = Format.TABLE,
    to: To = None,
    db: Db = None,
) -> None:
    """Has the forecast been right? Replayed from past month ends, beside what was signed."""
    from oppkit.terminal import print_backtest

    opened = workbench(db, create=False)
    with progress(say("cli.backtest_doing")) as advance:
        whole = output is not Format.TABLE or to is not None  # of which the table shows half
        made = opened.backtest(origins, horizons, _names(methods), whole, advance)
    _tell(made, output, to, print_backtest)


@app.command(epilog="Example: oppkit signing OPP-2026-0001")
def signing(
    code: Annotated[
        str | None, typer.Argument(metavar="[OPPORTUNITY]", help="All reasons of this one.")
    ] = None,
    as_of: Day = None,
    output: Output = Format.TABLE,
    to: To = None,
    db: Db = None,
) -> None:
    """The chance of each open opportunity by what happened before, beside the entered one."""
    from oppkit.terminal import print_reasons, print_signing

    day: date | None = as_of.date() if as_of else None
    made = workbench(db, create=False).signing(day)
    if code is None:
        _tell(made, output, to, print_signing)
    else:
        print_reasons(made, code, locale.language())


def _names(by: str) -> list[str]:
    return [name.strip() for name in by.split(",") if name.strip()]


def _numbers(typed: str) -> list[float]:
    try:
        return [float(value) for value in _names(typed)]
    except ValueError:
        raise NoSuchQuantile(value=typed) from None


def _correlation(typed: str) -> float | str | None:
    """A number where it is one; words are for the workbench to judge."""
    try:
        return float(typed) if typed else None
    except ValueError:
        return typed


def _amount(typed: str) -> Decimal | None:
    """500000, or as people of the language write it."""
    try:
        return parse_decimal(typed, locale.language())
    except NotUnderstood as error:
        raise typer.BadParameter(str(error), param_hint="--target") from None


def _labels(output: Format, to: Path | None) -> str | None:
    """Labels for people; programs get the codes."""
    return locale.language() if output is Format.TABLE and to is None else None


def _tell(made: Told, output: Format, to: Path | None, show: Callable[[Any, str], None]) -> None:
    if to is not None:
        typer.echo(say("cli.exported", count=made.write(to), path=to))
    elif output is Format.JSON:
        typer.echo(made.as_json())
    elif output is Format.CSV:
        typer.echo(made.as_csv(), nl=False)
    else:
        show(made, locale.language())
