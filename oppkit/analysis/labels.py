"""Words for people: the codes of a result replaced by the labels of their reference lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import ibis

from oppkit.analysis.dimensions import MEASURES
from oppkit.analysis.snapshot import Snapshot

LISTED = (
    "status",
    "establishment",
    "sector",
    "family",
    "subfamily",
    "origin_type",
    "sale_type",
    "tag",
)


def named(
    snapshot: Snapshot, table: ibis.Table, language: str, measures: Collection[str] = MEASURES,
    ranks: Mapping[str, Any] | None = None,
) -> ibis.Table:  # fmt: skip
    """`table` with labels in `language` ("fr" or "en") in place of codes, in the lists' own order.

    A code that its list lacks stays as it is. Two values of a list with one label stay two: their
    code is added, so that a chart does not lay one over the other. Null stays null, and last.
    `measures` are the columns that are none of the dimensions; `ranks` says by what a column that
    has no list is ordered.
    """
    names = [name for name in table.columns if name not in measures]
    order: list[Any] = []
    for name in names:
        if name in LISTED:
            table = _labelled(table, name, _labels(snapshot.label, name, language))
            order.append(f"{name}_rank")
        order.append((ranks or {}).get(name, name))
    ordered = table.order_by([ibis.asc(key, nulls_first=False) for key in order])
    return ordered.drop(*(f"{name}_rank" for name in names if name in LISTED))


def labelled(
    snapshot: Snapshot, table: ibis.Table, columns: Mapping[str, str], language: str
) -> ibis.Table:
    """`table` with labels in place of codes: {column: its list}; others stay, as does the order."""
    for name, of in columns.items():
        if of in LISTED:
            labels = _labels(snapshot.label, of, language)
            table = _labelled(table, name, labels).drop(f"{name}_rank")
    return table


def words(snapshot: Snapshot, name: str, language: str) -> dict[str, str]:
    """The labels of a dimension's codes; of one that has no list, none."""
    if name not in LISTED:
        return {}
    table = _labels(snapshot.label, name, language).to_pyarrow()
    return dict(zip(table["code"].to_pylist(), table["text"].to_pylist(), strict=True))


def _labels(label: ibis.Table, name: str, language: str) -> ibis.Table:
    """code, text, rank of one list; the code is added to a text that is not unique in it."""
    label = label.filter(label["list"] == name)
    text = label[f"label_{language}"]
    shared = text.count().over(ibis.window(group_by=text)) > 1
    return label.select(
        code=label.code,
        text=shared.ifelse(text + " (" + label.code + ")", text),
        rank=label["rank"],
    )


def _labelled(table: ibis.Table, name: str, labels: ibis.Table) -> ibis.Table:
    joined = table.left_join(labels, table[name] == labels.code)
    columns: dict[str, Any] = {column: joined[column] for column in table.columns}
    columns[name] = joined.text.fill_null(joined[name])
    # What the list does not know comes after what it does, and before null.
    columns[f"{name}_rank"] = ibis.ifelse(
        joined[name].isnull(), None, joined["rank"].fill_null(2**31 - 1)
    )
    return joined.select(**columns)
