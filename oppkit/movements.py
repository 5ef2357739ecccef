"""A movement as people and programs read it: its parts, what moved, and between which days."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from oppkit.answers import Answer, known_dimensions, records
from oppkit.model.errors import UserError

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from oppkit.analysis.span import Span

Days = tuple[date, date]
_PERIOD = re.compile(
    r"(?P<year>\d{4})(-[QT](?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?", re.IGNORECASE
)


class NoSuchPeriod(UserError):
    """A period that cannot be read."""

    code = "no_such_period"
    template = "{value} is no period. Write a year, a quarter or a month: 2026, 2026-Q4, 2026-12."


class MovementBackwards(UserError):
    """A movement to a day before the one it starts from."""

    code = "movement_backwards"
    template = "A movement goes from a day to a later one: {since} comes after {until}."


@dataclass(frozen=True)
class Movement(Answer):
    """`rows`: the parts, from the opening to the closing; `details`: which opportunities moved.

    Both are pandas frames with exact decimals in `currency`, as `oppkit.analysis.movement` tells.
    `by` names the dimensions of `rows`. `repeated` is true where an opportunity counts in several
    groups (one per tag), so that these do not add up to the total.
    """

    since: date
    until: date
    currency: str
    by: tuple[str, ...]
    period: str | None
    rows: pd.DataFrame
    repeated: bool
    _moved: Callable[[], ibis.Table] = field(repr=False, compare=False)

    @cached_property
    def details(self) -> pd.DataFrame:
        """A row for each opportunity in each part, but for the opening and the closing."""
        frame: pd.DataFrame = self._moved().to_pandas()
        return frame

    def as_json(self) -> str:
        """The movement as a JSON text; amounts are decimal strings, what is missing null."""
        return json.dumps(
            {
                "since": self.since.isoformat(),
                "until": self.until.isoformat(),
                "currency": self.currency,
                "by": list(self.by),
                "period": self.period,
                "rows": records(self.rows),
                "details": records(self.details),
            },
            ensure_ascii=False,
            indent=1,
        )


def movement(
    span: Span, by: Sequence[str] = (), period: str | None = None,
    where: Mapping[str, Any] | None = None, labels: str | None = None,
) -> Movement:  # fmt: skip
    """How the open pipeline went from the opening of `span` to its closing, by dimensions.

    `period` narrows it down to what is expected to be signed in a year, a quarter or a month:
    "2026", "2026-Q4", "2026-12". With `labels` ("fr" or "en") the codes of reference lists are
    replaced by their labels. Raises `NoSuchDimension` and `NoSuchPeriod`.
    """
    from oppkit.analysis import movement as analysis
    from oppkit.analysis.dimensions import counts_more_than_once

    names, within = tuple(by), period_of(period) if period else None
    with known_dimensions():
        rows = analysis.movement(span, names, within, where, labels)
    return Movement(
        span.opening.as_of, span.closing.as_of, span.closing.currency, names, period,
        rows.to_pandas(), counts_more_than_once(names),
        partial(analysis.details, span, names, within, where, labels),
    )  # fmt: skip


def period_of(words: str) -> Days:
    """The first day of "2026", "2026-Q4" or "2026-12", and the first one after it."""
    found = _PERIOD.fullmatch(words.strip())
    if found is None or not 1 <= int(found["year"]) < date.max.year:
        raise NoSuchPeriod(value=words)
    year = int(found["year"])
    if found["quarter"]:
        first, months = 3 * int(found["quarter"]) - 2, 3
    else:
        first, months = (int(found["month"]), 1) if found["month"] else (1, 12)
    last = first + months - 1
    return date(year, first, 1), date(year + last // 12, last % 12 + 1, 1)
