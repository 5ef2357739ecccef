"""From rows of cases to counts, which are small however many the cases, and to their incidences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import numpy as np

from oppkit.analysis.incidence import Array, Incidence

Incidences = Mapping[tuple[Any, ...], Incidence]
NAMES = ("since", "days", "cause")


def incidences(table: ibis.Table, by: Sequence[str], causes: Sequence[str]) -> Incidences:
    """The incidence of each group: the values of `by` → it.

    `table` has `by`, `since`, `days` and `cause`, null for cases that are under way; a cause that
    is none of `causes` counts as if the case had been lost from sight.
    """
    rows = _counted(table, by)
    numbers = {name: np.array(rows[name], dtype=np.int64) for name in ("since", "days", "cases")}
    places = {cause: place for place, cause in enumerate(causes)}
    cause = np.array([places.get(name, -1) for name in rows["cause"]], dtype=np.int64)
    return {
        key: Incidence.of(
            causes, numbers["since"][at], numbers["days"][at], cause[at], numbers["cases"][at]
        )
        for key, at in _groups([rows[name] for name in by], len(cause)).items()
    }


def _counted(table: ibis.Table, by: Sequence[str]) -> Mapping[str, list[Any]]:
    counts = table.group_by(*by, *NAMES).aggregate(cases=table.count())
    found: Mapping[str, list[Any]] = counts.to_pyarrow().to_pydict()
    return found


def _groups(columns: Sequence[list[Any]], length: int) -> dict[tuple[Any, ...], Array]:
    """Which rows belong to each combination of values."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for place in range(length):
        groups.setdefault(tuple(column[place] for column in columns), []).append(place)
    return {key: np.array(places) for key, places in groups.items()}


def ordered(keys: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Keys by their values, a missing one last."""
    return sorted(keys, key=lambda key: tuple((v is None, "" if v is None else v) for v in key))
