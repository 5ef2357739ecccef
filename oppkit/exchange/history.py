"""Past versions from a file whose rows carry the interval in which they were in force."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from oppkit.exchange.assembly import Assembly
from oppkit.exchange.batch import Account, Past
from oppkit.exchange.columns import as_text, each
from oppkit.exchange.dates import moment
from oppkit.exchange.reasons import Reason
from oppkit.exchange.rules import HistoryRules, Mapping
from oppkit.exchange.sheet import Sheet
from oppkit.model.opportunity import Opportunity

_FOREVER = 9999  # the year that stands for "still in force"
_TOUCHING = timedelta(seconds=1)  # extracts end a version a moment before the next one starts


@dataclass(frozen=True)
class _Period:
    place: int
    opportunity: Opportunity
    start: datetime
    end: datetime | None
    author: str


def versions(assembly: Assembly, mapping: Mapping, account: Account) -> list[Past]:
    """The versions in a sheet, by code and time; rows that are none are rejected.

    A version ends where the next one starts when they touch or overlap, so that no moment has two.
    """
    assert mapping.history is not None
    sheet = assembly.sheet
    count = account.start("history", sheet)
    starts, ends, authors = _periods(sheet, mapping.history, mapping.name)
    heading = mapping.history.start
    found: dict[str, dict[datetime, _Period]] = defaultdict(dict)
    for row in assembly.rows():
        if row.skip is not None:
            count.skipped[row.skip] += 1
            continue
        start, end = starts[row.place], ends[row.place]
        others = found[row.code]
        reasons = [*row.reasons, *_against(sheet, row.code, start, end, others, heading)]
        if reasons or row.opportunity is None:
            account.reject("history", sheet, row.place, reasons)
            continue
        count.taken += 1
        others[start] = _Period(row.place, row.opportunity, start, end, authors[row.place])
    return [past for code in sorted(found) for past in _in_order(found[code])]


def _periods(
    sheet: Sheet, rules: HistoryRules, name: str
) -> tuple[list[Any], list[Any], list[str]]:
    """Start, end (None: still in force) and author of each row; a `Reason` where unreadable."""

    def cells(names: tuple[str, ...], read: Any) -> list[Any]:
        place = sheet.place(names)
        if place is None:
            return [None] * len(sheet)
        values = each(sheet.columns[place], read)
        return [v.at(sheet.headings[place]) if isinstance(v, Reason) else v for v in values]

    ends = [
        None if isinstance(end, datetime) and end.year >= _FOREVER else end
        for end in cells((rules.end,), moment)
    ]
    authors = [author or name for author in cells(rules.author, as_text)]
    return cells((rules.start,), moment), ends, authors


def _against(
    sheet: Sheet, code: str, start: Any, end: Any, others: dict[datetime, _Period], heading: str
) -> list[Reason]:
    """What is wrong with an interval; `heading` is the column of its start."""
    reasons = [value for value in (start, end) if isinstance(value, Reason)]
    if start is None:
        return [*reasons, Reason("missing", heading)]
    if reasons:
        return reasons
    if end is not None and end < start:
        reasons.append(Reason("period_order"))
    if start in others:
        row = sheet.numbers[others[start].place]
        reasons.append(Reason("period_twice", values={"text": code, "row": row}))
    return reasons


def _in_order(periods: dict[datetime, _Period]) -> list[Past]:
    result: list[Past] = []
    following: datetime | None = None
    for start in sorted(periods, reverse=True):
        period = periods[start]
        end = period.end
        if following is not None and (end is None or end + _TOUCHING >= following):
            end = following
        result.append(Past(period.opportunity, start, end, period.author))
        following = start
    return result[::-1]
