"""JSON written column by column, to the letter as pydantic's `model_dump_json` would.

Texts must hold no quote, backslash or control character: those of the demo do not.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

_BARE = (pa.types.is_integer, pa.types.is_boolean)


class Raw:
    """A column that is JSON already."""

    def __init__(self, values: pa.Array) -> None:
        self.values = values


def objects(fields: Mapping[str, pa.Array | Raw | str | None]) -> pa.Array:
    """One JSON object per row; a str or None is the same in each."""
    parts: list[pa.Array | str] = []
    opening = "{"
    for name, values in fields.items():
        opening += f'"{name}":'
        if values is None:
            opening += "null,"
        elif isinstance(values, str):
            opening += f'"{values}",'
        else:
            parts += [opening, _literal(values)]
            opening = ","
    parts.append(opening.removesuffix(",") + "}")
    return pc.binary_join_element_wise(*parts, "")


def lists(values: pa.ListArray) -> Raw:
    """One JSON array per row, of items that are JSON already."""
    inner = pc.binary_join(values, ",")
    return Raw(pc.binary_join_element_wise("[", inner, "]", ""))


def quoted(values: pa.Array) -> pa.Array:
    """Each text as a JSON string; null stays null."""
    return pc.binary_join_element_wise('"', values, '"', "")


def timestamps(values: pa.Array) -> pa.Array:
    """Whole seconds in UTC as pydantic writes them."""
    naive = values.cast(pa.int64()).cast(pa.timestamp("us")).cast(pa.timestamp("s"))
    text = pc.replace_substring(naive.cast(pa.string()), " ", "T")
    return pc.binary_join_element_wise(text, "Z", "")


def _literal(values: pa.Array | Raw) -> pa.Array:
    if isinstance(values, Raw):
        return values.values
    if pa.types.is_timestamp(values.type):
        text = quoted(timestamps(values))
    elif any(bare(values.type) for bare in _BARE):
        text = values.cast(pa.string())
    else:  # texts, dates and decimals: decimals as texts, to stay exact
        text = quoted(values.cast(pa.string()))
    return pc.fill_null(text, "null")
