"""The rows of a distribution: what is forecast in each, and which window it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from oppkit.forecasting import Forecast

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.analysis.snapshot import Snapshot
    from oppkit.analysis.windows import Window

_MEASURES = ("opportunities", "amount", "weighted_amount")
_CODE = "code of "
Rows = tuple["pd.DataFrame", tuple["Window", ...]]
Group = tuple[tuple[Any, ...], dict[str, Any]]


def forecast_with_keys(
    snapshot: Snapshot, by: Sequence[str], months: int, where: Mapping[str, Any] | None,
    labels: str | None,
) -> tuple[Forecast, list[tuple[Any, ...]]]:  # fmt: skip
    """A forecast, and the values of `by` of each of its rows as they are without labels."""
    from oppkit.analysis import pipeline
    from oppkit.analysis.dimensions import MEASURES, counts_more_than_once

    names = tuple(by)
    table = pipeline.forecast(snapshot, names, months, where)
    frame, keys = _with_codes(snapshot, table, names, labels)
    parts = pipeline.reconciliation(snapshot, months, where).to_pandas()
    made = Forecast(
        snapshot.as_of, snapshot.currency, months, names, frame[[*names, *MEASURES]], parts,
        counts_more_than_once(names),
    )  # fmt: skip
    return made, keys if names else [()]


def in_periods(forecast: Forecast, keys: Sequence[tuple[Any, ...]], horizon: Window) -> Rows:
    """A row for each of the forecast, about its own period."""
    from oppkit.analysis.windows import window

    windows = tuple(window(forecast.by, key, horizon) for key in keys)
    return forecast.rows[[*forecast.by, *_MEASURES]].copy(), windows


def to_ends_of(
    period: str, forecast: Forecast, keys: Sequence[tuple[Any, ...]], horizon: Window
) -> Rows:
    """A row for each group and each period of the horizon, about all until the end of it."""
    import pandas as pd

    from oppkit.analysis.windows import Window, beyond, periods

    at = forecast.by.index(period)
    rows = forecast.rows.to_dict("records")
    groups: dict[tuple[Any, ...], list[tuple[Any, Any]]] = {}
    for key, row in zip(keys, rows, strict=True):
        groups.setdefault((*key[:at], *key[at + 1 :]), []).append((key[at], row))
    groups = groups or ({} if len(forecast.by) > 1 else {(): []})
    found, windows = [], []
    for begins in periods(horizon.first, horizon.beyond, period):
        for values, members in groups.items():
            named = {name: members[0][1][name] for name in forecast.by if name != period}
            sums = _summed([row for month, row in members if month <= begins])
            found.append({**named, period: pd.Timestamp(begins), **sums})
            end = min(beyond(begins, period), horizon.beyond)
            windows.append(Window(horizon.first, end, values))
    return pd.DataFrame(found, columns=[*forecast.by, *_MEASURES]), tuple(windows)


def in_all_periods(
    forecast: Forecast, keys: Sequence[tuple[Any, ...]], groups: Sequence[Group],
    horizon: Window, cumulated: bool,
) -> Rows:  # fmt: skip
    """A row for each period of the horizon and each of the groups, expected by people or not.

    `groups` are those of the whole open pipeline by the other dimensions. `cumulated`: each is
    about all until the end of its period.
    """
    import pandas as pd

    from oppkit.analysis.windows import LENGTHS, Window, begins, beyond, periods

    names = forecast.by
    spans = sorted((name for name in names if name in LENGTHS), key=lambda name: LENGTHS[name])
    said = _by_group(forecast, keys, spans)
    found, windows = [], []
    for day in periods(horizon.first, horizon.beyond, spans[0]) if spans else [horizon.first]:
        end = min(beyond(day, spans[0]), horizon.beyond) if spans else horizon.beyond
        first = horizon.first if cumulated else max(day, horizon.first)
        named = {name: pd.Timestamp(begins(day, name)) for name in spans}
        for values, shown in groups:
            there = said.get(values, [])
            sums = _summed([row for at, row in there if at == day or (cumulated and at <= day)])
            found.append({**shown, **named, **sums})
            windows.append(Window(first, end, values))
    return pd.DataFrame(found, columns=[*names, *_MEASURES]), tuple(windows)


def _by_group(
    forecast: Forecast, keys: Sequence[tuple[Any, ...]], spans: Sequence[str]
) -> dict[tuple[Any, ...], list[tuple[Any, Any]]]:
    """The rows of a forecast by their values of other dimensions than periods: day and row.

    The day is the first of the shortest period, or that of the horizon where there is none.
    """
    places = [place for place, name in enumerate(forecast.by) if name not in spans]
    start = forecast.as_of.replace(day=1)
    found: dict[tuple[Any, ...], list[tuple[Any, Any]]] = {}
    for key, row in zip(keys, forecast.rows.to_dict("records"), strict=True):
        day = key[forecast.by.index(spans[0])] if spans else start
        found.setdefault(tuple(key[place] for place in places), []).append((day, row))
    return found


def open_groups(
    snapshot: Snapshot, by: Sequence[str], where: Mapping[str, Any] | None, labels: str | None
) -> list[Group]:
    """The groups of the whole open pipeline by dimensions: their values, and how they are shown."""
    from oppkit.analysis import pipeline

    if not by:
        return [((), {})]
    frame, keys = _with_codes(snapshot, pipeline.weighted(snapshot, by, where), by, labels)
    shown = ({str(name): value for name, value in row.items()}
             for row in frame[list(by)].to_dict("records"))  # fmt: skip
    return list(zip(keys, shown, strict=True))


def _with_codes(
    snapshot: Snapshot, table: Any, by: Sequence[str], labels: str | None
) -> tuple[pd.DataFrame, list[tuple[Any, ...]]]:
    """A table of the pipeline as a frame, with labels, and the values of `by` without them."""
    from oppkit.analysis.dimensions import MEASURES
    from oppkit.analysis.labels import named

    codes = {f"{_CODE}{name}": table[name] for name in by}
    table = table.mutate(**codes)
    if labels:
        table = named(snapshot, table, labels, (*MEASURES, *codes))
    frame = table.to_pandas()
    keys = list(zip(*([_plain(value) for value in frame[code]] for code in codes), strict=True))
    return frame, keys


def _summed(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The measures of rows together; an amount that is unknown in all of them stays so."""
    sums: dict[str, Any] = {_MEASURES[0]: sum(row[_MEASURES[0]] for row in rows)}
    for name in _MEASURES[1:]:
        known = [row[name] for row in rows if row[name] is not None]
        sums[name] = sum(known[1:], known[0]) if known else None
    return sums


def _plain(value: Any) -> Any:
    """A day as a date, and what is missing as None."""
    if value is None or value != value:
        return None
    return value.date() if isinstance(value, datetime) else value
