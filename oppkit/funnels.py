"""Funnel, speed and win rates as people and programs read them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from oppkit.answers import Answer, known_dimensions, records

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.analysis.journeys import Journeys

Where = Mapping[str, Any] | None
Bounds = Sequence[float] | None
_DIGITS = 4  # of a share: one in ten thousand is far below what any interval allows


@dataclass(frozen=True)
class _Told(Answer):
    """`rows` is a pandas frame; `by` names the dimensions that are its first columns."""

    as_of: date
    currency: str
    by: tuple[str, ...]
    rows: pd.DataFrame

    def as_json(self) -> str:
        """All frames as a JSON text; what is unknown is null."""
        frames = [field.name for field in fields(self) if field.name not in ("as_of", "by")]
        told = {name: value for name in frames if (value := getattr(self, name)) is not None}
        return json.dumps(
            {"as_of": self.as_of.isoformat(), "by": list(self.by)}
            | {name: v if isinstance(v, str) else records(v) for name, v in told.items()},
            ensure_ascii=False,
            indent=1,
        )


@dataclass(frozen=True)
class Funnel(_Told):
    """`rows`: what comes of each status (`analysis.funnel.funnel`); `steps`: what came next."""

    steps: pd.DataFrame


@dataclass(frozen=True)
class Speed(_Told):
    """`rows`: time in each status and age of what is open (`analysis.speed.stays`).

    `cycle`: days from opening to won, by the dimensions `by`; `waiting`: how many open ones have
    been in their status for how many weeks.
    """

    cycle: pd.DataFrame
    waiting: pd.DataFrame


@dataclass(frozen=True)
class WinRates(_Told):
    """`rows`: what part is won, by the dimensions `by` (`analysis.wins.win_rates`)."""


def funnel(
    journeys: Journeys, by: Sequence[str] = (), where: Where = None, bounds: Bounds = None,
    labels: str | None = None,
) -> Funnel:  # fmt: skip
    """From each status to the next and to won, open opportunities counted as censored.

    `by` and `where` name dimensions of `oppkit.analysis.journeys`, `bounds` the amounts between
    sizes (default: quartiles). With `labels` ("fr" or "en") the codes of reference lists are
    replaced by their labels. Raises `NoSuchDimension`.
    """
    from oppkit.analysis import funnel as analysis

    with known_dimensions():
        rows = analysis.funnel(journeys, by, where, bounds)
        steps = analysis.next_steps(journeys, where, bounds)
    shown = (_frame(journeys, found, labels) for found in (rows, steps))
    return Funnel(journeys.as_of, journeys.currency, tuple(by), *shown)


def speed(
    journeys: Journeys, by: Sequence[str] = (), where: Where = None, bounds: Bounds = None,
    labels: str | None = None,
) -> Speed:  # fmt: skip
    """Median time in each status, age of the open ones, and the sales cycle by dimensions.

    The same arguments as `funnel`; `by` breaks the cycle down.
    """
    from oppkit.analysis import speed as analysis

    with known_dimensions():
        found = (
            analysis.stays(journeys, where, bounds),
            analysis.cycle(journeys, by, where, bounds),
            analysis.waiting(journeys, where, bounds),
        )
    shown = (_frame(journeys, rows, labels) for rows in found)
    return Speed(journeys.as_of, journeys.currency, tuple(by), *shown)


def win_rates(
    journeys: Journeys, by: Sequence[str] = (), where: Where = None, bounds: Bounds = None,
    labels: str | None = None,
) -> WinRates:  # fmt: skip
    """What part is won, by owner, origin type, sector, size… or by quarter.

    The same arguments as `funnel`; `by` may name `opening_quarter` or `decision_quarter`.
    """
    from oppkit.analysis import wins as analysis

    with known_dimensions():
        rows = analysis.win_rates(journeys, by, where, bounds)
    shown = _frame(journeys, rows, labels)
    return WinRates(journeys.as_of, journeys.currency, tuple(by), shown)


def _frame(journeys: Journeys, rows: list[dict[str, Any]], labels: str | None) -> pd.DataFrame:
    """The rows with labels in place of codes, and shares without the digits that mean nothing."""
    import pandas as pd

    told = journeys.named(rows, labels) if labels else rows
    cells = [{name: _cell(value) for name, value in row.items()} for row in told]
    return pd.DataFrame(cells, dtype=object)


def _cell(value: Any) -> Any:
    return round(value, _DIGITS) if isinstance(value, float) else value
