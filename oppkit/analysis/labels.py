"""Words for people: the codes of a result replaced by the labels of their reference lists."""

from __future__ import annotations

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


def named(snapshot: Snapshot, table: ibis.Table, language: str) -> ibis.Table:
    """`table` with labels in `language` ("fr" or "en") in place of codes, in the lists' own order.

    A code that its list lacks stays as it is. Two values of a list with one label stay two: their
    code is added, so that a chart does not lay one over the other. Null stays null, and last.
    """
    names = [name for name in table.columns if name not in MEASURES]
    ranks = []
    for name in names:
        if name in LISTED:
            table = _labelled(table, name, _labels(snapshot.label, name, language))
            ranks.append(f"{name}_rank")
        ranks.append(name)
    ordered = table.order_by([ibis.asc(name, nulls_first=False) for name in ranks])
    return ordered.drop(*(name for name in ranks if name not in names))


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
